// DNS messages as BIND 9.18 prints them: dig's sections and comments, host's and nslookup's sentences.
#pragma once

#include <string>

#include "proto/wire/dns_message.hpp"

namespace layerlab::sim::programs {

struct DigLayout {
    bool comments = true, question = true, answer = true, authority = true, additional = true;
    bool ttl = true, klass = true;  // columns of a record
};

// ";; ->>HEADER<<- ..." to the last section, with the blank lines behind them.
std::string dig_message_text(const proto::wire::DnsMessage& message, const DigLayout& layout);
// "www.example.com.\t155\tIN\tA\t192.0.2.100\n", columns at 24, 32, 40 and 48.
std::string dig_record_text(const proto::wire::ResourceRecord& record, const DigLayout& layout);
std::string dig_question_text(const proto::wire::DnsQuestion& question);  // ";www.example.com.\t\t\tIN\tA\n"

std::string host_record_text(const proto::wire::ResourceRecord& record);      // "x has address 192.0.2.1\n"
std::string nslookup_record_text(const proto::wire::ResourceRecord& record);  // "Name:\tx\nAddress: 192.0.2.1\n"

inline constexpr const char* bind_version = "9.18.49-1~deb12u3-Debian";

}  // namespace layerlab::sim::programs
