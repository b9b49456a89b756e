#include "proto/dissect/lane.hpp"

#include "proto/dissect/announced.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/wire/arp.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/ipv6.hpp"

namespace layerlab::proto::dissect {

namespace {

using MaybeLane = std::optional<std::size_t>;

constexpr std::size_t any_lane = 0;  // of frames that concern no conversation

std::uint64_t mixed(std::uint64_t h) {
    h = (h ^ h >> 33) * 0xff51'afd7'ed55'8ccdu;
    return h ^ h >> 29;
}

std::size_t lane_between(std::uint64_t a_high, std::uint64_t a_low, std::uint64_t b_high, std::uint64_t b_low) {
    return mixed(mixed(a_high + mixed(a_low)) + mixed(b_high + mixed(b_low))) % lanes;
}

// As NetworkAddress keeps it: the first four octets of sixteen.
std::uint64_t ipv4_high(const std::uint8_t* at) { return std::uint64_t{load_be32(at)} << 32; }

enum : std::uint8_t { icmp_number = 1, igmp_number = 2, tcp_number = 6, udp_number = 17, icmpv6_number = 58 };

// Quotes another packet.
bool is_icmp_error(std::uint8_t type) { return type == 3 || type == 4 || type == 5 || type == 11 || type == 12; }
bool is_icmpv6_error(std::uint8_t type) { return type < 128 || type == 137; }  // redirects quote too

bool is_plain_transport(std::uint8_t protocol, Bytes above) {
    if (above.size() < 4) return false;
    const std::uint16_t source = load_be16(above.data()), destination = load_be16(above.data() + 2);
    switch (protocol) {
        case icmp_number: return !is_icmp_error(above[0]);
        case icmpv6_number: return !is_icmpv6_error(above[0]);
        case igmp_number: return true;
        case tcp_number: return !may_announce(source, destination);
        case udp_number: {
            const Protocol* tunnel = by_udp_port(source, destination);
            return !(tunnel && tunnel->carries_packets) && !may_announce(source, destination);
        }
        default: return false;
    }
}

MaybeLane ipv4_lane(Bytes bytes) {
    if (bytes.size() < wire::Ipv4::min_size || bytes[0] >> 4 != 4) return std::nullopt;
    const std::size_t header = (bytes[0] & 15u) * 4u, total = load_be16(bytes.data() + 2);
    const bool is_fragment = (load_be16(bytes.data() + 6) & 0x3fff) != 0;
    if (header < wire::Ipv4::min_size || total < header || bytes.size() < header || is_fragment) return std::nullopt;
    if (!is_plain_transport(bytes[9], bytes.first(std::min(total, bytes.size())).subspan(header))) return std::nullopt;
    return lane_between(ipv4_high(bytes.data() + 12), 0, ipv4_high(bytes.data() + 16), 0);
}

MaybeLane ipv6_lane(Bytes bytes) {
    constexpr std::size_t header = wire::Ipv6::min_size;
    if (bytes.size() < header || bytes[0] >> 4 != 6) return std::nullopt;
    const std::size_t total = header + load_be16(bytes.data() + 4);
    if (!is_plain_transport(bytes[6], bytes.first(std::min(total, bytes.size())).subspan(header))) return std::nullopt;
    return lane_between(load_be64(bytes.data() + 8), load_be64(bytes.data() + 16), load_be64(bytes.data() + 24),
                        load_be64(bytes.data() + 32));
}

MaybeLane lane_by_type(std::uint16_t type, Bytes bytes) {
    switch (type) {
        case 0x0800: return ipv4_lane(bytes);
        case 0x86dd: return ipv6_lane(bytes);
        case 0x0806: return any_lane;
        default: return std::nullopt;
    }
}

MaybeLane ethernet_lane(Bytes frame) {
    std::size_t at = wire::Ethernet::min_size;
    if (frame.size() < at) return std::nullopt;
    std::uint16_t type = load_be16(frame.data() + 12);
    for (int tags = 0; (type == 0x8100 || type == 0x88a8) && tags < 2 && frame.size() >= at + 4; ++tags, at += 4)
        type = load_be16(frame.data() + at + 2);
    return lane_by_type(type, frame.subspan(at));
}

MaybeLane cooked_lane(Bytes frame, std::size_t type_at, std::size_t size) {
    if (frame.size() < size) return std::nullopt;
    return lane_by_type(load_be16(frame.data() + type_at), frame.subspan(size));
}

}  // namespace

std::size_t lane_of(const NetworkAddress& a, const NetworkAddress& b) {
    const auto* from = a.octets.octets.data();
    const auto* to = b.octets.octets.data();
    return lane_between(load_be64(from), load_be64(from + 8), load_be64(to), load_be64(to + 8));
}

MaybeLane plain_lane(std::uint16_t link_type, Bytes frame) {
    switch (link_type) {
        case 1: return ethernet_lane(frame);
        case 113: return cooked_lane(frame, 14, 16);
        case 276: return cooked_lane(frame, 0, 20);
        case 228: return ipv4_lane(frame);
        case 229: return ipv6_lane(frame);
        case 12:
        case 101: return frame.empty() ? std::nullopt : frame[0] >> 4 == 6 ? ipv6_lane(frame) : ipv4_lane(frame);
        default: return std::nullopt;
    }
}

}  // namespace layerlab::proto::dissect
