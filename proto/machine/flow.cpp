#include "proto/machine/flow.hpp"

#include "proto/base/checksum.hpp"
#include "proto/wire/icmp.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/udp.hpp"

namespace layerlab::proto::machine {
namespace {

using wire::Icmp;
using wire::Ipv4;
using wire::Tcp;
using wire::Udp;

constexpr auto icmp = static_cast<std::uint8_t>(wire::IpProtocol::icmp);
constexpr auto tcp = static_cast<std::uint8_t>(wire::IpProtocol::tcp);
constexpr auto udp = static_cast<std::uint8_t>(wire::IpProtocol::udp);

bool is_icmp_request(std::uint8_t type) { return type == 8 || type == 13 || type == 15 || type == 17; }
bool is_icmp_reply(std::uint8_t type) { return type == 0 || type == 14 || type == 16 || type == 18; }

// The ports or query id at the start of a transport header of at least eight bytes; other than those no kind is found.
FlowKind read_ports(Bytes transport, Flow& flow, bool& is_request) {
    if (flow.protocol == tcp || flow.protocol == udp) {
        flow.source.port = load_be16(transport.data());
        flow.destination.port = load_be16(transport.data() + 2);
        return FlowKind::ports;
    }
    const View<Icmp> message(transport.data());
    const std::uint8_t type = message[Icmp::type];
    is_request = is_icmp_request(type);
    if (!is_request && !is_icmp_reply(type)) return FlowKind::other;
    (is_request ? flow.source : flow.destination).port = message[Icmp::identifier];
    return FlowKind::icmp_query;
}

// A quoted packet may be cut after eight bytes of its payload (RFC 792) and its total length says nothing about that.
void read_quoted(Bytes packet, FlowPacket& parsed) {
    const std::size_t at = parsed.transport + Icmp::min_size;
    const Bytes quote = packet.subspan(at);
    if (quote.size() < Ipv4::min_size) return;
    const View<Ipv4> ip(quote.data());
    const std::size_t header = ip[Ipv4::header_length];
    if (ip[Ipv4::version] != 4 || header < Ipv4::min_size) return;
    parsed.quoted = {{ip[Ipv4::source], 0}, {ip[Ipv4::destination], 0}, ip[Ipv4::protocol]};
    const bool is_known =
        parsed.quoted.protocol == tcp || parsed.quoted.protocol == udp || parsed.quoted.protocol == icmp;
    if (!is_known || ip[Ipv4::fragment_offset] != 0 || quote.size() < header + 8) return;
    parsed.quoted_ip = static_cast<std::uint16_t>(at);
    parsed.quoted_transport = static_cast<std::uint16_t>(at + header);
    parsed.quoted_kind = read_ports(quote.subspan(header), parsed.quoted, parsed.quoted_is_request);
}

std::size_t min_transport(std::uint8_t protocol) {
    return protocol == tcp ? Tcp::min_size : protocol == udp ? Udp::min_size : Icmp::min_size;
}

// Changes words of a packet together with the checksums that cover them. `outer` is the checksum of the ICMP error
// around a quoted packet: it covers the quoted checksums too.
class Rewriter {
  public:
    Rewriter(MutableBytes packet, std::size_t outer) : p_(packet.data()), outer_(outer) {}

    // Changes the word and each of the (up to two) checksums; 0 means none.
    void change(std::size_t at, std::uint16_t value, std::size_t checksum, std::size_t second, bool second_is_udp) {
        const std::uint16_t before = set(at, value);
        if (checksum != 0) update(checksum, before, value, false);
        if (second != 0) update(second, before, value, second_is_udp);
    }

  private:
    std::uint16_t set(std::size_t at, std::uint16_t value) {
        const std::uint16_t before = load_be16(p_ + at);
        store_be16(p_ + at, value);
        if (outer_ != 0) store_be16(p_ + outer_, updated_checksum(load_be16(p_ + outer_), before, value));
        return before;
    }
    void update(std::size_t checksum, std::uint16_t before, std::uint16_t after, bool is_udp) {
        const std::uint16_t old = load_be16(p_ + checksum);
        if (is_udp && old == 0) return;  // RFC 768: the sender made none
        std::uint16_t made = updated_checksum(old, before, after);
        if (is_udp && made == 0) made = 0xffff;
        set(checksum, made);
    }

