// The main functions of the commands, each in the unit of its name. The value is the exit status of the real tool.
#pragma once

#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

Task<int> arp_main(Process& self);
Task<int> curl_main(Process& self);
Task<int> dhclient_main(Process& self);
Task<int> dig_main(Process& self);
Task<int> help_main(Process& self);
Task<int> host_main(Process& self);
Task<int> hostname_main(Process& self);
Task<int> ifconfig_main(Process& self);
Task<int> ip_main(Process& self);
Task<int> ipconfig_main(Process& self);
Task<int> iperf3_main(Process& self);
Task<int> nc_main(Process& self);
Task<int> netstat_main(Process& self);
Task<int> nslookup_main(Process& self);
Task<int> ping_main(Process& self);
Task<int> route_main(Process& self);
Task<int> sleep_main(Process& self);
Task<int> ss_main(Process& self);
Task<int> tcpdump_main(Process& self);
Task<int> traceroute_main(Process& self);

}  // namespace layerlab::sim::programs
