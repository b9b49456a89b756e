// OSPF version 2 (RFC 2328 appendix A) and the header, hello and database description of version 3 (RFC 5340): IP
// protocol 89.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |   Version #   |     Type      |         Packet length         |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |  Router ID, Area ID (4 octets each)                           |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |           Checksum            |             AuType            |   version 3: Instance ID (8), 0 (8)
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+   and no authentication
//     |  Authentication (8 octets)
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 5> ospf_type_names{
    {{1, "Hello Packet"}, {2, "DB Description"}, {3, "LS Request"}, {4, "LS Update"}, {5, "LS Acknowledge"}}};

struct Ospf {
    static constexpr std::size_t min_size = 16, size_2 = 24;
    static constexpr std::uint8_t ip_protocol = 89;
    static constexpr std::uint8_t hello = 1, database_description = 2, request = 3, update = 4, acknowledge = 5;
    static constexpr std::uint16_t no_authentication = 0, simple_password = 1, cryptographic = 2;
    static constexpr Field<void> header{"ospf.header", "OSPF Header"};
    static constexpr Field<std::uint8_t> version{"ospf.version", "Version", octets(0, 1)};
    static constexpr Field<std::uint8_t> type{"ospf.msg", "Message Type", octets(1, 1), {.names = ospf_type_names}};
    static constexpr Field<std::uint16_t> length{"ospf.packet_length", "Packet Length", octets(2, 2)};
    static constexpr Field<Ipv4Address> router{"ospf.srcrouter", "Source OSPF Router", octets(4, 4)};
    static constexpr Field<Ipv4Address> area{"ospf.area_id", "Area ID", octets(8, 4)};
    static constexpr Field<std::uint16_t> checksum{"ospf.checksum", "Checksum", octets(12, 2), {.shown = Shown::hex}};
    static constexpr auto table = table_of(version, type, length, router, area, checksum);

    static constexpr Field<std::uint16_t> authentication{"ospf.auth.type", "Auth Type", octets(14, 2)};
    static constexpr Field<Bytes> none{"ospf.auth.none", "Auth Data (none)", octets(16, 8)};
    static constexpr Field<std::string_view> password{"ospf.auth.simple", "Auth Data (simple)"};
    static constexpr Field<std::uint8_t> key_id{"ospf.auth.crypt.key_id", "Auth Crypt Key id", octets(18, 1)};
    static constexpr Field<std::uint8_t> data_length{"ospf.auth.crypt.data_length", "Auth Crypt Data Length",
                                                     octets(19, 1)};
    static constexpr Field<std::uint32_t> sequence{"ospf.auth.crypt.seq_nbr", "Auth Crypt Sequence Number",
                                                   octets(20, 4)};
    static constexpr auto crypt_table = table_of(key_id, data_length, sequence);
    static constexpr Field<Bytes> digest{"ospf.auth.crypt.data", "Auth Crypt Data"};
    // Version 3.
    static constexpr Field<std::uint8_t> instance{"ospf.instance_id", "Instance ID", octets(14, 1)};
    static constexpr Field<Bytes> reserved{"ospf.reserved", "Reserved", octets(15, 1)};
    static constexpr auto table_3 = table_of(instance, reserved);
    static constexpr auto rest = table_of(header, authentication, none, password, digest);
};

// The octet of options, in hellos, database descriptions and LSAs of version 2; from the octet on.
struct OspfOptions {
    static constexpr Field<std::uint8_t> options{"ospf.v2.options", "Options", octets(0, 1), {.shown = Shown::hex}};
    static constexpr Field<bool> dn{"ospf.v2.options.dn", "DN", bits(0, 1), {.level = 1}};
    static constexpr Field<bool> o{"ospf.v2.options.o", "(O) Opaque", bits(1, 1), {.level = 1}};
    static constexpr Field<bool> dc{"ospf.v2.options.dc", "(DC) Demand Circuits", bits(2, 1), {.level = 1}};
    static constexpr Field<bool> l{"ospf.v2.options.l", "(L) LLS Data block", bits(3, 1), {.level = 1}};
    static constexpr Field<bool> n{"ospf.v2.options.n", "(N) NSSA", bits(4, 1), {.level = 1}};
    static constexpr Field<bool> mc{"ospf.v2.options.mc", "(MC) Multicast", bits(5, 1), {.level = 1}};
    static constexpr Field<bool> e{"ospf.v2.options.e", "(E) External Routing", bits(6, 1), {.level = 1}};
    static constexpr Field<bool> mt{"ospf.v2.options.mt", "(MT) Multi-Topology Routing", bits(7, 1), {.level = 1}};
    static constexpr auto table = table_of(options, dn, o, dc, l, n, mc, e, mt);
};

