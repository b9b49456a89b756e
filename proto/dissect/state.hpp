// What a Dissector remembers from frame to frame: times, datagrams in fragments, and conversations. All of it is
// bounded: the conversations and datagrams used longest ago are forgotten. Conversations and fragments lie in lanes
// (lane.hpp), which several threads may use at once, each another one.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "proto/base/time.hpp"
#include "proto/dissect/context.hpp"
#include "proto/dissect/dissect.hpp"
#include "proto/dissect/fragments.hpp"
#include "proto/dissect/hpack.hpp"
#include "proto/dissect/lane.hpp"
#include "proto/dissect/recent_map.hpp"
#include "proto/dissect/tcp_stream.hpp"
#include "proto/dissect/transactions.hpp"

namespace layerlab::proto::dissect {

// Both ends of a conversation, the lower one first, so that both directions have the same key.
struct ConversationKey {
    NetworkAddress low, high;
    std::uint16_t low_port = 0, high_port = 0;

    // The key of a packet; `forward` tells whether it goes from the low end to the high one.
    static ConversationKey of(const PacketInfo& info, bool& forward);
    friend bool operator==(const ConversationKey&, const ConversationKey&) = default;
};

struct ConversationKeyHash {
    std::size_t operator()(const ConversationKey& key) const;
};

struct UdpStream {
    std::uint32_t index = 0;
    std::unique_ptr<ConversationMemory> memory;
};

// The conversations between some pairs of addresses.
struct Lane {
    static constexpr std::size_t most_streams = 65536 / lanes;

    FragmentTable fragments;
    TcpBudget tcp_budget;      // outlives the streams that count on it
    HpackBudget hpack_budget;  // likewise
    RecentMap<ConversationKey, UdpStream, ConversationKeyHash> udp{most_streams};
    RecentMap<ConversationKey, TcpStream, ConversationKeyHash> tcp{most_streams};
    static constexpr std::size_t most_transactions = 16384 / lanes;
    Transactions<ConversationKey, ConversationKeyHash> transactions{most_transactions};
};

struct State {
    FrameTimes times;
    std::array<Lane, lanes> by_lane;
    // Ends that another conversation announced (announced.hpp): address, port, and the IP protocol as the other port.
    // Only frames that are no plain ones of a lane write here.
    static constexpr std::size_t most_announced = 4096;
    RecentMap<ConversationKey, const Protocol*, ConversationKeyHash> announced{most_announced};
    // By IPv4 address. Of ARP, which has one lane.
    static constexpr std::size_t most_addresses = 65536;
    RecentMap<std::uint32_t, AddressUse, std::hash<std::uint32_t>> addresses{most_addresses};
    // So many there have been: the next index. In the order of the frames only if one thread works.
    std::atomic<std::uint32_t> udp_streams = 0, tcp_streams = 0;

    // Of the packet that is dissected.
    Lane& lane(const PacketInfo& info) { return by_lane[lane_of(info.source, info.destination)]; }
};

}  // namespace layerlab::proto::dissect
