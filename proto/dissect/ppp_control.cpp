// PPP's control protocols and authentication, and the tags of PPPoE's discovery.
#include "proto/wire/ppp_control.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/ppp_control.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Chap;
using wire::Ipcp;
using wire::Ipv6cp;
using wire::Lcp;
using wire::Pap;
using wire::PppControl;
using wire::PppoeTags;

constexpr auto lcp_fields = join(PppControl::table, Lcp::table);
constexpr auto ipcp_fields = join(PppControl::table, Ipcp::table);
constexpr auto ipv6cp_fields = join(PppControl::table, Ipv6cp::table);
constexpr auto pap_fields = join(Pap::table, Pap::rest);
constexpr auto chap_fields = join(Chap::table, Chap::rest);

void add_lcp_option(Context&, unsigned type, Cursor& in) {
    switch (type) {
        case Lcp::mru_option: in.add(Lcp::mru, 2); return;
        case Lcp::map_option: in.add(Lcp::map, 4); return;
        case Lcp::auth_option: {
            constexpr unsigned chap_number = 0xc223;
            if (in.add(Lcp::authentication, 2) == chap_number) in.add(Lcp::algorithm, 1);
            return;
        }
        case Lcp::magic_option: in.add(Lcp::magic, 4); return;
        default: return;
    }
}

void add_ipcp_option(Context&, unsigned type, Cursor& in) {
    switch (type) {
        case 2: {
            constexpr unsigned van_jacobson = 0x002d;
            if (in.add(Ipcp::compression, 2) != van_jacobson) return;
            in.add(Ipcp::max_slot, 1);
            in.add_table(table_of(Ipcp::compress_slot), 1);
            return;
        }
        case 3: in.add(Ipcp::address, 4); return;
        case 129: in.add(Ipcp::primary_dns, 4); return;
        case 130: in.add(Ipcp::primary_nbns, 4); return;
        case 131: in.add(Ipcp::secondary_dns, 4); return;
        case 132: in.add(Ipcp::secondary_nbns, 4); return;
        default: return;
    }
}

void add_ipv6cp_option(Context&, unsigned type, Cursor& in) {
    if (type == 1) in.add(Ipv6cp::interface, 8);
}

struct OptionKind {
    const Field<std::uint8_t>& type;
    const Field<std::uint8_t>& length;
    void (*add)(Context&, unsigned type, Cursor&);
};

void add_options(Context& c, Bytes options, const OptionKind& kind) {
    Cursor in(c, options);
    while (in.left() > 0) {
        const auto type = static_cast<unsigned>(in.add(kind.type, 1));
        const std::size_t length = in.add(kind.length, 1);
        if (!in.ok()) return;
        if (length < 2) return c.malformed(in.rest(), fmt::format("option length {} < 2", length));
        const Bytes value = in.bytes(length - 2);
        if (!in.ok()) return;
        const auto deeper = c.indent();
        Cursor inside(c, value);
        kind.add(c, type, inside);
    }
}

// Adds code, identifier and length, and returns what belongs to the packet behind them.
Bytes begin_control(Context& c, const Protocol& protocol, Bytes bytes, std::span<const FieldInfo* const> table) {
    c.begin(protocol, bytes);
    c.add_fields(bytes, table);
    if (bytes.size() < PppControl::min_size) {
        c.too_short(bytes, PppControl::min_size);
        return {};
    }
    const std::size_t length = load_be16(bytes.data() + 2);
    if (length < PppControl::min_size) {
        c.malformed(bytes.subspan(PppControl::min_size), fmt::format("length {} < 4", length));
        return {};
    }
    return bytes.subspan(PppControl::min_size, std::min(length, bytes.size()) - PppControl::min_size);
}

void dissect_negotiation(Context& c, Bytes bytes, const Protocol& protocol, const OptionKind& kind) {
    const Bytes body = begin_control(c, protocol, bytes, PppControl::table);
    if (body.empty()) return;
    const std::uint8_t code = bytes[0];
    if (code >= PppControl::configure_request && code <= PppControl::configure_reject)
        return add_options(c, body, kind);
    if (&protocol != &lcp) return;
    Cursor in(c, body);
    if (code == PppControl::protocol_reject) in.add(Lcp::rejected, 2);
    if (code >= PppControl::echo_request && code <= PppControl::discard_request) in.add(Lcp::magic_number, 4);
    if (in.left() > 0) in.add(Lcp::data, in.left());
}

