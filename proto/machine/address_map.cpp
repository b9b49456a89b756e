#include "proto/machine/address_map.hpp"

#include <algorithm>
#include <cstring>

#include "proto/base/checksum.hpp"
#include "proto/rewrite/frame_rewriter.hpp"

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

// How the walk over a frame asks the map.
class Asked final : public rewrite::AddressMapper {
  public:
    explicit Asked(const AddressMap& map) : map_(map) {}
    Ipv4Address of(Ipv4Address address) override { return map_.of(address); }
    Ipv6Address of(const Ipv6Address& address) override { return map_.of(address); }
    std::uint64_t of_mac(std::uint64_t number) override { return number; }

  private:
    const AddressMap& map_;
};

}  // namespace

void AddressMap::map(Ipv4Address from, Ipv4Address to) { put(v4_, from, to); }
void AddressMap::map(const Ipv6Address& from, const Ipv6Address& to) { put(v6_, from, to); }
Ipv4Address AddressMap::of(Ipv4Address address) const { return look_up(v4_, address); }
Ipv6Address AddressMap::of(const Ipv6Address& address) const { return look_up(v6_, address); }

void AddressMap::rewrite(MutableBytes frame) const {
    constexpr std::uint16_t ethernet = 1;
    Asked asked(*this);
    rewrite::rewrite_frame(frame, ethernet, asked, rewrite::Rest::keep_all);
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
