#include "capture/live_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "capture/open.hpp"
#include "tests/capture/cable.hpp"
#include "tests/capture/in_own_network.hpp"
#include "tests/capture/send_frames.hpp"

namespace layerlab::capture {
namespace {

TEST(RealLiveSource, HandsOutEveryFrameAndWritesThem) {
    test::in_own_network(test::cable("va", "vb"), [] {
        char name[] = "/tmp/layerlab-live-XXXXXX";
        const int made = ::mkstemp(name);
        ASSERT_GE(made, 0);
        ASSERT_EQ(::fchmod(made, 0644), 0);  // whoever has given up his rights reads it, too
        ::close(made);
        constexpr std::uint32_t count = 2000;
        const auto patience = std::make_shared<Patience>();
        // Sent before the rights are given up, and kept by the kernel until they are read.
        auto sender = FrameSender::open("va");
        ASSERT_TRUE(sender);
        LiveSettings settings;
        settings.interface = "vb";
        auto source = LiveSource::open(settings, name, std::chrono::milliseconds(500), patience);
        ASSERT_TRUE(source) << source.error().message;
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto frame = test::numbered_frame(i, 100);
            const proto::Bytes one[] = {frame};
            ASSERT_TRUE(sender->send(one));
        }
        const auto mover = (*source)->mover();
        std::uint32_t seen = 0;
        for (;; ++seen) {
            const auto frame = (*source)->next();
            ASSERT_TRUE(frame) << frame.error().message;
            if (!*frame) break;
            EXPECT_EQ(test::number_of((*frame)->bytes), seen);
        }
        EXPECT_EQ(seen, count);
        EXPECT_EQ(mover->counters().received, count);
        EXPECT_EQ(mover->counters().dropped_by_kernel, 0u);
        source->reset();
        const auto written = open_capture(name);
        ASSERT_TRUE(written);
        std::uint32_t again = 0;
        for (;; ++again) {
            const auto frame = (*written)->next();
            if (!frame || !*frame) break;
        }
        EXPECT_EQ(again, count);
        ::unlink(name);
    });
}

TEST(LiveSource, SaysWhatIsMissing) {
    LiveSettings settings;
    settings.interface = "no-such-interface";
    EXPECT_FALSE(LiveSource::open(settings, "", {}, std::make_shared<Patience>()));
}

}  // namespace
}  // namespace layerlab::capture
