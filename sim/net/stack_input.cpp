// A frame's way up: Ethernet, ARP, IPv4, fragments, and to whom it goes.
#include "proto/wire/arp.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using proto::View;
using wire::Arp;
using wire::Ethernet;
using wire::EtherType;
using wire::Ipv4;

void Stack::on_frame(Context& context, PortId port, PacketRef&& frame) {
    if (frame.size() < Ethernet::min_size) [[unlikely]]
        return context.drop(port, frame, DropReason::malformed);
    const Port& at = host_.ports()[port];
    if (!at.up) [[unlikely]]
        return context.drop(port, frame, DropReason::link_down);
    const View<Ethernet> ethernet(frame.data());
    InterfaceCounters& counters = interfaces_[port].counters;
    ++counters.received_packets;
    counters.received_bytes += frame.size();
    if (rare_) tap(context, port, false, frame.bytes());
    const MacAddress to = ethernet[Ethernet::destination];
    if (to != at.mac && !to.is_multicast()) [[unlikely]] {
        context.decide(Decision::frame_not_for_me, port, frame.id(), to.number());
        return context.drop(port, frame, DropReason::not_for_me);
    }
    switch (static_cast<EtherType>(ethernet[Ethernet::type])) {
        case EtherType::ipv4: return on_ipv4(context, port, std::move(frame));
        case EtherType::arp: return on_arp(context, port, frame);
        case EtherType::ipv6:
            if (ipv6_) return ipv6_->on_packet(context, port, std::move(frame));
            [[fallthrough]];
        default: return context.drop(port, frame, DropReason::not_for_me);
    }
}

// RFC 826 "packet reception".
void Stack::on_arp(Context& context, PortId port, const PacketRef& frame) {
    const auto arp = View<Arp>::parse(frame.bytes().subspan(Ethernet::min_size));
    if (!arp || (*arp)[Arp::hardware_type] != Arp::hardware_ethernet || (*arp)[Arp::hardware_size] != 6 ||
        (*arp)[Arp::protocol_type] != static_cast<std::uint16_t>(EtherType::ipv4) || (*arp)[Arp::protocol_size] != 4)
        return context.drop(port, frame, DropReason::malformed);
    Interface& interface = interfaces_[port];
    const bool is_request = (*arp)[Arp::operation] == static_cast<std::uint16_t>(wire::ArpOperation::request);
    machine::ArpMessage message;
    message.is_reply = !is_request;
    message.sender_mac = (*arp)[Arp::sender_mac];
    message.sender_ip = (*arp)[Arp::sender_ip];
    message.target_ip = (*arp)[Arp::target_ip];
    message.for_us = interface.has(message.target_ip);
    message.to_our_mac = View<Ethernet>(frame.data())[Ethernet::destination] == host_.ports()[port].mac;
    if (on_arp_heard) on_arp_heard(context, port, message.sender_ip, message.sender_mac);
    NeighborOut out{*this, context, port};
    const auto effect = interface.neighbors.on_arp(context.now(), message, out);
    using machine::NeighborEffect;
    const std::uint64_t sender = message.sender_ip.number, mac = message.sender_mac.number();
    if (effect == NeighborEffect::created || effect == NeighborEffect::completed)
        context.decide(Decision::arp_learned, port, frame.id(), sender, mac);
    else if (effect == NeighborEffect::moved)
        context.decide(Decision::arp_moved, port, frame.id(), sender, mac);
    else if (effect == NeighborEffect::ignored && !message.for_us)
        context.decide(Decision::arp_ignored, port, frame.id(), sender);
    if (is_request && message.for_us) {
        context.decide(Decision::arp_answered, port, frame.id(), message.target_ip.number, sender);
        send_arp(context, port, true, message.target_ip, message.sender_ip, message.sender_mac, message.sender_mac);
    }
    arm_neighbors(context, port);
}

namespace {
// An address that nobody may send from onto a wire: RFC 1122 section 3.2.1.3, RFC 1812 section 5.3.7. 0.0.0.0 is the
// source of a DHCP client that has no address yet, and of nothing else.
bool is_martian(Ipv4Address source, Bytes packet, std::uint8_t header_length) {
    const std::uint32_t network = source.number >> 24;
    if (network != 0 && network != 127 && network < 224) return false;
    const bool is_dhcp = source.is_zero() && packet[9] == static_cast<std::uint8_t>(wire::IpProtocol::udp) &&
                         packet.size() >= header_length + 4u &&
                         proto::load_be32(packet.data() + header_length) == (68u << 16 | 67u);
    return !is_dhcp;
}
}  // namespace

