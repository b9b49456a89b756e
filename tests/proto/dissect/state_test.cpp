#include "proto/dissect/state.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace layerlab::proto::dissect {
namespace {

TEST(ConversationKey, IsTheSameInBothDirections) {
    PacketInfo there, back;
    there.source = back.destination = NetworkAddress::of(Ipv4Address{1});
    there.destination = back.source = NetworkAddress::of(Ipv4Address{2});
    there.source_port = back.destination_port = 9;
    there.destination_port = back.source_port = 8;
    bool forward = false, backward = false;
    EXPECT_EQ(ConversationKey::of(there, forward), ConversationKey::of(back, backward));
    EXPECT_TRUE(forward);
    EXPECT_FALSE(backward);
}

TEST(ConversationKey, TellsDirectionsByPortsWithinOneHost) {
    PacketInfo info;
    info.source_port = 9;
    info.destination_port = 8;
    bool forward = true;
    EXPECT_EQ(ConversationKey::of(info, forward).low_port, 8);
    EXPECT_FALSE(forward);
}

TEST(RecentMap, ForgetsWhatWasUsedLongestAgo) {
    RecentMap<int, int, std::hash<int>> map(2);
    map.put(1, 10), map.put(2, 20);
    EXPECT_NE(map.find(1), nullptr);
    map.put(3, 30);
    EXPECT_EQ(map.find(2), nullptr);
    EXPECT_EQ(*map.find(1), 10);
    EXPECT_EQ(map.size(), 2u);
}

// Few values of the hash, so that places run together.
struct Crowded {
    std::size_t operator()(int key) const { return static_cast<std::size_t>(key % 3); }
};

TEST(RecentMap, AgreesWithASlowOne) {
    constexpr std::size_t most = 20;
    RecentMap<int, int, Crowded> map(most);
    std::vector<std::pair<int, int>> slow;  // by use
    const auto in_slow = [&](int key) {
        return std::find_if(slow.begin(), slow.end(), [&](const auto& e) { return e.first == key; });
    };
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        const int key = static_cast<int>(random() % 40), what = static_cast<int>(random() % 4);
        const auto known = in_slow(key);
        if (what == 0) {
            if (known != slow.end()) slow.erase(known);
            map.erase(key);
        } else if (what == 1) {
            if (known != slow.end()) slow.erase(known);
            if (slow.size() == most) slow.erase(slow.begin());
            slow.emplace_back(key, i);
            EXPECT_EQ(map.put(key, int{i}), i);
        } else if (what == 2) {
            const int* found = map.find(key);
            ASSERT_EQ(found != nullptr, known != slow.end());
            if (found) {
                EXPECT_EQ(*found, known->second);
                std::rotate(known, known + 1, slow.end());
            }
        } else {
            const int* found = map.peek(key);
            ASSERT_EQ(found != nullptr, known != slow.end());
        }
        ASSERT_EQ(map.size(), slow.size());
        ASSERT_EQ(map.empty(), slow.empty());
    }
}

TEST(TcpShare, GivesItsOctetsBack) {
    TcpBudget budget;
    {
        TcpShare a, b;
        a.set(budget, 100), b.set(budget, 50);
        EXPECT_EQ(budget.used, 150u);
        a.set(budget, 10);
        TcpShare moved = std::move(a);
        EXPECT_EQ(budget.used, 60u);
    }
    EXPECT_EQ(budget.used, 0u);
}

}  // namespace
}  // namespace layerlab::proto::dissect
