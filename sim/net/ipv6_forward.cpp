// What a router does with an IPv6 packet that is not for itself: RFC 8200 section 3 and 5, RFC 4443, RFC 4861
// section 8.
#include "proto/wire/ipv6.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using wire::Ethernet;
using wire::Icmpv6Type;

void Ipv6Stack::forward(Context& context, const Ipv6Input& ip, PacketRef&& frame) {
    const PortId in = ip.in_port;
    const std::uint64_t high = high_half(ip.destination), low = low_half(ip.destination);
    if (!stack_.forwards) {
        ++stack_.counters_.ip_discarded;
        context.decide(Decision::not_mine6, in, ip.id, high, low);
        return context.drop(in, frame, DropReason::not_for_me);
    }
    if (ip.is_link_multicast || is_multicast(ip.destination) || is_unspecified(ip.source) ||
        is_link_local(ip.destination)) {
        context.decide(Decision::stays_on_link, in, ip.id, high, low);
        return context.drop(in, frame, DropReason::not_for_me);
    }
    if (ip.hop_limit <= 1) {
        context.decide(Decision::hop_limit_expired, in, ip.id, high, low);
        send_error(context, in, ip.packet, Icmpv6Type::time_exceeded, 0);
        return context.drop(in, frame, DropReason::ttl);
    }
    const machine::Ipv6Route* route = routes_.lookup(ip.destination);
    if (!route || route->interface >= interfaces_.size()) {
        ++stack_.counters_.ip_discarded;
        context.decide(Decision::no_route6, in, ip.id, high, low);
        send_error(context, in, ip.packet, Icmpv6Type::destination_unreachable, 0);
        return context.drop(in, frame, DropReason::no_route);
    }
    const PortId out = route->interface;
    if (is_link_local(ip.source) && out != in) {  // RFC 4007 section 9: "beyond scope of source address"
        context.decide(Decision::stays_on_link, in, ip.id, high_half(ip.source), low_half(ip.source));
        send_error(context, in, ip.packet, Icmpv6Type::destination_unreachable, 2);
        return context.drop(in, frame, DropReason::not_for_me);
    }
    if (context.recording()) {
        context.decide(Decision::route_chosen6, out, ip.id, high, low, route->line);
        context.decide(Decision::forwarded6, out, ip.id, high, low);
    }
    if (!stack_.pass_through6(context, ip, out)) return;
    const auto length = static_cast<std::uint32_t>(ip.packet.size());
    if (length > port_mtu(out)) {  // routers never fragment
        context.decide(Decision::packet_too_big, out, ip.id, length, port_mtu(out));
        send_error(context, in, ip.packet, Icmpv6Type::packet_too_big, 0, port_mtu(out));
        return context.drop(in, frame, DropReason::mtu);
    }
    if (out == in) maybe_redirect(context, ip, *route);
    const Ipv6Address next_hop = route->next_hop(ip.destination);
    ++stack_.counters_.ip_forwarded;
    PacketRef packet = std::move(frame);
    packet.make_unique();
    packet.pull(static_cast<std::uint32_t>(Ethernet::min_size));
    packet.trim_to(length);
    --packet.writable()[7];
    emit(context, out, next_hop, std::move(packet));
}

// Section 8.2: the sender is a neighbor, and so is the better first hop. Routers are known by link-local addresses.
void Ipv6Stack::maybe_redirect(Context& context, const Ipv6Input& ip, const machine::Ipv6Route& route) {
    const Ipv6Address target = route.next_hop(ip.destination);
    if (!route.is_on_link() && !is_link_local(target)) return;
    const machine::Ipv6Route* back = routes_.find(ip.source);
    const auto own = link_local_of(ip.in_port);
    const bool is_neighbor = is_link_local(ip.source) || (back && back->is_on_link() && back->interface == ip.in_port);
    if (!is_neighbor || !own) return;
    if (!limiter_.allow(context.now(), {static_cast<std::uint32_t>(low_half(ip.source))}, 11, 0)) return;
    std::optional<MacAddress> mac;
    if (const auto known = interfaces_[ip.in_port].neighbors.entry(context.now(), target);
        known && known->mac != MacAddress{})
        mac = known->mac;
    context.decide(Decision::redirect_sent, ip.in_port, ip.id, high_half(target), low_half(target));
    Context about = context;
    about.cause = ip.id;
    send_message(about, ip.in_port, *own, ip.source, wire::make_redirect(target, ip.destination, mac, ip.packet));
}

}  // namespace layerlab::sim
