#include "sim/programs/interface_text.hpp"

namespace layerlab::sim::programs {

std::vector<InterfaceInfo> interface_list(const Host& host) {
    std::vector<InterfaceInfo> list(1);
    list[0].name = "lo";
    list[0].addresses.push_back({Ipv4Prefix{Ipv4Address{0x7f000001}, 8}});
    list[0].counters = host.stack().loopback_counters();
    const std::vector<Interface>& interfaces = host.stack().interfaces();
    for (PortId port = 0; port < interfaces.size(); ++port) {
        const Port& p = host.ports()[port];
        InterfaceInfo& info = list.emplace_back();
        info.port = port;
        info.name = host.port_name(port);
        info.index = port + 2u;
        info.mac = p.mac;
        info.mtu = p.mtu;
        info.up = p.up;
        info.carrier = p.has_carrier();
        info.addresses = interfaces[port].addresses;
        info.counters = interfaces[port].counters;
    }
    return list;
}

void set_port_up(Process& self, PortId port, bool up) {
    Context context = self.context();
    self.host().stack().set_interface_up(context, port, up);
}

}  // namespace layerlab::sim::programs
