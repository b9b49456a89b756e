// Neighbor discovery: who has an address, is he still there, and who knows a better way. RFC 4861 section 7 and 8.
#include "sim/net/ipv6_neighbors.hpp"

#include "sim/net/host.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using machine::NeighborEffect;
using wire::Icmpv6Type;

void Ipv6Stack::note_neighbor(Context& context, PortId port, const Ipv6Address& address, const MacAddress& mac,
                              bool may_create, PacketId id) {
    if (is_unspecified(address) || is_multicast(address) || mac.is_multicast()) return;
    NeighborOut out{*this, context, port};
    const NeighborEffect effect = interfaces_[port].neighbors.learn(
        context.now(), address, mac, {.is_confirmed = false, .may_create = may_create, .may_override = true}, out);
    if (effect == NeighborEffect::created || effect == NeighborEffect::completed || effect == NeighborEffect::moved)
        context.decide(Decision::nd_learned, port, id, high_half(address), low_half(address));
}

// Section 7.2.3 and 7.2.4.
void Ipv6Stack::on_solicitation(Context& context, const Ipv6Input& ip) {
    const Bytes message = ip.payload();
    if (message.size() < 24) return context.drop(ip.in_port, ip.id, DropReason::malformed);
    const Ipv6Address target = Ipv6Address::load(message.data() + 8);
    const auto options = wire::parse_neighbor_options(message.subspan(24));
    const bool is_probe = is_unspecified(ip.source);  // somebody checks whether he may have the address
    const bool is_sound = options && !is_multicast(target) &&
                          (!is_probe || (!options->source_mac && ip.destination == solicited_node(target)));
    if (!is_sound) return context.drop(ip.in_port, ip.id, DropReason::malformed);
    Ipv6Interface& interface = interfaces_[ip.in_port];
    const machine::Ipv6InterfaceAddress* own = interface.addresses.find(target);
    if (!own) return;
    if (own->state == machine::Ipv6AddressState::tentative) {
        // RFC 4862 section 5.4.3: two want it at the same time, and neither gets it.
        if (is_probe) on_conflict(context, ip.in_port, target);
        return;
    }
    if (!own->is_usable()) return;
    if (!is_probe && options->source_mac)
        note_neighbor(context, ip.in_port, ip.source, *options->source_mac, true, ip.id);
    context.decide(Decision::nd_answered, ip.in_port, ip.id, high_half(target), low_half(target));
    Context about = context;
    about.cause = ip.id;
    const auto answer = wire::make_neighbor_advertisement(
        target, {.router = stack_.forwards, .solicited = !is_probe, .override_ = true}, host().ports()[ip.in_port].mac);
    send_message(about, ip.in_port, target, is_probe ? proto::all_nodes : ip.source, answer);
    arm(context, ip.in_port);
}

// Section 7.2.5.
void Ipv6Stack::on_neighbor_advertisement(Context& context, const Ipv6Input& ip) {
    const Bytes message = ip.payload();
    if (message.size() < 24) return context.drop(ip.in_port, ip.id, DropReason::malformed);
    const Ipv6Address target = Ipv6Address::load(message.data() + 8);
    const bool router = (message[4] & 0x80) != 0, solicited = (message[4] & 0x40) != 0,
               override_ = (message[4] & 0x20) != 0;
    const auto options = wire::parse_neighbor_options(message.subspan(24));
    if (!options || is_multicast(target) || (is_multicast(ip.destination) && solicited))
        return context.drop(ip.in_port, ip.id, DropReason::malformed);
    Ipv6Interface& interface = interfaces_[ip.in_port];
    // One that was lost to somebody else is a neighbor like others.
    const machine::Ipv6InterfaceAddress* own = interface.addresses.find(target);
    if (own && own->state != machine::Ipv6AddressState::duplicated) return on_conflict(context, ip.in_port, target);
    if (options->target_mac && options->target_mac->is_multicast())
        return context.drop(ip.in_port, ip.id, DropReason::malformed);
    NeighborOut out{*this, context, ip.in_port};
    const MacAddress* mac = options->target_mac ? &*options->target_mac : nullptr;
    const NeighborEffect effect =
        interface.neighbors.on_advertisement(context.now(), target, mac, solicited, override_, out);
    if (effect == NeighborEffect::completed || effect == NeighborEffect::moved)
        context.decide(Decision::nd_learned, ip.in_port, ip.id, high_half(target), low_half(target));
    if (!router && effect != NeighborEffect::ignored)  // a router that is one no longer
        routes_.remove_gateway(ip.in_port, target, machine::Ipv6RouteKind::advertisement);
    arm(context, ip.in_port);
}

