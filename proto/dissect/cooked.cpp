// Link layers of captures and of serial lines: raw IP, BSD null, Linux cooked, PPP, PPPoE, MPLS.
#include <algorithm>

#include "proto/dissect/link.hpp"
#include "proto/dissect/ppp_control.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/link_headers.hpp"
#include "proto/wire/ppp_control.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Mpls;
using wire::NullLoopback;
using wire::Ppp;
using wire::Pppoe;
using wire::Sll;
using wire::Sll2;

constexpr auto sll_fields = join(Sll::table, FieldTable<5>{&Sll::source.info, &Sll::type.info, &Sll::linux_type.info,
                                                           &Sll::trailer.info, &Sll2::interface.info});

constexpr auto discovery_fields = join(Pppoe::table, wire::PppoeTags::table);

// IPv4 or IPv6 by the version in the first four bits.
const Protocol* by_version(Bytes bytes) {
    if (bytes.empty()) return nullptr;
    return bytes[0] >> 4 == 4 ? &ipv4 : bytes[0] >> 4 == 6 ? &ipv6 : nullptr;
}

void dissect_raw(Context& c, Bytes bytes) {
    c.begin(raw, bytes);
    c.next(by_version(bytes), bytes, c.missing());
}

void dissect_null(Context& c, Bytes bytes) {
    c.begin(null_loopback, bytes);
    if (bytes.size() < NullLoopback::min_size) return c.too_short(bytes, NullLoopback::min_size);
    c.set_header_size(NullLoopback::min_size);
    // The number is small, so its byte order shows. Some writers put an EtherType into the last two octets.
    const std::uint32_t big = load_be32(bytes.data());
    const std::uint32_t family = big > 0xffff ? __builtin_bswap32(big) : big;
    if (family > 0xffff) {
        c.add(NullLoopback::type, bytes.subspan(2, 2));
        return c.next(by_ether_type(static_cast<std::uint16_t>(big)), bytes.subspan(4), c.missing());
    }
    c.add(NullLoopback::family, bytes.first(4), std::uint64_t{family});
    const Protocol* above = nullptr;
    if (family == 2) above = &ipv4;
    if (family == 10 || family == 24 || family == 28 || family == 30) above = &ipv6;  // Linux, NetBSD, FreeBSD, Darwin
    c.next(above, bytes.subspan(NullLoopback::min_size), c.missing());
}

void add_sll_source(Context& c, Bytes address, std::size_t length) {
    if (length == 6) c.add(Sll::source, address.first(6));
}

void next_sll(Context& c, std::size_t layer, std::uint16_t type, Bytes where, Bytes payload) {
    c.trailer = {};
    if (type > wire::Ethernet::max_length) {
        c.add(Sll::type, where);
        c.next(by_ether_type(type), payload, c.missing());
    } else {
        c.add(Sll::linux_type, where);
        c.next(type == 4 ? &llc : nullptr, payload, c.missing());  // 4: 802.2 frames
    }
    const Bytes behind = std::exchange(c.trailer, {});
    if (!behind.empty()) c.add_to_layer(layer, Sll::trailer.info, behind);
}

void dissect_sll(Context& c, Bytes bytes) {
    const std::size_t layer = c.out().layers.size();
    c.begin(sll, bytes);
    if (bytes.size() < Sll::min_size) return c.too_short(bytes, Sll::min_size);
    c.set_header_size(Sll::min_size);
    c.add_fields(bytes, Sll::table);
    const View<Sll> header(bytes.data());
    add_sll_source(c, bytes.subspan(6, 8), header[Sll::address_length]);
    next_sll(c, layer, header[Sll::type], bytes.subspan(14, 2), bytes.subspan(Sll::min_size));
}

void dissect_sll2(Context& c, Bytes bytes) {
    const std::size_t layer = c.out().layers.size();
    c.begin(sll2, bytes);
    if (bytes.size() < Sll2::min_size) return c.too_short(bytes, Sll2::min_size);
    c.set_header_size(Sll2::min_size);
    c.add_fields(bytes, Sll2::table);
    const View<Sll2> header(bytes.data());
    add_sll_source(c, bytes.subspan(12, 8), header[Sll2::address_length]);
    next_sll(c, layer, header[Sll2::type], bytes.first(2), bytes.subspan(Sll2::min_size));
}

