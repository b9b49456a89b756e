#include "proto/dissect/state.hpp"

#include <gtest/gtest.h>

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
