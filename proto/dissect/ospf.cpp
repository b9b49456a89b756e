// OSPF. Version 2 with the bodies of the LSAs of RFC 2328; of version 3 the LSAs' headers.
#include "proto/wire/ospf.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Ospf;
using wire::Ospf3Options;
using wire::OspfBody;
using wire::OspfDescription;
using wire::OspfHello;
using wire::OspfLsa;
using wire::OspfOptions;

constexpr auto ospf_fields =
    join(Ospf::table, Ospf::crypt_table, Ospf::table_3, Ospf::rest, OspfOptions::table, Ospf3Options::table,
         OspfHello::front, OspfHello::back, OspfHello::rest, table_of(OspfDescription::mtu), OspfDescription::table,
         OspfLsa::ages, OspfLsa::back, OspfLsa::rest, OspfBody::table);

void add_neighbors(Cursor& in) {
    while (in.left() > 0) in.add(OspfHello::neighbor, 4);
}

void add_hello(Context& c, Bytes body) {
    c.add(OspfHello::hello, body);
    const auto deeper = c.indent();
    Cursor in(c, body);
    c.add_fields(body, OspfHello::front);
    if (body.size() > 6) c.add_fields(body.subspan(6), OspfOptions::table);
    in.add_table(OspfHello::back, OspfHello::min_size);
    add_neighbors(in);
}

void add_hello_3(Context& c, Bytes body) {
    c.add(OspfHello::hello, body);
    const auto deeper = c.indent();
    Cursor in(c, body);
    in.add(OspfHello::interface, 4);
    in.add(OspfHello::priority, 1);
    in.add_table(Ospf3Options::table, 3);
    in.add(OspfHello::interval, 2);
    in.add(OspfHello::dead_interval, 2);
    in.add(OspfHello::designated, 4);
    in.add(OspfHello::backup, 4);
    add_neighbors(in);
}

// One header; `lsa` has it whole.
void add_lsa_header(Context& c, Bytes lsa, bool is_3) {
    if (is_3) {
        c.add_fields(lsa, table_of(OspfLsa::age, OspfLsa::do_not_age_3, OspfLsa::type_3));
        c.add(OspfLsa::requested_id, lsa.subspan(4, 4));
    } else {
        c.add_fields(lsa, OspfLsa::ages);
        c.add_fields(lsa.subspan(2), OspfOptions::table);
        c.add_fields(lsa, table_of(OspfLsa::type, OspfLsa::id));
    }
    c.add_fields(lsa, OspfLsa::back);
}

void add_lsa_headers(Context& c, Cursor& in, bool is_3) {
    while (in.left() > 0) {
        const Bytes lsa = in.bytes(OspfLsa::min_size);
        if (!in.ok()) return;
        c.add(ws::heading, lsa);
        c.note("LSA Header");
        const auto deeper = c.indent();
        add_lsa_header(c, lsa, is_3);
    }
}

void add_router_links(Cursor& in) {
    in.skip(2);
    for (auto left = in.add(OspfBody::links, 2); left > 0 && in.ok(); --left) {
        in.add(OspfBody::link_id, 4);
        in.add(OspfBody::link_data, 4);
        in.add(OspfBody::link_type, 1);
        const std::size_t metrics = in.add(OspfBody::metrics, 1);
        in.add(OspfBody::metric_0, 2);
        in.skip(metrics * 4);
    }
}

// RFC 2328 appendix A.4.
void add_lsa_body(Context& c, unsigned type, Bytes body) {
    Cursor in(c, body);
    switch (type) {
        case OspfLsa::router_type: return add_router_links(in);
        case OspfLsa::network_type:
            in.add(OspfBody::network_mask, 4);
            while (in.left() > 0) in.add(OspfBody::attached, 4);
            return;
        case OspfLsa::summary_type:
        case OspfLsa::asbr_type:
            in.add(OspfBody::summary_mask, 4);
            while (in.left() > 0) {
                in.add(OspfBody::tos, 1);
                in.add(OspfBody::metric, 3);
            }
            return;
        case OspfLsa::external_type:
        case OspfLsa::nssa_type:
            in.add(OspfBody::external_mask, 4);
            while (in.left() > 0) {
                in.add_table(table_of(OspfBody::external_type, OspfBody::tos), 1);
                in.add(OspfBody::metric, 3);
                in.add(OspfBody::forwarding, 4);
                in.add(OspfBody::route_tag, 4);
            }
            return;
        default: return;
    }
}

void add_update(Context& c, Bytes body, bool is_3) {
    Cursor in(c, body);
    for (auto left = in.add(OspfLsa::count, 4); left > 0 && in.ok(); --left) {
        if (!in.want(OspfLsa::min_size)) return;
        const std::size_t length = load_be16(in.rest().data() + 18);
        if (length < OspfLsa::min_size) return c.malformed(in.rest(), fmt::format("LSA length {} < 20", length));
        const Bytes lsa = in.bytes(length);
        if (!in.ok()) return;
        c.add(ws::heading, lsa);
        c.note("LSA");
        const auto deeper = c.indent();
        add_lsa_header(c, lsa, is_3);
        if (!is_3) add_lsa_body(c, lsa[3], lsa.subspan(OspfLsa::min_size));
    }
}

