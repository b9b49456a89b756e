// ICMP of a host and a router: RFC 792, RFC 1122 section 3.2.2, RFC 1812 section 4.3.
#include <algorithm>
#include <cstring>

#include "proto/wire/icmp.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ip_options.hpp"
#include "sim/net/stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using proto::View;
using wire::Icmp;
using wire::IcmpType;
using wire::Ipv4;

void Stack::on_icmp(Context& context, const Ipv4Input& ip) {
    const Bytes message = ip.payload();
    ++counters_.icmp_received;
    if (message.size() < Icmp::min_size) return context.drop(ip.in_port, ip.id, DropReason::malformed);
    if (!proto::ChecksumSum{}.add(message).is_valid()) {
        context.decide(Decision::checksum_bad, ip.in_port, ip.id, ip.protocol);
        return context.drop(ip.in_port, ip.id, DropReason::checksum);
    }
    const std::uint8_t type = message[0];
    tell_icmp_sockets(context, {ip.in_port, ip.source, ip.destination, ip.protocol, ip.ttl, ip.is_link_broadcast,
                                ip.packet, message, ip.id});
    if (type == static_cast<std::uint8_t>(IcmpType::echo_request))
        answer_echo(context, ip);
    else if (wire::is_icmp_error(type))
        on_icmp_error(context, ip);
}

void Stack::tell_icmp_sockets(Context& context, const TransportInput& ip) {
    if (!rare_) return;
    for (IcmpSocket::State* s : rare_->icmp)
        if (s->is_v6 == ip.source.is_v6()) s->take(context, ip);
}

void Stack::answer_echo(Context& context, const Ipv4Input& ip) {
    if (ip.is_link_broadcast && !is_own(ip.destination)) return;  // as Linux: broadcasts are not answered
    context.decide(Decision::echo_answered, ip.in_port, ip.id, ip.source.number);
    const Bytes message = ip.payload();
    PacketRef reply = context.simulator.packets().make(message);
    std::uint8_t* p = reply.writable();
    p[0] = static_cast<std::uint8_t>(IcmpType::echo_reply);
    proto::store_be16(p + 2, proto::updated_checksum(proto::load_be16(p + 2), 0x0800, 0x0000));
    ++counters_.icmp_sent;
    IpOptions options;
    options.source = ip.destination;
    options.tos = ip.packet[1];
    options.reply_options = ip.packet.subspan(Ipv4::min_size, ip.header_length - Ipv4::min_size);
    send(context, std::move(reply), wire::IpProtocol::icmp, ip.source, options);
}

void Stack::send_icmp_error(Context& context, Bytes packet, std::uint8_t type, std::uint8_t code, std::uint32_t rest) {
    const View<Ipv4> about(packet.data());
    const Ipv4Address source = about[Ipv4::source];
    const Ipv4Address destination = about[Ipv4::destination];
    const std::uint8_t header_length = about[Ipv4::header_length];
    // RFC 1122 section 3.2.2: never about an ICMP error, a broadcast, a later fragment, or to nobody in particular.
    if (about[Ipv4::fragment_offset] != 0 || source.is_zero() || source.is_multicast() || source.is_broadcast() ||
        destination.is_multicast() || destination.is_broadcast())
        return;
    for (PortId port = 0; port < interfaces_.size(); ++port)
        if (is_broadcast(port, destination)) return;
    if (about[Ipv4::protocol] == static_cast<std::uint8_t>(wire::IpProtocol::icmp) &&
        (packet.size() <= header_length || wire::is_icmp_error(packet[header_length])))
        return;
    if (!is_own(source) && !rare().may_send_error(source, type, code, context.now())) {
        context.decide(Decision::icmp_error_limited, no_port, context.cause, source.number);
        return;
    }
    context.decide(Decision::icmp_error_sent, no_port, context.cause, source.number, std::uint64_t{type} << 8 | code);
    // RFC 1812 section 4.3.2.3: as much of the packet as fits into 576 bytes.
    const std::size_t quoted = std::min<std::size_t>(packet.size(), 576 - Ipv4::min_size - Icmp::min_size);
    PacketRef error = context.simulator.packets().make(static_cast<std::uint32_t>(Icmp::min_size + quoted));
    std::uint8_t* p = error.writable();
    p[0] = type;
    p[1] = code;
    proto::store_be16(p + 2, 0);
    proto::store_be32(p + 4, rest);
    std::memcpy(p + Icmp::min_size, packet.data(), quoted);
    proto::store_be16(p + 2, proto::internet_checksum(error.bytes()));
    ++counters_.icmp_sent;
    IpOptions options;
    options.tos = 0xc0;  // internetwork control, RFC 1812 section 4.3.2.5
    if (is_own(destination)) options.source = destination;
    send(context, std::move(error), wire::IpProtocol::icmp, source, options);
}

// An error about something that this host sent: tells the socket it came from.
void Stack::on_icmp_error(Context& context, const Ipv4Input& ip) {
    const Bytes message = ip.payload();
    const Bytes quoted = message.subspan(Icmp::min_size);
    const auto about = View<Ipv4>::parse(quoted);
    if (!about || !is_own((*about)[Ipv4::source])) return;
    const std::size_t header_length = (*about)[Ipv4::header_length];
    if (header_length < Ipv4::min_size || quoted.size() < header_length + 8) return;
    IcmpError error;
    error.from = ip.source;
    error.type = message[0];
    error.code = message[1];
    error.quoted.assign(quoted.begin(), quoted.end());
    error.packet = ip.id;
    error.at = context.now();
    const Ipv4Address destination = (*about)[Ipv4::destination];
    if (error.type == 3 && error.code == 4) {
        error.mtu = View<Icmp>(message.data())[Icmp::mtu];
        if (error.mtu < 552) error.mtu = 552;  // as Linux: nobody makes us send crumbs
    }
    const std::uint8_t* ports = quoted.data() + header_length;
    const Endpoint local{(*about)[Ipv4::source], proto::load_be16(ports)};
    const Endpoint remote{destination, proto::load_be16(ports + 2)};
    const auto protocol = static_cast<wire::IpProtocol>((*about)[Ipv4::protocol]);
    // A forged one cannot know what a connection has in flight.
    const bool is_credible =
        protocol != wire::IpProtocol::tcp || (tcp_ && tcp_->is_in_flight(local, remote, proto::load_be32(ports + 4)));
    if (error.mtu != 0 && is_credible) rare().remember_mtu(destination, error.mtu, context.now());
    switch (protocol) {
        case wire::IpProtocol::udp:
            if (udp_) udp_->on_error(local, remote, error);
            break;
        case wire::IpProtocol::tcp:
            if (tcp_) tcp_->on_error(context, local, remote, proto::load_be32(ports + 4), error);
            break;
        default: break;
    }
}

}  // namespace layerlab::sim
