#include "proto/base/time.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto {
namespace {

TEST(Time, PrintsSecondsWithNineDigits) {
    EXPECT_EQ(to_seconds(time_at(0)), "0.000000000");
    EXPECT_EQ(to_seconds(time_at(12'000'345'678)), "12.000345678");
    EXPECT_EQ(to_seconds(Duration(1)), "0.000000001");
    EXPECT_EQ(to_seconds(never), "9223372036.854775807");
}

TEST(Time, KeepsTheSignOfWhatIsLessThanASecond) {
    EXPECT_EQ(to_seconds(Duration(-1)), "-0.000000001");
    EXPECT_EQ(to_seconds(Duration(-1'500'000'000)), "-1.500000000");
    EXPECT_EQ(to_seconds(Duration::min()), "-9223372036.854775808");
}

TEST(Time, CountsWholeNanoseconds) {
    EXPECT_EQ(nanoseconds(3ms), 3'000'000);
    EXPECT_EQ(nanoseconds(time_at(5) + 1us), 1005);
    EXPECT_GT(never, time_at(std::int64_t{292} * 365 * 86400 * 1'000'000'000));
}

}  // namespace
}  // namespace layerlab::proto