void Stack::on_ipv4(Context& context, PortId port, PacketRef&& frame) {
    const std::uint8_t* p = frame.data() + Ethernet::min_size;
    const std::uint32_t size = frame.size() - static_cast<std::uint32_t>(Ethernet::min_size);
    ++counters_.ip_received;
    if (size < Ipv4::min_size) [[unlikely]]
        return context.drop(port, frame, DropReason::malformed);
    const View<Ipv4> header(p);
    const std::uint32_t total = header[Ipv4::total_length];
    const std::uint8_t header_length = header[Ipv4::header_length];
    if (header[Ipv4::version] != 4 || header_length < Ipv4::min_size || header_length > total || total > size)
        [[unlikely]]
        return context.drop(port, frame, DropReason::malformed);
    const bool is_valid = header_length == Ipv4::min_size ? proto::ipv4_header_is_valid(p)
                                                          : proto::ChecksumSum{}.add({p, header_length}).is_valid();
    if (!is_valid) [[unlikely]] {
        context.decide(Decision::header_checksum_bad, port, frame.id());
        return context.drop(port, frame, DropReason::checksum);
    }
    if (const Ipv4Address source = header[Ipv4::source];
        port != loopback_port && is_martian(source, {p, total}, header_length)) [[unlikely]] {
        context.decide(Decision::martian_source, port, frame.id(), source.number);
        return context.drop(port, frame, DropReason::malformed);
    }
    if (filter_ && !filter_->before_routing(context, port, frame)) return;
    // The filter may have translated addresses in a copy of its own.
    p = frame.data() + Ethernet::min_size;
    const View<Ipv4> now(p);
    const Ipv4Input ip{port,           now[Ipv4::source], now[Ipv4::destination],     now[Ipv4::protocol],
                       now[Ipv4::ttl], header_length,     (frame.data()[0] & 1) != 0, {p, total},
                       frame.id()};
    if (!is_for_me(ip)) return forward(context, ip, std::move(frame));
    if (filter_ && !filter_->to_host(context, ip)) return;
    const std::uint16_t fragment = proto::load_be16(p + 6) & 0x3fff;  // more-fragments flag and offset
    if (fragment != 0) [[unlikely]]
        return reassemble(context, ip);
    deliver(context, ip);
}

bool Stack::is_for_me(const Ipv4Input& ip) const {
    const Ipv4Address a = ip.destination;
    if (may_be_own(a))
        for (const OwnAddress& own : own_) {
            if (own.address == a) return true;
            if (own.broadcast == a && own.port == ip.in_port && !a.is_zero()) return true;
        }
    if (a.is_broadcast()) return true;
    if (ip.in_port == loopback_port) return true;
    // RFC 2131 section 4.1: a client without an address takes the answer to the address that it will get.
    return interfaces_[ip.in_port].takes_any_address &&
           ip.protocol == static_cast<std::uint8_t>(wire::IpProtocol::udp) && ip.payload().size() >= 4 &&
           proto::load_be16(ip.payload().data() + 2) == 68;
}

namespace {
TransportInput transport_input(const Ipv4Input& ip) {
    return {ip.in_port,           ip.source, ip.destination, ip.protocol, ip.ttl,
            ip.is_link_broadcast, ip.packet, ip.payload(),   ip.id};
}
}  // namespace

void Stack::deliver(Context& context, const Ipv4Input& ip) {
    ++counters_.ip_delivered;
    switch (static_cast<wire::IpProtocol>(ip.protocol)) {
        case wire::IpProtocol::udp: return on_udp(context, transport_input(ip));
        case wire::IpProtocol::tcp: return on_tcp(context, transport_input(ip));
        case wire::IpProtocol::icmp: return on_icmp(context, ip);
        default: break;
    }
    send_icmp_error(context, ip.packet, static_cast<std::uint8_t>(wire::IcmpType::destination_unreachable),
                    static_cast<std::uint8_t>(wire::UnreachableCode::protocol));
    context.drop(ip.in_port, ip.id, DropReason::not_for_me);
}

}  // namespace layerlab::sim
