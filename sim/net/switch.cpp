#include "sim/net/switch.hpp"

#include "proto/wire/ethernet.hpp"

namespace layerlab::sim {

using proto::machine::Learned;
using proto::wire::Ethernet;

void Switch::on_frame(Context& context, PortId port, PacketRef frame) {
    if (frame.size() < Ethernet::min_size) return context.drop(port, frame, DropReason::malformed);
    const proto::View<Ethernet> ethernet(frame.data());
    const MacAddress source = ethernet[Ethernet::source], destination = ethernet[Ethernet::destination];
    const Learned learned = table_.learn(source, 0, port, context.now());
    if (learned == Learned::added) context.decide(Decision::mac_learned, port, frame.id(), source.number());
    if (learned == Learned::moved) context.decide(Decision::mac_moved, port, frame.id(), source.number());
    if (destination.is_multicast()) return flood(context, port, frame);
    const auto out = table_.lookup(destination, 0, context.now());
    if (!out || !ports()[*out].has_carrier()) return flood(context, port, frame);
    if (*out == port) {
        context.decide(Decision::switch_filtered, port, frame.id(), destination.number());
        return context.drop(port, frame, DropReason::not_for_me);
    }
    context.decide(Decision::switch_forwarded, port, frame.id(), destination.number(), *out);
    send(context, *out, std::move(frame));
}

void Switch::flood(Context& context, PortId in, const PacketRef& frame) {
    const MacAddress destination = proto::View<Ethernet>(frame.data())[Ethernet::destination];
    context.decide(Decision::switch_flooded, in, frame.id(), destination.number());
    for (PortId out = 0; out < ports().size(); ++out)
        if (out != in && ports()[out].has_carrier()) send(context, out, PacketRef(frame));
}

void Switch::on_carrier(Context&, PortId port, bool up) {
    if (!up) table_.flush_port(port);
}

void Switch::set_up(Context& context, bool up) {
    Node::set_up(context, up);
    if (!up) table_.flush();
}

void Hub::on_frame(Context& context, PortId port, PacketRef frame) {
    context.decide(Decision::hub_repeated, port, frame.id());
    for (PortId out = 0; out < ports().size(); ++out)
        if (out != port && ports()[out].has_carrier()) send(context, out, PacketRef(frame));
}

}  // namespace layerlab::sim
