// IPv6 fragments: cutting a packet at its source, and putting one together that arrived in pieces.
#include <cstring>

#include "proto/wire/ipv6.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using machine::Ipv6FragmentEffect;
using wire::Icmpv6Type;
using wire::Ipv6;

// The packets that this host makes itself have no extension headers in front of what is cut.
SocketError Ipv6Stack::emit_fragments(Context& context, PortId out, const Ipv6Address& next_hop, PacketRef packet,
                                      std::uint16_t mtu) {
    constexpr std::size_t header = Ipv6::min_size + 8;
    const Bytes payload = packet.bytes().subspan(Ipv6::min_size);
    const std::size_t room = machine::ipv6_fragment_room(mtu, Ipv6::min_size);
    if (room == 0) {
        context.drop(out, packet, DropReason::mtu);
        return SocketError::message_too_long;
    }
    // RFC 7739: from a place that nobody can guess.
    if (next_identification_ == 0)
        next_identification_ = static_cast<std::uint32_t>(host().rng(context.simulator).next());
    const std::uint32_t identification = next_identification_++;
    Context pieces = context;  // packets of their own; what they are pieces of is their cause
    pieces.cause = packet.id();
    std::uint64_t count = 0;
    for (std::size_t at = 0; at < payload.size(); at += room, ++count) {
        const std::size_t length = std::min(room, payload.size() - at);
        const bool more = at + length < payload.size();
        PacketRef fragment = context.simulator.packets().make(static_cast<std::uint32_t>(header + length));
        std::uint8_t* p = fragment.writable();
        std::memcpy(p, packet.data(), Ipv6::min_size);
        proto::store_be16(p + 4, static_cast<std::uint16_t>(8 + length));
        p[6] = static_cast<std::uint8_t>(wire::IpProtocol::ipv6_fragment);
        p[40] = packet.data()[6];
        p[41] = 0;
        proto::store_be16(p + 42, static_cast<std::uint16_t>(at | (more ? 1u : 0u)));
        proto::store_be32(p + 44, identification);
        std::memcpy(p + header, payload.data() + at, length);
        fragment.set_identity(host().next_packet_id(), packet.id());
        emit(pieces, out, next_hop, std::move(fragment));
    }
    context.decide(Decision::fragmented, out, packet.id(), count, mtu);
    return SocketError::none;
}

void Ipv6Stack::reassemble(Context& context, const Ipv6Input& ip) {
    auto result = fragments_.add(context.now(), ip.packet, ip.at, ip.next_field, ip.id);
    if (result.evicted) context.drop(ip.in_port, PacketId{*result.evicted}, DropReason::unreassembled);
    arm_general(context);
    switch (result.effect) {
        case Ipv6FragmentEffect::held:
            context.decide(Decision::fragment_waits6, ip.in_port, ip.id, high_half(ip.source), low_half(ip.source));
            return;
        case Ipv6FragmentEffect::overlapped:
            context.decide(Decision::fragments_overlapped, ip.in_port, ip.id, high_half(ip.source),
                           low_half(ip.source));
            return context.drop(ip.in_port, ip.id, DropReason::unreassembled);
        case Ipv6FragmentEffect::malformed:
            parameter_problem(context, ip, 0, 4);  // the payload length
            return context.drop(ip.in_port, ip.id, DropReason::malformed);
        case Ipv6FragmentEffect::too_long:
            parameter_problem(context, ip, 0, ip.at + 2);
            return context.drop(ip.in_port, ip.id, DropReason::malformed);
        case Ipv6FragmentEffect::completed: break;
    }
    context.decide(Decision::reassembled6, ip.in_port, ip.id, result.packet.size());
    Ipv6Input whole = ip;
    whole.packet = result.packet;
    whole.protocol = result.packet[ip.next_field];
    // A fragment within a fragment is refused: it could go on for ever.
    if (whole.protocol == static_cast<std::uint8_t>(wire::IpProtocol::ipv6_fragment))
        return context.drop(ip.in_port, ip.id, DropReason::malformed);
    process(context, whole);
}

void Ipv6Stack::expire(Context& context) {
    for (const auto& expired : fragments_.on_deadline(context.now())) {
        context.drop(no_port, PacketId{expired.tag}, DropReason::unreassembled);
        if (expired.first.empty()) continue;
        Context about = context;
        about.cause = expired.tag;
        const Ipv6Address source = Ipv6Address::load(expired.first.data() + 8);
        context.decide(Decision::reassembly_timed_out6, no_port, expired.tag, high_half(source), low_half(source));
        send_error(about, no_port, expired.first, Icmpv6Type::time_exceeded, 1);
    }
    routes_.expire(context.now());
    arm_general(context);
}

}  // namespace layerlab::sim
