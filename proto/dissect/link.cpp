#include <algorithm>

#include "proto/dissect/context.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/vlan.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Ethernet;
using wire::Llc;
using wire::Vlan;

constexpr auto ethernet_fields =
    join(Ethernet::table, FieldTable<3>{&Ethernet::length.info, &Ethernet::padding.info, &Ethernet::trailer.info});

void dissect_ethernet(Context& c, Bytes frame_bytes) {
    c.begin(ethernet, frame_bytes);
    if (frame_bytes.size() < Ethernet::min_size) return c.too_short(frame_bytes, Ethernet::min_size);
    c.add_fields(frame_bytes, Ethernet::table);
    const std::uint16_t type = View<Ethernet>(frame_bytes.data())[Ethernet::type];
    c.next(by_ether_type(type), frame_bytes.subspan(Ethernet::min_size), c.missing());
}

void dissect_vlan(Context& c, Bytes bytes) {
    c.begin(vlan, bytes);
    if (bytes.size() < Vlan::min_size) return c.too_short(bytes, Vlan::min_size);
    c.add_fields(bytes, Vlan::table);
    c.add(Vlan::type, bytes.subspan(2, 2));
    c.next(by_ether_type(load_be16(bytes.data() + 2)), bytes.subspan(Vlan::min_size), c.missing());
}

}  // namespace

constinit const Protocol ethernet{
    .heading = {"eth", "Ethernet II"}, .column = "Ethernet", .fields = ethernet_fields, .dissect = dissect_ethernet};
constinit const Protocol vlan{
    .heading = {"vlan", "802.1Q Virtual LAN"}, .column = nullptr, .fields = Vlan::table, .dissect = dissect_vlan};

}  // namespace layerlab::proto::dissect
