#include "viewer/model/check_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/viewer/model/opened.hpp"
#include "viewer/model/lesson.hpp"

namespace layerlab::viewer {
namespace {

using namespace std::chrono_literals;

constexpr const char* pair = "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\n";

TEST(CheckList, JudgesEachExpectationWhenItsTimeHasCome) {
    const Opened o(std::string(pair) + "wait 1s\na$ ping -c 1 b\nexpect exit 0\nexpect 3 at b: icmp\n");
    const auto before = checks_at(*o.session.lab(), at(500ms));
    ASSERT_EQ(before.size(), 2u);
    EXPECT_EQ(before[0].verdict, Verdict::pending);
    EXPECT_TRUE(before[0].will_be_judged);
    EXPECT_EQ(before[0].text, "expect exit 0");
    EXPECT_FALSE(before[0].packets);
    EXPECT_EQ(before[1].packets, std::optional<std::size_t>(0));

    const auto after = checks_at(*o.session.lab(), at(3600s));
    EXPECT_EQ(after[0].verdict, Verdict::holds);
    ASSERT_EQ(after[1].verdict, Verdict::failed);
    EXPECT_EQ(after[1].result->happened, "2 packets");
    const CheckCounts counts = count(after);
    EXPECT_EQ(counts.holds, 1u);
    EXPECT_EQ(counts.failed, 1u);
    EXPECT_EQ(counts.pending, 0u);
}

TEST(CheckList, CountsHowOftenARepeatedOneWasJudged) {
    const Opened o(std::string(pair) + "every 1s until 4s expect a reaches b\nwait 5s\n");
    const auto items = checks_at(*o.session.lab(), at(3600s));
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(items[0].verdict, Verdict::holds);
    EXPECT_GT(items[0].judged, 2u);
}

TEST(Lesson, HoldsTheFirstAnswerForRightAndMixesThem) {
    LessonItem q{LessonItem::Kind::question, {}, "Why?", {"this", "that", "those"}, {}};
    EXPECT_TRUE(is_right(q, "this"));
    EXPECT_FALSE(is_right(q, "that"));
    EXPECT_FALSE(is_right(q, ""));
    auto order = order_of_answers(q);
    EXPECT_EQ(order, order_of_answers(q));
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2}));
}

}  // namespace
}  // namespace layerlab::viewer