// The three octets of version 3.
struct Ospf3Options {
    static constexpr Field<std::uint32_t> options{"ospf.v3.options", "Options", octets(0, 3), {.shown = Shown::hex}};
    static constexpr Field<bool> at{"ospf.v3.options.at", "AT", bits(13, 1), {.level = 1}};
    static constexpr Field<bool> l{"ospf.v3.options.l", "L", bits(14, 1), {.level = 1}};
    static constexpr Field<bool> af{"ospf.v3.options.af", "AF", bits(15, 1), {.level = 1}};
    static constexpr Field<bool> dc{"ospf.v3.options.dc", "DC", bits(18, 1), {.level = 1}};
    static constexpr Field<bool> r{"ospf.v3.options.r", "R", bits(19, 1), {.level = 1}};
    static constexpr Field<bool> n{"ospf.v3.options.n", "N", bits(20, 1), {.level = 1}};
    static constexpr Field<bool> mc{"ospf.v3.options.mc", "MC", bits(21, 1), {.level = 1}};
    static constexpr Field<bool> e{"ospf.v3.options.e", "E", bits(22, 1), {.level = 1}};
    static constexpr Field<bool> v6{"ospf.v3.options.v6", "V6", bits(23, 1), {.level = 1}};
    static constexpr auto table = table_of(options, at, l, af, dc, r, n, mc, e, v6);
};

