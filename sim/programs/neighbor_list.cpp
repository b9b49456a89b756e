#include "sim/programs/neighbor_list.hpp"

#include <algorithm>

namespace layerlab::sim::programs {
namespace {

// What a cache tells when an entry is removed: only packets that nobody will send now.
struct RemovalOut {
    const Context& context;
    PortId port;

    void unreachable(Ipv4Address, PacketRef&& packet) const { context.drop(port, packet, DropReason::no_neighbor); }
    void overflowed(Ipv4Address, PacketRef&& packet) const { context.drop(port, packet, DropReason::no_neighbor); }
    void resolved(Ipv4Address, const MacAddress&, PacketRef&& packet) const {
        context.drop(port, packet, DropReason::no_neighbor);
    }
    template <class Cause>
    void request(Ipv4Address, const MacAddress*, const Cause&) const {}
    template <class View>
    void changed(const View&) const {}
};

}  // namespace

std::vector<NeighborRow> neighbor_rows(const Host& host, Time now) {
    std::vector<NeighborRow> rows;
    const std::vector<Interface>& interfaces = host.stack().interfaces();
    for (PortId port = 0; port < interfaces.size(); ++port) {
        auto entries = interfaces[port].neighbors.entries(now);
        std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
        for (const auto& entry : entries) rows.push_back({port, entry});
    }
    return rows;
}

bool remove_neighbor(Process& self, PortId port, Ipv4Address address) {
    const Context context = self.context();
    RemovalOut out{context, port};
    return self.host().stack().interfaces()[port].neighbors.remove(address, out);
}

}  // namespace layerlab::sim::programs
