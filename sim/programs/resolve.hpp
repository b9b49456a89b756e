// Names and addresses as getaddrinfo(3) and getnameinfo(3) find them: a dotted quad, the host's own entries, the names
// of the scenario, then the DNS servers (5 s for each, twice around). Without a cache. AAAA
// is asked for only on a host that has IPv6 (AI_ADDRCONFIG).
#pragma once

#include <optional>
#include <string>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

// The error's message is gai_strerror's: "Name or service not known", "Temporary failure in name resolution".
// `canonical` gets the name at the end of the CNAMEs.
Task<Result<Ipv4Address>> resolve_name(Process& self, std::string name, std::string* canonical = nullptr);
enum class Family : std::uint8_t { any, ipv4, ipv6 };
// All addresses, the one to try first in front (RFC 6724 section 6; of the names of the scenario IPv4 first), with port
// 0. A literal may have a zone: fe80::1%eth0.
Task<Result<std::vector<Endpoint>>> resolve_all(Process& self, std::string name, Family family = Family::any,
                                                std::string* canonical = nullptr);
// An address without a packet, with its zone.
std::optional<Endpoint> parse_endpoint(const Host& host, std::string_view text);
Task<std::optional<std::string>> reverse_name(Process& self, IpAddress address);

// What needs no packet: the address of a name, the name of an address, by the entries of the host and the scenario.
std::optional<Ipv4Address> find_in_hosts(const Host& host, std::string_view name);
std::optional<std::string> find_in_hosts(const Host& host, IpAddress address);

}  // namespace layerlab::sim::programs
