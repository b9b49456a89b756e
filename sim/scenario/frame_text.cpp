#include "sim/scenario/frame_text.hpp"

#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/dissect/text.hpp"
#include "sim/kernel/stats.hpp"
#include "sim/net/interface.hpp"

namespace layerlab::sim::scenario {

std::string ScenarioNames::node_name(NodeId node) const {
    return node < scenario_.devices.size() ? scenario_.devices[node].name : "?";
}

std::string ScenarioNames::port_name(NodeId node, sim::PortId port) const {
    if (port == loopback_port) return "lo";
    if (node >= scenario_.devices.size()) return "?";
    const auto ports = plan_.ports_of(node);
    return port < ports.size() ? scenario_.port_name(ports[port].id) : "?";
}

std::string place_name(const PlaceNames& names, NodeId node, sim::PortId port) {
    if (node == no_node) return "nowhere";
    if (port == no_port) return names.node_name(node);
    return names.node_name(node) + '.' + names.port_name(node, port);
}

capture::LinkType link_type_of(Bytes bytes) {
    using capture::LinkType;
    if (bytes.size() >= 40 && bytes[0] >> 4 == 6) {
        // A packet of IPv6 by its length, and no frame of a protocol that hosts speak.
        const std::uint16_t type = proto::load_be16(bytes.data() + 12);
        const bool is_frame = type == 0x0800 || type == 0x0806 || type == 0x86dd || type == 0x8100;
        const bool is_ip = proto::load_be16(bytes.data() + 4) + std::size_t{40} == bytes.size();
        return is_ip && !is_frame ? LinkType::raw_ipv6 : LinkType::ethernet;
    }
    if (bytes.size() < 20 || bytes[0] >> 4 != 4) return LinkType::ethernet;
    const std::size_t header = (bytes[0] & 0xfu) * std::size_t{4};
    const bool is_ip = header >= 20 && header <= bytes.size() && proto::load_be16(bytes.data() + 2) == bytes.size() &&
                       proto::internet_checksum(bytes.first(header)) == 0;
    return is_ip ? LinkType::raw_ipv4 : LinkType::ethernet;
}

std::string frame_summary(Bytes bytes) {
    proto::dissect::FrameIn in;
    in.bytes = bytes;
    in.original_length = bytes.size();
    in.link_type = static_cast<std::uint16_t>(link_type_of(bytes));
    proto::dissect::Dissection dissection;
    proto::dissect::dissect_alone(in, dissection);
    const auto c = proto::dissect::columns_of(in, dissection);
    return fmt::format("{} \u2192 {} {} {} {}", c.source, c.destination, c.protocol, c.length, c.info);
}

std::string frame_line(const PlaceNames& names, const Record& record, Bytes bytes) {
    std::string sign = record.kind == RecordKind::frame_sent ? ">" : "<";
    if (record.kind == RecordKind::frame_dropped)
        sign = std::string("x ") + to_string(static_cast<DropReason>(record.code));
    const std::string what = bytes.empty() ? fmt::format("a frame of {} bytes", record.size) : frame_summary(bytes);
    return fmt::format("{} {} {} {}", proto::to_seconds(record.at), place_name(names, record.node, record.port), sign,
                       what);
}

}  // namespace layerlab::sim::scenario
