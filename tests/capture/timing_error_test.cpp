#include "capture/timing_error.hpp"

#include <gtest/gtest.h>

namespace layerlab::capture {
namespace {

TEST(TimingError, KeepsSmallValuesExactly) {
    TimingError errors;
    EXPECT_EQ(errors.percentile(500).count(), 0);
    for (int ns = 1; ns <= 9; ++ns) errors.add(proto::Duration(ns % 2 != 0 ? ns : -ns));
    EXPECT_EQ(errors.percentile(500).count(), 5);
    EXPECT_EQ(errors.percentile(1000).count(), 9);
    EXPECT_EQ(errors.max().count(), 9);
    EXPECT_EQ(errors.count(), 9u);
}

TEST(TimingError, IsWithinThreePercentForLargeOnes) {
    for (std::int64_t ns = 1; ns < std::int64_t{1} << 61; ns += ns / 2 + 1) {
        TimingError errors;
        for (int i = 0; i < 99; ++i) errors.add(proto::Duration(ns));
        errors.add(proto::Duration::max());
        const std::int64_t got = errors.percentile(500).count();
        EXPECT_GE(got, ns);
        EXPECT_LE(got - ns, ns / 31) << ns;
        EXPECT_EQ(errors.percentile(990).count(), got);
        EXPECT_EQ(errors.percentile(1000), proto::Duration::max());
    }
}

}  // namespace
}  // namespace layerlab::capture
