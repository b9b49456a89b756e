// The loopback interface: a cable from the host to itself that takes the same time for every packet, one after the
// other. Its frames carry zero MACs, as on Linux.
#include <algorithm>
#include <cstring>

#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using wire::Ethernet;
using wire::EtherType;

const InterfaceCounters& Stack::loopback_counters() const {
    static const InterfaceCounters unused;
    return loopback_ ? loopback_->counters : unused;
}

void Stack::loop_back(Context& context, PacketRef packet) {
    if (!loopback_) loopback_ = std::make_unique<Loopback>(*this);
    if (loopback_->waiting.size() >= Loopback::most_waiting) {
        ++loopback_->counters.received_dropped;
        return context.drop(loopback_port, packet, DropReason::queue);
    }
    // What goes out comes in. Linux counts without the Ethernet header here.
    InterfaceCounters& c = loopback_->counters;
    c.received_packets = ++c.sent_packets;
    c.received_bytes = c.sent_bytes += packet.size();
    packet.make_unique();
    std::uint8_t* p = packet.push(static_cast<std::uint32_t>(Ethernet::min_size));
    std::memset(p, 0, 12);
    const bool is_v6 = p[Ethernet::min_size] >> 4 == 6;
    proto::store_be16(p + 12, static_cast<std::uint16_t>(is_v6 ? EtherType::ipv6 : EtherType::ipv4));
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
    loopback_->free_at = std::max(loopback_->free_at, context.now()) + Loopback::per_packet;
    loopback_->waiting.push_back({loopback_->free_at, std::move(packet)});
    if (!loopback_->is_set()) host_.set_timer(context.simulator, *loopback_, loopback_->free_at);
}

void Stack::Loopback::on_timer(Context& context) {
    PacketRef frame = waiting.pop_front().frame;
    if (!waiting.empty()) stack.host_.set_timer(context.simulator, *this, waiting.front().arrives);
    Context inner{context.simulator, stack.host_.id(), frame.id()};
    if (stack.rare_) stack.tap(inner, loopback_port, false, frame.bytes());
    if (frame.data()[Ethernet::min_size] >> 4 == 6) {
        if (stack.ipv6_) stack.ipv6_->on_packet(inner, loopback_port, std::move(frame));
        return;
    }
    stack.on_ipv4(inner, loopback_port, std::move(frame));
}

}  // namespace layerlab::sim
