// When the sender sends: windows, probes, the retransmission timer.
#include "proto/machine/tcp_sender.hpp"

#include "tests/proto/machine/tcp_script.hpp"

namespace layerlab::proto::machine {
namespace {

const std::string established = R"(
    0  listen
    +0 < S 0:0(0) win 32767 <mss 1000>
    +0 > S. 0:0(0) ack 1 <...>
    +.1 < . 1:1(0) ack 1 win 32767
)";

void expect_script(const std::string& script) {
    TcpScript run;
    run.expect_script(script);
}

TEST(TcpSenderOnLinux, DoublesTheTimeoutWithEachLoss) {  // RFC 6298 section 5
    expect_script(established + R"(
        +0 write(1000) = 1000
        +0 > P. 1:1001(1000) ack 1
        +.2~+1.1 > P. 1:1001(1000) ack 1
        +.4~+2.1 > P. 1:1001(1000) ack 1
        +.8~+4.1 > P. 1:1001(1000) ack 1
        +.1 < . 1:1(0) ack 1001 win 32767
        +0 close()
        +0 > F. 1001:1001(0) ack 1
        +.1 < F. 1:1(0) ack 1002 win 32767
        +0 > . 1002:1002(0) ack 2
    )");
}

TEST(TcpSenderOnLinux, ProbesAClosedWindow) {  // RFC 9293 section 3.8.6.1
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 1000 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 1000
        +0 write(2000) = 2000
        +0 > P. 1:1001(1000) ack 1
        +.1 < . 1:1(0) ack 1001 win 0
        +.2~+.6 > . 1000:1000(0) ack 1
        +0 < . 1:1(0) ack 1001 win 0
        +.4~+1.2 > . 1000:1000(0) ack 1
        +0 < . 1:1(0) ack 1001 win 0
        +.1 < . 1:1(0) ack 1001 win 1000
        +0 > P. 1001:2001(1000) ack 1
        +.1 < . 1:1(0) ack 2001 win 1000
        +0 close()
        +0 > F. 2001:2001(0) ack 1
        +.1 < F. 1:1(0) ack 2002 win 1000
        +0 > . 2002:2002(0) ack 2
    )");
}

TEST(TcpSender, ProbesForEverWhileThePeerAnswers) {
    TcpScript run;
    run.expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 0 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 0
        +0 write(10) = 10
    )");
    for (int i = 0; i < 40; ++i) run.expect_script("+.2~+121 > . 0:0(0) ack 1\n +0 < . 1:1(0) ack 1 win 0\n");
    run.expect_script("+0 state ESTABLISHED\n +1 < . 1:1(0) ack 1 win 100\n +0 > P. 1:11(10) ack 1\n");
}

TEST(TcpSender, GivesUpOnAClosedWindowWhenNobodyAnswers) {
    TcpScript run;
    run.config.data_retries = 3;
    run.expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 0 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 0
        +0 write(10) = 10
        +.2~+1 > . 0:0(0) ack 1
        +.4~+2 > . 0:0(0) ack 1
        +.8~+4 > . 0:0(0) ack 1
        +10 error ETIMEDOUT
    )");
}

TEST(TcpSender, DoesNotFillASillyWindowButDoesNotWaitForEverEither) {  // RFC 9293 section 3.8.6.2.1
    expect_script(established + R"(
        +0 write(3000) = 3000
        +0 > . 1:1001(1000) ack 1
        +0 > . 1001:2001(1000) ack 1
        +0 > P. 2001:3001(1000) ack 1
        +.1 < . 1:1(0) ack 3001 win 100
        +0 write(1000) = 1000
        +0 note silly_window_held
        +.2~+1 > P. 3001:3101(100) ack 1
        +.1 < . 1:1(0) ack 3101 win 32767
        +0 > P. 3101:4001(900) ack 1
    )");
}

