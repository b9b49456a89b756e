// A desk and a name server: the world of the tests of DNS programs.
#pragma once

#include <string_view>
#include <vector>

#include "proto/wire/dns_record_text.hpp"
#include "sim/programs/dns_server_service.hpp"
#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {

using Words = std::vector<std::string_view>;

inline proto::machine::DnsZone make_zone(const char* name, const std::vector<Words>& lines) {
    const auto origin = *proto::wire::DomainName::parse(name);
    std::vector<proto::wire::ResourceRecord> records;
    for (const Words& line : lines) records.push_back(*proto::wire::parse_record(origin, line));
    return *proto::machine::DnsZone::make(origin, records);
}

class DnsWorld : public ShellWorld {
  protected:
    void SetUp() override {
        desk->settings().dns_servers = {ip("192.0.2.53")};
        start(*ns, "named",
              make_dns_server({make_zone("example.com", {{"www", "155", "A", "192.0.2.100"},
                                                         {"alias", "CNAME", "www"},
                                                         {"@", "MX", "10", "mail"},
                                                         {"mail", "A", "192.0.2.25"},
                                                         {"@", "TXT", "hello world"},
                                                         {"two", "A", "192.0.2.1"},
                                                         {"two", "AAAA", "2001:db8::2"}}),
                               make_zone("2.0.192.in-addr.arpa", {{"100", "PTR", "www.example.com."}})}));
    }

    Host* desk = &add("desk", "192.0.2.10/24");
    Host* ns = &add("ns", "192.0.2.53/24");
};

}  // namespace layerlab::sim::programs
