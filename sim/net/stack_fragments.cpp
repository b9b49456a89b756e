// Fragments: cutting a packet for a small MTU, and putting one together that arrived in pieces.
#include <cstring>

#include "proto/wire/icmp.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {
namespace {

struct Reassembled {
    std::vector<std::uint8_t> datagram;
    PacketId cause = 0;
    Bytes first_fragment;
    PacketId lost = 0;

    void reassembled(std::vector<std::uint8_t>&& whole, std::span<const std::uint64_t> tags) {
        datagram = std::move(whole);
        cause = tags.back();
    }
    void timed_out(Bytes, std::uint64_t) {}
    void evicted(std::uint64_t tag) { lost = tag; }
};

}  // namespace

SocketError Stack::emit_fragments(Context& context, PortId out, Ipv4Address next_hop, PacketRef packet,
                                  std::uint16_t mtu) {
    std::uint64_t count = 0;
    // The fragments are packets of their own; what they are pieces of is their cause.
    Context pieces = context;
    pieces.cause = packet.id();
    const bool is_split = machine::split(packet.bytes(), mtu, [&](Bytes header, Bytes payload) {
        const auto header_size = static_cast<std::uint32_t>(header.size());
        PacketRef fragment = context.simulator.packets().make(header_size + static_cast<std::uint32_t>(payload.size()));
        std::memcpy(fragment.writable(), header.data(), header.size());
        std::memcpy(fragment.writable() + header_size, payload.data(), payload.size());
        fragment.set_identity(host_.next_packet_id(), packet.id());
        ++count;
        emit(pieces, out, next_hop, std::move(fragment));
    });
    if (!is_split) {
        context.drop(out, packet, DropReason::mtu);
        return SocketError::message_too_long;
    }
    context.decide(Decision::fragmented, out, packet.id(), count, mtu);
    return SocketError::none;
}

void Stack::reassemble(Context& context, const Ipv4Input& ip) {
    Reassembled out;
    machine::FragmentTable& fragments = rare().fragments;
    const machine::FragmentEffect effect = fragments.add(context.now(), ip.packet, ip.id, out);
    if (out.lost) context.drop(ip.in_port, out.lost, DropReason::unreassembled);
    if (fragments.next_deadline() != rare().at()) host_.set_timer(context.simulator, rare(), fragments.next_deadline());
    switch (effect) {
        case machine::FragmentEffect::held:
            context.decide(Decision::fragment_waits, ip.in_port, ip.id, ip.source.number);
            return;
        case machine::FragmentEffect::completed: break;
        case machine::FragmentEffect::duplicate: return;
        case machine::FragmentEffect::overlapped: return context.drop(ip.in_port, ip.id, DropReason::unreassembled);
        case machine::FragmentEffect::malformed: return context.drop(ip.in_port, ip.id, DropReason::malformed);
    }
    context.decide(Decision::reassembled, ip.in_port, ip.id, ip.source.number, out.datagram.size());
    Ipv4Input whole = ip;
    whole.packet = out.datagram;
    whole.header_length = static_cast<std::uint8_t>((out.datagram[0] & 15) * 4);
    deliver(context, whole);
}

void Stack::expire_fragments(Context& context) {
    struct Expired {
        Stack& stack;
        Context& context;
        void reassembled(std::vector<std::uint8_t>&&, std::span<const std::uint64_t>) {}
        void evicted(std::uint64_t) {}
        void timed_out(Bytes first, std::uint64_t tag) {
            context.drop(no_port, PacketId{tag}, DropReason::unreassembled);
            if (first.empty()) return;
            Context about = context;
            about.cause = tag;
            context.decide(Decision::reassembly_timed_out, no_port, tag, proto::load_be32(first.data() + 12));
            stack.send_icmp_error(about, first, static_cast<std::uint8_t>(wire::IcmpType::time_exceeded),
                                  static_cast<std::uint8_t>(wire::TimeExceededCode::reassembly));
        }
    } out{*this, context};
    rare().fragments.on_deadline(context.now(), out);
    host_.set_timer(context.simulator, rare(), rare().fragments.next_deadline());
}

}  // namespace layerlab::sim
