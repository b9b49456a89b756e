#include "capture/live.hpp"

#include <algorithm>
#include <gmock/gmock.h>

#include "tests/capture/own_network.hpp"
#include "tests/capture/send_frames.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(LiveInterfaces, AreListed) {
    const auto found = live_interfaces();
    ASSERT_TRUE(found) << found.error().message;
    const auto lo = std::find_if(found->begin(), found->end(), [](const LiveInterface& i) { return i.name == "lo"; });
    ASSERT_NE(lo, found->end());
    EXPECT_TRUE(lo->is_loopback);
    for (const LiveInterface& i : *found) EXPECT_THAT(i.name, testing::Not(HasSubstr("nflog")));
}

struct RealLive : testing::Test {
    void SetUp() override {
        if (!network_.obstacle().empty()) GTEST_SKIP() << network_.obstacle();
    }
    test::OwnNetwork network_;
};

TEST_F(RealLive, SaysWhatIsWrong) {
    const auto missing = LiveCapture::open({.interface = "nosuch"});
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("nosuch: there is no such interface"));
    EXPECT_THAT(missing.error().hint, HasSubstr("va"));
    const auto filter = LiveCapture::open({.interface = "va", .filter = "tcp prot 80"});
    ASSERT_FALSE(filter);
    EXPECT_THAT(filter.error().message, HasSubstr("\"tcp prot 80\" is wrong"));
}

TEST_F(RealLive, CountsFramesOfTheLoopbackInterfaceOnce) {
    ASSERT_TRUE(network_.shell("ip link set lo up"));
    auto live = LiveCapture::open({.interface = "lo"});
    ASSERT_TRUE(live) << live.error().message;
    if (!network_.shell("ping -c 2 -i 0.2 127.0.0.1")) GTEST_SKIP() << "no ping here";
    std::size_t seen = 0;
    for (int i = 0; i < 20 && seen < 4; ++i) seen += live->read(50ms, [](const FrameRing::Frame&) {}).value_or(0);
    EXPECT_EQ(seen, 4u);
    EXPECT_EQ(live->counters().received, 4u);
}

TEST_F(RealLive, SeesFramesAndCountsThem) {
    auto live = LiveCapture::open({.interface = "vb", .filter = "ether[13] == 0xb5", .snapshot_length = 40});
    ASSERT_TRUE(live) << live.error().message;
    EXPECT_EQ(live->link_type(), LinkType::ethernet);
    test::send_numbered("va", 10, 100);
    std::vector<std::uint32_t> numbers;
    for (unsigned turn = 0; turn < 50 && numbers.size() < 10; ++turn) {
        const auto got = live->read(100ms, [&](const FrameRing::Frame& f) {
            EXPECT_EQ(f.original_length, 100u);
            EXPECT_EQ(f.bytes.size(), 40u);
            numbers.push_back(test::number_of(f.bytes));
        });
        ASSERT_TRUE(got) << got.error().message;
    }
    EXPECT_EQ(numbers, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_EQ(live->counters().received, 10u);
    EXPECT_EQ(live->counters().dropped_by_kernel, 0u);
}

}  // namespace
}  // namespace layerlab::capture
