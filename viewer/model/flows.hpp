// The conversations of a trace: which frames belong to which, and what was sampled of each TCP connection.
#pragma once

#include <chrono>
#include <compare>
#include <deque>
#include <map>
#include <vector>

#include "viewer/model/tcp_index.hpp"
#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

// Both ways of a conversation between two ports, or two hosts.
struct FlowKey {
    static constexpr std::uint8_t tcp = 6, udp = 17;

    std::uint64_t address[2] = {};  // of IPv6 a digest of 64 bits
    std::uint16_t port[2] = {};
    std::uint8_t protocol = 0;
    friend auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

// False for what is no IP packet.
bool flow_key(Bytes bytes, capture::LinkType link_type, FlowKey& key);

// What frames belong to, and what was sampled; grows with the trace.
class Flows {
  public:
    struct Flow {
        FrameNumber first = 0, last = 0;  // its first and its last frame
        std::uint8_t protocol = 0;
        std::uint64_t frames = 0;
        std::vector<std::uint64_t> samples;  // positions of their records
    };
    // Looks at what is new, for about so long; true when it is up to date.
    bool follow(const Trace& trace, std::chrono::microseconds budget);
    const std::vector<Flow>& all() const { return flows_; }
    static constexpr std::uint32_t no_flow = none;
    std::uint32_t flow_of(FrameNumber n) const { return n <= of_frame_.size() ? of_frame_[n - 1] : no_flow; }
    std::uint32_t find(const FlowKey& key) const {
        const auto it = numbers_.find(key);
        return it == numbers_.end() ? no_flow : it->second;
    }
    FrameNumber looked_at() const { return static_cast<FrameNumber>(of_frame_.size()); }
    // Of a TCP segment: its stream, its relative numbers, whether it was sent again.
    std::optional<proto::dissect::TcpKnown> tcp(const Trace& trace, FrameNumber n, Bytes bytes) const;

  private:
    std::map<FlowKey, std::uint32_t> numbers_;
    std::vector<Flow> flows_;
    std::deque<std::uint32_t> of_frame_;
    TcpIndex tcp_;
    Buffer scratch_;
    std::uint64_t seen_records_ = 0;
};

}  // namespace layerlab::viewer
