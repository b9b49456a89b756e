#include "proto/dissect/registry.hpp"

#include <algorithm>
#include <array>

#include "proto/dissect/http.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/wire/stun.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr auto all_protocols = std::to_array<const Protocol*>({
    &frame_protocol,
    &ethernet,
    &vlan,
    &service_vlan,
    &llc,
    &raw,
    &null_loopback,
    &sll,
    &sll2,
    &ppp,
    &pppoe_session,
    &pppoe_discovery,
    &mpls,
    &arp,
    &ipv4,
    &ipv6,
    &ipv6_hop_by_hop,
    &ipv6_destination,
    &ipv6_routing,
    &ipv6_fragment,
    &ah,
    &icmp,
    &igmp,
    &icmpv6,
    &udp,
    &tcp,
    &gre,
    &vxlan,
    &dns,
    &mdns,
    &llmnr,
    &dhcp,
    &dhcpv6,
    &stun,
    &classic_stun,
    &http,
    &ssdp,
    &text_lines,
    &image_gif,
    &image_jfif,
    &png,
    &json,
    &xml,
    &ocsp,
    &media,
    &data_protocol,
});

constexpr auto link_types = std::to_array<Dispatch>({
    {0, &null_loopback},
    {1, &ethernet},
    {9, &ppp},
    {12, &raw},  // LINKTYPE_RAW on most systems, by its DLT_ number
    {101, &raw},
    {108, &null_loopback},
    {113, &sll},
    {228, &ipv4},
    {229, &ipv6},
    {276, &sll2},
});

constexpr auto ether_types = std::to_array<Dispatch>({
    {0x0800, &ipv4},
    {0x0806, &arp},
    {0x6558, &ethernet},
    {0x8100, &vlan},
    {0x86dd, &ipv6},
    {0x880b, &ppp},
    {0x8847, &mpls},
    {0x8848, &mpls},
    {0x8863, &pppoe_discovery},
    {0x8864, &pppoe_session},
    {0x88a8, &service_vlan},
});

constexpr auto llc_saps = std::to_array<Dispatch>({
    {0x06, &ipv4},
});

constexpr auto ip_protocols = std::to_array<Dispatch>({
    {0, &ipv6_hop_by_hop},
    {1, &icmp},
    {2, &igmp},
    {4, &ipv4},
    {6, &tcp},
    {17, &udp},
    {41, &ipv6},
    {43, &ipv6_routing},
    {44, &ipv6_fragment},
    {47, &gre},
    {51, &ah},
    {58, &icmpv6},
    {60, &ipv6_destination},
});

constexpr auto tcp_ports = std::to_array<Dispatch>({
    {53, &dns},
    {80, &http},
    {1900, &http},
    {2710, &http},
    {2869, &http},
    {3128, &http},
    {3132, &http},
    {5985, &http},
    {8080, &http},
    {8088, &http},
    {11371, &http},
    {5353, &mdns},
    {5355, &llmnr},
});

constexpr auto udp_ports = std::to_array<Dispatch>({
    {4789, &vxlan},
    {53, &dns},
    {67, &dhcp},
    {68, &dhcp},
    {546, &dhcpv6},
    {547, &dhcpv6},
    {1900, &ssdp},
    {5353, &mdns},
    {5355, &llmnr},
});

constexpr auto tcp_looks = std::to_array<Heuristic>({
    {looks_like_http, &http},
});

constexpr auto udp_looks = std::to_array<Heuristic>({
    {wire::looks_like_stun, &stun},
    {wire::looks_like_classic_stun, &classic_stun},
});

constexpr FieldTable<2> without_protocol{&ws::malformed.info, &ws::truncated.info};

const Protocol* find(std::span<const Dispatch> rows, std::uint32_t number) {
    for (const Dispatch& row : rows)
        if (row.number == number) return row.protocol;
    return nullptr;
}

const Protocol* find_port(std::span<const Dispatch> rows, std::uint16_t a, std::uint16_t b) {
    const Protocol* low = find(rows, std::min(a, b));
    return low ? low : find(rows, std::max(a, b));
}

const Protocol* find_look(std::span<const Heuristic> rows, Bytes payload) {
    for (const Heuristic& row : rows)
        if (row.looks_like(payload)) return row.protocol;
    return nullptr;
}

}  // namespace

std::span<const Protocol* const> protocols() { return all_protocols; }

const Protocol* find_protocol(std::string_view name) {
    for (const Protocol* protocol : all_protocols)
        if (protocol->name() == name) return protocol;
    return nullptr;
}

std::span<const FieldInfo* const> common_fields() { return without_protocol; }

const Protocol* by_link_type(std::uint16_t link_type) { return find(link_types, link_type); }
const Protocol* by_ether_type(std::uint16_t type) { return find(ether_types, type); }
const Protocol* by_llc_sap(std::uint8_t sap) { return find(llc_saps, sap); }
const Protocol* by_ip_protocol(std::uint8_t number) { return find(ip_protocols, number); }
const Protocol* by_tcp_port(std::uint16_t a, std::uint16_t b) { return find_port(tcp_ports, a, b); }
const Protocol* by_udp_port(std::uint16_t a, std::uint16_t b) { return find_port(udp_ports, a, b); }
const Protocol* by_tcp_look(Bytes payload) { return find_look(tcp_looks, payload); }
const Protocol* by_udp_look(Bytes payload) { return find_look(udp_looks, payload); }

}  // namespace layerlab::proto::dissect
