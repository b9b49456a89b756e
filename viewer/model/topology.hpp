// Who is there and how they are joined, as the canvas and the names of places need it. Plain data.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sim/kernel/record.hpp"

namespace layerlab::viewer {

using sim::NodeId;
using sim::PortId;

inline constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

enum class DeviceLook : std::uint8_t {
    host,
    pc,
    laptop,
    phone,
    server,
    switch_,
    bridge,
    hub,
    router,
    firewall,
    access_point,
    modem,
    linux_,
    nic,
    capture,
    group,  // of a capture: a multicast or broadcast address
};

struct TracePort {
    std::string name;
    std::uint32_t cable = none;
};

struct TraceDevice {
    std::string name;
    std::string address;  // the first one that is known before the run; may be empty
    DeviceLook look = DeviceLook::host;
    std::vector<TracePort> ports;
};

struct TraceCable {
    struct End {
        NodeId node = sim::no_node;
        PortId port = sim::no_port;
    };
    End ends[2];
    std::string label;  // rate and delay: "1 Gbps, 5 us"; empty where unknown
};

struct Topology {
    std::vector<TraceDevice> devices;  // by NodeId
    std::vector<TraceCable> cables;

    // none where the port is not plugged in (loopback, for example).
    std::uint32_t cable_at(NodeId node, PortId port) const {
        if (node >= devices.size() || port >= devices[node].ports.size()) return none;
        return devices[node].ports[port].cable;
    }
    // The other end of the cable at a port.
    TraceCable::End peer(NodeId node, PortId port) const {
        const std::uint32_t cable = cable_at(node, port);
        if (cable == none) return {};
        const TraceCable& c = cables[cable];
        return c.ends[c.ends[0].node == node && c.ends[0].port == port ? 1 : 0];
    }
};

}  // namespace layerlab::viewer
