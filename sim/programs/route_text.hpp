// The routing table as `ip route` and as route(8) and netstat(8) write it, and the words they use to name targets.
#pragma once

#include <string>
#include <vector>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

// "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2 "
std::string ip_route_line(const Host& host, const proto::machine::Route& route);
// The table with its heading; `numeric`: 0.0.0.0 for default; `mss`: netstat's columns.
std::string classic_route_table(const Host& host, bool numeric, bool mss);
// The IPv6 table of route -6 and netstat -6r, with the local addresses behind it as the kernel lists them.
std::string classic_ipv6_route_table(const Host& host, bool numeric);
std::string mask_text(Ipv4Prefix prefix);  // "255.255.255.0"
// "default", "10.0.0.0/8", "10.0.0.1" (a /32)
Result<Ipv4Prefix> parse_route_target(std::string_view text);
Result<proto::Ipv6Prefix> parse_ipv6_route_target(std::string_view text);  // a single address is a /128
// The port that reaches a gateway directly; no_port if none does.
PortId port_towards(const Host& host, Ipv4Address gateway);

}  // namespace layerlab::sim::programs