// Section 8.3.
void Ipv6Stack::on_redirect(Context& context, const Ipv6Input& ip) {
    const Bytes message = ip.payload();
    if (message.size() < 40 || !is_link_local(ip.source) || stack_.forwards) return;
    const Ipv6Address target = Ipv6Address::load(message.data() + 8);
    const Ipv6Address destination = Ipv6Address::load(message.data() + 24);
    const auto options = wire::parse_neighbor_options(message.subspan(40));
    if (!options || is_multicast(destination) || (!is_link_local(target) && target != destination))
        return context.drop(ip.in_port, ip.id, DropReason::malformed);
    // Only the router that is asked now may send us elsewhere.
    const machine::Ipv6Route* route = routes_.find(destination, ip.in_port);
    if (!route || route->next_hop(destination) != ip.source) return;
    constexpr std::size_t most_redirects = 1024;
    if (routes_.size() >= most_redirects) return;
    machine::Ipv6Route better;
    better.prefix = {destination, 128};
    if (target != destination) better.gateway = target;
    better.metric = 0;
    better.interface = ip.in_port;
    better.kind = machine::Ipv6RouteKind::redirect;
    better.until = context.now() + std::chrono::minutes(5);
    routes_.add(better);
    context.decide(Decision::redirect_taken, ip.in_port, ip.id, high_half(destination), low_half(destination));
    if (options->target_mac) note_neighbor(context, ip.in_port, target, *options->target_mac, true, ip.id);
    arm(context, ip.in_port);
    arm_general(context);
}

bool Ipv6Stack::set_permanent_neighbor(Context& context, PortId port, const Ipv6Address& address, MacAddress mac) {
    if (port >= interfaces_.size()) return false;
    NeighborOut out{*this, context, port};
    return interfaces_[port].neighbors.set_permanent(context.now(), address, mac, out);
}

void Ipv6Stack::park(Context& context, PortId out, const Ipv6Address& next_hop, PacketRef&& packet) {
    NeighborOut neighbor_out{*this, context, out};
    interfaces_[out].neighbors.park(context.now(), next_hop, std::move(packet), neighbor_out);
    arm(context, out);
}

void Ipv6Stack::NeighborOut::request(const Ipv6Address& target, const MacAddress* unicast_to, const PacketRef* cause) {
    Context asking = context;
    Ipv6Address source{};
    if (cause) {
        asking.cause = cause->id();
        // Section 7.2.2: the source of the packet that waits, if it is an address of this interface.
        source = Ipv6Address::load(cause->data() + 8);
        const auto* own = stack.interfaces_[port].addresses.find(source);
        if (!own || !own->is_usable()) source = {};
    }
    if (is_unspecified(source)) source = stack.source_for(target, port);
    if (is_unspecified(source)) return;
    const auto message = wire::make_neighbor_solicitation(target, stack.host().ports()[port].mac);
    if (unicast_to) {
        const MacAddress to = *unicast_to;
        stack.send_message(asking, port, source, target, message, 255, false, &to);
    } else {
        stack.send_message(asking, port, source, solicited_node(target), message);
    }
}

void Ipv6Stack::NeighborOut::resolved(const Ipv6Address&, const MacAddress& mac, PacketRef&& packet) {
    stack.stack_.put_on_wire(context, port, mac, std::move(packet), wire::EtherType::ipv6);
}

void Ipv6Stack::NeighborOut::unreachable(const Ipv6Address& target, PacketRef&& packet) {
    context.decide(Decision::nd_gave_up, port, packet.id(), high_half(target), low_half(target));
    context.drop(port, packet, DropReason::no_neighbor);
    lost.push_back(std::move(packet));
}

void Ipv6Stack::NeighborOut::overflowed(const Ipv6Address&, PacketRef&& packet) {
    context.drop(port, packet, DropReason::no_neighbor);
}

// After the cache is done, since these errors may go back through it.
void Ipv6Stack::NeighborOut::tell_unreachable() {
    for (PacketRef& packet : lost) {
        Context about = context;
        about.cause = packet.id();
        stack.send_error(about, port, packet.bytes(), Icmpv6Type::destination_unreachable, 3);
    }
    lost.clear();
}

}  // namespace layerlab::sim
