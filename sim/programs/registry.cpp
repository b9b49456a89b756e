#include "sim/programs/registry.hpp"

#include <algorithm>
#include <array>

#include "sim/programs/commands.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr auto all = std::to_array<Command>({
    {"arp", "[-aenv] [-i interface] [host] | -d host | -s host mac", "show or change the ARP cache", arp_main},
    {"curl", "[-sSviIOLfk] [-o file] [-X method] [-H header] [-d data] [-m seconds] url ...", "fetch a page",
     curl_main},
    {"dhclient", "[-v] [-r] [interface]", "ask for an address by DHCP, or give it back (-r)", dhclient_main},
    {"dig", "[@server] [name] [type] [+option ...]", "ask a DNS server and show its whole answer", dig_main},
    {"help", "[command]", "show this list", help_main},
    {"host", "[-av] [-t type] name [server]", "look a name or an address up in the DNS", host_main},
    {"hostname", "[-Iifs]", "show the name of this host or its addresses", hostname_main},
    {"ifconfig", "[-a] [interface] [up|down] [address [netmask mask]]", "show or set interfaces", ifconfig_main},
    {"ip", "[-4brs] addr|link|neigh|route [command]", "show or change addresses, links, neighbors and routes", ip_main},
    {"ipconfig", "[/all|/release|/renew|/flushdns|/displaydns]", "the addresses as Windows shows them", ipconfig_main},
    {"iperf3", "-c host | -s [-uRJ] [-t seconds] [-b rate] [-P streams] [-n bytes] [-p port]",
     "measure how many bits per second get through", iperf3_main},
    {"nc", "[-lvzunkN] [-w seconds] [-p port] [host] port", "open a TCP or UDP connection, or wait for one", nc_main},
    {"netstat", "[-tualnprsi]", "show sockets, routes, interfaces or counters", netstat_main},
    {"nslookup", "[-type=type] name [server]", "look a name or an address up in the DNS", nslookup_main},
    {"ping", "[-c count] [-i interval] [-s size] [-t ttl] destination", "ask whether a host answers", ping_main},
    {"route", "[-n] | add|del [-net|-host] target [gw gateway]", "show or change the routing table", route_main},
    {"sleep", "number[smhd] ...", "wait", sleep_main},
    {"ss", "[-tualnp]", "show sockets", ss_main},
    {"tcpdump", "[-i interface] [-nevxX] [-c count] [filter]", "show the packets that pass a port", tcpdump_main},
    {"traceroute", "[-nIT] [-q probes] [-m hops] host", "show the routers on the way to a host", traceroute_main},
});

}  // namespace

std::span<const Command> commands() { return all; }

const Command* find_command(std::string_view name) {
    const auto at = std::lower_bound(all.begin(), all.end(), name,
                                     [](const Command& c, std::string_view n) { return std::string_view(c.name) < n; });
    return at != all.end() && at->name == name ? &*at : nullptr;
}

}  // namespace layerlab::sim::programs
