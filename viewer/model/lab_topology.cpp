#include "viewer/model/lab_topology.hpp"

#include <fmt/format.h>

namespace layerlab::viewer {
namespace {

namespace scenario = sim::scenario;

DeviceLook look_of(scenario::DeviceKind kind) {
    using K = scenario::DeviceKind;
    switch (kind) {
        case K::host: return DeviceLook::host;
        case K::pc: return DeviceLook::pc;
        case K::laptop: return DeviceLook::laptop;
        case K::phone: return DeviceLook::phone;
        case K::server: return DeviceLook::server;
        case K::switch_: return DeviceLook::switch_;
        case K::bridge: return DeviceLook::bridge;
        case K::hub: return DeviceLook::hub;
        case K::router: return DeviceLook::router;
        case K::firewall: return DeviceLook::firewall;
        case K::accesspoint: return DeviceLook::access_point;
        case K::modem: return DeviceLook::modem;
        case K::linux_namespace: return DeviceLook::linux_;
        case K::nic: return DeviceLook::nic;
        case K::capture: return DeviceLook::capture;
    }
    return DeviceLook::host;
}

// "100 Mbps", "2.5 ms": with the unit that leaves the fewest digits.
std::string with_unit(double value, std::initializer_list<const char*> units) {
    auto unit = units.begin();
    for (; value >= 1000 && unit + 1 != units.end(); ++unit) value /= 1000;
    return fmt::format("{:g} {}", value, *unit);
}

std::string label_of(const scenario::LinkProperties& p) {
    const double rate = p.rate ? static_cast<double>(p.rate->bits_per_second) : 1e9;
    const double delay = p.delay ? static_cast<double>(p.delay->count()) : 5000;
    return with_unit(rate, {"bps", "kbps", "Mbps", "Gbps", "Tbps"}) + ", " + with_unit(delay, {"ns", "us", "ms", "s"});
}

}  // namespace

Topology topology_of(const Lab& lab) {
    Topology t;
    const scenario::Scenario& s = lab.scenario;
    const bool is_planned = lab.plan.devices.size() > s.devices.size();
    for (std::uint32_t d = 0; d < s.devices.size(); ++d) {
        TraceDevice& device = t.devices.emplace_back();
        device.name = s.devices[d].name;
        device.look = look_of(s.devices[d].kind);
        if (!is_planned) continue;
        for (const scenario::PlannedPort& port : lab.plan.ports_of(d)) {
            device.ports.push_back({s.port_name(port.id), port.id / 2});
            const auto index = static_cast<std::uint32_t>(&port - lab.plan.ports.data());
            for (const auto& address : lab.plan.addresses_of(index))
                if (device.address.empty()) device.address = address.prefix.to_string();
        }
    }
    t.cables.resize(s.links.size());
    for (std::uint32_t l = 0; l < s.links.size(); ++l) t.cables[l].label = label_of(s.links[l].properties);
    if (!is_planned) return t;
    for (std::uint32_t d = 0; d < s.devices.size(); ++d) {
        sim::PortId number = 0;
        for (const scenario::PlannedPort& port : lab.plan.ports_of(d))
            t.cables[port.id / 2].ends[port.id % 2] = {d, number++};
    }
    return t;
}

}  // namespace layerlab::viewer
