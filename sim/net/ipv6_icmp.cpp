// ICMPv6 of a host and a router: RFC 4443.
#include <algorithm>
#include <cstring>

#include "proto/wire/ipv6.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using proto::View;
using wire::Icmpv6Type;
using wire::IpProtocol;
using wire::Ipv6;

namespace {

constexpr std::size_t minimum_mtu = 1280;
constexpr std::uint8_t icmpv6 = static_cast<std::uint8_t>(IpProtocol::icmpv6);

bool is_discovery(std::uint8_t type) { return type >= 133 && type <= 137; }

// Where the header of the upper protocol of a quoted packet is; nullopt for later fragments and what is cut off.
std::optional<std::pair<std::uint8_t, std::size_t>> upper_of(Bytes packet) {
    std::uint8_t next = packet[6];
    std::size_t at = Ipv6::min_size;
    for (int i = 0; i < 16; ++i) {
        const bool has_length = next == 0 || next == 43 || next == 60;
        if (!has_length && next != 44) return std::pair{next, at};
        if (at + 8 > packet.size()) return std::nullopt;
        if (next == 44 && (proto::load_be16(packet.data() + at + 2) & 0xfff8) != 0) return std::nullopt;
        const std::size_t size = next == 44 ? 8 : (packet[at + 1] + 1u) * 8u;
        next = packet[at];
        at += size;
    }
    return std::nullopt;
}

}  // namespace

void Ipv6Stack::on_icmp(Context& context, const Ipv6Input& ip) {
    const Bytes message = ip.payload();
    ++stack_.counters_.icmp_received;
    if (message.size() < 8) return context.drop(ip.in_port, ip.id, DropReason::malformed);
    if (!proto::pseudo_header(ip.source, ip.destination, icmpv6, message.size()).add(message).is_valid()) {
        context.decide(Decision::checksum_bad, ip.in_port, ip.id, icmpv6);
        return context.drop(ip.in_port, ip.id, DropReason::checksum);
    }
    const std::uint8_t type = message[0];
    stack_.tell_icmp_sockets(context, {ip.in_port, ip.source, ip.destination, ip.protocol, ip.hop_limit,
                                       ip.is_link_multicast, ip.packet, message, ip.id});
    // RFC 4861 section 6.1 and 7.1: nobody beyond the link has sent it.
    if (is_discovery(type) && (ip.hop_limit != 255 || message[1] != 0 || ip.in_port == loopback_port))
        return context.drop(ip.in_port, ip.id, DropReason::malformed);
    switch (static_cast<Icmpv6Type>(type)) {
        case Icmpv6Type::echo_request: return answer_echo(context, ip);
        case Icmpv6Type::neighbor_solicitation: return on_solicitation(context, ip);
        case Icmpv6Type::neighbor_advertisement: return on_neighbor_advertisement(context, ip);
        case Icmpv6Type::router_solicitation: return on_router_solicitation(context, ip);
        case Icmpv6Type::router_advertisement: return on_router_advertisement(context, ip);
        case Icmpv6Type::redirect: return on_redirect(context, ip);
        default: break;
    }
    if (type == 130) return on_query(context, ip);
    if (type < 128) on_error(context, ip);
}

void Ipv6Stack::answer_echo(Context& context, const Ipv6Input& ip) {
    context.decide(Decision::echo_answered6, ip.in_port, ip.id, high_half(ip.source), low_half(ip.source));
    PacketRef reply = context.simulator.packets().make(ip.payload());
    std::uint8_t* p = reply.writable();
    IpOptions options;
    options.tos = static_cast<std::uint8_t>(proto::load_be16(ip.packet.data()) >> 4);
    if (needs_zone(ip.source)) options.out_port = ip.in_port;
    const Ipv6Address source = is_multicast(ip.destination) ? source_for(ip.source, options.out_port) : ip.destination;
    options.source = source;
    p[0] = static_cast<std::uint8_t>(Icmpv6Type::echo_reply);
    proto::store_be16(p + 2, 0);
    proto::store_be16(p + 2,
                      proto::pseudo_header(source, ip.source, icmpv6, reply.size()).add(reply.bytes()).checksum());
    ++stack_.counters_.icmp_sent;
    if (ip.in_port == loopback_port) options.out_port = no_port;
    send(context, std::move(reply), IpProtocol::icmpv6, ip.source, options);
}

void Ipv6Stack::send_error(Context& context, PortId in, Bytes packet, Icmpv6Type type, std::uint8_t code,
                           std::uint32_t rest) {
    const View<Ipv6> about(packet.data());
    const Ipv6Address source = about[Ipv6::source], destination = about[Ipv6::destination];
    // Section 2.4 (e). Groups learn of too large packets and unknown options only.
    const bool may_be_group =
        type == Icmpv6Type::packet_too_big || (type == Icmpv6Type::parameter_problem && code == 2);
    if (is_unspecified(source) || is_multicast(source) || (is_multicast(destination) && !may_be_group)) return;
    const auto upper = upper_of(packet);
    if (!upper) return;
    if (upper->first == icmpv6) {
        const std::size_t at = upper->second;
        if (at >= packet.size() || packet[at] < 128 || packet[at] == static_cast<std::uint8_t>(Icmpv6Type::redirect))
            return;
    }
    // The limiter's numbers are Linux' for both families; an address is known by a digest of 32 bits.
    const auto digest = static_cast<std::uint32_t>(machine::mixed(high_half(source) ^ low_half(source)));
    if (!is_own(source) && type != Icmpv6Type::packet_too_big && !limiter_.allow(context.now(), {digest}, 11, 0)) {
        context.decide(Decision::icmp6_error_limited, no_port, context.cause, high_half(source), low_half(source));
        return;
    }
    context.decide(Decision::icmp6_error_sent, no_port, context.cause, static_cast<std::uint64_t>(type) << 8 | code);
    const std::size_t quoted = std::min(packet.size(), minimum_mtu - Ipv6::min_size - 8);
    PacketRef error = context.simulator.packets().make(static_cast<std::uint32_t>(8 + quoted));
    std::uint8_t* p = error.writable();
    p[0] = static_cast<std::uint8_t>(type);
    p[1] = code;
    proto::store_be16(p + 2, 0);
    proto::store_be32(p + 4, rest);
    std::memcpy(p + 8, packet.data(), quoted);
    IpOptions options;
    if (needs_zone(source)) options.out_port = in;
    const Ipv6Address from =
        is_own(destination) || is_loopback(destination) ? destination : source_for(source, options.out_port);
    if (is_unspecified(from)) return;
    options.source = from;
    if (in == loopback_port) options.out_port = no_port;
    proto::store_be16(p + 2, proto::pseudo_header(from, source, icmpv6, error.size()).add(error.bytes()).checksum());
    ++stack_.counters_.icmp_sent;
    send(context, std::move(error), IpProtocol::icmpv6, source, options);
}

