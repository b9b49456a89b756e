#include "proto/dissect/plain_headers.hpp"

#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/ipv6.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/udp.hpp"
#include "proto/wire/vlan.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Ethernet;
using wire::EtherType;
using wire::IpProtocol;
using wire::Ipv4;
using wire::Ipv6;
using wire::Tcp;
using wire::Udp;
using wire::Vlan;

// Where things stand in a frame; nothing is made before all of it is known to be plain.
struct Places {
    std::size_t network = Ethernet::min_size, transport = 0, end = 0;  // of the datagram
    bool is_tagged = false;
    EtherType type{};
    IpProtocol protocol{};
};

bool find_ipv4(Bytes bytes, Places& p) {
    if (bytes.size() < Ipv4::min_size || bytes[0] != 0x45) return false;
    const View<Ipv4> ip(bytes.data());
    const std::size_t total = ip[Ipv4::total_length];
    const bool is_fragment = ip[Ipv4::fragment_offset] > 0 || ip[Ipv4::more_fragments];
    if (total <= Ipv4::min_size || total > bytes.size() || is_fragment) return false;
    p.protocol = IpProtocol{ip[Ipv4::protocol]};
    p.transport = p.network + Ipv4::min_size;
    p.end = p.network + total;
    return true;
}

bool find_ipv6(Bytes bytes, Places& p) {
    if (bytes.size() < Ipv6::min_size || bytes[0] >> 4 != 6) return false;
    const View<Ipv6> ip(bytes.data());
    const std::size_t length = ip[Ipv6::payload_length];
    p.protocol = IpProtocol{ip[Ipv6::next_header]};
    const bool is_plain =
        p.protocol == IpProtocol::tcp || p.protocol == IpProtocol::udp || p.protocol == IpProtocol::icmpv6;
    if (length == 0 || length > bytes.size() - Ipv6::min_size || !is_plain) return false;
    p.transport = p.network + Ipv6::min_size;
    p.end = p.transport + length;
    return true;
}

bool is_plain_udp(Bytes bytes) {
    if (bytes.size() < Udp::min_size) return false;
    const std::size_t length = View<Udp>(bytes.data())[Udp::length];
    return length >= Udp::min_size && length <= bytes.size();
}

bool is_plain_tcp(Bytes bytes) {
    if (bytes.size() < Tcp::min_size) return false;
    const std::size_t size = View<Tcp>(bytes.data())[Tcp::header_length];
    return size >= Tcp::min_size && size <= bytes.size();
}

bool find(Bytes frame, Places& p) {
    if (frame.size() < Ethernet::min_size) return false;
    p.type = EtherType{View<Ethernet>(frame.data())[Ethernet::type]};
    if (p.type == EtherType::vlan) {
        if (frame.size() < p.network + Vlan::min_size) return false;
        p.is_tagged = true;
        p.type = EtherType{load_be16(frame.data() + p.network + 2)};
        p.network += Vlan::min_size;
    }
    const Bytes network = frame.subspan(p.network);
    if (!(p.type == EtherType::ipv4 ? find_ipv4(network, p) : p.type == EtherType::ipv6 && find_ipv6(network, p)))
        return false;
    const Bytes transport = frame.first(p.end).subspan(p.transport);
    return p.protocol == IpProtocol::tcp   ? is_plain_tcp(transport)
           : p.protocol == IpProtocol::udp ? is_plain_udp(transport)
                                           : true;
}

}  // namespace

bool dissect_plain_headers(Context& c, Bytes frame) {
    Places p;
    if (!find(frame, p)) return false;
    c.enter(ethernet, frame);
    if (p.is_tagged) c.enter(vlan, frame.subspan(Ethernet::min_size));
    const Bytes network = frame.subspan(p.network);
    if (p.type == EtherType::ipv4) {
        c.enter(ipv4, network);
        const View<Ipv4> ip(network.data());
        c.info.source = NetworkAddress::of(ip[Ipv4::source]);
        c.info.destination = NetworkAddress::of(ip[Ipv4::destination]);
    } else {
        c.enter(ipv6, network);
        const View<Ipv6> ip(network.data());
        c.info.source = NetworkAddress::of(ip[Ipv6::source]);
        c.info.destination = NetworkAddress::of(ip[Ipv6::destination]);
    }
    c.info.ip_protocol = static_cast<std::uint8_t>(p.protocol);
    const Bytes above = frame.first(p.end).subspan(p.transport);
    if (p.protocol == IpProtocol::tcp) {
        c.enter(tcp, above);
        carry_on_tcp(c, above);
    } else if (p.protocol == IpProtocol::udp) {
        c.enter(udp, above);
        carry_on_udp(c, above);
    } else {
        c.next(by_ip_protocol(static_cast<std::uint8_t>(p.protocol)), above);
    }
    return true;
}

}  // namespace layerlab::proto::dissect
