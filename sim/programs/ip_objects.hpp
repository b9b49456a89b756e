// The objects of ip(8): addresses, links, routes and neighbors. ip.cpp reads the options and the object.
#pragma once

#include <span>
#include <string>

#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct IpView {
    bool brief = false;       // -br
    bool one_line = false;    // -o
    bool statistics = false;  // -s
    bool only4 = false, only6 = false;
};

// The words behind the object; the exit status.
int ip_address(Process& self, const IpView& view, std::span<const std::string> words);
int ip_link(Process& self, const IpView& view, std::span<const std::string> words);
int ip_route(Process& self, std::span<const std::string> words);
int ip_neighbor(Process& self, const IpView& view, std::span<const std::string> words);
// Of IPv6, in ip_ipv6.cpp.
int ip_route6(Process& self, std::span<const std::string> words);
int ip_maddress6(Process& self, std::span<const std::string> words);
int change_address6(Process& self, std::string_view text, PortId port, bool add);
std::string inet6_text(const Host& host, PortId port, unsigned index, Time now, const IpView& view);
std::string neighbors6_text(Process& self, std::string_view device);
int change_neighbor6(Process& self, std::span<const std::string> words);

// Is `word` the whole command or a beginning of it ("addr" for "address", "sh" for "show")?
bool is_short_for(std::string_view word, std::string_view whole);
// Prints the message and returns the status.
int ip_fails(Process& self, int status, std::string_view message);

}  // namespace layerlab::sim::programs
