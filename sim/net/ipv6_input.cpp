// A packet's way up: header, extension headers, and to whom it goes. RFC 8200 section 4.
#include <algorithm>

#include "proto/wire/ipv6.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using proto::View;
using wire::Ethernet;
using wire::Icmpv6Type;
using wire::IpProtocol;
using wire::Ipv6;

namespace {

// What a packet may ask of us, as Linux limits it (RFC 8504 section 5.3).
constexpr int most_options = 8;          // of one header, padding aside
constexpr std::size_t most_padding = 7;  // bytes, between two options
constexpr std::uint8_t jumbo_payload = 0xc2;

// Addresses that nobody may use on a wire: RFC 4291 section 2.5.2, 2.5.3 and 2.7, and IPv4-mapped ones.
bool is_martian(const Ipv6Address& source, const Ipv6Address& destination) {
    return is_multicast(source) || is_loopback(source) || is_loopback(destination) || is_unspecified(destination) ||
           is_mapped_ipv4(source) || is_mapped_ipv4(destination) ||
           (is_multicast(destination) && (destination.octets[1] & 15) <= 1);
}

}  // namespace

void Ipv6Stack::on_packet(Context& context, PortId port, PacketRef&& frame) {
    const std::uint8_t* p = frame.data() + Ethernet::min_size;
    const std::size_t size = frame.size() - Ethernet::min_size;
    if (port != loopback_port && !is_enabled(port)) return context.drop(port, frame, DropReason::not_for_me);
    ++stack_.counters_.ip_received;
    if (size < Ipv6::min_size || p[0] >> 4 != 6) return context.drop(port, frame, DropReason::malformed);
    // Only a jumbogram has no length (RFC 2675). We take none, and say what is wrong with those that are none.
    const bool is_jumbo = proto::load_be16(p + 4) == 0 && p[6] == static_cast<std::uint8_t>(IpProtocol::hop_by_hop);
    const std::size_t length = is_jumbo ? size : Ipv6::min_size + proto::load_be16(p + 4);
    if (length > size) return context.drop(port, frame, DropReason::malformed);
    const View<Ipv6> header(p);
    Ipv6Input ip{port,
                 header[Ipv6::source],
                 header[Ipv6::destination],
                 p[6],
                 p[7],
                 (frame.data()[0] & 1) != 0,
                 {p, length},
                 Ipv6::min_size,
                 6,
                 frame.id()};
    if (port != loopback_port && is_martian(ip.source, ip.destination)) {
        context.decide(Decision::martian_source6, port, frame.id(), high_half(ip.source), low_half(ip.source));
        return context.drop(port, frame, DropReason::malformed);
    }
    // Hop-by-hop options are everybody's who touches the packet.
    if (ip.protocol == static_cast<std::uint8_t>(IpProtocol::hop_by_hop)) {
        const Bytes rest = ip.payload();
        const std::size_t options = rest.size() < 8 ? 0 : (rest[1] + 1u) * 8u;
        if (options == 0 || options > rest.size()) return context.drop(port, frame, DropReason::malformed);
        if (!take_options(context, ip, ip.at, options) || is_jumbo)
            return context.drop(port, frame, DropReason::malformed);
        ip.next_field = ip.at;
        ip.protocol = rest[0];
        ip.at += options;
    }
    if (!is_for_me(ip)) return forward(context, ip, std::move(frame));
    if (!stack_.pass_to_host6(context, ip)) return;
    process(context, ip);
}

bool Ipv6Stack::is_for_me(const Ipv6Input& ip) const {
    if (is_multicast(ip.destination))
        return ip.in_port == loopback_port || interfaces_[ip.in_port].groups.listens(ip.destination);
    if (ip.in_port == loopback_port) return true;
    for (const Own& own : own_)
        if (own.address == ip.destination)
            return !is_link_local(ip.destination) || own.port == ip.in_port;  // a link-local address is of one link
    return false;
}

