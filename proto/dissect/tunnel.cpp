// GRE and VXLAN.
#include "proto/dissect/context.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/tunnel_headers.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Gre;
using wire::Vxlan;

constexpr auto gre_fields =
    join(Gre::table, FieldTable<7>{&Gre::checksum.info, &Gre::offset.info, &Gre::key.info, &Gre::payload_length.info,
                                   &Gre::call_id.info, &Gre::sequence.info, &Gre::acknowledgment.info});

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

}  // namespace

constinit const Protocol gre{
    .heading = {"gre", "Generic Routing Encapsulation"}, .column = "GRE", .fields = gre_fields, .dissect = dissect_gre};
constinit const Protocol vxlan{.heading = {"vxlan", "Virtual eXtensible Local Area Network"},
                               .column = "VXLAN",
                               .fields = Vxlan::table,
                               .dissect = dissect_vxlan,
                               .carries_packets = true};

}  // namespace layerlab::proto::dissect