void add_requests(Context& c, Bytes body, bool is_3) {
    Cursor in(c, body);
    while (in.left() > 0) {
        const auto deeper = c.indent();
        if (is_3) {
            in.skip(2);
            in.add(OspfLsa::type_3, 2);
        } else if (in.want(4)) {
            const Bytes where = in.bytes(4);
            c.add(OspfLsa::type, where, std::uint64_t{load_be32(where.data())});
        }
        in.add(OspfLsa::requested_id, 4);
        in.add(OspfLsa::router, 4);
    }
}

void add_description(Context& c, Bytes body, bool is_3) {
    Cursor in(c, body);
    if (is_3) {
        in.skip(1);
        in.add_table(Ospf3Options::table, 3);
        in.add(OspfDescription::mtu, 2);
        if (!in.want(6)) return;
        in.skip(1);
        const Bytes flags = in.bytes(1);
        for (const FieldInfo* field : OspfDescription::table) {  // the flags stand in the fourth octet of version 2
            if (field == &OspfDescription::sequence.info) continue;
            const unsigned bit = field->place.width == 1 ? 31u - field->place.first : 0;
            c.add(*field, flags, field->place.width == 1 ? std::uint64_t{flags[0] >> bit & 1u} : flags[0]);
        }
        in.add(OspfDescription::sequence, 4);
    } else {
        c.add_fields(in.here(8), table_of(OspfDescription::mtu));
        if (in.left() > 2) c.add_fields(in.rest().subspan(2), OspfOptions::table);
        in.add_table(OspfDescription::table, OspfDescription::min_size);
    }
    add_lsa_headers(c, in, is_3);
}

void add_body(Context& c, unsigned type, Bytes body, bool is_3) {
    switch (type) {
        case Ospf::hello: return is_3 ? add_hello_3(c, body) : add_hello(c, body);
        case Ospf::database_description: return add_description(c, body, is_3);
        case Ospf::request: return add_requests(c, body, is_3);
        case Ospf::update: return add_update(c, body, is_3);
        case Ospf::acknowledge: {
            Cursor in(c, body);
            return add_lsa_headers(c, in, is_3);
        }
        default: return c.data(body);
    }
}

// The last field of version 2's header. `behind`: what follows the packet, where a digest stands.
void add_authentication(Context& c, Bytes header, Bytes behind) {
    c.add_fields(header, table_of(Ospf::authentication));
    switch (View<Ospf>(header.data())[Ospf::authentication]) {
        case Ospf::no_authentication: return c.add_fields(header, table_of(Ospf::none));
        case Ospf::simple_password: {
            const std::string_view text = as_text(header.subspan(16, 8));
            return c.add(Ospf::password, header.subspan(16, 8), text.substr(0, text.find('\0')));
        }
        case Ospf::cryptographic: {
            c.add_fields(header, Ospf::crypt_table);
            const std::size_t size = header[19];
            if (size > 0 && size <= behind.size()) c.add(Ospf::digest, behind.first(size));
            return;
        }
        default: return;
    }
}

void dissect_ospf(Context& c, Bytes bytes) {
    c.begin(ospf, bytes);
    if (bytes.size() < Ospf::min_size) {
        c.add_fields(bytes, Ospf::table);
        return c.too_short(bytes, Ospf::min_size);
    }
    const View<Ospf> header(bytes.data());
    const bool is_3 = header[Ospf::version] == 3;
    const std::size_t size = is_3 ? Ospf::min_size : Ospf::size_2;
    if (bytes.size() < size) return c.too_short(bytes, size);
    const std::size_t length = header[Ospf::length];
    if (length < size) return c.malformed(bytes, fmt::format("packet length {} < {}", length, size));
    const Bytes packet = bytes.first(std::min(length, bytes.size()));
    c.add(Ospf::header, packet.first(size));
    {
        const auto deeper = c.indent();
        c.add_fields(packet, Ospf::table);
        if (is_3)
            c.add_fields(packet, Ospf::table_3);
        else
            add_authentication(c, packet, bytes.subspan(packet.size()));
    }
    add_body(c, header[Ospf::type], packet.subspan(size), is_3);
}

void summarize_ospf(const LayerView& view, std::string& info) {
    const char* name = Ospf::type.info.names.find(view.number(Ospf::type));
    info = name ? name : "Unknown";
}

}  // namespace

constinit const Protocol ospf{.heading = {"ospf", "Open Shortest Path First"},
                              .column = "OSPF",
                              .fields = ospf_fields,
                              .dissect = dissect_ospf,
                              .summarize = summarize_ospf,
                              .source = "RFC 2328"};

}  // namespace layerlab::proto::dissect
