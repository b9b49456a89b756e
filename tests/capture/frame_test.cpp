#include "capture/frame.hpp"

#include <gtest/gtest.h>

namespace layerlab::capture {
namespace {

TEST(Frame, ShowsItsTimeInSecondsSinceTheEpoch) {
    Frame frame;
    frame.time = proto::time_at(1'422'528'033'092'163'945);
    EXPECT_EQ(epoch_seconds(frame), "1422528033.092163945");
    frame.has_time = false;
    EXPECT_EQ(epoch_seconds(frame), "");
}

TEST(Frame, ShowsTimesBeyondInt64Nanoseconds) {
    Frame frame;
    frame.far_seconds = 18'446'744'073'204;
    frame.time = proto::time_at(126'329'000);
    EXPECT_EQ(epoch_seconds(frame), "18446744073204.126329000");
}

}  // namespace
}  // namespace layerlab::capture
