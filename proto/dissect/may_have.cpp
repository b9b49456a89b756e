#include "proto/dissect/may_have.hpp"

#include <algorithm>
#include <array>

#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/icmp.hpp"
#include "proto/wire/ipv4.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Ipv4;

constexpr std::size_t ethernet_size = 14;
constexpr std::uint16_t ipv4_type = 0x0800, arp_type = 0x0806;

bool names(std::span<const Protocol* const> protocols, const Protocol& one) {
    return std::find(protocols.begin(), protocols.end(), &one) != protocols.end();
}

// Whether all of them are among these.
template <std::size_t N>
bool only(std::span<const Protocol* const> protocols, const std::array<const Protocol*, N>& these) {
    return std::all_of(protocols.begin(), protocols.end(),
                       [&](const Protocol* p) { return std::find(these.begin(), these.end(), p) != these.end(); });
}

bool may_be_in_ipv4(std::span<const Protocol* const> protocols, Bytes packet) {
    const auto ip = View<Ipv4>::parse(packet);
    if (!ip || names(protocols, ipv4)) return true;
    const std::size_t header = (*ip)[Ipv4::header_length];
    if ((*ip)[Ipv4::version] != 4 || header < Ipv4::min_size || header + 4 > packet.size()) return true;
    if ((*ip)[Ipv4::more_fragments] || (*ip)[Ipv4::fragment_offset] > 0) return true;
    const Bytes payload = packet.subspan(header);
    const auto type = static_cast<wire::IcmpType>(payload[0]);
    const bool is_echo = type == wire::IcmpType::echo_request || type == wire::IcmpType::echo_reply;
    switch ((*ip)[Ipv4::protocol]) {
        case 1: return !is_echo || names(protocols, icmp);
        case 6: return !only(protocols, std::array{&arp, &icmp, &igmp, &icmpv6, &ipv6, &udp, &dhcp});
        case 17:
            for (const Protocol* tunnel : {&vxlan, &geneve})
                if (by_udp_port(load_be16(payload.data()), load_be16(payload.data() + 2)) == tunnel) return true;
            return !only(protocols, std::array{&arp, &icmp, &igmp, &icmpv6, &ipv6, &tcp, &http});
        default: return true;
    }
}

}  // namespace

bool may_have_one_of(std::span<const Protocol* const> protocols, Bytes frame) {
    if (protocols.empty() || frame.size() < ethernet_size) return true;
    for (const Protocol* anywhere : {&frame_protocol, &ethernet, &data_protocol})
        if (names(protocols, *anywhere)) return true;
    switch (load_be16(frame.data() + 12)) {
        case arp_type: return names(protocols, arp);
        case ipv4_type: return may_be_in_ipv4(protocols, frame.subspan(ethernet_size));
        default: return true;
    }
}

}  // namespace layerlab::proto::dissect
