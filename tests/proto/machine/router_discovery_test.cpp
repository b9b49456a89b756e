#include "proto/machine/router_discovery.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

TEST(RouterSolicitor, AsksThreeTimesFourSecondsApart) {
    RouterSolicitor s;
    s.start(Time(0s), 200ms);
    EXPECT_FALSE(s.on_deadline(Time(100ms)));
    EXPECT_TRUE(s.on_deadline(Time(200ms)));
    EXPECT_EQ(s.next_deadline(), Time(4200ms));
    EXPECT_TRUE(s.on_deadline(Time(4200ms)));
    EXPECT_TRUE(s.on_deadline(Time(8200ms)));
    EXPECT_EQ(s.next_deadline(), never);
}

TEST(RouterSolicitor, StopsWhenARouterAnswers) {
    RouterSolicitor s;
    s.start(Time(0s), 0ms);
    s.on_deadline(Time(0s));
    s.on_advertisement();
    EXPECT_EQ(s.next_deadline(), never);
}

TEST(RouterAdvertiser, IsQuickerInTheBeginning) {
    RouterAdvertiser a;
    a.start(Time(0s), 0s);
    EXPECT_TRUE(a.on_deadline(Time(0s), 100s));
    EXPECT_EQ(a.next_deadline(), Time(16s));
    EXPECT_TRUE(a.on_deadline(Time(16s), 100s));
    EXPECT_EQ(a.next_deadline(), Time(32s));
    EXPECT_TRUE(a.on_deadline(Time(32s), 100s));
    EXPECT_EQ(a.next_deadline(), Time(332s));
}

TEST(RouterAdvertiser, AnswersSoonButNotMoreOftenThanEachThreeSeconds) {
    RouterAdvertiser a;
    a.start(Time(0s), 0s);
    a.on_deadline(Time(0s), 0s);
    a.on_solicitation(Time(1s), 200ms);
    EXPECT_EQ(a.next_deadline(), Time(3s));
    a.on_deadline(Time(3s), 0s);
    a.on_solicitation(Time(10s), 200ms);
    EXPECT_EQ(a.next_deadline(), Time(10200ms));
}

}  // namespace
}  // namespace layerlab::proto::machine
