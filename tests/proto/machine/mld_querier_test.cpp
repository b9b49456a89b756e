#include "proto/machine/mld_querier.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

using wire::MldRecordType;

Ipv6Address six(const char* text) { return Ipv6Address::parse(text).value(); }
const Ipv6Address group = six("ff02::1:ff00:1"), own = six("fe80::5"), lower = six("fe80::4"), higher = six("fe80::6");
constexpr Time start = time_at(0);

struct Started : MldQuerier {
    Started() { MldQuerier::start(machine::start); }
    // "::@10000" for a general query, with S behind a suppressed one; "-group" for one that nobody listens to.
    std::string at(Time now) {
        std::string text;
        const Due due = on_deadline(now);
        for (const auto& q : due.queries)
            text += q.group.to_string() + "@" + std::to_string(q.most_delay_ms) + (q.suppress ? "S " : " ");
        for (const auto& g : due.left) text += "-" + g.to_string() + " ";
        if (due.takes_over) text += "takes over ";
        return text;
    }
};

TEST(MldQuerier, AsksTwiceAtTheStartAndThenEvery125Seconds) {
    Started q;
    EXPECT_EQ(q.at(start), "::@10000 ");
    EXPECT_EQ(q.next_deadline(), start + 31250ms);
    EXPECT_EQ(q.at(start + 31250ms), "::@10000 ");
    EXPECT_EQ(q.next_deadline(), start + 31250ms + 125s);
    q.stop();
    EXPECT_EQ(q.next_deadline(), never);
    EXPECT_EQ(q.at(start + 1h), "");
}

TEST(MldQuerier, KeepsAGroupFor260SecondsAfterTheLastReport) {
    Started q;
    q.at(start);
    EXPECT_EQ(q.on_record(start, {MldRecordType::to_exclude, group, 0}), MldChange::joined);
    EXPECT_EQ(q.on_record(start + 100s, {MldRecordType::is_exclude, group, 0}), MldChange::none);
    q.at(start + 359s);
    EXPECT_EQ(q.groups().size(), 1u);
    EXPECT_NE(q.at(start + 360s).find("-ff02::1:ff00:1"), std::string::npos);
    EXPECT_TRUE(q.groups().empty());
}

TEST(MldQuerier, AsksForOneGroupTwiceWhenAListenerHasLeft) {
    Started q;
    q.at(start);
    q.on_record(start, {MldRecordType::is_exclude, group, 0});
    const Time t = start + 1s;
    EXPECT_EQ(q.on_record(t, {MldRecordType::to_include, group, 0}), MldChange::asked);
    EXPECT_EQ(q.on_record(t, {MldRecordType::to_include, group, 0}), MldChange::none) << "it is being asked";
    EXPECT_EQ(q.at(t), "ff02::1:ff00:1@1000 ");
    EXPECT_EQ(q.at(t + 1s), "ff02::1:ff00:1@1000S ");
    EXPECT_EQ(q.at(t + 2s), "-ff02::1:ff00:1 ");
}

TEST(MldQuerier, GoesOnWithAGroupThatSomebodyElseStillWants) {
    Started q;
    q.at(start);
    q.on_record(start, {MldRecordType::is_exclude, group, 0});
    q.on_record(start + 1s, {MldRecordType::to_include, group, 0});
    q.at(start + 1s);
    EXPECT_EQ(q.on_record(start + 1500ms, {MldRecordType::is_exclude, group, 0}), MldChange::none);
    EXPECT_EQ(q.at(start + 3s), "");
    EXPECT_EQ(q.groups().size(), 1u);
}

TEST(MldQuerier, LeavesTheAskingToTheLowestAddressUntilThatIsSilent) {
    Started q;
    q.at(start);
    EXPECT_FALSE(q.on_query(start + 1s, own, {}, higher));
    EXPECT_TRUE(q.is_querier());
    EXPECT_TRUE(q.on_query(start + 2s, own, {}, lower));
    EXPECT_FALSE(q.on_query(start + 3s, own, {}, lower)) << "known";
    EXPECT_FALSE(q.is_querier());
    q.on_record(start + 3s, {MldRecordType::is_exclude, group, 0});
    EXPECT_EQ(q.on_record(start + 4s, {MldRecordType::to_include, group, 0}), MldChange::none) << "the other asks";
    EXPECT_FALSE(q.on_query(start + 5s, own, {group, 1000, true}, lower));
    EXPECT_EQ(q.groups().at(0).until, start + 263s);
    EXPECT_FALSE(q.on_query(start + 5s, own, {group, 1000, false}, lower));
    EXPECT_EQ(q.at(start + 7s), "-ff02::1:ff00:1 ");
    EXPECT_EQ(q.at(start + 259s), "");
    EXPECT_EQ(q.at(start + 260s), "::@10000 takes over ");
    EXPECT_TRUE(q.is_querier());
}

TEST(MldQuerier, HoldsAtMost1024Groups) {
    Started q;
    for (std::uint32_t i = 0; i < 3000; ++i)
        q.on_record(start, {MldRecordType::is_exclude, ipv6_from(0xff02'0000'0000'0000u, i), 0});
    EXPECT_EQ(q.groups().size(), 1024u);
    EXPECT_EQ(q.on_record(start, {MldRecordType::is_exclude, own, 0}), MldChange::none) << "no group";
}

TEST(MldQuerier, CountsSourcesAsListeners) {
    Started q;
    EXPECT_EQ(q.on_record(start, {MldRecordType::to_include, group, 1}), MldChange::joined);
    EXPECT_EQ(q.on_record(start, {MldRecordType::block_old, group, 1}), MldChange::none);
    EXPECT_EQ(q.on_record(start, {MldRecordType::is_include, group, 0}), MldChange::none);
    EXPECT_EQ(q.groups().size(), 1u);
}

}  // namespace
}  // namespace layerlab::proto::machine
