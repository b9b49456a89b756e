// What a Dissector remembers from frame to frame: times, datagrams in fragments, and conversations. All of it is
// bounded: the conversations and datagrams used longest ago are forgotten.
#pragma once

#include <memory>

#include "proto/base/time.hpp"
#include "proto/dissect/context.hpp"
#include "proto/dissect/fragments.hpp"
#include "proto/dissect/hpack.hpp"
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

struct State {
    static constexpr std::size_t most_streams = 65536;

    bool has_first = false;
    Time first_time{}, previous_time{};
    FragmentTable fragments;
    TcpBudget tcp_budget;      // outlives the streams that count on it
    HpackBudget hpack_budget;  // likewise
    RecentMap<ConversationKey, UdpStream, ConversationKeyHash> udp{most_streams};
    RecentMap<ConversationKey, TcpStream, ConversationKeyHash> tcp{most_streams};
    // Ends that another conversation announced (announced.hpp): address, port, and the IP protocol as the other port.
    static constexpr std::size_t most_announced = 4096;
    RecentMap<ConversationKey, const Protocol*, ConversationKeyHash> announced{most_announced};
    static constexpr std::size_t most_transactions = 16384, most_addresses = 65536;
    Transactions<ConversationKey, ConversationKeyHash> transactions{most_transactions};
    RecentMap<std::uint32_t, AddressUse, std::hash<std::uint32_t>> addresses{most_addresses};  // by IPv4 address
    std::uint32_t udp_streams = 0, tcp_streams = 0;  // so many there have been: the next index
};

}  // namespace layerlab::proto::dissect
