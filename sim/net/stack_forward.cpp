// What a router does with a packet that is not for itself: RFC 1812 section 5.2 and 5.3.
#include "proto/wire/icmp.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ip_options.hpp"
#include "sim/net/stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using wire::Ethernet;
using wire::IcmpType;
using wire::Ipv4;
using wire::UnreachableCode;

void Stack::forward(Context& context, const Ipv4Input& ip, PacketRef&& frame) {
    const auto unreachable = static_cast<std::uint8_t>(IcmpType::destination_unreachable);
    const PortId in = ip.in_port;
    if (!forwards) [[unlikely]] {
        ++counters_.ip_discarded;
        context.decide(Decision::ip_not_mine, in, ip.id, ip.destination.number);
        return context.drop(in, frame, DropReason::not_for_me);
    }
    if (ip.is_link_broadcast || ip.destination.is_multicast() || ip.source.is_zero() || ip.destination.is_loopback())
        [[unlikely]] {
        context.decide(Decision::broadcast_not_forwarded, in, ip.id, ip.destination.number);
        return context.drop(in, frame, DropReason::not_for_me);
    }
    if (ip.ttl <= 1) [[unlikely]] {
        context.decide(Decision::ttl_expired, in, ip.id, ip.destination.number);
        send_icmp_error(context, ip.packet, static_cast<std::uint8_t>(IcmpType::time_exceeded), 0);
        return context.drop(in, frame, DropReason::ttl);
    }
    const machine::Route* route = routes_.lookup(ip.destination);
    if (!route) [[unlikely]] {
        ++counters_.ip_discarded;
        context.decide(Decision::no_route, in, ip.id, ip.destination.number);
        send_icmp_error(context, ip.packet, unreachable, static_cast<std::uint8_t>(UnreachableCode::network));
        return context.drop(in, frame, DropReason::no_route);
    }
    const PortId out = route->interface;
    const Ipv4Address next_hop = route->next_hop(ip.destination);
    if (is_broadcast(out, ip.destination)) [[unlikely]] {  // RFC 2644: directed broadcasts stay outside
        context.decide(Decision::broadcast_not_forwarded, in, ip.id, ip.destination.number);
        return context.drop(in, frame, DropReason::not_for_me);
    }
    if (context.recording()) [[unlikely]] {
        context.decide(Decision::route_chosen, out, ip.id,
                       std::uint64_t{route->prefix.address.number} << 8 | route->prefix.length, ip.destination.number,
                       route->line);
        context.decide(Decision::forwarded, out, ip.id, ip.destination.number, ip.ttl - 1u);
    }
    if (filter_ && !filter_->through(context, ip, out)) return;
    ++counters_.ip_forwarded;

    // From here on the packet is rewritten: TTL, options, the addresses of NAT.
    const auto length = static_cast<std::uint32_t>(ip.packet.size());
    PacketRef packet = std::move(frame);
    packet.make_unique();
    packet.pull(static_cast<std::uint32_t>(Ethernet::min_size));
    packet.trim_to(length);
    std::uint8_t* p = packet.writable();
    const std::uint16_t before = proto::load_be16(p + 8);
    --p[8];
    proto::store_be16(p + 10, proto::updated_checksum(proto::load_be16(p + 10), before, proto::load_be16(p + 8)));
    if (ip.header_length > Ipv4::min_size) [[unlikely]] {
        if (record_route({p + Ipv4::min_size, ip.header_length - Ipv4::min_size}, source_for(ip.destination))) {
            proto::store_be16(p + 10, 0);
            proto::store_be16(p + 10, proto::internet_checksum({p, ip.header_length}));
        }
    }
    const std::uint16_t mtu = host_.ports()[out].mtu;
    if (length > mtu) [[unlikely]] {
        if (proto::load_be16(p + 6) & 0x4000) {
            context.decide(Decision::must_fragment, out, ip.id, 0, mtu);
            send_icmp_error(context, packet.bytes(), unreachable,
                            static_cast<std::uint8_t>(UnreachableCode::fragmentation_needed), mtu);
            return context.drop(in, packet, DropReason::mtu);
        }
    }
    if (filter_ && !filter_->after_routing(context, in, out, packet)) return;
    if (length > mtu) [[unlikely]] {
        emit_fragments(context, out, next_hop, std::move(packet), mtu);
        return;
    }
    emit(context, out, next_hop, std::move(packet));
}

}  // namespace layerlab::sim
