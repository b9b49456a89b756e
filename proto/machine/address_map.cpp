#include "proto/machine/address_map.hpp"

#include <algorithm>
#include <cstring>

#include "proto/base/checksum.hpp"
#include "proto/machine/flow.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr std::size_t ipv6_header = 40;
constexpr std::uint8_t icmpv6 = 58;

template <class Pairs, class Address>
auto position(Pairs& pairs, const Address& from) {
    return std::lower_bound(pairs.begin(), pairs.end(), from,
                            [](const auto& pair, const Address& a) { return pair.from < a; });
}
template <class Pairs, class Address>
void put(Pairs& pairs, const Address& from, const Address& to) {
    const auto place = position(pairs, from);
    if (place != pairs.end() && place->from == from)
        place->to = to;
    else
        pairs.insert(place, {from, to});
}
template <class Pairs, class Address>
Address look_up(const Pairs& pairs, const Address& from) {
    const auto place = position(pairs, from);
    return place != pairs.end() && place->from == from ? place->to : from;
}

// Changes words of an IPv6 packet together with the checksums that cover them: that of its own transport, and that of
// the ICMPv6 error which quotes the packet.
class Ipv6Rewriter {
  public:
    Ipv6Rewriter(const AddressMap& map, MutableBytes packet) : map_(map), packet_(packet) {}

    void run() { rewrite_at(0, 0); }

  private:
    void rewrite_at(std::size_t at, std::size_t outer_sum) {
        if (packet_.size() < at + ipv6_header || packet_[at] >> 4 != 6) return;
        const Ipv6Transport transport = ipv6_transport(packet_.subspan(at));
        std::size_t sum = 0;
        if (transport.offset != 0) {
            const std::size_t into = transport.protocol == 6        ? 16
                                     : transport.protocol == 17     ? 6
                                     : transport.protocol == icmpv6 ? 2
                                                                    : 0;
            if (into != 0 && at + transport.offset + into + 2 <= packet_.size()) sum = at + transport.offset + into;
        }
        is_udp_ = transport.protocol == 17;
        for (const std::size_t address : {at + 8, at + 24}) replace(address, sum, outer_sum);
        if (transport.protocol != icmpv6 || sum == 0 || outer_sum != 0) return;
        const std::size_t message = at + transport.offset;
        if (packet_.size() < message + 8) return;
        const std::uint8_t type = packet_[message];
        if (type == 135 || type == 136) {  // neighbour solicitation and advertisement, RFC 4861 section 4.3
            if (packet_.size() >= message + 24) replace(message + 8, sum, 0);
        } else if (type >= 1 && type <= 4) {
            rewrite_at(message + 8, sum);
        }
    }
    void replace(std::size_t at, std::size_t sum, std::size_t outer_sum) {
        Ipv6Address before;
        std::memcpy(before.octets.data(), packet_.data() + at, 16);
        const Ipv6Address after = map_.of(before);
        if (after == before) return;
        for (std::size_t i = 0; i < 16; i += 2) {
            const std::uint16_t value = load_be16(after.octets.data() + i), old = load_be16(packet_.data() + at + i);
            set(at + i, value, outer_sum);
            if (sum == 0) continue;
            const std::uint16_t sum_before = load_be16(packet_.data() + sum);
            if (is_udp_ && sum_before == 0) continue;  // RFC 6935: the sender made none
            std::uint16_t made = updated_checksum(sum_before, old, value);
            if (is_udp_ && made == 0) made = 0xffff;
            set(sum, made, outer_sum);
        }
    }
    void set(std::size_t at, std::uint16_t value, std::size_t outer_sum) {
        std::uint8_t* p = packet_.data();
        if (outer_sum != 0)
            store_be16(p + outer_sum, updated_checksum(load_be16(p + outer_sum), load_be16(p + at), value));
        store_be16(p + at, value);
    }

    const AddressMap& map_;
    MutableBytes packet_;
    bool is_udp_ = false;
};

}  // namespace

void AddressMap::map(Ipv4Address from, Ipv4Address to) { put(v4_, from, to); }
void AddressMap::map(const Ipv6Address& from, const Ipv6Address& to) { put(v6_, from, to); }
Ipv4Address AddressMap::of(Ipv4Address address) const { return look_up(v4_, address); }
Ipv6Address AddressMap::of(const Ipv6Address& address) const { return look_up(v6_, address); }

void AddressMap::rewrite(MutableBytes frame) const {
    const EthernetPayload payload = ethernet_payload(frame);
    const MutableBytes packet = frame.subspan(payload.offset);
    if (payload.ethertype == 0x0800) rewrite_ipv4(packet);
    if (payload.ethertype == 0x0806) rewrite_arp(packet);
    if (payload.ethertype == 0x86dd && !v6_.empty()) Ipv6Rewriter(*this, packet).run();
}

