// A packet's way down: IPv6 header, source address, route, neighbor.
#include <cstring>

#include "proto/machine/address_selection.hpp"
#include "proto/wire/ipv6.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using wire::Ethernet;
using wire::EtherType;
using wire::IpProtocol;
using wire::Ipv6;

namespace {

// One number for all packets of a flow (RFC 6437 section 3); ICMPv6 has none.
std::uint32_t flow_label(const Ipv6Address& source, const Ipv6Address& destination, IpProtocol protocol,
                         Bytes payload) {
    if ((protocol != IpProtocol::tcp && protocol != IpProtocol::udp) || payload.size() < 4) return 0;
    std::uint64_t h = machine::mixed(high_half(source) ^ low_half(source) * 3);
    h = machine::mixed(h ^ high_half(destination) ^ low_half(destination) * 5);
    h = machine::mixed(h ^ proto::load_be32(payload.data()) ^ std::uint64_t{static_cast<std::uint8_t>(protocol)} << 32);
    return static_cast<std::uint32_t>(h) & 0xf'ffffu;
}

}  // namespace

SocketError Ipv6Stack::send(Context& context, PacketRef packet, IpProtocol protocol, const Ipv6Address& destination,
                            const IpOptions& options) {
    if (packet.size() > 65535) return SocketError::message_too_long;
    const Ipv6Address source = options.source.is_v6() ? options.source.v6() : source_for(destination, options.out_port);
    const std::uint32_t label = flow_label(source, destination, protocol, packet.bytes());
    const std::uint32_t length = packet.size();
    std::uint8_t* p = packet.push(Ipv6::min_size);
    proto::store_be32(p, 0x6000'0000u | std::uint32_t{options.tos} << 20 | label);
    proto::store_be16(p + 4, static_cast<std::uint16_t>(length));
    p[6] = static_cast<std::uint8_t>(protocol);
    p[7] = options.ttl;
    source.store(p + 8);
    destination.store(p + 24);
    ++stack_.counters_.ip_sent;
    if (packet.id() == proto::no_packet) packet.set_identity(host().next_packet_id(), context.cause);
    return route_and_emit(context, std::move(packet), destination, options);
}

PortId Ipv6Stack::only_port() const {
    PortId only = no_port;
    for (PortId port = 0; port < interfaces_.size(); ++port) {
        if (!is_enabled(port)) continue;
        if (only != no_port) return no_port;
        only = port;
    }
    return only;
}

SocketError Ipv6Stack::route_and_emit(Context& context, PacketRef&& packet, const Ipv6Address& destination,
                                      const IpOptions& options) {
    PortId out = options.out_port;
    Ipv6Address next_hop = destination;
    if (is_loopback(destination) || is_own(destination)) {
        stack_.loop_back(context, std::move(packet));
        return SocketError::none;
    }
    if (needs_zone(destination)) {
        if (out == no_port) out = only_port();
        if (out == no_port) {
            context.decide(Decision::zone_missing, no_port, packet.id(), high_half(destination), low_half(destination));
            context.drop(no_port, packet, DropReason::no_route);
            return SocketError::invalid_argument;
        }
    } else if (!is_multicast(destination) || out == no_port) {
        const machine::Ipv6Route* route = routes_.lookup(destination);
        if (route && out != no_port && route->interface != out) route = routes_.find(destination, out);
        if (!route) {
            context.decide(Decision::no_route6, no_port, packet.id(), high_half(destination), low_half(destination));
            context.drop(no_port, packet, DropReason::no_route);
            return SocketError::network_unreachable;
        }
        out = route->interface;
        if (!is_multicast(destination)) next_hop = route->next_hop(destination);
        context.decide(Decision::route_chosen6, out, packet.id(), high_half(destination), low_half(destination),
                       route->line);
    }
    if (out >= interfaces_.size()) return SocketError::network_unreachable;
    const std::uint16_t mtu = path_mtu(destination, port_mtu(out), context.now());
    if (packet.size() > mtu) {
        if (options.dont_fragment) {
            context.decide(Decision::too_big_to_send, out, packet.id(), packet.size(), mtu);
            context.drop(out, packet, DropReason::mtu);
            return SocketError::message_too_long;
        }
        return emit_fragments(context, out, next_hop, std::move(packet), mtu);
    }
    emit(context, out, next_hop, std::move(packet));
    return SocketError::none;
}

// `packet` from its IPv6 header on goes to a neighbor on a port.
void Ipv6Stack::emit(Context& context, PortId out, const Ipv6Address& next_hop, PacketRef&& packet) {
    if (is_multicast(next_hop))
        return stack_.put_on_wire(context, out, multicast_mac(next_hop), std::move(packet), EtherType::ipv6);
    auto& neighbors = interfaces_[out].neighbors;
    if (const MacAddress* mac = neighbors.resolve(context.now(), next_hop)) {
        const MacAddress to = *mac;
        if (neighbors.next_deadline() != proto::never) arm(context, out);
        return stack_.put_on_wire(context, out, to, std::move(packet), EtherType::ipv6);
    }
    context.decide(Decision::nd_missed, out, packet.id(), high_half(next_hop), low_half(next_hop));
    park(context, out, next_hop, std::move(packet));
}

Ipv6Address Ipv6Stack::source_for(const Ipv6Address& destination, PortId zone) const {
    if (is_loopback(destination) || is_own(destination)) return destination;
    PortId out = zone;
    if (needs_zone(destination)) {
        if (out == no_port) out = only_port();
    } else if (const machine::Ipv6Route* route = routes_.find(destination)) {
        if (out == no_port) out = route->interface;
    } else if (!is_multicast(destination)) {
        return {};
    }
    if (out == no_port || out >= interfaces_.size()) return {};
    std::vector<machine::SourceCandidate> candidates;
    for (PortId port = 0; port < interfaces_.size(); ++port)
        for (const machine::Ipv6InterfaceAddress& a : interfaces_[port].addresses.all()) {
            if (!a.is_usable() || (port != out && is_link_local(a.prefix.address))) continue;
            // Section 4: for what stays on the link only addresses of that interface.
            if (port != out && needs_zone(destination)) continue;
            candidates.push_back(
                {a.prefix.address, a.prefix.length, a.state == machine::Ipv6AddressState::deprecated, port == out});
        }
    const int best = machine::select_source(destination, candidates);
    return best < 0 ? Ipv6Address{} : candidates[static_cast<std::size_t>(best)].address;
}

bool Ipv6Stack::is_own(const Ipv6Address& address) const {
    for (const Own& own : own_)
        if (own.address == address) return true;
    return false;
}

bool Ipv6Stack::can_reach(const Ipv6Address& destination) const {
    return is_loopback(destination) || is_own(destination) || routes_.find(destination) != nullptr;
}

std::uint16_t Ipv6Stack::port_mtu(PortId port) const {
    const std::uint16_t mtu = host().ports()[port].mtu, advertised = interfaces_[port].mtu;
    return advertised != 0 ? std::min(mtu, advertised) : mtu;
}

std::uint16_t Ipv6Stack::path_mtu(const Ipv6Address& destination, std::uint16_t mtu, Time now) const {
    for (const PathMtu& p : path_mtus_)
        if (p.destination == destination && now < p.until) return std::min(p.mtu, mtu);
    return mtu;
}

std::uint16_t Ipv6Stack::mtu_to(const Ipv6Address& destination, Time now) const {
    if (is_loopback(destination) || is_own(destination)) return 65535;
    const machine::Ipv6Route* route = routes_.find(destination);
    const PortId out = route ? route->interface : only_port();
    return path_mtu(destination, out < interfaces_.size() ? port_mtu(out) : std::uint16_t{1500}, now);
}

void Ipv6Stack::confirm(Time now, const Ipv6Address& destination, PortId zone) {
    if (zone != no_port && zone < interfaces_.size()) return interfaces_[zone].neighbors.confirm(now, destination);
    const machine::Ipv6Route* route = routes_.lookup(destination);
    if (route && route->interface < interfaces_.size())
        interfaces_[route->interface].neighbors.confirm(now, route->next_hop(destination));
}

}  // namespace layerlab::sim
