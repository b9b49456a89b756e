// A packet's way down: IP header, route, neighbor, fragments, Ethernet.
#include <cstring>

#include "proto/wire/arp.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ip_options.hpp"
#include "sim/net/stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using proto::MutableView;
using wire::Arp;
using wire::Ethernet;
using wire::EtherType;
using wire::Ipv4;

SocketError Stack::send(Context& context, PacketRef packet, wire::IpProtocol protocol, Ipv4Address destination,
                        const IpOptions& options) {
    const Ipv4Address source =
        options.source.is_zero() && options.out_port == no_port ? source_for(destination) : options.source.v4();
    const auto option_bytes =
        options.record_route ? record_route_size : static_cast<std::uint8_t>(options.reply_options.size() & 0x3c);
    if (packet.size() + Ipv4::min_size + option_bytes > 65535) return SocketError::message_too_long;
    std::uint8_t* p = packet.push(Ipv4::min_size + option_bytes);
    const MutableView<Ipv4> header(p);
    proto::store_be32(
        p, 0x45000000u + (std::uint32_t{option_bytes} << 22) + (std::uint32_t{options.tos} << 16) + packet.size());
    proto::store_be16(p + 4, next_identification_++);
    proto::store_be16(p + 6, options.dont_fragment ? 0x4000 : 0);
    header.set(Ipv4::ttl, options.ttl);
    header.set(Ipv4::protocol, static_cast<std::uint8_t>(protocol));
    header.set(Ipv4::checksum, 0);
    header.set(Ipv4::source, source);
    header.set(Ipv4::destination, destination);
    if (options.record_route) {
        write_record_route(p + Ipv4::min_size, source);
    } else if (option_bytes) {  // an answer: this host is on the route when it gets the packet and when it sends
        std::memcpy(p + Ipv4::min_size, options.reply_options.data(), option_bytes);
        const MutableBytes copy(p + Ipv4::min_size, option_bytes);
        if (record_route(copy, source)) record_route(copy, source);
    }
    header.set(Ipv4::checksum, proto::internet_checksum({p, static_cast<std::size_t>(header[Ipv4::header_length])}));
    ++counters_.ip_sent;
    if (packet.id() == proto::no_packet) packet.set_identity(host_.next_packet_id(), context.cause);
    return route_and_emit(context, std::move(packet), destination, options);
}

SocketError Stack::route_and_emit(Context& context, PacketRef&& packet, Ipv4Address destination,
                                  const IpOptions& options) {
    PortId out = options.out_port;
    Ipv4Address next_hop = destination;
    if (out == no_port) {
        if (destination.is_loopback() || is_own(destination)) {
            loop_back(context, std::move(packet));
            return SocketError::none;
        }
        const machine::Route* route = routes_.lookup(destination);
        if (!route) {
            context.decide(Decision::no_route, no_port, packet.id(), destination.number);
            context.drop(no_port, packet, DropReason::no_route);
            return SocketError::network_unreachable;
        }
        out = route->interface;
        // A group is on the link, whatever gateway the route has.
        if (!destination.is_multicast()) next_hop = route->next_hop(destination);
        if (context.recording()) [[unlikely]]
            context.decide(Decision::route_chosen, out, packet.id(),
                           std::uint64_t{route->prefix.address.number} << 8 | route->prefix.length, destination.number,
                           route->line);
    }
    const std::uint16_t mtu =
        rare_ ? rare_->path_mtu(destination, host_.ports()[out].mtu, context.now()) : host_.ports()[out].mtu;
    if (packet.size() > mtu) [[unlikely]] {
        if (options.dont_fragment) {
            context.decide(Decision::must_fragment, out, packet.id(), 0, mtu);
            context.drop(out, packet, DropReason::mtu);
            return SocketError::message_too_long;
        }
        return emit_fragments(context, out, next_hop, std::move(packet), mtu);
    }
    if (options.to_mac) {
        put_on_wire(context, out, *options.to_mac, std::move(packet), EtherType::ipv4);
        return SocketError::none;
    }
    emit(context, out, next_hop, std::move(packet));
    return SocketError::none;
}

