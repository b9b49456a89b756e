// Losses: fast retransmit and NewReno (RFC 6582), recovery with SACK (RFC 6675, 6937), the timeout.
#include "tests/proto/machine/tcp_script.hpp"

namespace layerlab::proto::machine {
namespace {

std::string burst(int first, int last) {  // segments of 1000 bytes that leave at once, the last one pushed
    std::string lines;
    for (int i = first; i <= last; ++i)
        lines += "+0 > " + std::string(i == last ? "P" : "") + ". " + std::to_string(i * 1000 + 1) + ":" +
                 std::to_string(i * 1000 + 1001) + "(1000) ack 1\n";
    return lines;
}

std::string established(const std::string& options) {
    return "0 listen\n +0 < S 0:0(0) win 65535 <mss 1000" + options +
           ">\n +0 > S. 0:0(0) ack 1 <...>\n +.1 < . 1:1(0) ack 1 win 65535\n";
}

TEST(TcpRecoveryOnLinux, RepeatsTheLostSegmentAtTheThirdDuplicateAck) {  // RFC 5681 section 3.2
    TcpScript run;
    run.expect_script(established("") + R"(
        +0 nodelay()
        +0 write(1000) = 1000
        +0 > P. 1:1001(1000) ack 1
        +0 write(1000) = 1000
        +0 > P. 1001:2001(1000) ack 1
        +0 write(1000) = 1000
        +0 > P. 2001:3001(1000) ack 1
        +0 write(1000) = 1000
        +0 > P. 3001:4001(1000) ack 1
        +.1 < . 1:1(0) ack 1 win 65535
        +.001 < . 1:1(0) ack 1 win 65535
        +.001 < . 1:1(0) ack 1 win 65535
        +0~+.05 > P. 1:1001(1000) ack 1
        +.1 < . 1:1(0) ack 4001 win 65535
        +0 close()
        +0 > F. 4001:4001(0) ack 1
        +.1 < F. 1:1(0) ack 4002 win 65535
        +0 > . 4002:4002(0) ack 2
    )");
    EXPECT_TRUE(run.noted(TcpNote::fast_retransmit));
    EXPECT_TRUE(run.noted(TcpNote::recovery_left));
}

TEST(TcpRecovery, RepairsOneLossEachRoundTripWithNewReno) {  // RFC 6582 section 3.2
    TcpScript run;
    run.config.congestion = CongestionAlgorithm::reno;
    run.expect_script(established("") + "+0 pattern(10000)\n" + burst(0, 9) + R"(
        // segments 0 and 4 are lost
        +.1 < . 1:1(0) ack 1 win 65535
        +0 < . 1:1(0) ack 1 win 65535
        +0 < . 1:1(0) ack 1 win 65535
        +0 > . 1:1001(1000) ack 1
        +0 < . 1:1(0) ack 1 win 65535
        +.1 < . 1:1(0) ack 4001 win 65535
        +0 > . 4001:5001(1000) ack 1
        +0 note partial_ack
        +.1 < . 1:1(0) ack 10001 win 65535
        +0 note recovery_left
    )");
    const TcpInfo info = run.connection().info();
    EXPECT_EQ(info.slow_start_threshold, 5000u);  // half of what was in flight
    EXPECT_EQ(info.congestion_window, 2000u);     // nothing in flight: no burst after recovery
    EXPECT_EQ(info.retransmissions, 2u);
}

TEST(TcpRecovery, LetsNewSegmentsOutForTheFirstTwoDuplicateAcks) {  // RFC 3042
    TcpScript run;
    run.expect_script(established("") + "+0 pattern(100000)\n" + burst(0, 9) + R"(
        +.1 < . 1:1(0) ack 1 win 65535
        +0 > . 10001:11001(1000) ack 1
        +0 < . 1:1(0) ack 1 win 65535
        +0 > . 11001:12001(1000) ack 1
        +0 < . 1:1(0) ack 1 win 65535
        +0 > . 1:1001(1000) ack 1
    )");
}

TEST(TcpRecovery, RepairsAllHolesInOneRoundTripWithSack) {  // RFC 6675
    TcpScript run;
    run.expect_script(established(",sackOK") + "+0 pattern(10000)\n" + burst(0, 9) + R"(
        // segments 0, 2 and 4 are lost
        +.1 < . 1:1(0) ack 1 win 65535 <sack 1001:2001>
        +0 < . 1:1(0) ack 1 win 65535 <sack 3001:4001 1001:2001>
        +0 < . 1:1(0) ack 1 win 65535 <sack 5001:6001 3001:4001 1001:2001>
        +0 > . 1:1001(1000) ack 1
        +0 < . 1:1(0) ack 1 win 65535 <sack 5001:7001 3001:4001 1001:2001>
        +0 > . 2001:3001(1000) ack 1
        +0 < . 1:1(0) ack 1 win 65535 <sack 5001:8001 3001:4001 1001:2001>
        +0 > . 4001:5001(1000) ack 1
        +0 < . 1:1(0) ack 1 win 65535 <sack 5001:9001 3001:4001 1001:2001>
        +0 < . 1:1(0) ack 1 win 65535 <sack 5001:10001 3001:4001 1001:2001>
        +.1 < . 1:1(0) ack 2001 win 65535 <sack 5001:10001 3001:4001>
        +0 < . 1:1(0) ack 4001 win 65535 <sack 5001:10001>
        +0 < . 1:1(0) ack 10001 win 65535
        +0 note recovery_left
    )");
    EXPECT_EQ(run.connection().info().retransmissions, 3u);
    EXPECT_EQ(run.connection().info().slow_start_threshold, 7000u);  // CUBIC: 0.7 of what was in flight
}

TEST(TcpRecovery, SeesThatARetransmissionWasLostToo) {  // RFC 8985 section 6.2
    TcpScript run;
    run.expect_script(established(",sackOK") + "+0 pattern(100000)\n" + burst(0, 9) + R"(
        +.1 < . 1:1(0) ack 1 win 65535 <sack 1001:4001>
        +0 > . 1:1001(1000) ack 1
    )");
    // more ACKs let new segments out; they arrive a round trip later, the retransmission has not
    run.expect_script(R"(
        +0 < . 1:1(0) ack 1 win 65535 <sack 1001:6001>
        +0 > . 10001:11001(1000) ack 1
        +0 > P. 11001:12001(1000) ack 1
        +.03 < . 1:1(0) ack 1 win 65535 <sack 1001:8001>
        +0 > . 12001:13001(1000) ack 1
        +0 > P. 13001:14001(1000) ack 1
        // sent right after the retransmission; nothing has been reordered so far, so it must have been lost
        +.07 < . 1:1(0) ack 1 win 65535 <sack 1001:8001 10001:11001>
        +0 > . 1:1001(1000) ack 1
    )");
    EXPECT_TRUE(run.noted(TcpNote::retransmission_lost));
}

TEST(TcpRecovery, IgnoresReorderingOfTwoSegments) {  // RFC 6675: the threshold
    TcpScript run;
    run.expect_script(established(",sackOK") + "+0 pattern(4000)\n" + burst(0, 3) + R"(
        +.1 < . 1:1(0) ack 1 win 65535 <sack 1001:2001>
        +0 < . 1:1(0) ack 1 win 65535 <sack 1001:3001>
        +0 < . 1:1(0) ack 3001 win 65535
        +.1 < . 1:1(0) ack 4001 win 65535
    )");
    EXPECT_EQ(run.connection().info().retransmissions, 0u);
}

TEST(TcpRecovery, SendsEverythingAgainAfterATimeoutButWhatWasReported) {  // RFC 5681 section 3.1, RFC 6675 section 5.1
    TcpScript run;
    run.expect_script(established(",sackOK") + "+0 pattern(5000)\n" + burst(0, 4) + R"(
        +.1 < . 1:1(0) ack 1 win 65535 <sack 2001:3001>
        // a quarter of a round trip later that was no reordering; but the repetition is lost too
        +.025 > . 1:1001(1000) ack 1
        +.3 > . 1:1001(1000) ack 1
        +0 note retransmission_timeout
        +.1 < . 1:1(0) ack 1001 win 65535 <sack 2001:3001>
        +0 > . 1001:2001(1000) ack 1
        +0 > . 3001:4001(1000) ack 1
        +.1 < . 1:1(0) ack 4001 win 65535
        +0 > P. 4001:5001(1000) ack 1
        +.1 < . 1:1(0) ack 5001 win 65535
    )");
    EXPECT_EQ(run.connection().info().retransmissions, 5u);
}

TEST(TcpRecovery, ForgetsReportsThatThePeerHasTakenBack) {  // RFC 2018 section 8
    TcpScript run;
    run.expect_script(established(",sackOK") + "+0 pattern(2000)\n" + burst(0, 1) + R"(
        +.1 < . 1:1(0) ack 1 win 65535 <sack 1001:2001>
        +0 < . 1:1(0) ack 1001 win 65535
        +.1~+1 > P. 1001:2001(1000) ack 1
        +.1 < . 1:1(0) ack 2001 win 65535
    )");
}

TEST(TcpRecovery, IgnoresBlocksThatMakeNoSense) {
    TcpScript run;
    run.expect_script(established(",sackOK") + "+0 pattern(4000)\n" + burst(0, 3) + R"(
        +.1 < . 1:1(0) ack 1 win 65535 <sack 9001:10001>
        +0 < . 1:1(0) ack 1 win 65535 <sack 3001:2001>
        +0 < . 1:1(0) ack 1 win 65535 <sack 4294960000:2001>
        +0 < . 1:1(0) ack 1 win 65535 <sack 1:1>
        +.1 < . 1:1(0) ack 4001 win 65535
    )");
    EXPECT_EQ(run.connection().info().retransmissions, 0u);
}

}  // namespace
}  // namespace layerlab::proto::machine