TEST(TcpSender, KeepsTheFinForAnOpenWindow) {
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 10 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 10
        +0 write(10) = 10
        +0 > P. 1:11(10) ack 1
        +0 close()
        +.1 < . 1:1(0) ack 11 win 0
        +.2~+1 > . 10:10(0) ack 1
        +.1 < . 1:1(0) ack 11 win 10
        +0 > F. 11:11(0) ack 1
    )");
}

TEST(TcpSender, MeasuresNoTimeOnARetransmission) {  // Karn, RFC 6298 section 3
    TcpScript run;
    run.expect_script(established + R"(
        +0 write(1000) = 1000
        +0 > P. 1:1001(1000) ack 1
        +.2~+1.1 > P. 1:1001(1000) ack 1
        +.001 < . 1:1(0) ack 1001 win 32767
    )");
    EXPECT_EQ(run.connection().info().smoothed_rtt, 100ms);
    // the second half of Karn's algorithm: the doubled timeout stays until something has been measured
    EXPECT_EQ(run.connection().info().retransmission_timeout, 600ms);
    run.expect_script(R"(
        +0 write(1000) = 1000
        +0 > P. 1001:2001(1000) ack 1
        +.1 < . 1:1(0) ack 2001 win 32767
    )");
    EXPECT_EQ(run.connection().info().retransmission_timeout, 300ms);
}

TEST(TcpSender, WaitsThreeSecondsAfterAHandshakeThatHadLosses) {  // RFC 6298 section 5.7
    expect_script(R"(
        0 connect()
        +0 > S 0:0(0) <...>
        +1 > S 0:0(0) <...>
        +.1 < S. 0:0(0) ack 1 win 32767 <mss 1000>
        +0 > . 1:1(0) ack 1
        +0 write(10) = 10
        +0 > P. 1:11(10) ack 1
        +3 > P. 1:11(10) ack 1
    )");
}

TEST(TcpSender, StartsWithTenSegmentsAndDoublesTheWindowEachRoundTrip) {  // RFC 6928, RFC 5681 section 3.1
    TcpScript run;
    run.expect_script(established + "+0 pattern(100000)\n");
    std::string burst;
    const auto segment = [](int i, bool push) {
        const std::string from = std::to_string(1 + i * 1000), to = std::to_string(1001 + i * 1000);
        return "+0 > " + std::string(push ? "P" : "") + ". " + from + ":" + to + "(1000) ack 1\n";
    };
    for (int i = 0; i < 10; ++i) burst += segment(i, i == 9);
    run.expect_script(burst);
    EXPECT_EQ(run.connection().info().congestion_window, 10000u);
    run.expect_script("+.1 < . 1:1(0) ack 10001 win 32767\n");
    // a single ACK counts for eight segments at most (RFC 9406 section 4.2)
    EXPECT_EQ(run.connection().info().congestion_window, 18000u);
}

TEST(TcpSender, SendsNothingIntoAPathThatWasIdleButAnInitialWindow) {  // RFC 5681 section 4.1
    TcpScript run;
    run.expect_script(established + "+0 pattern(10000)\n");
    for (int i = 0; i < 10; ++i)
        run.expect_script("+0 > " + std::string(i == 9 ? "P" : "") + ". " + std::to_string(1 + i * 1000) + ":" +
                          std::to_string(1001 + i * 1000) + "(1000) ack 1\n");
    run.expect_script("+.1 < . 1:1(0) ack 10001 win 32767\n +5 write(10) = 10\n +0 > P. 10001:10011(10) ack 1\n");
    EXPECT_TRUE(run.noted(TcpNote::idle_restart));
    EXPECT_EQ(run.connection().info().congestion_window, 10000u);
}

TEST(TcpSender, IgnoresAWindowInAnOlderSegment) {  // RFC 9293 section 3.10.7.4: SND.WL1 and SND.WL2
    TcpScript run;
    run.expect_script(established + R"(
        +0 < . 1:11(10) ack 1 win 5000
        +0 > . 1:1(0) ack 11
        +0 < . 1:1(0) ack 1 win 77
    )");
    EXPECT_EQ(run.connection().info().send_window, 5000u);
}

}  // namespace
}  // namespace layerlab::proto::machine