// The options in packet[at + 2, at + size); false if the packet goes no further (section 4.2).
bool Ipv6Stack::take_options(Context& context, const Ipv6Input& ip, std::size_t at, std::size_t size) {
    int options = 0;
    std::size_t padding = 0;
    for (std::size_t i = at + 2; i < at + size;) {
        const std::uint8_t type = ip.packet[i];
        const bool is_one_byte = type == wire::Ipv6Options::pad1;
        if (!is_one_byte && (i + 2 > at + size || i + 2 + ip.packet[i + 1] > at + size)) return false;
        const std::size_t length = is_one_byte ? 1 : 2u + ip.packet[i + 1];
        if (is_one_byte || type == wire::Ipv6Options::padn) {
            padding += length;
            const Bytes pad = ip.packet.subspan(i + 1, length - 1);  // with its length, if it has one
            const bool is_blank =
                std::all_of(pad.begin() + (is_one_byte ? 0 : 1), pad.end(), [](auto b) { return b == 0; });
            if (padding > most_padding || !is_blank) return false;  // RFC 4942 section 2.1.9.5
        } else {
            padding = 0;
            if (++options > most_options || !take_option(context, ip, i)) return false;
        }
        i += length;
    }
    return true;
}

// One that is not padding.
bool Ipv6Stack::take_option(Context& context, const Ipv6Input& ip, std::size_t at) {
    const std::uint8_t type = ip.packet[at];
    if (type == wire::Ipv6Options::router_alert) return true;
    if (type == jumbo_payload && ip.protocol == static_cast<std::uint8_t>(IpProtocol::hop_by_hop)) {
        if (ip.packet[at + 1] != 4 || at % 4 != 2) return false;
        if (proto::load_be32(&ip.packet[at + 2]) <= 65535)
            parameter_problem(context, ip, 0, at + 2);
        else if (proto::load_be16(&ip.packet[4]) != 0)
            parameter_problem(context, ip, 0, at);
        return false;
    }
    const unsigned action = type >> 6;
    if (action == 2 || (action == 3 && !is_multicast(ip.destination))) parameter_problem(context, ip, 2, at);
    return action == 0;
}

void Ipv6Stack::parameter_problem(Context& context, const Ipv6Input& ip, std::uint8_t code, std::size_t pointer) {
    send_error(context, ip.in_port, ip.packet, Icmpv6Type::parameter_problem, code,
               static_cast<std::uint32_t>(pointer));
}

// The headers up to the one that a protocol above knows.
void Ipv6Stack::process(Context& context, Ipv6Input ip) {
    for (;;) {  // each header takes eight bytes of the packet, at least
        const Bytes rest = ip.payload();
        switch (static_cast<IpProtocol>(ip.protocol)) {
            case IpProtocol::ipv6_routing:
            case IpProtocol::ipv6_destination: {
                const std::size_t size = rest.size() < 8 ? 0 : (rest[1] + 1u) * 8u;
                if (size == 0 || size > rest.size()) return context.drop(ip.in_port, ip.id, DropReason::malformed);
                if (ip.protocol == static_cast<std::uint8_t>(IpProtocol::ipv6_destination)) {
                    if (!take_options(context, ip, ip.at, size))
                        return context.drop(ip.in_port, ip.id, DropReason::malformed);
                } else if (rest[3] != 0) {  // section 4.4; type 0 is refused for good by RFC 5095
                    context.decide(Decision::routing_header_refused, ip.in_port, ip.id, rest[2]);
                    parameter_problem(context, ip, 0, ip.at + 2);
                    return context.drop(ip.in_port, ip.id, DropReason::malformed);
                }
                ip.next_field = ip.at;
                ip.protocol = rest[0];
                ip.at += size;
                continue;
            }
            case IpProtocol::ipv6_fragment:
                if (rest.size() < 8) return context.drop(ip.in_port, ip.id, DropReason::malformed);
                return reassemble(context, ip);
            case IpProtocol::ipv6_no_next: return;
            default: return deliver(context, ip);
        }
    }
}

void Ipv6Stack::deliver(Context& context, const Ipv6Input& ip) {
    ++stack_.counters_.ip_delivered;
    const TransportInput up{ip.in_port,           ip.source, ip.destination, ip.protocol, ip.hop_limit,
                            ip.is_link_multicast, ip.packet, ip.payload(),   ip.id};
    switch (static_cast<IpProtocol>(ip.protocol)) {
        case IpProtocol::udp: return stack_.on_udp(context, up);
        case IpProtocol::tcp:
            if (is_multicast(ip.destination)) break;
            return stack_.on_tcp(context, up);
        case IpProtocol::icmpv6: return on_icmp(context, ip);
        default:
            context.decide(Decision::next_header_unknown, ip.in_port, ip.id, ip.protocol);
            parameter_problem(context, ip, 1, ip.next_field);
            break;
    }
    context.drop(ip.in_port, ip.id, DropReason::not_for_me);
}

}  // namespace layerlab::sim
