// The loopback interface: a cable from the host to itself. Its frames carry zero MACs, as on Linux.
#include <cstring>

#include "sim/net/host.hpp"
#include "sim/net/stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using wire::Ethernet;
using wire::EtherType;

const InterfaceCounters& Stack::loopback_counters() const {
    static const InterfaceCounters unused;
    return loopback_ ? loopback_->counters : unused;
}

bool Stack::has_loopback() const { return loopback_ && !loopback_->waiting.empty(); }

void Stack::loop_back(Context& context, PacketRef packet) {
    if (!loopback_) loopback_ = std::make_unique<Loopback>();
    // What goes out comes in. Linux counts without the Ethernet header here.
    InterfaceCounters& c = loopback_->counters;
    c.received_packets = ++c.sent_packets;
    c.received_bytes = c.sent_bytes += packet.size();
    packet.make_unique();
    std::uint8_t* p = packet.push(static_cast<std::uint32_t>(Ethernet::min_size));
    std::memset(p, 0, 12);
    proto::store_be16(p + 12, static_cast<std::uint16_t>(EtherType::ipv4));
    if (context.recording()) {
        Record r;
        r.at = context.now();
        r.packet = packet.id();
        r.cause = packet.cause();
        r.node = host_.id();
        r.port = loopback_port;
        r.line = context.line;
        r.kind = RecordKind::frame_sent;
        context.simulator.recorder().record(r, packet.bytes());
    }
    if (rare_) tap(context, loopback_port, true, packet.bytes());
    loopback_->waiting.push_back(std::move(packet));
}

bool Stack::run_loopback(Context& context) {
    if (!has_loopback()) return false;
    PacketRef frame = loopback_->waiting.pop_front();
    Context inner{context.simulator, host_.id(), frame.id(), context.line};
    if (rare_) tap(inner, loopback_port, false, frame.bytes());
    on_ipv4(inner, loopback_port, std::move(frame));
    return true;
}

}  // namespace layerlab::sim
