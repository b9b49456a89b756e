// Names and addresses as getaddrinfo(3) and getnameinfo(3) find them: a dotted quad, the host's own entries, the names
// of the scenario, then the DNS servers (5 s for each, twice around). Without a cache. IPv4 only: no AAAA is asked for.
#pragma once

#include <optional>
#include <string>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

// The error's message is gai_strerror's: "Name or service not known", "Temporary failure in name resolution".
// `canonical` gets the name at the end of the CNAMEs.
Task<Result<Ipv4Address>> resolve_name(Process& self, std::string name, std::string* canonical = nullptr);
Task<std::optional<std::string>> reverse_name(Process& self, Ipv4Address address);

// What needs no packet: the address of a name, the name of an address, by the entries of the host and the scenario.
std::optional<Ipv4Address> find_in_hosts(const Host& host, std::string_view name);
std::optional<std::string> find_in_hosts(const Host& host, Ipv4Address address);

}  // namespace layerlab::sim::programs
