#include "viewer/model/flow.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/base/address.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/ipv6.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/udp.hpp"

namespace layerlab::viewer {
namespace {

namespace wire = proto::wire;

// Sets addresses and protocol; returns what the packet carries.
Bytes read_ip(Bytes ip, Flow& flow) {
    if (ip.empty()) return {};
    if (ip[0] >> 4 == 4) {
        const auto header = proto::View<wire::Ipv4>::parse(ip);
        if (!header) return {};
        const std::size_t length = (*header)[wire::Ipv4::header_length], total = (*header)[wire::Ipv4::total_length];
        if (length < wire::Ipv4::min_size || length > ip.size() || (*header)[wire::Ipv4::fragment_offset] != 0)
            return {};
        std::copy_n(ip.data() + 12, 4, flow.from.address.begin());
        std::copy_n(ip.data() + 16, 4, flow.to.address.begin());
        flow.protocol = (*header)[wire::Ipv4::protocol];
        flow.is_fragment = (*header)[wire::Ipv4::more_fragments];
        flow.length = static_cast<std::uint32_t>(total == 0 ? ip.size() - length : std::max(total, length) - length);
        const std::size_t end = std::clamp(total, length, ip.size());
        return ip.subspan(length, end - length);
    }
    constexpr std::size_t v6_header = 40;
    if (ip[0] >> 4 != 6 || ip.size() < v6_header) return {};
    flow.is_v6 = true;
    std::copy_n(ip.data() + 8, 16, flow.from.address.begin());
    std::copy_n(ip.data() + 24, 16, flow.to.address.begin());
    flow.protocol = ip[6];
    flow.length = proto::load_be16(ip.data() + 4);
    return ip.subspan(v6_header, std::min<std::size_t>(proto::load_be16(ip.data() + 4), ip.size() - v6_header));
}

}  // namespace

std::optional<Flow> flow_of(Bytes bytes, capture::LinkType link_type) {
    Flow flow;
    const Bytes segment = read_ip(ip_packet(bytes, link_type), flow);
    std::size_t header_length = wire::Udp::min_size;
    if (flow.protocol == 6) {
        const auto tcp = proto::View<wire::Tcp>::parse(segment);
        if (!tcp) return std::nullopt;
        header_length = (*tcp)[wire::Tcp::header_length];
        flow.flags = static_cast<std::uint8_t>((*tcp)[wire::Tcp::flags]);
        flow.sequence = (*tcp)[wire::Tcp::sequence];
        flow.acknowledgment = (*tcp)[wire::Tcp::acknowledgment];
        flow.window = (*tcp)[wire::Tcp::window];
        if (header_length < wire::Tcp::min_size) return std::nullopt;
    } else if (flow.protocol != 17) {
        return std::nullopt;
    }
    if (segment.size() < header_length) return std::nullopt;
    flow.from.port = proto::load_be16(segment.data());
    flow.to.port = proto::load_be16(segment.data() + 2);
    flow.payload = segment.subspan(header_length);
    if (flow.is_tcp()) flow.options = segment.subspan(wire::Tcp::min_size, header_length - wire::Tcp::min_size);
    flow.length -= std::min(flow.length, static_cast<std::uint32_t>(header_length));
    return flow;
}

std::optional<Flow> flow_of(const Trace& trace, FrameNumber number, Buffer& scratch) {
    const Bytes bytes = trace.bytes(number, scratch);
    return flow_of(bytes, trace.link_type(number, bytes));
}

std::string to_string(const FlowEnd& end, bool is_v6) {
    if (is_v6) return fmt::format("[{}]:{}", proto::Ipv6Address::load(end.address.data()).to_string(), end.port);
    return fmt::format("{}:{}", proto::Ipv4Address::load(end.address.data()).to_string(), end.port);
}

}  // namespace layerlab::viewer