void dissect_lcp(Context& c, Bytes bytes) {
    dissect_negotiation(c, bytes, lcp, {Lcp::option, Lcp::option_length, add_lcp_option});
}
void dissect_ipcp(Context& c, Bytes bytes) {
    dissect_negotiation(c, bytes, ipcp, {Ipcp::option, Ipcp::option_length, add_ipcp_option});
}
void dissect_ipv6cp(Context& c, Bytes bytes) {
    dissect_negotiation(c, bytes, ipv6cp, {Ipv6cp::option, Ipv6cp::option_length, add_ipv6cp_option});
}

// A length octet and so many octets.
void add_string(Cursor& in, const Field<std::uint8_t>& length, const Field<std::string_view>& text) {
    if (const std::size_t size = in.add(length, 1); size > 0) in.add(text, size);
}

void dissect_pap(Context& c, Bytes bytes) {
    const Bytes body = begin_control(c, pap, bytes, Pap::table);
    if (body.empty()) return;
    c.add(Pap::data, body);
    const auto deeper = c.indent();
    Cursor in(c, body);
    if (bytes[0] == 1) {
        add_string(in, Pap::peer_length, Pap::peer);
        add_string(in, Pap::password_length, Pap::password);
    } else {
        add_string(in, Pap::message_length, Pap::message);
    }
}

void dissect_chap(Context& c, Bytes bytes) {
    const Bytes body = begin_control(c, chap, bytes, Chap::table);
    if (body.empty()) return;
    c.add(Chap::data, body);
    const auto deeper = c.indent();
    Cursor in(c, body);
    if (bytes[0] > 2) return in.add(Chap::message, in.left()), void();
    if (const std::size_t size = in.add(Chap::value_size, 1); size > 0) in.add(Chap::value, size);
    if (in.left() > 0) in.add(Chap::name, in.left());
}

void summarize_control(const LayerView& view, std::string& info) {
    const char* name = nullptr;
    for (const auto* code : {&PppControl::code, &Pap::code, &Chap::code})
        if (const Item* item = view.find(*code)) name = code->info.names.find(item->number);
    info = name ? name : "Unknown";
}

}  // namespace

void add_pppoe_tags(Context& c, Bytes tags) {
    if (tags.empty()) return;
    c.add(PppoeTags::tags, tags);
    const auto deeper = c.indent();
    namespace tag = wire::pppoe_tag;
    Cursor in(c, tags);
    while (in.left() >= 4) {
        const std::uint16_t number = load_be16(in.rest().data());
        const std::size_t length = load_be16(in.rest().data() + 2);
        in.skip(4);
        const Bytes value = in.bytes(length);
        if (!in.ok() || number == tag::end_of_list) return;
        if (value.empty()) continue;
        switch (number) {
            case tag::service_name: c.add(PppoeTags::service_name, value); break;
            case tag::ac_name: c.add(PppoeTags::ac_name, value); break;
            case tag::host_uniq: c.add(PppoeTags::host_uniq, value); break;
            case tag::ac_cookie: c.add(PppoeTags::ac_cookie, value); break;
            case tag::relay_session: c.add(PppoeTags::relay_session, value); break;
            case tag::max_payload: c.add(PppoeTags::max_payload, value); break;
            case tag::service_error: c.add(PppoeTags::service_error, value); break;
            case tag::system_error: c.add(PppoeTags::system_error, value); break;
            case tag::generic_error: c.add(PppoeTags::generic_error, value); break;
            default: break;
        }
    }
}

constinit const Protocol lcp{.heading = {"lcp", "PPP Link Control Protocol"},
                             .column = "PPP LCP",
                             .fields = lcp_fields,
                             .dissect = dissect_lcp,
                             .summarize = summarize_control,
                             .source = "RFC 1661"};
constinit const Protocol ipcp{.heading = {"ipcp", "PPP IP Control Protocol"},
                              .column = "PPP IPCP",
                              .fields = ipcp_fields,
                              .dissect = dissect_ipcp,
                              .summarize = summarize_control,
                              .source = "RFC 1332"};
constinit const Protocol ipv6cp{.heading = {"ipv6cp", "PPP IPv6 Control Protocol"},
                                .column = "PPP IPV6CP",
                                .fields = ipv6cp_fields,
                                .dissect = dissect_ipv6cp,
                                .summarize = summarize_control,
                                .source = "RFC 5072"};
constinit const Protocol pap{.heading = {"pap", "PPP Password Authentication Protocol"},
                             .column = "PPP PAP",
                             .fields = pap_fields,
                             .dissect = dissect_pap,
                             .summarize = summarize_control,
                             .source = "RFC 1334"};
constinit const Protocol chap{.heading = {"chap", "PPP Challenge Handshake Authentication Protocol"},
                              .column = "PPP CHAP",
                              .fields = chap_fields,
                              .dissect = dissect_chap,
                              .summarize = summarize_control,
                              .source = "RFC 1994"};

}  // namespace layerlab::proto::dissect
