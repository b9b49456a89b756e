#include "proto/machine/tcp_rack.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

constexpr Duration rtt = 100ms;
constexpr Time at(Duration since) { return Time(since); }

TEST(TcpRack, CountsAsLostWhatWasSentBeforeWhatArrived) {  // RFC 8985 section 6.2, step 5
    TcpRack rack;
    rack.delivered(at(150ms), at(50ms), 3000, false, rtt);
    EXPECT_TRUE(rack.newer_than(at(40ms), 5000));
    EXPECT_TRUE(rack.newer_than(at(50ms), 2000));  // sent together: the order of numbers decides
    EXPECT_FALSE(rack.newer_than(at(50ms), 3000));
    EXPECT_FALSE(rack.newer_than(at(60ms), 1000));
}

TEST(TcpRack, WaitsAQuarterOfTheRoundTripForReordering) {  // step 4
    TcpRack rack;
    rack.delivered(at(150ms), at(50ms), 3000, false, rtt);
    rack.set_window(rtt, rtt, false, false);
    EXPECT_EQ(rack.lost_at(at(40ms)), at(165ms));
    rack.set_window(rtt, rtt, false, true);  // three segments say it: no wait
    EXPECT_EQ(rack.lost_at(at(40ms)), at(140ms));
    rack.set_window(rtt, rtt, true, false);
    EXPECT_EQ(rack.window(), 0ms);
    rack.reordering_seen();
    rack.set_window(rtt, rtt, true, true);
    EXPECT_EQ(rack.window(), 25ms);
}

TEST(TcpRack, DoesNotTakeAQuickAnswerForTheOneToARetransmission) {
    TcpRack rack;
    rack.delivered(at(150ms), at(50ms), 3000, false, rtt);
    rack.delivered(at(160ms), at(155ms), 1000, true, rtt);
    EXPECT_FALSE(rack.newer_than(at(60ms), 1000));
    rack.delivered(at(260ms), at(155ms), 1000, true, rtt);
    EXPECT_TRUE(rack.newer_than(at(60ms), 1000));
}

TEST(TcpRack, WidensItsWindowOnceForEachRoundTripWithDuplicates) {  // RACK.reo_wnd_mult
    TcpRack rack;
    rack.reordering_seen();
    rack.on_dsack(1000, 5000);
    rack.on_dsack(2000, 6000);  // the same round trip
    rack.set_window(rtt, 1s, false, false);
    EXPECT_EQ(rack.window(), 50ms);
    rack.on_dsack(5000, 9000);
    rack.set_window(rtt, 1s, false, false);
    EXPECT_EQ(rack.window(), 75ms);
    rack.set_window(rtt, 60ms, false, false);
    EXPECT_EQ(rack.window(), 60ms);  // never more than a smoothed round trip
    for (int i = 0; i < 16; ++i) rack.recovery_ended();
    rack.set_window(rtt, 1s, false, false);
    EXPECT_EQ(rack.window(), 25ms);
}

}  // namespace
}  // namespace layerlab::proto::machine
