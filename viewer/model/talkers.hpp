// Who talks in a capture, as devices: by IP address, else by MAC address; what is sent to many goes to one device for
// each group. The first to come have devices of their own, so has whoever turns out to be busy; all the rest are the
// device "others". Nobody ever loses a device, so that the picture stays as it is while more come.
// Someone who talks to himself (loopback) is two devices: the one with the lower port has it in its name.
#pragma once

#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "capture/frame.hpp"
#include "viewer/model/topology.hpp"

namespace layerlab::viewer {

struct HostAddress {
    enum class Kind : std::uint8_t { unknown, mac, ipv4, ipv6, other };
    std::array<std::uint8_t, 16> octets{};
    std::uint16_t port = 0;  // 0: the whole host
    Kind kind = Kind::unknown;

    std::string text() const;
    bool is_group() const;
    friend bool operator==(const HostAddress&, const HostAddress&) = default;
};

struct FrameEnds {
    HostAddress from, to;
};
// Told from the headers; what is neither Ethernet nor IP is dissected.
FrameEnds ends_of(proto::Bytes bytes, capture::LinkType link_type);
// The IP packet within a frame of Ethernet, bare IP, a BSD loopback or Linux cooked capture; empty where there is none.
proto::Bytes ip_packet(proto::Bytes bytes, capture::LinkType link_type);

class Talkers {
  public:
    static constexpr std::size_t first_shown = 12, most_shown = 20;
    static constexpr std::size_t most_talkers = 1u << 16, most_pairs = 1u << 17;
    static constexpr int way_bits = 20;

    // Counts a frame; says which way it went, below 2^way_bits.
    std::uint32_t add(const FrameEnds& ends, Topology& topology);
    struct Way {
        NodeId from = sim::no_node, to = sim::no_node;
        PortId port = sim::no_port;  // of `from`
    };
    // By today's devices.
    Way way(std::uint32_t number) const;
    // What a DNS answer called an address; the first name stays.
    void name(const HostAddress& address, const std::string& name, Topology& topology);
    std::size_t count() const { return talkers_.size(); }
    std::uint64_t memory() const;

  private:
    static constexpr std::uint32_t others = 0;
    static constexpr std::size_t most_names = 1u << 16;
    struct Hash {
        std::size_t operator()(const HostAddress& a) const;
    };
    struct Talker {
        HostAddress address;
        NodeId node = sim::no_node;  // no_node: among the others
        std::uint64_t frames = 0;
    };
    struct Pair {
        std::uint32_t talkers[2];  // the lower one first
        std::uint32_t cable = none;
    };

    std::uint32_t talker(const HostAddress& address, Topology& topology);
    std::uint32_t pair(std::uint32_t a, std::uint32_t b, Topology& topology);
    void show(std::uint32_t talker, Topology& topology);
    NodeId node_of(std::uint32_t talker) const;
    std::uint32_t cable(NodeId a, NodeId b, Topology& topology);
    void label(TraceDevice& device, const HostAddress& address) const;
    NodeId others_node(Topology& topology);

    std::vector<Talker> talkers_{Talker{}};  // the first: all that have none of their own
    std::vector<Pair> pairs_;
    std::unordered_map<HostAddress, std::uint32_t, Hash> numbers_;
    std::unordered_map<std::uint64_t, std::uint32_t> pair_numbers_;
    std::unordered_map<HostAddress, std::string, Hash> names_;
    std::map<std::pair<NodeId, NodeId>, std::uint32_t> cables_;
    std::vector<std::array<TraceCable::End, 2>> ends_;  // of the cables
    std::size_t shown_ = 0;
    std::uint64_t frames_ = 0;
};

}  // namespace layerlab::viewer
