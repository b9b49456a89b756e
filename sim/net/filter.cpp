#include "sim/net/filter.hpp"
namespace layerlab::sim {
bool Filter::before_routing(Context&, PortId, PacketRef&) { return true; }
bool Filter::to_host(Context&, const Ipv4Input&, const PacketRef&) { return true; }
bool Filter::through(Context&, const Ipv4Input&, PortId) { return true; }
bool Filter::from_host(Context&, PortId, PacketRef&) { return true; }
bool Filter::after_routing(Context&, PortId, PacketRef&) { return true; }
void Filter::forget() {}
}  // namespace layerlab::sim
