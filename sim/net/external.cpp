#include "sim/net/external.hpp"

#include "proto/wire/ethernet.hpp"

namespace layerlab::sim {

void External::inject(Simulator& simulator, PortId port, Bytes frame) {
    constexpr std::size_t tags = 8;  // two VLAN tags do not count for the MTU
    Context context{simulator, id(), frame_cause, frame_line};
    if (port >= ports().size() || !is_up()) return;
    const bool is_short = frame.size() < proto::wire::Ethernet::min_size;
    const bool is_long = frame.size() > proto::wire::Ethernet::min_size + ports()[port].mtu + tags;
    if (is_short || is_long) {
        const PacketId packet = next_packet_id();
        return context.drop(port, packet, is_short ? DropReason::malformed : DropReason::mtu, frame_cause,
                            frame.first(std::min<std::size_t>(frame.size(), 65535)));
    }
    send(context, port, simulator.packets().make(frame));
}

void External::on_frame(Context& context, PortId port, PacketRef frame) {
    if (outside_ == nullptr) return context.drop(port, frame, DropReason::not_for_me);
    outside_->take(*this, port, frame.bytes());
}

void External::on_carrier(Context&, PortId port, bool up) {
    if (outside_ != nullptr) outside_->carrier(*this, port, up);
}

}  // namespace layerlab::sim
