#include "viewer/model/frame_kind.hpp"

#include "viewer/model/talkers.hpp"

namespace layerlab::viewer {
namespace {

std::uint32_t word(proto::Bytes b, std::size_t at) { return std::uint32_t{b[at]} << 8 | b[at + 1]; }

FrameKind of_ports(proto::Bytes b, bool is_tcp) {
    if (b.size() < 4) return is_tcp ? FrameKind::tcp : FrameKind::udp;
    const std::uint32_t ports[] = {word(b, 0), word(b, 2)};
    const bool has_data = !is_tcp || (b.size() > 12 && b.size() > std::size_t{b[12]} / 16 * 4);
    if (has_data)
        for (const std::uint32_t port : ports) {
            if (port == 53 || port == 5353) return FrameKind::dns;
            if (!is_tcp && (port == 67 || port == 68 || port == 546 || port == 547)) return FrameKind::dhcp;
            if (is_tcp && (port == 80 || port == 8080)) return FrameKind::http;
            if (port == 443) return FrameKind::tls;
            if (!is_tcp && port == 520) return FrameKind::routing;
        }
    return is_tcp ? FrameKind::tcp : FrameKind::udp;
}

FrameKind of_protocol(std::uint8_t protocol, proto::Bytes payload) {
    switch (protocol) {
        case 1:
        case 58: return FrameKind::icmp;
        case 6: return of_ports(payload, true);
        case 17: return of_ports(payload, false);
        case 2: return FrameKind::control;
        case 88:
        case 89: return FrameKind::routing;
        default: return FrameKind::other;
    }
}

FrameKind of_ip(proto::Bytes b) {
    if (b.empty()) return FrameKind::other;
    if (b[0] >> 4 == 4 && b.size() >= 20) {
        const std::size_t header = std::size_t{b[0] & 15u} * 4, total = word(b, 2);
        if (header < 20 || header > b.size()) return FrameKind::other;
        const bool is_later_fragment = (word(b, 6) & 0x1fff) != 0;
        const std::size_t end = total > header && total < b.size() ? total : b.size();  // without padding
        if (!is_later_fragment) return of_protocol(b[9], b.subspan(header, end - header));
        return of_protocol(b[9], {});
    }
    if (b[0] >> 4 == 6 && b.size() >= 40) return of_protocol(b[6], b.subspan(40));
    return FrameKind::other;
}

}  // namespace

FrameKind kind_of(proto::Bytes b, capture::LinkType link_type) {
    using capture::LinkType;
    if (link_type != LinkType::ethernet) return of_ip(ip_packet(b, link_type));
    if (b.size() < 14) return FrameKind::other;
    std::size_t at = 12;
    constexpr std::uint32_t vlan = 0x8100, provider_vlan = 0x88a8;
    while (at + 6 <= b.size() && (word(b, at) == vlan || word(b, at) == provider_vlan)) at += 4;
    const std::uint32_t type = word(b, at);
    const proto::Bytes payload = b.subspan(at + 2);
    if (type == 0x0800 || type == 0x86dd) return of_ip(payload);
    if (type == 0x0806) return FrameKind::arp;
    if (type < 0x0600 || type == 0x88cc || type == 0x888e) return FrameKind::control;
    return FrameKind::other;
}

const char* name_of(FrameKind kind) {
    static constexpr const char* names[frame_kinds] = {"ARP",  "ICMP", "UDP",     "TCP",     "DNS",  "DHCP",
                                                       "HTTP", "TLS",  "routing", "control", "other"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace layerlab::viewer
