// GRE, VXLAN, Geneve and ESP.
#include <algorithm>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/tunnel_headers.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Esp;
using wire::Geneve;
using wire::GeneveOption;
using wire::Gre;
using wire::Vxlan;

constexpr auto gre_fields =
    join(Gre::table, FieldTable<7>{&Gre::checksum.info, &Gre::offset.info, &Gre::key.info, &Gre::payload_length.info,
                                   &Gre::call_id.info, &Gre::sequence.info, &Gre::acknowledgment.info});

constexpr auto geneve_fields = join(Geneve::table, GeneveOption::table, GeneveOption::rest);

std::size_t gre_size(const View<Gre>& header) {
    std::size_t size = Gre::min_size;
    if (header[Gre::has_checksum] || header[Gre::has_routing]) size += 4;
    if (header[Gre::has_key]) size += 4;
    if (header[Gre::has_sequence]) size += 4;
    if (header[Gre::version] == 1 && header[Gre::has_acknowledgment]) size += 4;
    return size;
}

void dissect_gre(Context& c, Bytes bytes) {
    c.begin(gre, bytes);
    const auto header = View<Gre>::parse(bytes);
    if (!header) return c.too_short(bytes, Gre::min_size);
    c.add_fields(bytes, Gre::table);
    const std::size_t size = gre_size(*header);
    if (bytes.size() < size) return c.too_short(bytes.subspan(Gre::min_size), size - Gre::min_size);
    c.set_header_size(size);
    std::size_t at = Gre::min_size;
    const auto part = [&](std::size_t octets) {
        at += octets;
        return bytes.subspan(at - octets, octets);
    };
    if ((*header)[Gre::has_checksum] || (*header)[Gre::has_routing]) {
        c.add(Gre::checksum, part(2));
        c.add(Gre::offset, part(2));
    }
    if ((*header)[Gre::has_key] && (*header)[Gre::version] == 1) {
        c.add(Gre::payload_length, part(2));
        c.add(Gre::call_id, part(2));
    } else if ((*header)[Gre::has_key]) {
        c.add(Gre::key, part(4));
    }
    if ((*header)[Gre::has_sequence]) c.add(Gre::sequence, part(4));
    if (at < size) c.add(Gre::acknowledgment, part(4));
    const Bytes payload = bytes.subspan(size);
    // Source routing is not walked through: what follows it is shown as data.
    const Protocol* above = (*header)[Gre::has_routing] ? nullptr : by_ether_type((*header)[Gre::protocol]);
    if (!payload.empty()) c.next(above, payload, c.missing());
}

void dissect_vxlan(Context& c, Bytes bytes) {
    c.begin(vxlan, bytes);
    if (bytes.size() < Vxlan::min_size) return c.too_short(bytes, Vxlan::min_size);
    c.set_header_size(Vxlan::min_size);
    c.add_fields(bytes, Vxlan::table);
    c.next(&ethernet, bytes.subspan(Vxlan::min_size), c.missing());
}

void add_geneve_options(Context& c, Bytes options) {
    if (options.empty()) return;
    c.add(GeneveOption::options, options);
    const auto within = c.indent();
    Cursor in(c, options);
    while (in.left() > 0 && in.want(GeneveOption::min_size)) {
        const std::size_t size = (in.rest()[3] & 0x1fu) * 4;
        const Bytes whole = in.bytes(GeneveOption::min_size + size);
        if (!in.ok()) return;
        c.add(GeneveOption::option, whole);
        const auto deeper = c.indent();
        c.add_fields(whole, GeneveOption::table);
        c.add(Geneve::options_length, whole.subspan(3, 1), std::uint64_t{whole.size()});
        if (size > 0) c.add(GeneveOption::data, whole.subspan(GeneveOption::min_size));
    }
}

void dissect_geneve(Context& c, Bytes bytes) {
    c.begin(geneve, bytes);
    c.add_fields(bytes, Geneve::table);
    if (bytes.size() < Geneve::min_size) return c.too_short(bytes, Geneve::min_size);
    const View<Geneve> header(bytes.data());
    const std::size_t size = Geneve::min_size + header[Geneve::options_length];
    if (bytes.size() < size) return c.too_short(bytes.subspan(Geneve::min_size), size - Geneve::min_size);
    c.set_header_size(size);
    add_geneve_options(c, bytes.subspan(Geneve::min_size, size - Geneve::min_size));
    if (bytes.size() > size) c.next(by_ether_type(header[Geneve::protocol]), bytes.subspan(size), c.missing());
}

void dissect_esp(Context& c, Bytes bytes) {
    c.begin(esp, bytes);
    c.add_fields(bytes, Esp::table);
    if (bytes.size() < Esp::min_size) return c.too_short(bytes, Esp::min_size);
}

}  // namespace

constinit const Protocol gre{
    .heading = {"gre", "Generic Routing Encapsulation"}, .column = "GRE", .fields = gre_fields, .dissect = dissect_gre};
constinit const Protocol vxlan{.heading = {"vxlan", "Virtual eXtensible Local Area Network"},
                               .column = "VXLAN",
                               .fields = Vxlan::table,
                               .dissect = dissect_vxlan,
                               .carries_packets = true};

constinit const Protocol geneve{.heading = {"geneve", "Generic Network Virtualization Encapsulation"},
                                .column = "Geneve",
                                .fields = geneve_fields,
                                .dissect = dissect_geneve,
                                .source = "RFC 8926",
                                .carries_packets = true};
constinit const Protocol esp{.heading = {"esp", "Encapsulating Security Payload"},
                             .column = "ESP",
                             .fields = Esp::table,
                             .dissect = dissect_esp,
                             .source = "RFC 4303"};

}  // namespace layerlab::proto::dissect