// Behind the header of version 2; the neighbors follow.
struct OspfHello {
    static constexpr std::size_t min_size = 20;
    static constexpr Field<void> hello{"ospf.hello", "OSPF Hello Packet"};
    static constexpr Field<Ipv4Address> mask{"ospf.hello.network_mask", "Network Mask", octets(0, 4)};
    static constexpr Field<std::uint32_t> interval{"ospf.hello.hello_interval", "Hello Interval [sec]", octets(4, 2)};
    static constexpr Field<std::uint8_t> options{"ospf.v2.options", "Options", octets(6, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> priority{"ospf.hello.router_priority", "Router Priority", octets(7, 1)};
    static constexpr Field<std::uint32_t> dead_interval{"ospf.hello.router_dead_interval", "Router Dead Interval [sec]",
                                                        octets(8, 4)};
    static constexpr Field<Ipv4Address> designated{"ospf.hello.designated_router", "Designated Router", octets(12, 4)};
    static constexpr Field<Ipv4Address> backup{"ospf.hello.backup_designated_router", "Backup Designated Router",
                                               octets(16, 4)};
    static constexpr auto front = table_of(mask, interval);
    static constexpr auto back = table_of(priority, dead_interval, designated, backup);
    static constexpr Field<std::uint32_t> interface { "ospf.hello.interface_id", "Interface ID", anywhere };
    static constexpr Field<Ipv4Address> neighbor{"ospf.hello.active_neighbor", "Active Neighbor"};
    static constexpr auto rest = table_of(hello, interface, neighbor);
};

// Behind the header of version 2; headers of LSAs follow.
struct OspfDescription {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint16_t> mtu{"ospf.db.interface_mtu", "Interface MTU", octets(0, 2)};
    static constexpr Field<std::uint8_t> flags{"ospf.dbd", "DB Description", octets(3, 1), {.shown = Shown::hex}};
    static constexpr Field<bool> resync{"ospf.dbd.r", "(R) OOBResync", bits(28, 1), {.level = 1}};
    static constexpr Field<bool> init{"ospf.dbd.i", "(I) Init", bits(29, 1), {.level = 1}};
    static constexpr Field<bool> more{"ospf.dbd.m", "(M) More", bits(30, 1), {.level = 1}};
    static constexpr Field<bool> master{"ospf.dbd.ms", "(MS) Master", bits(31, 1), {.level = 1}};
    static constexpr Field<std::uint32_t> sequence{"ospf.db.dd_sequence", "DD Sequence", octets(4, 4)};
    static constexpr auto table = table_of(flags, resync, init, more, master, sequence);
};

inline constexpr std::array<ValueName, 8> ospf_lsa_names{{{1, "Router-LSA"},
                                                          {2, "Network-LSA"},
                                                          {3, "Summary-LSA (IP network)"},
                                                          {4, "Summary-LSA (ASBR)"},
                                                          {5, "AS-External-LSA (ASBR)"},
                                                          {7, "NSSA AS-External-LSA"},
                                                          {9, "Opaque LSA, Link-local scope"},
                                                          {10, "Opaque LSA, Area-local scope"}}};

struct OspfLsa {
    static constexpr std::size_t min_size = 20;
    static constexpr std::uint8_t router_type = 1, network_type = 2, summary_type = 3, asbr_type = 4, external_type = 5,
                                  nssa_type = 7;
    static constexpr Field<std::uint16_t> age{"ospf.lsa.age", "LS Age (seconds)", bits(1, 15)};
    static constexpr Field<std::uint16_t> do_not_age{"ospf.lsa.donotage", "Do Not Age Flag", bits(0, 1)};
    static constexpr Field<std::uint8_t> options{"ospf.v2.options", "Options", octets(2, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> type{"ospf.lsa", "LS Type", octets(3, 1), {.names = ospf_lsa_names}};
    static constexpr Field<Ipv4Address> id{"ospf.lsa.id", "Link State ID", octets(4, 4)};
    static constexpr Field<Ipv4Address> router{"ospf.advrouter", "Advertising Router", octets(8, 4)};
    static constexpr Field<std::uint32_t> sequence{
        "ospf.lsa.seqnum", "Sequence Number", octets(12, 4), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> checksum{"ospf.lsa.chksum", "Checksum", octets(16, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> length{"ospf.lsa.length", "Length", octets(18, 2)};
    static constexpr auto ages = table_of(age, do_not_age);
    static constexpr auto back = table_of(router, sequence, checksum, length);
    // Version 3 has a type of 16 bits in place of options and type.
    static constexpr Field<bool> do_not_age_3{"ospf.v3.lsa.do_not_age", "Do Not Age", bits(0, 1)};
    static constexpr Field<std::uint16_t> type_3{"ospf.v3.lsa", "LSA Type", octets(2, 2), {.shown = Shown::hex}};
    static constexpr Field<Ipv4Address> requested_id{"ospf.link_state_id", "Link State ID"};
    static constexpr Field<std::uint32_t> count{"ospf.ls.number_of_lsas", "Number of LSAs"};
    static constexpr auto rest = table_of(type, id, do_not_age_3, type_3, requested_id, count);
};

// The bodies of version 2's LSAs.
struct OspfBody {
    static constexpr Field<std::uint16_t> links{"ospf.lsa.number_of_links", "Number of Links"};
    static constexpr Field<Ipv4Address> link_id{"ospf.lsa.router.linkid", "Link ID"};
    static constexpr Field<Ipv4Address> link_data{"ospf.lsa.router.linkdata", "Link Data"};
    static constexpr Field<std::uint8_t> link_type{"ospf.lsa.router.linktype", "Link Type"};
    static constexpr Field<std::uint8_t> metrics{"ospf.lsa.router.nummetrics", "Number of Metrics"};
    static constexpr Field<std::uint16_t> metric_0{"ospf.lsa.router.metric0", "0 Metric"};
    static constexpr Field<Ipv4Address> network_mask{"ospf.lsa.network.netmask", "Netmask"};
    static constexpr Field<Ipv4Address> attached{"ospf.lsa.network.attchrtr", "Attached Router"};
    static constexpr Field<Ipv4Address> summary_mask{"ospf.lsa.asbr.netmask", "Netmask"};
    static constexpr Field<std::uint8_t> tos{"ospf.lsa.tos", "TOS", bits(1, 7)};
    static constexpr Field<std::uint32_t> metric{"ospf.metric", "Metric"};
    static constexpr Field<Ipv4Address> external_mask{"ospf.lsa.asext.netmask", "Netmask"};
    static constexpr Field<bool> external_type{"ospf.lsa.asext.type", "External Type", bits(0, 1)};
    static constexpr Field<Ipv4Address> forwarding{"ospf.lsa.asext.fwdaddr", "Forwarding Address"};
    static constexpr Field<std::uint32_t> route_tag{"ospf.lsa.asext.extrttag", "External Route Tag"};
    static constexpr auto table =
        table_of(links, link_id, link_data, link_type, metrics, metric_0, network_mask, attached, summary_mask, tos,
                 metric, external_mask, external_type, forwarding, route_tag);
};

}  // namespace layerlab::proto::wire