// An error about something that this host sent: tells the socket it came from.
void Ipv6Stack::on_error(Context& context, const Ipv6Input& ip) {
    const Bytes message = ip.payload();
    const Bytes quoted = message.subspan(8);
    if (quoted.size() < Ipv6::min_size || quoted[0] >> 4 != 6) return;
    const View<Ipv6> about(quoted.data());
    const Ipv6Address source = about[Ipv6::source], destination = about[Ipv6::destination];
    if (!is_own(source) && !is_loopback(source)) return;
    IcmpError error;
    error.from = ip.source;
    error.type = message[0];
    error.code = message[1];
    error.quoted.assign(quoted.begin(), quoted.end());
    error.packet = ip.id;
    error.at = context.now();
    if (error.type == static_cast<std::uint8_t>(Icmpv6Type::packet_too_big)) {
        // RFC 8201 section 4: never below 1280, and never a larger one than now.
        const std::uint32_t told = std::max<std::uint32_t>(proto::load_be32(message.data() + 4), minimum_mtu);
        if (told >= mtu_to(destination, context.now())) return;
        error.mtu = static_cast<std::uint16_t>(told);
        std::erase_if(path_mtus_,
                      [&](const PathMtu& p) { return p.destination == destination || p.until <= context.now(); });
        if (path_mtus_.size() < 1024)
            path_mtus_.push_back({destination, error.mtu, context.now() + std::chrono::minutes(10)});
        context.decide(Decision::path_mtu_learned, ip.in_port, ip.id, error.mtu);
    }
    const auto upper = upper_of(quoted);
    if (!upper || quoted.size() < upper->second + 8) return;
    const std::uint8_t* ports = quoted.data() + upper->second;
    const PortId zone = needs_zone(destination) ? ip.in_port : no_port;
    const Endpoint local{source, proto::load_be16(ports)};
    const Endpoint remote{destination, proto::load_be16(ports + 2), zone};
    if (upper->first == static_cast<std::uint8_t>(IpProtocol::udp)) {
        if (stack_.udp_) stack_.udp_->on_error(local, remote, error);
    } else if (upper->first == static_cast<std::uint8_t>(IpProtocol::tcp) && stack_.tcp_) {
        // What TCP makes of it does not depend on the family: told in the numbers of RFC 792.
        IcmpError same = error;
        if (error.type == static_cast<std::uint8_t>(Icmpv6Type::packet_too_big)) {
            same.type = 3;
            same.code = 4;
        } else if (error.type == static_cast<std::uint8_t>(Icmpv6Type::destination_unreachable)) {
            same.type = 3;
            same.code = error.code == 4 ? 3 : error.code == 0 ? 0 : 1;
        } else {
            return;
        }
        stack_.tcp_->on_error(context, local, remote, proto::load_be32(ports + 4), same);
    }
}

// A message of neighbor or listener discovery: not routed.
void Ipv6Stack::send_message(Context& context, PortId out, const Ipv6Address& source, const Ipv6Address& destination,
                             Bytes message, std::uint8_t hop_limit, bool router_alert, const MacAddress* to) {
    constexpr std::size_t alert_size = 8;
    const std::size_t extra = router_alert ? alert_size : 0;
    PacketRef packet =
        context.simulator.packets().make(static_cast<std::uint32_t>(Ipv6::min_size + extra + message.size()));
    std::uint8_t* p = packet.writable();
    proto::store_be32(p, 0x6000'0000u);
    proto::store_be16(p + 4, static_cast<std::uint16_t>(extra + message.size()));
    p[6] = router_alert ? 0 : icmpv6;
    p[7] = hop_limit;
    source.store(p + 8);
    destination.store(p + 24);
    if (router_alert) {  // RFC 2711, value 0: listener discovery; then PadN
        const std::uint8_t alert[alert_size] = {icmpv6, 0, wire::Ipv6Options::router_alert, 2, 0, 0, 1, 0};
        std::memcpy(p + Ipv6::min_size, alert, alert_size);
    }
    std::uint8_t* m = p + Ipv6::min_size + extra;
    std::memcpy(m, message.data(), message.size());
    proto::store_be16(m + 2, 0);
    proto::store_be16(
        m + 2, proto::pseudo_header(source, destination, icmpv6, message.size()).add({m, message.size()}).checksum());
    packet.set_identity(host().next_packet_id(), context.cause);
    ++stack_.counters_.icmp_sent;
    if (to) return stack_.put_on_wire(context, out, *to, std::move(packet), wire::EtherType::ipv6);
    emit(context, out, destination, std::move(packet));
}

}  // namespace layerlab::sim
