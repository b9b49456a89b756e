// How names inside DNS messages are shown: text as Wireshark shows it, also where the message is wrong.
#pragma once

#include <string>

#include "proto/base/bytes.hpp"

namespace layerlab::proto::dissect {

struct DnsNameText {
    std::string text;        // "www.example.com" without the final dot, "<Root>" for the root
    std::size_t length = 0;  // octets of the text before control characters were escaped
    std::size_t size = 0;    // octets of the name where it stands
    bool ok = false;         // false: it runs past the end of the message, or has a label of reserved kind
};

// The name at `at` of a message. A loop of pointers is shown as such; unlike the resolvers' reader
// (wire/dns_name.hpp) this one follows pointers forward, for it is to show what is there.
DnsNameText dns_name_text(Bytes message, std::size_t at);

// Printable UTF-8 as it is, control characters as \n or \001, what is no UTF-8 as U+FFFD.
std::string printable_text(std::string_view raw);
// The same for text that is ASCII by its standard: every byte above 127 is U+FFFD.
std::string printable_ascii(std::string_view raw);

}  // namespace layerlab::proto::dissect