const Protocol* by_ppp_protocol(std::uint16_t number) {
    switch (number) {
        case 0x0021: return &ipv4;
        case 0x0057: return &ipv6;
        case 0x0281:
        case 0x0283: return &mpls;
        case 0x8021: return &ipcp;
        case 0x8057: return &ipv6cp;
        case 0xc021: return &lcp;
        case 0xc023: return &pap;
        case 0xc223: return &chap;
        case 0xc227: return &eap;
        default: return nullptr;
    }
}

void dissect_ppp(Context& c, Bytes bytes) {
    c.begin(ppp, bytes);
    std::size_t at = 0;
    if (bytes.size() >= 2 && bytes[0] == 0xff && bytes[1] == 0x03) {
        c.add(Ppp::address, bytes.first(1));
        c.add(Ppp::control, bytes.subspan(1, 1));
        at = 2;
    }
    if (bytes.size() <= at) return c.too_short(bytes.subspan(at), 1);
    const std::size_t width = bytes[at] & 1 ? 1 : 2;
    if (bytes.size() < at + width) return c.too_short(bytes.subspan(at), width);
    const std::uint16_t number = width == 1 ? bytes[at] : load_be16(bytes.data() + at);
    c.set_header_size(at + width);
    c.add(Ppp::protocol, bytes.subspan(at, width), std::uint64_t{number});
    c.next(by_ppp_protocol(number), bytes.subspan(at + width), c.missing());
}

void dissect_pppoe(Context& c, Bytes bytes, const Protocol& protocol, const Protocol* above) {
    c.begin(protocol, bytes);
    if (bytes.size() < Pppoe::min_size) return c.too_short(bytes, Pppoe::min_size);
    c.set_header_size(Pppoe::min_size);
    c.add_fields(bytes, Pppoe::table);
    const std::size_t length = View<Pppoe>(bytes.data())[Pppoe::payload_length];
    const Bytes rest = bytes.subspan(Pppoe::min_size);
    const std::size_t cut = std::min(length, rest.size());
    if (above) c.next(above, rest.first(cut), std::min(length, rest.size() + c.missing()) - cut);
    if (!above) add_pppoe_tags(c, rest.first(cut));
    c.trailer = rest.subspan(cut);
}

void dissect_pppoe_session(Context& c, Bytes bytes) { dissect_pppoe(c, bytes, pppoe_session, &ppp); }
void dissect_pppoe_discovery(Context& c, Bytes bytes) { dissect_pppoe(c, bytes, pppoe_discovery, nullptr); }

void dissect_mpls(Context& c, Bytes bytes) {
    c.begin(mpls, bytes);
    if (bytes.size() < Mpls::min_size) return c.too_short(bytes, Mpls::min_size);
    c.set_header_size(Mpls::min_size);
    c.add_fields(bytes, Mpls::table);
    const Bytes payload = bytes.subspan(Mpls::min_size);
    const bool last = View<Mpls>(bytes.data())[Mpls::bottom] != 0;
    c.next(last ? by_version(payload) : &mpls, payload, c.missing());
}

}  // namespace

constinit const Protocol raw{
    .heading = {"raw", "Raw packet data"}, .column = "Raw", .fields = {}, .dissect = dissect_raw};
constinit const Protocol null_loopback{
    .heading = {"null", "Null/Loopback"}, .column = "Null", .fields = NullLoopback::table, .dissect = dissect_null};
constinit const Protocol sll{
    .heading = {"sll", "Linux cooked capture v1"}, .column = "SLL", .fields = sll_fields, .dissect = dissect_sll};
constinit const Protocol sll2{
    .heading = {"sll", "Linux cooked capture v2"}, .column = "SLL", .fields = sll_fields, .dissect = dissect_sll2};
constinit const Protocol ppp{
    .heading = {"ppp", "Point-to-Point Protocol"}, .column = "PPP", .fields = Ppp::table, .dissect = dissect_ppp};
constinit const Protocol pppoe_session{.heading = {"pppoes", "PPP-over-Ethernet Session"},
                                       .column = "PPPoES",
                                       .fields = Pppoe::table,
                                       .dissect = dissect_pppoe_session};
constinit const Protocol pppoe_discovery{.heading = {"pppoed", "PPP-over-Ethernet Discovery"},
                                         .column = "PPPoED",
                                         .fields = discovery_fields,
                                         .dissect = dissect_pppoe_discovery};
constinit const Protocol mpls{.heading = {"mpls", "MultiProtocol Label Switching Header"},
                              .column = "MPLS",
                              .fields = Mpls::table,
                              .dissect = dissect_mpls};

}  // namespace layerlab::proto::dissect
