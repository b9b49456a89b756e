#include "proto/dissect/registry.hpp"

#include <algorithm>
#include <array>

#include "proto/dissect/expert.hpp"
#include "proto/dissect/http.hpp"
#include "proto/dissect/http2.hpp"
#include "proto/dissect/number_table.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/tls_look.hpp"
#include "proto/dissect/vpn.hpp"
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
    &radiotap,
    &wlan_radio,
    &wlan,
    &ppp,
    &pppoe_session,
    &pppoe_discovery,
    &lcp,
    &ipcp,
    &ipv6cp,
    &pap,
    &chap,
    &stp,
    &lldp,
    &cdp,
    &loop,
    &eapol,
    &eap,
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
    &geneve,
    &esp,
    &sctp,
    &rip,
    &ripng,
    &ospf,
    &vrrp,
    &bgp,
    &dns,
    &mdns,
    &llmnr,
    &dhcp,
    &dhcpv6,
    &stun,
    &classic_stun,
    &http,
    &ssdp,
    &http2,
    &tls,
    &quic,
    &ssh,
    &telnet,
    &ftp,
    &ftp_data,
    &smtp,
    &pop,
    &imap,
    &imf,
    &nntp,
    &gopher,
    &irc,
    &tftp,
    &ntp,
    &snmp,
    &nbns,
    &sip,
    &sdp,
    &rtp,
    &rtcp,
    &wireguard,
    &openvpn,
    &iperf3,
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

constexpr NumberTable link_types(std::to_array<Dispatch>({
    {0, &null_loopback},
    {1, &ethernet},
    {9, &ppp},
    {12, &raw},  // LINKTYPE_RAW on most systems, by its DLT_ number
    {101, &raw},
    {105, &wlan},
    {108, &null_loopback},
    {113, &sll},
    {127, &radiotap},
    {228, &ipv4},
    {229, &ipv6},
    {276, &sll2},
}));

constexpr NumberTable ether_types(std::to_array<Dispatch>({
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
    {0x888e, &eapol},
    {0x88a8, &service_vlan},
    {0x88cc, &lldp},
    {0x9000, &loop},
}));

constexpr NumberTable llc_saps(std::to_array<Dispatch>({
    {0x06, &ipv4},
    {0x42, &stp},
}));

constexpr NumberTable cisco_pids(std::to_array<Dispatch>({
    {0x010b, &stp},
    {0x2000, &cdp},
}));

constexpr NumberTable ip_protocols(std::to_array<Dispatch>({
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
    {50, &esp},
    {51, &ah},
    {58, &icmpv6},
    {60, &ipv6_destination},
    {89, &ospf},
    {112, &vrrp},
    {132, &sctp},
}));

constexpr NumberTable tcp_ports(std::to_array<Dispatch>({
    {21, &ftp},    {22, &ssh},     {23, &telnet}, {25, &smtp},     {53, &dns},    {70, &gopher}, {110, &pop},
    {119, &nntp},  {143, &imap},   {179, &bgp},   {443, &tls},     {465, &tls},   {587, &smtp},  {636, &tls},
    {853, &tls},   {990, &tls},    {992, &tls},   {993, &tls},     {994, &tls},   {995, &tls},   {1194, &openvpn},
    {4433, &tls},  {5060, &sip},   {5061, &tls},  {5201, &iperf3}, {6667, &irc},  {57000, &irc}, {80, &http},
    {1900, &http}, {2710, &http},  {2869, &http}, {3128, &http},   {3132, &http}, {5985, &http}, {8080, &http},
    {8088, &http}, {11371, &http}, {5353, &mdns}, {5355, &llmnr},
}));

constexpr NumberTable udp_ports(std::to_array<Dispatch>({
    {53, &dns},    {67, &dhcp},    {68, &dhcp},  {69, &tftp},   {123, &ntp},    {137, &nbns},    {161, &snmp},
    {162, &snmp},  {443, &quic},   {520, &rip},  {521, &ripng}, {546, &dhcpv6}, {547, &dhcpv6},  {1194, &openvpn},
    {1900, &ssdp}, {4789, &vxlan}, {5060, &sip}, {5353, &mdns}, {5355, &llmnr}, {6081, &geneve},
}));

constexpr auto tcp_looks = std::to_array<Heuristic>({
    {looks_like_http, &http},
    {looks_like_http2, &http2},
    {looks_like_tls, &tls},
});

constexpr auto udp_looks = std::to_array<Heuristic>({
    {wire::looks_like_stun, &stun},
    {looks_like_wireguard, &wireguard},
    {looks_like_quic, &quic},
    {wire::looks_like_classic_stun, &classic_stun},
});

constexpr auto without_protocol =
    join(table_of(ws::malformed, ws::truncated, ws::malformed_expert), ExpertFields::table);

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

const Protocol* by_link_type(std::uint16_t link_type) { return link_types.find(link_type); }
const Protocol* by_ether_type(std::uint16_t type) { return ether_types.find(type); }
const Protocol* by_llc_sap(std::uint8_t sap) { return llc_saps.find(sap); }
const Protocol* by_cisco_pid(std::uint16_t pid) { return cisco_pids.find(pid); }
const Protocol* by_ip_protocol(std::uint8_t number) { return ip_protocols.find(number); }
const Protocol* by_tcp_port(std::uint16_t a, std::uint16_t b) { return tcp_ports.find_either(a, b); }
const Protocol* by_udp_port(std::uint16_t a, std::uint16_t b) { return udp_ports.find_either(a, b); }
const Protocol* by_tcp_look(Bytes payload) { return find_look(tcp_looks, payload); }
const Protocol* by_udp_look(Bytes payload) { return find_look(udp_looks, payload); }

}  // namespace layerlab::proto::dissect
