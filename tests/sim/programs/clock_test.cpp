#include "sim/programs/clock.hpp"

#include <gmock/gmock.h>

namespace layerlab::sim::programs {
namespace {

TEST(Clock, KnowsTheCalendar) {
    EXPECT_EQ(date_text(1'767'225'600'000'000'000), "Thu Jan 01 00:00:00 UTC 2026");
    EXPECT_EQ(http_date_text(1'767'225'600'000'000'000), "Thu, 01 Jan 2026 00:00:00 GMT");
    EXPECT_EQ(date_text(951'782'400'000'000'000), "Tue Feb 29 00:00:00 UTC 2000");
    EXPECT_EQ(date_text(-1), "Wed Dec 31 23:59:59 UTC 1969");
    EXPECT_EQ(calendar_time(-1).nanosecond, 999'999'999u);
}

}  // namespace
}  // namespace layerlab::sim::programs
