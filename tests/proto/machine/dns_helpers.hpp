// Short ways to write names, records and zones in tests of the DNS machines.
#pragma once

#include <gtest/gtest.h>

#include "proto/machine/dns_zone.hpp"
#include "proto/wire/dns_record_text.hpp"

namespace layerlab::proto::machine::test {

inline wire::DomainName name(std::string_view text) {
    auto parsed = wire::DomainName::parse(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    return parsed.value_or(wire::DomainName{});
}

inline Ipv4Address ip(std::string_view text) { return Ipv4Address::parse(text).value_or(Ipv4Address{}); }

// "www 155 A 192.0.2.1" in a zone.
inline wire::ResourceRecord record(std::string_view zone, std::string_view line) {
    std::vector<std::string_view> words;
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(' '), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    auto parsed = wire::parse_record(name(zone), words);
    EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message);
    return parsed.value_or(wire::ResourceRecord{});
}

inline std::vector<wire::ResourceRecord> records(std::string_view zone, std::initializer_list<const char*> lines) {
    std::vector<wire::ResourceRecord> all;
    for (const char* line : lines) all.push_back(record(zone, line));
    return all;
}

inline DnsZone zone(std::string_view origin, std::initializer_list<const char*> lines) {
    auto made = DnsZone::make(name(origin), records(origin, lines));
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
    return made ? std::move(*made) : DnsZone::make({}, {}).value();
}

inline std::vector<std::string> texts(std::span<const wire::ResourceRecord> all) {
    std::vector<std::string> out;
    for (const auto& r : all) out.push_back(to_string(r));
    return out;
}

using Texts = std::vector<std::string>;

}  // namespace layerlab::proto::machine::test
