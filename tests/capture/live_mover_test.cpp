#include "capture/live_mover.hpp"

#include <gtest/gtest.h>

#include "tests/capture/own_network.hpp"
#include "tests/capture/send_frames.hpp"

namespace layerlab::capture {
namespace {

using namespace std::chrono_literals;

struct RealLiveMover : testing::Test {
    void SetUp() override {
        if (!network_.obstacle().empty()) GTEST_SKIP() << network_.obstacle();
    }
    test::OwnNetwork network_;
};

// The taker sleeps until the ring is full; then the kernel keeps what comes.
TEST_F(RealLiveMover, AFullRingLosesNothing) {
    auto live = LiveCapture::open({.interface = "vb"});
    ASSERT_TRUE(live) << live.error().message;
    LiveMover mover(std::move(*live), 4096);
    test::send_numbered("va", 2000, 200);
    mover.stop();
    std::uint32_t next = 0;
    while (!mover.has_ended() || mover.ring().front()) {
        const auto frame = mover.ring().front();
        if (!frame) continue;
        ASSERT_EQ(test::number_of(frame->bytes), next);
        ++next;
        mover.ring().pop();
    }
    EXPECT_EQ(next, 2000u);
    EXPECT_EQ(mover.counters().received, 2000u);
    EXPECT_FALSE(mover.error());
}

TEST_F(RealLiveMover, AnInterfaceThatGoesIsSaid) {
    auto live = LiveCapture::open({.interface = "vb"});
    ASSERT_TRUE(live) << live.error().message;
    LiveMover mover(std::move(*live), 4096);
    ASSERT_TRUE(test::OwnNetwork::shell("ip link delete vb"));
    for (unsigned turn = 0; turn < 500 && !mover.has_ended(); ++turn) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(mover.has_ended());
    EXPECT_TRUE(mover.error());
}

}  // namespace
}  // namespace layerlab::capture