    std::uint8_t* p_;
    std::size_t outer_;
};

struct Place {
    std::size_t ip = 0, transport = 0;  // offsets; transport 0: a fragment without
    std::size_t outer = 0;
    std::uint8_t protocol = 0;
    FlowKind kind = FlowKind::other;
};

enum class End { source, destination };

void rewrite(MutableBytes packet, const Place& place, End end, Endpoint to) {
    const std::size_t address = place.ip + (end == End::source ? 12 : 16);
    std::size_t transport_sum = 0;
    if (place.kind == FlowKind::ports) transport_sum = place.transport + (place.protocol == tcp ? 16 : 6);
    if (transport_sum + 2 > packet.size()) transport_sum = 0;  // not quoted that far
    const bool is_udp = place.protocol == udp;
    Rewriter rewriter(packet, place.outer);
    rewriter.change(address, static_cast<std::uint16_t>(to.address.number >> 16), place.ip + 10, transport_sum, is_udp);
    rewriter.change(address + 2, static_cast<std::uint16_t>(to.address.number), place.ip + 10, transport_sum, is_udp);
    if (place.kind == FlowKind::ports)
        rewriter.change(place.transport + (end == End::source ? 0 : 2), to.port, 0, transport_sum, is_udp);
    if (place.kind == FlowKind::icmp_query)
        rewriter.change(place.transport + 4, to.port, place.transport + 2, 0, false);
}

Place outer_place(const FlowPacket& parsed) { return {0, parsed.transport, 0, parsed.flow.protocol, parsed.kind}; }
Place quoted_place(const FlowPacket& parsed) {
    return {parsed.quoted_ip, parsed.quoted_transport, parsed.transport + std::size_t{2}, parsed.quoted.protocol,
            parsed.quoted_kind};
}

}  // namespace

std::optional<FlowPacket> parse_flow(Bytes packet) {
    const auto ip = View<Ipv4>::parse(packet);
    if (!ip || (*ip)[Ipv4::version] != 4) return std::nullopt;
    const std::size_t header = (*ip)[Ipv4::header_length], total = (*ip)[Ipv4::total_length];
    if (header < Ipv4::min_size || total < header || total > packet.size()) return std::nullopt;
    packet = packet.first(total);
    FlowPacket parsed;
    parsed.flow = {{(*ip)[Ipv4::source], 0}, {(*ip)[Ipv4::destination], 0}, (*ip)[Ipv4::protocol]};
    parsed.identification = (*ip)[Ipv4::identification];
    parsed.has_more_fragments = (*ip)[Ipv4::more_fragments];
    parsed.length = static_cast<std::uint16_t>(total);
    parsed.transport = static_cast<std::uint16_t>(header);
    if ((*ip)[Ipv4::fragment_offset] != 0) {
        parsed.kind = FlowKind::later_fragment;
        return parsed;
    }
    const std::uint8_t protocol = parsed.flow.protocol;
    if (protocol != tcp && protocol != udp && protocol != icmp) return parsed;
    const Bytes transport = packet.subspan(header);
    if (transport.size() < min_transport(protocol)) return std::nullopt;
    parsed.kind = read_ports(transport, parsed.flow, parsed.is_request);
    if (protocol == tcp) parsed.tcp_flags = transport[13];
    if (protocol != icmp) return parsed;
    parsed.icmp_type = transport[0];
    parsed.icmp_code = transport[1];
    if (wire::is_icmp_error(parsed.icmp_type)) {
        parsed.kind = FlowKind::icmp_error;
        read_quoted(packet, parsed);
    }
    return parsed;
}

void rewrite_source(MutableBytes packet, const FlowPacket& parsed, Endpoint to) {
    rewrite(packet.first(parsed.length), outer_place(parsed), End::source, to);
}
void rewrite_destination(MutableBytes packet, const FlowPacket& parsed, Endpoint to) {
    rewrite(packet.first(parsed.length), outer_place(parsed), End::destination, to);
}
void rewrite_quoted_source(MutableBytes packet, const FlowPacket& parsed, Endpoint to) {
    rewrite(packet.first(parsed.length), quoted_place(parsed), End::source, to);
}
void rewrite_quoted_destination(MutableBytes packet, const FlowPacket& parsed, Endpoint to) {
    rewrite(packet.first(parsed.length), quoted_place(parsed), End::destination, to);
}

}  // namespace layerlab::proto::machine
