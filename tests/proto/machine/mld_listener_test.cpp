#include "proto/machine/mld_listener.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

using Type = wire::MldRecordType;
const Ipv6Address group = Ipv6Address::parse("ff02::1:ff00:1").value();

TEST(MldListener, TellsOfAGroupTwice) {
    MldListener l;
    l.join(Time(0s), group, true);
    EXPECT_TRUE(l.listens(group));
    auto records = l.on_deadline(Time(0s), 700ms);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].type, Type::to_exclude);
    EXPECT_EQ(l.next_deadline(), Time(700ms));
    EXPECT_EQ(l.on_deadline(Time(700ms), 1s).size(), 1u);
    EXPECT_EQ(l.next_deadline(), never);
}

TEST(MldListener, LeavesWithTheLastUser) {
    MldListener l;
    l.join(Time(0s), group, false);
    l.join(Time(0s), group, false);
    l.leave(Time(1s), group);
    EXPECT_TRUE(l.listens(group));
    EXPECT_EQ(l.next_deadline(), never);
    l.leave(Time(2s), group);
    EXPECT_FALSE(l.listens(group));
    EXPECT_EQ(l.on_deadline(Time(2s), 1s)[0].type, Type::to_include);
    EXPECT_EQ(l.on_deadline(Time(3s), 1s).size(), 1u);
    EXPECT_TRUE(l.groups().empty());
}

TEST(MldListener, AnswersAQueryWithinItsDelayOnce) {
    MldListener l;
    l.join(Time(0s), group, false);
    l.on_query(Time(1s), Ipv6Address{}, 400ms);
    l.on_query(Time(1s), group, 900ms);
    EXPECT_EQ(l.next_deadline(), Time(1400ms));
    const auto records = l.on_deadline(Time(1400ms), 1s);
    ASSERT_EQ(records.size(), 1u);
    EXPECT_EQ(records[0].type, Type::is_exclude);
    EXPECT_EQ(l.next_deadline(), never);
}

TEST(MldListener, NeverReportsAllNodes) {
    MldListener l;
    l.join(Time(0s), all_nodes, true);
    l.on_query(Time(0s), Ipv6Address{}, 0ms);
    EXPECT_EQ(l.next_deadline(), never);
}

}  // namespace
}  // namespace layerlab::proto::machine
