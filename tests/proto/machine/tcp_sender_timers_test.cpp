// What the sender does when nothing comes: loss probes, needless timeouts, when to give up.
#include "tests/proto/machine/tcp_script.hpp"

namespace layerlab::proto::machine {
namespace {

std::string established(const std::string& options) {
    return "0 listen\n +0 < S 0:0(0) win 65535 <mss 1000" + options +
           ">\n +0 > S. 0:0(0) ack 1 <...>\n +.1 < . 1:1(0) ack 1 win 65535" +
           (options.find("TS") != std::string::npos ? " <nop,nop,TS val 500 ecr 100>\n" : "\n");
}

std::string ten_segments(int bytes = 100000) {
    std::string lines = "+0 pattern(" + std::to_string(bytes) + ")\n";
    for (int i = 0; i < 10; ++i)
        lines += "+0 > " + std::string(i == 9 ? "P" : "") + ". " + std::to_string(i * 1000 + 1) + ":" +
                 std::to_string(i * 1000 + 1001) + "(1000) ack 1\n";
    return lines;
}

TEST(TcpLossProbe, SendsTheLastSegmentAgainAfterTwoRoundTrips) {  // RFC 8985 section 7
    TcpScript run;
    run.expect_script(established(",sackOK") + R"(
        +0 pattern(2000)
        +0 > . 1:1001(1000) ack 1
        +0 > P. 1001:2001(1000) ack 1
        +.202 > P. 1001:2001(1000) ack 1
        +0 note loss_probe
        // its answer shows that the first was lost: no timeout
        +.1 < . 1:1(0) ack 1 win 65535 <sack 1001:2001>
        +0 > . 1:1001(1000) ack 1
        +.1 < . 1:1(0) ack 2001 win 65535
    )");
    EXPECT_FALSE(run.noted(TcpNote::retransmission_timeout));
}

TEST(TcpLossProbe, PrefersNewData) {
    TcpScript run;
    run.expect_script(established(",sackOK") + ten_segments() + "+.202 > . 10001:11001(1000) ack 1\n");
    EXPECT_EQ(run.connection().info().retransmissions, 0u);
}

TEST(TcpLossProbe, LowersTheWindowWhenItHasRepairedALoss) {  // section 7.4
    TcpScript run;
    run.expect_script(established(",sackOK") + R"(
        +0 pattern(2000)
        +0 > . 1:1001(1000) ack 1
        +0 > P. 1001:2001(1000) ack 1
        +.1 < . 1:1(0) ack 1001 win 65535
        +.1~+.3 > P. 1001:2001(1000) ack 1
        +.1 < . 1:1(0) ack 2001 win 65535
        +0 pattern(1000)
        +0 > P. 2001:3001(1000) ack 1
        +.1 < . 1:1(0) ack 3001 win 65535
        +0 note probe_repaired
    )");
    EXPECT_LT(run.connection().info().congestion_window, 10000u);
}

TEST(TcpLossProbe, LeavesTheWindowWhenTheLastSegmentHadArrived) {
    TcpScript run;
    run.expect_script(established(",sackOK") + R"(
        +0 pattern(2000)
        +0 > . 1:1001(1000) ack 1
        +0 > P. 1001:2001(1000) ack 1
        +.202 > P. 1001:2001(1000) ack 1
        +.05 < . 1:1(0) ack 2001 win 65535
        +.05 < . 1:1(0) ack 2001 win 65535 <sack 1001:2001>
        +0 pattern(1000)
        +0 > P. 2001:3001(1000) ack 1
        +.1 < . 1:1(0) ack 3001 win 65535
    )");
    EXPECT_FALSE(run.noted(TcpNote::probe_repaired));
    EXPECT_GE(run.connection().info().congestion_window, 10000u);
}

const std::string timeout = R"(
    +.202 > . 10001:11001(1000) ack 1
    +.3 > . 1:1001(1000) ack 1
    +0 note retransmission_timeout
)";

TEST(TcpFrto, FindsThatATimeoutWasNeedless) {  // RFC 5682 section 3.1
    TcpScript run;
    run.expect_script(established(",sackOK") + ten_segments() + timeout + R"(
        +.01 < . 1:1(0) ack 1001 win 65535
        +0 > . 11001:12001(1000) ack 1
        +0 > P. 12001:13001(1000) ack 1
        // an original, not sent again: it was only late
        +.01 < . 1:1(0) ack 2001 win 65535
        +0 note undone_by_frto
    )");
    EXPECT_GE(run.connection().info().congestion_window, 10000u);
    EXPECT_EQ(run.connection().info().retransmissions, 1u);
}

TEST(TcpFrto, GoesOnRepeatingWhenTheLossWasReal) {
    TcpScript run;
    run.expect_script(established(",sackOK") + ten_segments() + timeout + R"(
        +.1 < . 1:1(0) ack 1001 win 65535
        +0 > . 11001:12001(1000) ack 1
        +0 > P. 12001:13001(1000) ack 1
        +.1 < . 1:1(0) ack 1001 win 65535 <sack 11001:12001>
        +0 > . 1001:2001(1000) ack 1
    )");
    EXPECT_FALSE(run.noted(TcpNote::undone_by_frto));
    EXPECT_LT(run.connection().info().congestion_window, 10000u);
}

TEST(TcpEifel, SeesFromTheTimestampThatATimeoutWasNeedless) {  // RFC 3522
    TcpScript run;
    run.config.frto = false;
    run.expect_script(established(",sackOK,TS val 400 ecr 0") + R"(
        +0 pattern(1976)
        +0 > . 1:989(988) ack 1 <nop,nop,TS val 200 ecr 500>
        +0 > P. 989:1977(988) ack 1 <nop,nop,TS val 200 ecr 500>
        +.202 > P. 989:1977(988) ack 1 <nop,nop,TS val 402 ecr 500>
        +.3 > . 1:989(988) ack 1 <nop,nop,TS val 702 ecr 500>
        +.01 < . 1:1(0) ack 989 win 65535 <nop,nop,TS val 900 ecr 200>
        +0 note undone_by_timestamp
    )");
    EXPECT_GE(run.connection().info().congestion_window, 9880u);
    EXPECT_EQ(run.connection().info().slow_start_threshold, CongestionControl::unlimited);
}

TEST(TcpUndoing, RestoresTheWindowWhenEverythingHadArrivedTwice) {  // RFC 2883, RFC 3708
    TcpScript run;
    run.expect_script(established(",sackOK") + ten_segments(10000) + R"(
        +.1 < . 1:1(0) ack 1 win 65535 <sack 1001:4001>
        +0 > . 1:1001(1000) ack 1
        +.01 < . 1:1(0) ack 10001 win 65535 <sack 1:1001>
        +0 note undone_by_report
    )");
    EXPECT_EQ(run.connection().info().slow_start_threshold, CongestionControl::unlimited);
    EXPECT_GE(run.connection().info().congestion_window, 10000u);
}

TEST(TcpTimeoutRestart, CountsFromTheSendingWhenLittleIsInFlight) {  // RFC 7765
    for (const bool restart : {false, true}) {
        TcpScript run;
        run.config.timeout_restart = restart;
        run.expect_script(established("") + R"(
            +0 pattern(2000)
            +0 > . 1:1001(1000) ack 1
            +0 > P. 1001:2001(1000) ack 1
            +.1 < . 1:1(0) ack 1001 win 65535
        )");
        run.expect_script(restart ? "+.2 > P. 1001:2001(1000) ack 1\n" : "+.3 > P. 1001:2001(1000) ack 1\n");
    }
}

TEST(TcpUserTimeout, EndsTheConnectionAfterTheTimeTheUserSaid) {  // RFC 5482
    TcpScript run;
    run.expect_script(established("") + R"(
        +0 user_timeout(2000)
        +0 write(1000) = 1000
        +0 > P. 1:1001(1000) ack 1
        +.3 > P. 1:1001(1000) ack 1
        +.6 > P. 1:1001(1000) ack 1
        +1.2 > P. 1:1001(1000) ack 1
        +.1 state ESTABLISHED
        // two seconds after the first repetition
        +.15 error ETIMEDOUT
        +0 note user_timeout
    )");
}

TEST(TcpUserTimeout, CountsForAClosedWindowToo) {
    TcpScript run;
    run.config.user_timeout = 1s;
    run.expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 0 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 0
        +0 write(10) = 10
        +.3 > . 0:0(0) ack 1
        +.6 > . 0:0(0) ack 1
        +1 error ETIMEDOUT
    )");
}

TEST(TcpKeepalive, StartsWhenTheUserAsksForIt) {
    TcpScript run;
    run.expect_script(established("") + R"(
        +0 keepidle(5000)
        +0 keepintvl(1000)
        +6 keepalive(1)
        +0 > . 0:0(0) ack 1
        +.1 < . 1:1(0) ack 1 win 65535
        +5 > . 0:0(0) ack 1
        +.1 < . 1:1(0) ack 1 win 65535
        +0 keepalive(0)
        +100 state ESTABLISHED
    )");
}

TEST(TcpBlackHole, TriesSmallerSegmentsAfterThreeTimeouts) {  // RFC 4821
    TcpScript run;
    run.config.path_probing = true;
    run.expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 65535 <mss 1460>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 65535
        +0 pattern(1460)
        +0 > P. 1:1461(1460) ack 1
        +.3 > P. 1:1461(1460) ack 1
        +.6 > P. 1:1461(1460) ack 1
        +1.2 > . 1:1025(1024) ack 1
        +0 > P. 1025:1461(436) ack 1
        +0 note path_black_hole
        +.1 < . 1:1(0) ack 1461 win 65535
    )");
}

}  // namespace
}  // namespace layerlab::proto::machine
