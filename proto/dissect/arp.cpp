#include "proto/wire/arp.hpp"

#include <fmt/format.h>

#include "proto/dissect/context.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/related.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Arp;
using wire::ArpFixed;

constexpr auto arp_fields =
    join(Arp::table, table_of(Arp::sender_hardware, Arp::sender_protocol, Arp::target_hardware, Arp::target_protocol),
         RelatedFields::arp);

// Whose each address is: of every message the sender's, and of a reply the target's, who has asked.
void note_addresses(Context& c, const View<Arp>& message) {
    note_address_use(c, message[Arp::sender_mac], message[Arp::sender_ip]);
    if (message[Arp::operation] == static_cast<unsigned>(wire::ArpOperation::reply))
        note_address_use(c, message[Arp::target_mac], message[Arp::target_ip]);
}

// A hardware or protocol address: of the usual size under its own name, else as bytes.
template <class Address>
void add_address(Context& c, const Field<Address>& usual, const Field<Bytes>& other, Bytes where, bool is_usual) {
    if (where.empty()) return;
    if (is_usual)
        c.add(usual, where);
    else
        c.add(other, where);
}

void dissect_arp(Context& c, Bytes bytes) {
    c.begin(arp, bytes);
    if (bytes.size() < ArpFixed::min_size) return c.too_short(bytes, ArpFixed::min_size);
    c.add_fields(bytes, ArpFixed::table);
    const View<ArpFixed> header(bytes.data());
    const std::size_t hardware = header[ArpFixed::hardware_size], protocol = header[ArpFixed::protocol_size];
    const std::size_t size = ArpFixed::min_size + 2 * (hardware + protocol);
    if (bytes.size() < size) return c.too_short(bytes.subspan(ArpFixed::min_size), size - ArpFixed::min_size);
    const bool mac = hardware == 6;
    const bool ip = protocol == 4 && header[ArpFixed::protocol_type] == static_cast<unsigned>(wire::EtherType::ipv4);
    c.set_header_size(size);
    ByteReader reader(bytes.subspan(ArpFixed::min_size));
    add_address(c, Arp::sender_mac, Arp::sender_hardware, reader.take(hardware), mac);
    add_address(c, Arp::sender_ip, Arp::sender_protocol, reader.take(protocol), ip);
    add_address(c, Arp::target_mac, Arp::target_hardware, reader.take(hardware), mac);
    add_address(c, Arp::target_ip, Arp::target_protocol, reader.take(protocol), ip);
    if (mac && ip) note_addresses(c, View<Arp>(bytes.data()));
    c.trailer = bytes.subspan(size);
}

void summarize_arp(const LayerView& view, std::string& info) {
    const auto ip = [&](const Field<Ipv4Address>& f) {
        return Ipv4Address{static_cast<std::uint32_t>(view.number(f))}.to_string();
    };
    const std::string sender = ip(Arp::sender_ip), target = ip(Arp::target_ip);
    if (view.number(Arp::operation) == 2)
        info = fmt::format("{} is at {}", sender, MacAddress::from_number(view.number(Arp::sender_mac)).to_string());
    else if (sender == target)
        info = fmt::format("ARP Announcement for {}", sender);
    else
        info = fmt::format("Who has {}? Tell {}", target, sender);
}

}  // namespace

constinit const Protocol arp{.heading = {"arp", "Address Resolution Protocol"},
                             .column = "ARP",
                             .fields = arp_fields,
                             .dissect = dissect_arp,
                             .summarize = summarize_arp,
                             .source = "RFC 826"};

}  // namespace layerlab::proto::dissect
