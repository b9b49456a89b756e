#include "proto/machine/played_packet.hpp"

#include "proto/machine/address_map.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr std::size_t header = 40, least_transport = 8;  // of UDP and ICMPv6; TCP says more itself
constexpr std::uint8_t tcp = 6, udp = 17, icmpv6 = 58;
constexpr std::uint8_t first_query = 128, echo_request = 128, echo_reply = 129;

PlayedFlow widened(const Flow& f) {
    return {{f.source.address, f.source.port}, {f.destination.address, f.destination.port}, f.protocol};
}

std::optional<PlayedPacket> parse_ipv4(Bytes packet) {
    const auto parsed = parse_flow(packet);
    if (!parsed) return std::nullopt;
    return PlayedPacket{widened(parsed->flow), parsed->kind,      parsed->length,         parsed->transport,
                        parsed->icmp_type,     parsed->icmp_code, widened(parsed->quoted)};
}

PlayedFlow addresses(Bytes packet) {
    return {{Ipv6Address::load(packet.data() + 8)}, {Ipv6Address::load(packet.data() + 24)}, packet[6]};
}

// The ports of TCP and UDP, as far as they are there.
void add_ports(PlayedFlow& flow, Bytes transport) {
    if ((flow.protocol != tcp && flow.protocol != udp) || transport.size() < 4) return;
    flow.source.port = load_be16(transport.data());
    flow.destination.port = load_be16(transport.data() + 2);
}

PlayedFlow quoted_in(Bytes packet) {
    if (packet.size() < header || packet[0] >> 4 != 6) return {};
    PlayedFlow flow = addresses(packet);
    const Ipv6Transport found = ipv6_transport(packet);
    flow.protocol = found.protocol;
    if (found.offset != 0 && found.offset <= packet.size()) add_ports(flow, packet.subspan(found.offset));
    return flow;
}

std::optional<PlayedPacket> parse_ipv6(Bytes packet) {
    if (packet.size() < header) return std::nullopt;
    PlayedPacket p;
    p.length = header + load_be16(packet.data() + 4);
    if (p.length > packet.size()) return std::nullopt;
    packet = packet.first(p.length);
    p.flow = addresses(packet);
    const Ipv6Transport found = ipv6_transport(packet);
    p.transport = found.offset;
    if (found.offset == 0) {
        p.transport = header;
        p.kind = FlowKind::later_fragment;  // or behind what is not known: no ports either way
        return p;
    }
    if (found.offset > packet.size()) return std::nullopt;
    p.flow.protocol = found.protocol;
    const Bytes transport = packet.subspan(found.offset);
    if (found.protocol == tcp || found.protocol == udp) {
        if (transport.size() < least_transport) return std::nullopt;
        p.kind = FlowKind::ports;
        add_ports(p.flow, transport);
    } else if (found.protocol == icmpv6) {
        if (transport.size() < least_transport) return std::nullopt;
        p.icmp_type = transport[0];
        p.icmp_code = transport[1];
        if (p.icmp_type < first_query) {
            p.kind = FlowKind::icmp_error;
            p.quoted = quoted_in(transport.subspan(least_transport));
        } else if (p.icmp_type == echo_request || p.icmp_type == echo_reply) {
            p.kind = FlowKind::icmp_query;
            const bool asks = p.icmp_type == echo_request;
            (asks ? p.flow.source : p.flow.destination).port = load_be16(transport.data() + 4);
        }
    }
    return p;
}

}  // namespace

std::optional<PlayedPacket> parse_played(Bytes packet) {
    if (packet.empty()) return std::nullopt;
    return packet[0] >> 4 == 6 ? parse_ipv6(packet) : parse_ipv4(packet);
}

}  // namespace layerlab::proto::machine
