// Who talks to whom in one frame: addresses, ports and payload of TCP and UDP, read straight from the headers. Much
// cheaper than a dissection; for those who look at thousands of frames. Knows what ip_packet knows (talkers.hpp), IPv4
// that is no later fragment, and IPv6 without extension headers.
#pragma once

#include <array>
#include <compare>
#include <optional>

#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

struct FlowEnd {
    std::array<std::uint8_t, 16> address{};  // IPv4: the first four octets
    std::uint16_t port = 0;
    friend bool operator==(const FlowEnd&, const FlowEnd&) = default;
};

struct Flow {
    FlowEnd from, to;
    bool is_v6 = false;
    std::uint8_t protocol = 0;  // 6 or 17
    std::uint8_t flags = 0;     // of TCP
    std::uint32_t sequence = 0, acknowledgment = 0;
    Bytes payload{};
    std::uint32_t length = 0;  // of the payload on the wire: a capture may have cut it
    std::uint16_t window = 0;  // of TCP, not scaled
    Bytes options{};           // of TCP
    bool is_fragment = false;  // the first one; others are no flow

    bool is_tcp() const { return protocol == 6; }
    bool is_same_stream(const Flow& other) const {
        return protocol == other.protocol && is_v6 == other.is_v6 &&
               ((from == other.from && to == other.to) || (from == other.to && to == other.from));
    }
};

// The payload points into `bytes`.
std::optional<Flow> flow_of(Bytes bytes, capture::LinkType link_type);
std::optional<Flow> flow_of(const Trace& trace, FrameNumber number, Buffer& scratch);
// "192.168.1.100:59443"
std::string to_string(const FlowEnd& end, bool is_v6);

}  // namespace layerlab::viewer
