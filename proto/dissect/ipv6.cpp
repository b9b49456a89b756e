#include "proto/wire/ipv6.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/context.hpp"
#include "proto/dissect/ip.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::AuthenticationHeader;
using wire::Ipv6;
using wire::Ipv6Destination;
using wire::Ipv6Fragment;
using wire::Ipv6HopByHop;
using wire::Ipv6Options;
using wire::Ipv6Routing;

constexpr auto hop_by_hop_fields = join(Ipv6HopByHop::table, Ipv6Options::table);
constexpr auto destination_fields = join(Ipv6Destination::table, Ipv6Options::table);
constexpr auto routing_fields = join(Ipv6Routing::table, FieldTable<1>{&Ipv6Routing::address.info});
constexpr auto fragment_fields =
    join(Ipv6Fragment::table, FieldTable<2>{&IpFields::fragment_count6.info, &IpFields::reassembled_length6.info});
constexpr auto ah_fields = join(AuthenticationHeader::table, FieldTable<1>{&AuthenticationHeader::check_value.info});

void next_header(Context& c, std::uint8_t number, Bytes payload, std::size_t missing) {
    c.info.ip_protocol = number;
    if (number == static_cast<std::uint8_t>(wire::IpProtocol::ipv6_no_next)) return c.data(payload);
    const Protocol* above = by_ip_protocol(number);
    if (!payload.empty() || missing > 0 || above) c.next(above, payload, missing);
}

void dissect_ipv6(Context& c, Bytes bytes) {
    c.begin(ipv6, bytes);
    const auto ip = View<Ipv6>::parse(bytes);
    if (!ip) return c.add_fields(bytes, Ipv6::table), c.too_short(bytes, Ipv6::min_size);
    if ((*ip)[Ipv6::version] != 6) {
        c.add_fields(bytes, FieldTable<1>{&Ipv6::version.info});
        return c.malformed(bytes, fmt::format("IP version {}", (*ip)[Ipv6::version]));
    }
    c.set_header_size(Ipv6::min_size);
    c.add_fields(bytes, Ipv6::table);
    c.info.source = NetworkAddress::of((*ip)[Ipv6::source]);
    c.info.destination = NetworkAddress::of((*ip)[Ipv6::destination]);
    const std::size_t available = bytes.size() + c.missing();
    std::size_t on_wire = Ipv6::min_size + (*ip)[Ipv6::payload_length];
    // 0: a jumbogram (RFC 2675) or a segment that the network card cuts later; all that is there belongs to it.
    if ((*ip)[Ipv6::payload_length] == 0) on_wire = available;
    on_wire = std::min(on_wire, available);
    const Bytes datagram = bytes.first(std::min(on_wire, bytes.size()));
    next_header(c, (*ip)[Ipv6::next_header], datagram.subspan(Ipv6::min_size), on_wire - datagram.size());
    c.trailer = bytes.subspan(datagram.size());
}

// The octets of an extension header that says its length; 0 when it is not wholly there (and said so).
std::size_t header_size(Context& c, Bytes bytes, std::size_t least, std::size_t size) {
    if (bytes.size() >= std::max(least, size)) {
        c.set_header_size(size);
        return size;
    }
    c.too_short(bytes, std::max(least, size));
    return 0;
}

// False when they are malformed, which is said.
bool add_options(Context& c, Bytes options) {
    std::size_t at = 0;
    while (at < options.size()) {
        c.add(Ipv6Options::type, options.subspan(at, 1));
        const std::uint8_t type = options[at];
        if (type == Ipv6Options::pad1) {
            ++at;
            continue;
        }
        if (at + 2 > options.size()) return c.malformed({}, "option without length"), false;
        c.add(Ipv6Options::length, options.subspan(at + 1, 1));
        const std::size_t length = options[at + 1];
        if (length > options.size() - at - 2)
            return c.malformed({}, fmt::format("option length {} > {}", length, options.size() - at - 2)), false;
        if (type == Ipv6Options::router_alert && length == 2) c.add(Ipv6Options::alert, options.subspan(at + 2, 2));
        at += 2 + length;
    }
    return true;
}

void dissect_options_header(Context& c, Bytes bytes, const Protocol& protocol,
                            std::span<const FieldInfo* const> table) {
    c.begin(protocol, bytes);
    c.add_fields(bytes, table);
    const std::size_t size = header_size(c, bytes, 8, bytes.size() < 2 ? 8 : (bytes[1] + 1u) * 8u);
    if (size == 0) return;
    if (!add_options(c, bytes.subspan(2, size - 2))) return c.data(bytes.subspan(size));
    next_header(c, bytes[0], bytes.subspan(size), c.missing());
}