void AddressMap::rewrite_arp(MutableBytes packet) const {
    // RFC 826, for IPv4 over Ethernet: the protocol addresses stand at 14 and 24.
    if (packet.size() < 28 || load_be32(packet.data()) != 0x0001'0800 || load_be16(packet.data() + 4) != 0x0604) return;
    for (const std::size_t at : {std::size_t{14}, std::size_t{24}})
        store_be32(packet.data() + at, of(Ipv4Address{load_be32(packet.data() + at)}).number);
}

void AddressMap::rewrite_ipv4(MutableBytes packet) const {
    const auto parsed = parse_flow(packet);
    if (!parsed) return;
    // The id of an ICMP query, which is the port of one of its ends, stays.
    const auto kept = [](const Flow& flow, FlowKind kind, bool is_request, std::uint16_t port) {
        return kind != FlowKind::icmp_query ? port : is_request ? flow.source.port : flow.destination.port;
    };
    const Flow& flow = parsed->flow;
    if (const Ipv4Address to = of(flow.source.address); to != flow.source.address)
        rewrite_source(packet, *parsed, {to, kept(flow, parsed->kind, parsed->is_request, flow.source.port)});
    if (const Ipv4Address to = of(flow.destination.address); to != flow.destination.address)
        rewrite_destination(packet, *parsed, {to, kept(flow, parsed->kind, parsed->is_request, flow.destination.port)});
    if (parsed->quoted_ip == 0) return;
    const Flow& quoted = parsed->quoted;
    const FlowKind kind = parsed->quoted_kind;
    if (const Ipv4Address to = of(quoted.source.address); to != quoted.source.address)
        rewrite_quoted_source(packet, *parsed, {to, kept(quoted, kind, parsed->quoted_is_request, quoted.source.port)});
    if (const Ipv4Address to = of(quoted.destination.address); to != quoted.destination.address)
        rewrite_quoted_destination(packet, *parsed,
                                   {to, kept(quoted, kind, parsed->quoted_is_request, quoted.destination.port)});
}

namespace {

// The checksum of a transport over the pseudo header that `sum` holds already.
void repair_transport(std::uint8_t protocol, MutableBytes transport, ChecksumSum sum) {
    const std::size_t at = protocol == 6 ? 16 : protocol == 17 ? 6 : 2;
    if (transport.size() < at + 2) return;
    std::uint8_t* place = transport.data() + at;
    if (protocol == 17 && load_be16(place) == 0) return;  // RFC 768: the sender made none
    store_be16(place, 0);
    std::uint16_t made = sum.add(transport).checksum();
    if (protocol == 17 && made == 0) made = 0xffff;
    store_be16(place, made);
}

void repair_ipv4(MutableBytes packet) {
    if (packet.size() < 20 || packet[0] >> 4 != 4) return;
    const std::size_t header = (packet[0] & 0xfu) * 4u, total = load_be16(packet.data() + 2);
    if (header < 20 || total < header || total > packet.size()) return;
    store_be16(packet.data() + 10, 0);
    store_be16(packet.data() + 10, internet_checksum(packet.first(header)));
    const std::uint8_t protocol = packet[9];
    if ((load_be16(packet.data() + 6) & 0x3fffu) != 0) return;  // a fragment
    const MutableBytes transport = packet.first(total).subspan(header);
    ChecksumSum sum;
    if (protocol == 6 || protocol == 17)
        sum.add_pseudo(Ipv4Address::load(packet.data() + 12), Ipv4Address::load(packet.data() + 16), protocol,
                       transport.size());
    if (protocol == 6 || protocol == 17 || protocol == 1) repair_transport(protocol, transport, sum);
}

void repair_ipv6(MutableBytes packet) {
    if (packet.size() < ipv6_header) return;
    const std::size_t total = ipv6_header + load_be16(packet.data() + 4);
    if (total > packet.size()) return;
    const Ipv6Transport found = ipv6_transport(packet.first(total));
    const bool is_known = found.protocol == 6 || found.protocol == 17 || found.protocol == icmpv6;
    if (found.offset == 0 || found.offset > total || !is_known) return;
    if (found.is_fragment) return;
    const MutableBytes transport = packet.first(total).subspan(found.offset);
    ChecksumSum sum;
    sum.add_pseudo(Ipv6Address::load(packet.data() + 8), Ipv6Address::load(packet.data() + 24), found.protocol,
                   static_cast<std::uint32_t>(transport.size()));
    repair_transport(found.protocol, transport, sum);
}

}  // namespace

void repair_checksums(MutableBytes frame) {
    const EthernetPayload payload = ethernet_payload(frame);
    if (payload.ethertype == 0x0800) repair_ipv4(frame.subspan(payload.offset));
    if (payload.ethertype == 0x86dd) repair_ipv6(frame.subspan(payload.offset));
}

EthernetPayload ethernet_payload(Bytes frame) {
    std::size_t at = 12;
    for (unsigned tags = 0; frame.size() >= at + 2; ++tags, at += 4) {
        const std::uint16_t type = load_be16(frame.data() + at);
        if ((type != 0x8100 && type != 0x88a8) || tags == 4) return {at + 2, type};
    }
    return {frame.size(), 0};
}

Ipv6Transport ipv6_transport(Bytes packet) {
    if (packet.size() < ipv6_header) return {};
    std::uint8_t next = packet[6];
    std::size_t at = ipv6_header;
    bool is_fragment = false;
    for (unsigned headers = 0; headers < 16; ++headers) {
        const bool is_option = next == 0 || next == 43 || next == 60;
        if (!is_option && next != 44 && next != 51) return {at, next, is_fragment};
        if (packet.size() < at + 8) return {};
        if (next == 44 && (load_be16(packet.data() + at + 2) & 0xfff8u) != 0) return {};  // a later fragment
        const std::size_t length = next == 44 ? 8 : next == 51 ? (packet[at + 1] + 2u) * 4 : (packet[at + 1] + 1u) * 8;
        is_fragment = is_fragment || next == 44;
        next = packet[at];
        at += length;
    }
    return {};
}

}  // namespace layerlab::proto::machine
