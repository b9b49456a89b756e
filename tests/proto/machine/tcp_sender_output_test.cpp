// What a user can set for one connection, and the rules for duplicates and resets that go with it.
#include "proto/machine/tcp_path_probe.hpp"
#include "tests/proto/machine/tcp_script.hpp"

namespace layerlab::proto::machine {
namespace {

const std::string established = R"(
    0  listen
    +0 < S 0:0(0) win 32767 <mss 1000,sackOK>
    +0 > S. 0:0(0) ack 1 <...>
    +.1 < . 1:1(0) ack 1 win 32767
)";

void expect_script(const std::string& script) {
    TcpScript run;
    run.expect_script(script);
}

TEST(TcpSenderOutput, HoldsPartialSegmentsWhileCorked) {
    expect_script(established + R"(
        +0 cork(1)
        +0 write(1500) = 1500
        +0 > . 1:1001(1000) ack 1
        +.1 < . 1:1(0) ack 1001 win 32767
        +0 write(100) = 100
        +0 cork(0)
        +0 > P. 1001:1601(600) ack 1
    )");
}

TEST(TcpSenderOutput, LetsACorkedRestGoAfterAWhile) {
    expect_script(established + R"(
        +0 cork(1)
        +0 write(100) = 100
        +.2~+.4 > P. 1:101(100) ack 1
    )");
}

TEST(TcpSenderOutput, HoldsTheRestBehindAFullSegmentOnlyWithoutMinshallsChange) {  // RFC 896
    TcpScript run;
    run.config.minshall = false;
    run.expect_script(established + R"(
        +0 write(1500) = 1500
        +0 > . 1:1001(1000) ack 1
        +0 note nagle_held
        +.1 < . 1:1(0) ack 1001 win 32767
        +0 > P. 1001:1501(500) ack 1
    )");
    expect_script(established + R"(
        +0 write(1500) = 1500
        +0 > . 1:1001(1000) ack 1
        +0 > P. 1001:1501(500) ack 1
    )");
}

TEST(TcpTuning, SaysAndSendsNoMoreThanTheUsersMss) {  // TCP_MAXSEG
    TcpScript run;
    run.config.max_segment = 500;
    run.expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 <mss 500>
        +.1 < . 1:1(0) ack 1 win 32767
        +0 write(600) = 600
        +0 > . 1:501(500) ack 1
        +0 > P. 501:601(100) ack 1
    )");
}

TEST(TcpTuning, ResetsWhenClosedWithoutLingering) {  // SO_LINGER
    expect_script(established + R"(
        +0 linger(0)
        +0 write(10) = 10
        +0 > P. 1:11(10) ack 1
        +0 close()
        +0 > R. 11:11(0) ack 1
        +0 state CLOSE
    )");
}

TEST(TcpTuning, DelaysAcksFromTheStartIfTheUserWants) {  // TCP_QUICKACK
    expect_script(established + R"(
        +0 quickack(0)
        +0 < P. 1:101(100) ack 1 win 32767
        +.02 quickack(1)
        +0 > . 1:1(0) ack 101
    )");
}

TEST(TcpTuning, BeginsWithAsManySegmentsAsTheHostIsSetTo) {
    TcpScript run;
    run.config.initial_window = 2;
    run.expect_script(established + R"(
        +0 pattern(5000)
        +0 > . 1:1001(1000) ack 1
        +0 > P. 1001:2001(1000) ack 1
        +.1 < . 1:1(0) ack 2001 win 32767
        +0 > . 2001:3001(1000) ack 1
        +0 > . 3001:4001(1000) ack 1
        +0 > P. 4001:5001(1000) ack 1
    )");
}

TEST(TcpTuning, OpensTheWindowWhenTheBufferGrows) {  // SO_RCVBUF
    TcpScript run;
    run.config.receive_buffer = 2920;
    run.expect_script(R"(
        0  listen
        +0 < S 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 win 2920 <...>
        +.1 < . 1:1(0) ack 1 win 32767
        +0 rcvbuf(20000)
        +0 < . 1:1001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 1001 win 19000
    )");
}

TEST(TcpDsack, ReportsWhatCameTwice) {  // RFC 2883 section 4
    expect_script(established + R"(
        +0 < . 1:1001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 1001
        +.1 < . 1:1001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 1001 <sack 1:1001>
        // beyond a gap: the duplicate first, then the block that it lies in
        +.1 < . 2001:4001(2000) ack 1 win 32767
        +0 > . 1:1(0) ack 1001 <sack 2001:4001>
        +.1 < . 2001:3001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 1001 <sack 2001:3001 2001:4001>
        // the old part of a segment that is new otherwise
        +.1 < . 501:2001(1500) ack 1 win 32767
        +0 > . 1:1(0) ack 4001 <sack 501:1001>
    )");
}

TEST(TcpDsack, IsSilentWhenTurnedOff) {
    TcpScript run;
    run.config.dsack = false;
    run.expect_script(established + R"(
        +0 < . 1:1001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 1001
        +.1 < . 1:1001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 1001
    )");
}

TEST(TcpReset, CountsAtTheEndOfWhatWasReportedToo) {  // RFC 5961 section 3.2, and what peers in trouble send
    expect_script(established + R"(
        +0 < . 1001:2001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 1 <sack 1001:2001>
        +.1 < R 1500:1500(0) win 0
        +0 > . 1:1(0) ack 1 <sack 1001:2001>
        +0 note challenge_ack
        +1 < R 2001:2001(0) win 0
        +0 error ECONNRESET
    )");
}

TEST(TcpReset, CountsAtTheFinThatWasTaken) {
    expect_script(established + R"(
        +0 < F. 1:1(0) ack 1 win 32767
        +0 > . 1:1(0) ack 2
        +.1 < R 1:1(0) win 0
        +0 error EPIPE
    )");
}

TEST(TcpPathProbe, GoesDownInSteps) {
    EXPECT_EQ(TcpPathProbe::after(2, 1448), 1448u);
    EXPECT_EQ(TcpPathProbe::after(3, 1448), 1024u);
    EXPECT_EQ(TcpPathProbe::after(4, 1024), 512u);
    EXPECT_EQ(TcpPathProbe::after(9, 140), 128u);
    EXPECT_EQ(TcpPathProbe::after(9, 128), 128u);
}

}  // namespace
}  // namespace layerlab::proto::machine
