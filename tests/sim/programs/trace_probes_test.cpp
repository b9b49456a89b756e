#include "sim/programs/trace_probes.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;

constexpr Ipv4Address gw{0x0a000001}, web{0xcb00710a};

std::string print(TraceProbes& probes) {
    std::string out;
    for (const std::size_t n : probes.take_printable())
        out += probes.text(n, probes[n].from ? " " + probes[n].from->to_string() : "");
    return out;
}

TEST(TraceProbes, SendsSixteenAtATime) {
    TraceProbes probes(TraceSettings{});
    unsigned sent = 0, last_hop = 0;
    while (const auto next = probes.next()) {
        probes.sent(next->number, Time{});
        last_hop = next->hop;
        ++sent;
    }
    EXPECT_EQ(sent, 16u);
    EXPECT_EQ(last_hop, 6u);
}

TEST(TraceProbes, PrintsInOrderAndEndsAtTheFinalHop) {
    TraceSettings settings;
    settings.probes_per_hop = 2;
    TraceProbes probes(settings);
    while (const auto next = probes.next()) probes.sent(next->number, Time{});
    const Time at{231us};
    probes.answered(2, web, at, true, "");
    probes.answered(3, web, at, true, "!X");
    EXPECT_EQ(print(probes), "");
    probes.answered(0, gw, at, false, "");
    EXPECT_EQ(print(probes), "\n 1  10.0.0.1  0.231 ms");
    EXPECT_EQ(probes.expire(at), Time{3693us});  // three times the answer of the same hop
    probes.expire(Time{3693us});
    EXPECT_EQ(print(probes), " *\n 2  203.0.113.10  0.231 ms  0.231 ms !X");
    EXPECT_TRUE(probes.finished());
}

TEST(TraceProbes, WaitsFiveSecondsWhereNothingIsKnown) {
    TraceProbes probes(TraceSettings{});
    probes.sent(0, Time{});
    EXPECT_EQ(probes.expire(Time{}), Time{5s});
}

TEST(TraceProbes, MarksErrors) {
    EXPECT_EQ(unreachable_mark(1, 0), "!H");
    EXPECT_EQ(unreachable_mark(3, 0), "");
    EXPECT_EQ(unreachable_mark(4, 1400), "!F-1400");
    EXPECT_EQ(unreachable_mark(13, 0), "!X");
    EXPECT_EQ(unreachable_mark(77, 0), "!<77>");
}

}  // namespace
}  // namespace layerlab::sim::programs
