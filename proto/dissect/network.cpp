#include <algorithm>

#include "proto/dissect/context.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/arp.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/udp.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Arp;
using wire::Ipv4;
using wire::Tcp;
using wire::Udp;

void dissect_arp(Context& c, Bytes bytes) {
    c.begin(arp, bytes);
    if (bytes.size() < Arp::min_size) return c.too_short(bytes, Arp::min_size);
    c.add_fields(bytes, Arp::table);
}

void dissect_ipv4(Context& c, Bytes bytes) {
    c.begin(ipv4, bytes);
    const auto ip = View<Ipv4>::parse(bytes);
    if (!ip) return c.too_short(bytes, Ipv4::min_size);
    c.add_fields(bytes, Ipv4::table);
    const std::size_t header = (*ip)[Ipv4::header_length], total = (*ip)[Ipv4::total_length];
    if (header < Ipv4::min_size || header > bytes.size() || total < header) return c.malformed({}, "header length");
    c.info.source = NetworkAddress::of((*ip)[Ipv4::source]);
    c.info.destination = NetworkAddress::of((*ip)[Ipv4::destination]);
    const Bytes datagram = bytes.first(std::min(total, bytes.size()));
    c.next(by_ip_protocol((*ip)[Ipv4::protocol]), datagram.subspan(header), total - datagram.size());
}

void dissect_udp(Context& c, Bytes bytes) {
    c.begin(udp, bytes);
    const auto header = View<Udp>::parse(bytes);
    if (!header) return c.too_short(bytes, Udp::min_size);
    c.add_fields(bytes, Udp::table);
    c.info.source_port = (*header)[Udp::source_port];
    c.info.destination_port = (*header)[Udp::destination_port];
    const Bytes payload = bytes.subspan(Udp::min_size);
    const Protocol* above = by_udp_port(c.info.source_port, c.info.destination_port);
    if (!above) above = by_udp_look(payload);
    if (!payload.empty()) c.next(above, payload, c.missing());
}

void dissect_tcp(Context& c, Bytes bytes) {
    c.begin(tcp, bytes);
    const auto header = View<Tcp>::parse(bytes);
    if (!header) return c.too_short(bytes, Tcp::min_size);
    c.add_fields(bytes, Tcp::table);
    c.info.over_tcp = true;
    c.info.source_port = (*header)[Tcp::source_port];
    c.info.destination_port = (*header)[Tcp::destination_port];
    const std::size_t length = (*header)[Tcp::header_length];
    if (length < Tcp::min_size || length > bytes.size()) return c.malformed({}, "header length");
    Bytes payload = bytes.subspan(length);
    const Protocol* above = by_tcp_port(c.info.source_port, c.info.destination_port);
    if (!above) above = by_tcp_look(payload);
    while (!payload.empty()) {
        const std::size_t size = above && above->pdu_size ? above->pdu_size(c, payload) : payload.size();
        const Bytes pdu = payload.first(std::min(size, payload.size()));
        c.next(size == pdu.size() ? above : nullptr, pdu);
        payload = payload.subspan(pdu.size());
    }
}

}  // namespace

constinit const Protocol arp{
    .heading = {"arp", "Address Resolution Protocol"}, .column = "ARP", .fields = Arp::table, .dissect = dissect_arp};
constinit const Protocol ipv4{
    .heading = {"ip", "Internet Protocol Version 4"}, .column = "IPv4", .fields = Ipv4::table, .dissect = dissect_ipv4};
constinit const Protocol udp{
    .heading = {"udp", "User Datagram Protocol"}, .column = "UDP", .fields = Udp::table, .dissect = dissect_udp};
constinit const Protocol tcp{
    .heading = {"tcp", "Transmission Control Protocol"}, .column = "TCP", .fields = Tcp::table, .dissect = dissect_tcp};

}  // namespace layerlab::proto::dissect