// `packet` from its IP header on goes to a neighbor on a port, whose MAC may have to be asked for first.
void Stack::emit(Context& context, PortId out, Ipv4Address next_hop, PacketRef&& packet) {
    machine::NeighborCache<PacketRef>& neighbors = interfaces_[out].neighbors;
    if (const MacAddress* mac = neighbors.resolve(context.now(), next_hop)) [[likely]] {
        // Using a stale entry has begun the wait for its confirmation.
        if (neighbors.next_deadline() != proto::never) [[unlikely]]
            arm_neighbors(context, out);
        return put_on_wire(context, out, *mac, std::move(packet), EtherType::ipv4);
    }
    if (next_hop.is_multicast()) {  // RFC 1112 section 6.4
        const std::uint64_t group = 0x0100'5e00'0000u | (next_hop.number & 0x7f'ffffu);
        return put_on_wire(context, out, MacAddress::from_number(group), std::move(packet), EtherType::ipv4);
    }
    if (is_broadcast(out, next_hop))
        return put_on_wire(context, out, proto::broadcast_mac, std::move(packet), EtherType::ipv4);
    context.decide(Decision::arp_missed, out, packet.id(), next_hop.number);
    NeighborOut neighbor_out{*this, context, out};
    neighbors.park(context.now(), next_hop, std::move(packet), neighbor_out);
    arm_neighbors(context, out);
}

void Stack::put_on_wire(Context& context, PortId out, const MacAddress& to, PacketRef&& packet, EtherType type) {
    packet.make_unique();
    std::uint8_t* p = packet.push(static_cast<std::uint32_t>(Ethernet::min_size));
    to.store(p);
    host_.ports()[out].mac.store(p + 6);
    proto::store_be16(p + 12, static_cast<std::uint16_t>(type));
    InterfaceCounters& counters = interfaces_[out].counters;
    ++counters.sent_packets;
    counters.sent_bytes += packet.size();
    if (rare_) [[unlikely]]
        tap(context, out, true, packet.bytes());
    host_.send(context, out, std::move(packet));
}

void Stack::send_arp(Context& context, PortId port, bool is_reply, Ipv4Address sender, Ipv4Address target,
                     MacAddress target_mac, MacAddress frame_destination) {
    PacketRef packet = context.simulator.packets().make(static_cast<std::uint32_t>(Arp::min_size));
    std::memset(packet.writable(), 0, Arp::min_size);
    const MutableView<Arp> arp(packet.writable());
    arp.set(Arp::hardware_type, Arp::hardware_ethernet);
    arp.set(Arp::protocol_type, static_cast<std::uint16_t>(EtherType::ipv4));
    arp.set(Arp::hardware_size, 6);
    arp.set(Arp::protocol_size, 4);
    arp.set(Arp::operation,
            static_cast<std::uint16_t>(is_reply ? wire::ArpOperation::reply : wire::ArpOperation::request));
    arp.set(Arp::sender_mac, host_.ports()[port].mac);
    arp.set(Arp::sender_ip, sender);
    arp.set(Arp::target_mac, target_mac);
    arp.set(Arp::target_ip, target);
    put_on_wire(context, port, frame_destination, std::move(packet), EtherType::arp);
}

void Stack::arm_neighbors(Context& context, PortId port) {
    Interface& interface = interfaces_[port];
    const Time next = interface.neighbors.next_deadline();
    if (next == proto::never) {
        if (interface.neighbor_timer) host_.clear_timer(*interface.neighbor_timer);
        return;
    }
    if (!interface.neighbor_timer) interface.neighbor_timer = std::make_unique<NeighborTimer>(*this, port);
    if (!interface.neighbor_timer->is_set() || interface.neighbor_timer->at() != next)
        host_.set_timer(context.simulator, *interface.neighbor_timer, next);
}

void Stack::NeighborTimer::on_timer(Context& context) {
    NeighborOut out{stack, context, port};
    stack.interfaces_[port].neighbors.on_deadline(context.now(), out);
    stack.arm_neighbors(context, port);
    out.tell_unreachable();
}

void Stack::NeighborOut::request(Ipv4Address target, const MacAddress* unicast_to, const PacketRef* cause) {
    Context asking = context;
    if (cause) asking.cause = cause->id();
    Ipv4Address sender = stack.source_for(target);
    if (stack.interfaces_[port].addresses.empty()) sender = {};
    stack.send_arp(asking, port, false, sender, target, {}, unicast_to ? *unicast_to : proto::broadcast_mac);
}

void Stack::NeighborOut::resolved(Ipv4Address, const MacAddress& mac, PacketRef&& packet) {
    stack.put_on_wire(context, port, mac, std::move(packet), EtherType::ipv4);
}

void Stack::NeighborOut::unreachable(Ipv4Address target, PacketRef&& packet) {
    context.decide(Decision::arp_gave_up, port, packet.id(), target.number);
    context.drop(port, packet, DropReason::no_neighbor);
    lost.push_back(std::move(packet));
}

void Stack::NeighborOut::overflowed(Ipv4Address, PacketRef&& packet) {
    context.drop(port, packet, DropReason::no_neighbor);
}

// After the cache is done, since these errors may go back through it.
void Stack::NeighborOut::tell_unreachable() {
    for (PacketRef& packet : lost) {
        Context about = context;
        about.cause = packet.id();
        stack.send_icmp_error(about, packet.bytes(), static_cast<std::uint8_t>(wire::IcmpType::destination_unreachable),
                              static_cast<std::uint8_t>(wire::UnreachableCode::host));
    }
    lost.clear();
}

}  // namespace layerlab::sim
