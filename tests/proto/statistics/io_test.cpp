#include "proto/statistics/io.hpp"

#include <gtest/gtest.h>

#include "tests/proto/statistics/fed.hpp"

namespace layerlab::proto::statistics {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

TEST(IoStatistics, CountInIntervals) {
    IoStatistics io(2ms, {{"udp", *dissect::compile_filter("udp.port == 2000")}});
    const Octets udp = udp_frame(1000, 2000, octets("hi")), tcp = tcp_frame({});
    feed(io.wanted(), {udp, tcp, udp, udp, tcp}, [&](const auto& in, const auto& d) { io.add(in, d); });
    const Table table = io.table();
    EXPECT_EQ(table.columns, (Texts{"start", "frames", "bytes", "frames: udp", "bytes: udp"}));
    ASSERT_EQ(table.rows.size(), 3u);
    EXPECT_EQ(texts(table.rows[0]), (Texts{"0.000000000", "2", "98", "1", "44"}));
    EXPECT_EQ(texts(table.rows[1]), (Texts{"0.002000000", "2", "88", "2", "88"}));
    EXPECT_EQ(texts(table.rows[2]), (Texts{"0.004000000", "1", "54", "0", "0"}));
}

TEST(IoStatistics, HaveRowsForQuietIntervalsButNotForAges) {
    const auto rows_after = [](Duration gap) {
        IoStatistics io(1s, {});
        const dissect::Dissection nothing;
        dissect::FrameIn in;
        io.add(in, nothing);
        in.time = Time(gap);
        io.add(in, nothing);
        return io.table().rows.size();
    };
    EXPECT_EQ(rows_after(5s), 6u);
    EXPECT_EQ(rows_after(std::chrono::hours(24 * 365)), 2u);
    EXPECT_EQ(rows_after(-5s), 1u);
}

TEST(IoStatistics, AreTheSamePutTogetherFromParts) {
    const IoStatistics empty(2ms, {{"udp", *dissect::compile_filter("udp")}});
    IoStatistics whole = empty, odd = empty, even = empty;
    const Octets udp = udp_frame(1000, 2000, octets("hi")), tcp = tcp_frame({});
    dissect::FrameTimes times;
    feed(empty.wanted(), {udp, tcp, udp, udp, tcp}, [&](dissect::FrameIn in, const auto& d) {
        in.times = times.step(in.time);
        whole.add(in, d);
        (in.number % 2 ? odd : even).add(in, d);
    });
    odd.merge(even);
    const Table expected = whole.table(), merged = odd.table();
    ASSERT_EQ(merged.rows.size(), expected.rows.size());
    for (std::size_t i = 0; i < expected.rows.size(); ++i) EXPECT_EQ(texts(merged.rows[i]), texts(expected.rows[i]));
}

}  // namespace
}  // namespace layerlab::proto::statistics
