#include "proto/dissect/link.hpp"

#include <algorithm>
#include <utility>

#include "proto/dissect/context.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/vlan.hpp"

namespace layerlab::proto::dissect {

void next_by_type(Context& c, std::uint16_t type, Bytes payload, std::size_t missing, const LengthField& length) {
    if (type > wire::Ethernet::max_length) {
        c.add(length.type, length.where);
        return c.next(by_ether_type(type), payload, missing);
    }
    c.add(length.length, length.where);
    const std::size_t cut = std::min<std::size_t>(type, payload.size());
    c.trailer = payload.subspan(cut);
    c.next(&llc, payload.first(cut), std::min<std::size_t>(type, payload.size() + missing) - cut);
}

namespace {

using wire::Ethernet;
using wire::Llc;
using wire::ServiceVlan;
using wire::Snap;
using wire::Vlan;

constexpr FieldTable<2> ethernet_addresses{&Ethernet::destination.info, &Ethernet::source.info};
constexpr auto ethernet_fields =
    join(Ethernet::table, FieldTable<4>{&Ethernet::length.info, &Ethernet::padding.info, &Ethernet::trailer.info,
                                        &Ethernet::check_sequence.info});
constexpr auto llc_fields =
    join(Llc::table, Snap::table,
         table_of(Llc::control, Llc::command, Llc::response, Llc::frame_type, Snap::type, Snap::pid, Snap::cisco_pid));
constexpr auto vlan_fields =
    join(Vlan::table, FieldTable<3>{&Vlan::type.info, &Vlan::length.info, &Vlan::trailer.info});

// What stands behind the datagram: zeros that fill the frame up to the smallest size are padding, the rest is a
// trailer.
void add_trailer(Context& c, std::size_t layer, Bytes frame_bytes) {
    Bytes behind = std::exchange(c.trailer, {});
    if (behind.empty()) return;
    const auto at = static_cast<std::size_t>(behind.data() - frame_bytes.data());
    if (frame_bytes.size() >= Ethernet::min_frame + 4 && behind.size() >= 4) {
        c.add_to_layer(layer, Ethernet::check_sequence.info, behind.last(4));
        behind = behind.first(behind.size() - 4);
    }
    std::size_t pad = at < Ethernet::min_frame ? std::min(behind.size(), Ethernet::min_frame - at) : 0;
    if (std::any_of(behind.begin(), behind.begin() + static_cast<std::ptrdiff_t>(pad), [](auto b) { return b != 0; }))
        pad = 0;
    if (pad > 0) c.add_to_layer(layer, Ethernet::padding.info, behind.first(pad));
    if (pad < behind.size()) c.add_to_layer(layer, Ethernet::trailer.info, behind.subspan(pad));
}

void dissect_ethernet(Context& c, Bytes bytes) {
    const std::size_t layer = c.out().layers.size();
    c.begin(ethernet, bytes);
    if (bytes.size() < Ethernet::min_size) return c.too_short(bytes, Ethernet::min_size);
    c.set_header_size(Ethernet::min_size);
    c.add_fields(bytes, ethernet_addresses);
    c.trailer = {};
    next_by_type(c, View<Ethernet>(bytes.data())[Ethernet::type], bytes.subspan(Ethernet::min_size), c.missing(),
                 {Ethernet::type.info, Ethernet::length.info, bytes.subspan(12, 2)});
    add_trailer(c, layer, bytes);
}

void dissect_tag(Context& c, Bytes bytes, const Protocol& protocol, std::span<const FieldInfo* const> table) {
    const std::size_t layer = c.out().layers.size();
    c.begin(protocol, bytes);
    if (bytes.size() < Vlan::min_size) return c.too_short(bytes, Vlan::min_size);
    c.set_header_size(Vlan::min_size);
    c.add_fields(bytes, table);
    const bool outer = &protocol == &service_vlan;
    next_by_type(c, load_be16(bytes.data() + 2), bytes.subspan(Vlan::min_size), c.missing(),
                 {outer ? ServiceVlan::type.info : Vlan::type.info, outer ? ServiceVlan::type.info : Vlan::length.info,
                  bytes.subspan(2, 2)});
    const Bytes behind = outer ? Bytes{} : std::exchange(c.trailer, {});
    if (!behind.empty()) c.add_to_layer(layer, Vlan::trailer.info, behind);
}

void dissect_vlan(Context& c, Bytes bytes) { dissect_tag(c, bytes, vlan, Vlan::table); }
void dissect_service_vlan(Context& c, Bytes bytes) { dissect_tag(c, bytes, service_vlan, ServiceVlan::table); }

void dissect_snap(Context& c, Bytes bytes) {
    if (bytes.size() < Snap::min_size) return c.too_short(bytes, Snap::min_size);
    c.set_header_size(Llc::min_size + Snap::min_size);
    c.add_fields(bytes, Snap::table);
    const View<Snap> snap(bytes.data());
    const Bytes payload = bytes.subspan(Snap::min_size);
    const std::uint32_t oui = snap[Snap::oui];
    c.add(oui == 0 ? Snap::type : oui == Snap::cisco ? Snap::cisco_pid : Snap::pid, bytes.subspan(3, 2));
    const Protocol* above = nullptr;
    if (oui == 0) above = by_ether_type(snap[Snap::type]);
    if (oui == Snap::cisco) above = by_cisco_pid(snap[Snap::pid]);
    c.next(above, payload, c.missing());
}

void dissect_llc(Context& c, Bytes bytes) {
    c.begin(llc, bytes);
    if (bytes.size() < Llc::min_size) return c.too_short(bytes, Llc::min_size);
    c.add_fields(bytes, Llc::table);
    const View<Llc> header(bytes.data());
    // Unnumbered frames have one octet of control, the others two: IEEE 802.2 section 5.2.
    const std::size_t control = (bytes[2] & 3) == 3 ? 1 : 2;
    if (bytes.size() < 2 + control) return c.too_short(bytes, 2 + control);
    c.set_header_size(2 + control);
    const Bytes where = bytes.subspan(2, control);
    if (control == 1) {
        c.add(Llc::control, where);
        const bool is_response = header[Llc::ssap_response];
        c.add(is_response ? Llc::response : Llc::command, where, std::uint64_t{bytes[2] & 0xecu});
        c.add(Llc::frame_type, where, std::uint64_t{3});
    } else {
        const std::uint64_t word = bytes[2] | std::uint64_t{bytes[3]} << 8;
        c.add(Llc::control, where, word);
        c.add(Llc::frame_type, where, word & 1 ? word & 3 : 0);
    }
    const Bytes payload = bytes.subspan(2 + control);
    if (header[Llc::dsap] == Llc::snap_sap && header[Llc::ssap] == Llc::snap_sap && control == 1)
        return dissect_snap(c, payload);
    if (payload.empty() && c.missing() == 0) return;
    c.next(by_llc_sap(header[Llc::dsap]), payload, c.missing());
}

}  // namespace

constinit const Protocol ethernet{.heading = {"eth", "Ethernet II"},
                                  .column = "Ethernet",
                                  .fields = ethernet_fields,
                                  .dissect = dissect_ethernet,
                                  .summary_fields = ethernet_addresses};
constinit const Protocol vlan{
    .heading = {"vlan", "802.1Q Virtual LAN"}, .column = "VLAN", .fields = vlan_fields, .dissect = dissect_vlan};
constinit const Protocol service_vlan{.heading = {"ieee8021ad", "IEEE 802.1ad"},
                                      .column = "802.1ad",
                                      .fields = ServiceVlan::table,
                                      .dissect = dissect_service_vlan};
constinit const Protocol llc{
    .heading = {"llc", "Logical-Link Control"}, .column = "LLC", .fields = llc_fields, .dissect = dissect_llc};

}  // namespace layerlab::proto::dissect