void dissect_hop_by_hop(Context& c, Bytes bytes) {
    dissect_options_header(c, bytes, ipv6_hop_by_hop, Ipv6HopByHop::table);
}
void dissect_destination(Context& c, Bytes bytes) {
    dissect_options_header(c, bytes, ipv6_destination, Ipv6Destination::table);
}

void dissect_routing(Context& c, Bytes bytes) {
    c.begin(ipv6_routing, bytes);
    c.add_fields(bytes, Ipv6Routing::table);
    const std::size_t size = header_size(c, bytes, 8, bytes.size() < 2 ? 8 : (bytes[1] + 1u) * 8u);
    if (size == 0) return;
    if (bytes[2] == 0)
        for (std::size_t at = 8; at + 16 <= size; at += 16) {
            c.add(Ipv6Routing::address, bytes.subspan(at, 16));
            // The last address of a source route is where the packet goes: checksums count it (RFC 8200 section 8.1).
            if (bytes[3] > 0) c.info.destination = NetworkAddress::of(Ipv6Address::load(bytes.data() + at));
        }
    next_header(c, bytes[0], bytes.subspan(size), c.missing());
}

void dissect_fragment_header(Context& c, Bytes bytes) {
    c.begin(ipv6_fragment, bytes);
    const auto header = View<Ipv6Fragment>::parse(bytes);
    if (!header) return c.add_fields(bytes, Ipv6Fragment::table), c.too_short(bytes, Ipv6Fragment::min_size);
    c.set_header_size(Ipv6Fragment::min_size);
    c.add_fields(bytes, Ipv6Fragment::table);
    const Bytes payload = bytes.subspan(Ipv6Fragment::min_size);
    const std::uint16_t units = (*header)[Ipv6Fragment::offset];
    const bool more_follow = (*header)[Ipv6Fragment::more];
    if (units == 0 && !more_follow) return next_header(c, bytes[0], payload, c.missing());
    const Fragment fragment{{c.info.source, c.info.destination, (*header)[Ipv6Fragment::identification], bytes[0]},
                            units * 8u,
                            more_follow,
                            IpFields::fragment_count6,
                            IpFields::reassembled_length6};
    dissect_fragment(c, fragment, by_ip_protocol(bytes[0]), payload, c.missing(), true);
}

void dissect_ah(Context& c, Bytes bytes) {
    c.begin(ah, bytes);
    c.add_fields(bytes, AuthenticationHeader::table);
    const std::size_t least = AuthenticationHeader::min_size;
    const std::size_t size = header_size(c, bytes, least, bytes.size() < 2 ? least : (bytes[1] + 2u) * 4u);
    if (size < least) return size == 0 ? void() : c.malformed(bytes, fmt::format("length {} < {}", size, least));
    c.add(AuthenticationHeader::check_value, bytes.subspan(least, size - least));
    next_header(c, bytes[0], bytes.subspan(size), c.missing());
}

void summarize_ipv6(const LayerView& view, std::string& info) {
    const std::uint64_t next = view.number(Ipv6::next_header);
    const char* name = Ipv6::next_header.info.names.find(next);
    info = fmt::format("{} ({})", name ? name : "IPv6 next header", next);
}

}  // namespace

constinit const Protocol ipv6{.heading = {"ipv6", "Internet Protocol Version 6"},
                              .column = "IPv6",
                              .fields = Ipv6::table,
                              .dissect = dissect_ipv6,
                              .summarize = summarize_ipv6,
                              .source = "RFC 8200"};
constinit const Protocol ipv6_hop_by_hop{.heading = {"ipv6.hopopts", "IPv6 Hop-by-Hop Option"},
                                         .column = nullptr,
                                         .fields = hop_by_hop_fields,
                                         .dissect = dissect_hop_by_hop};
constinit const Protocol ipv6_destination{.heading = {"ipv6.dstopts", "Destination Options for IPv6"},
                                          .column = nullptr,
                                          .fields = destination_fields,
                                          .dissect = dissect_destination};
constinit const Protocol ipv6_routing{.heading = {"ipv6.routing", "Routing Header for IPv6"},
                                      .column = nullptr,
                                      .fields = routing_fields,
                                      .dissect = dissect_routing};
constinit const Protocol ipv6_fragment{.heading = {"ipv6.fraghdr", "Fragment Header for IPv6"},
                                       .column = nullptr,
                                       .fields = fragment_fields,
                                       .dissect = dissect_fragment_header};
constinit const Protocol ah{.heading = {"ah", "Authentication Header"},
                            .column = "AH",
                            .fields = ah_fields,
                            .dissect = dissect_ah,
                            .source = "RFC 4302"};

}  // namespace layerlab::proto::dissect
