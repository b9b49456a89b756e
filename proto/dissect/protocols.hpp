// The protocols, one line each. The dissect functions are in the unit of the protocol, the dispatch in registry.cpp.
#pragma once

#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect {

// The frame itself, and bytes that nobody knows: frame.cpp.
extern const Protocol frame_protocol, data_protocol;
// link.cpp
extern const Protocol ethernet, vlan, service_vlan, llc;
// cooked.cpp
extern const Protocol raw, null_loopback, sll, sll2, ppp, pppoe_session, pppoe_discovery, mpls;
// arp.cpp, ipv4.cpp, ipv6.cpp
extern const Protocol arp, ipv4, ipv6, ipv6_hop_by_hop, ipv6_destination, ipv6_routing, ipv6_fragment, ah;
// spanning_tree.cpp, lldp.cpp, cdp.cpp, eapol.cpp
extern const Protocol stp, lldp, cdp, loop, eapol, eap;
// ppp_control.cpp
extern const Protocol lcp, ipcp, ipv6cp, pap, chap;
// icmp.cpp, igmp.cpp, icmpv6.cpp
extern const Protocol icmp, igmp, icmpv6;
// udp.cpp, tcp.cpp, sctp.cpp
extern const Protocol udp, tcp, sctp;
// tunnel.cpp
extern const Protocol gre, vxlan, geneve, esp;
// rip.cpp, ospf.cpp, vrrp.cpp, bgp.cpp
extern const Protocol rip, ripng, ospf, vrrp, bgp;
// dns.cpp
extern const Protocol dns, mdns, llmnr;
// dhcpv6.cpp
extern const Protocol dhcpv6;
// stun.cpp
extern const Protocol stun, classic_stun;
// dhcp.cpp
extern const Protocol dhcp;
// wlan.cpp
extern const Protocol radiotap, wlan_radio, wlan;
// line_protocols.cpp, imf.cpp
extern const Protocol ftp, ftp_data, smtp, pop, imap, nntp, gopher, irc, imf;
// telnet.cpp, ssh.cpp, tls.cpp, http2.cpp, iperf3.cpp
extern const Protocol telnet, ssh, tls, http2, iperf3;
// tftp.cpp, ntp.cpp, snmp.cpp, nbns.cpp
extern const Protocol tftp, ntp, snmp, nbns;
// sip.cpp, rtp.cpp
extern const Protocol sip, sdp, rtp, rtcp;
// vpn.cpp
extern const Protocol wireguard, openvpn, quic;
// http.cpp, and media.cpp: what it carries
extern const Protocol http, ssdp, text_lines, image_gif, image_jfif, png, json, xml, ocsp, media;

// Items that any protocol may add; they are no protocols of their own.
namespace ws {
inline constexpr Field<void> malformed{"_ws.malformed", "Malformed Packet"};
inline constexpr Field<void> truncated{"_ws.short", "Packet size limited during capture"};
inline constexpr Field<void> malformed_expert{"_ws.malformed.expert", "Malformed Packet (Exception occurred)"};
inline constexpr Field<void> heading{"", ""};
}  // namespace ws

}  // namespace layerlab::proto::dissect
