#include "viewer/model/capture_rows.hpp"

#include <gtest/gtest.h>

namespace layerlab::viewer {
namespace {

CaptureRows::Row row(std::uint64_t place, std::int64_t time, std::uint32_t way = 0) {
    return {place, time, capture::LinkType::ethernet, FrameKind::tcp, way};
}

TEST(CaptureRows, GiveBackWhatWasPutIn) {
    CaptureRows rows;
    constexpr std::uint32_t largest_way = (1u << Talkers::way_bits) - 1;
    rows.add(row(24, 0));
    rows.add(row(std::uint64_t{5} << 30, 1, largest_way));  // beyond 4 GiB of the first
    rows.add({std::uint64_t{6} << 40, 3'600'000'000'000'000, capture::LinkType::linux_sll, FrameKind::other, 7});
    rows.add(row((std::uint64_t{6} << 40) + 100, 3'600'000'000'000'001));
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(rows[1].place, 24u);
    EXPECT_EQ(rows[2].place, std::uint64_t{5} << 30);
    EXPECT_EQ(rows[2].way, largest_way);
    EXPECT_EQ(rows[2].kind, FrameKind::tcp);
    EXPECT_EQ(rows[3].place, std::uint64_t{6} << 40);
    EXPECT_EQ(rows[3].time, 3'600'000'000'000'000);
    EXPECT_EQ(rows[3].link_type, capture::LinkType::linux_sll);
    EXPECT_EQ(rows[3].kind, FrameKind::other);
    EXPECT_EQ(rows[4].time, 3'600'000'000'000'001);
    EXPECT_EQ(rows[1].time, 0) << "after one further back";
}

TEST(CaptureRows, KeepTheOwnTimeOfFramesThatStandBehindLaterOnes) {
    CaptureRows rows;
    for (const std::int64_t t : {0, 100, 50, 100, 70}) rows.add(row(0, t));
    EXPECT_EQ(rows.time(3), 100);
    EXPECT_EQ(rows.own_time(3), 50);
    EXPECT_EQ(rows.own_time(4), 100);
    EXPECT_EQ(rows.own_time(5), 70);
    EXPECT_EQ(rows.until(99), 1u);
    EXPECT_EQ(rows.until(100), 5u);
}

TEST(CaptureRows, TakeTwelveBytesForAFrame) {
    CaptureRows rows;
    constexpr FrameNumber many = 1'000'000;
    for (FrameNumber i = 0; i < many; ++i) rows.add(row(std::uint64_t{i} * 1100, std::int64_t{i} * 100'000));
    EXPECT_LT(static_cast<double>(rows.memory()) / many, 12.1);
    EXPECT_EQ(rows[many].place, std::uint64_t{many - 1} * 1100);
    EXPECT_EQ(rows.until(49'999'900'000), many / 2);
}

}  // namespace
}  // namespace layerlab::viewer
