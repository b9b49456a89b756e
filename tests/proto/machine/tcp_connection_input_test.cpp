// What is accepted, answered, or dropped.
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

TEST(TcpInputOnLinux, AcknowledgesSoonAndOutOfOrderDataAtOnce) {  // RFC 9293 section 3.8.6.3, RFC 5681 section 4.2
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1000,sackOK,nop,nop>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 32767
        +0 < P. 1:1001(1000) ack 1 win 32767
        +0~+.5 > . 1:1(0) ack 1001
        +.1 < P. 2001:3001(1000) ack 1 win 32767
        +0~+.01 > . 1:1(0) ack 1001 <nop,nop,sack 2001:3001>
        +.1 < P. 1001:2001(1000) ack 1 win 32767
        +0~+.01 > . 1:1(0) ack 3001
        +0 read(5000) = 3000
        +.1 < F. 3001:3001(0) ack 1 win 32767
        +0~+.5 > . 1:1(0) ack 3002
        +.1 close()
        +0 > F. 1:1(0) ack 3002
        +.1 < . 3002:3002(0) ack 2 win 32767
        +0 state CLOSE
    )");
}

TEST(TcpInputOnLinux, DropsSegmentsWithOldTimestamps) {  // RFC 7323 section 5.3
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1000,sackOK,TS val 1000 ecr 0>
        +0 > S. 0:0(0) ack 1 <mss 1460,sackOK,TS val 100 ecr 1000>
        +.1 < . 1:1(0) ack 1 win 32767 <nop,nop,TS val 1100 ecr 100>
        +0 < P. 1:101(100) ack 1 win 32767 <nop,nop,TS val 1100 ecr 100>
        +0~+.5 > . 1:1(0) ack 101 <nop,nop,TS val 200 ecr 1100>
        +.1 < P. 101:201(100) ack 1 win 32767 <nop,nop,TS val 500 ecr 100>
        +0~+.5 > . 1:1(0) ack 101 <nop,nop,TS val 300 ecr 1100>
        +0 read(1000) = 100
        +0 close()
    )");
}

TEST(TcpInputOnLinux, TakesNothingBeyondTheWindowAndNothingTwice) {  // RFC 9293 section 3.10.7.4
    expect_script(established + R"(
        +0 < P. 20000001:20001001(1000) ack 1 win 32767
        +0~+.5 > . 1:1(0) ack 1
        +0 read(100) = EAGAIN
        +.1 < P. 1:101(100) ack 1 win 32767
        +0~+.5 > . 1:1(0) ack 101
        +.6 < P. 1:101(100) ack 1 win 32767
        +0~+.5 > . 1:1(0) ack 101
        +0 read(1000) = 100
        +0 read(1000) = EAGAIN
        +0 close()
        +0 > F. 1:1(0) ack 101
        +.1 < F. 101:101(0) ack 2 win 32767
        +0 > . 2:2(0) ack 102
    )");
}

void expect_script_after_quick_acks(const std::string& script) {
    TcpScript run;
    run.config.quick_ack = false;
    run.expect_script(script);
}

TEST(TcpInput, AcknowledgesEverySecondSegmentAtOnceAndASingleOneAfter40Milliseconds) {
    expect_script_after_quick_acks(established + R"(
        +0 < . 1:1001(1000) ack 1 win 32767
        +0 < . 1001:2001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 2001
        +0 < . 2001:3001(1000) ack 1 win 32767
        +.04 > . 1:1(0) ack 3001
        +0 note delayed_ack_fired
    )");
}

TEST(TcpInput, LetsTheAckGoWithData) {
    expect_script_after_quick_acks(established + R"(
        +0 < P. 1:101(100) ack 1 win 32767
        +.01 write(50) = 50
        +0 > P. 1:51(50) ack 101
        +.1 < . 101:101(0) ack 51 win 32767
    )");
}

TEST(TcpInput, TakesTheNewPartOfAnOverlappingSegment) {
    expect_script_after_quick_acks(established + R"(
        +0 < P. 1:101(100) ack 1 win 32767
        +.04 > . 1:1(0) ack 101
        +0 < P. 51:201(150) ack 1 win 32767
        +.08 > . 1:1(0) ack 201
        +0 read(1000) = 200
    )");
}

TEST(TcpInput, TakesOnlyWhatFitsIntoTheWindow) {
    TcpScript run;
    run.config.receive_buffer = 1500;
    run.config.quick_ack = false;
    run.expect_script(R"(
        0  listen
        +0 < S 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 win 1460 <...>
        +.1 < . 1:1(0) ack 1 win 32767
        +0 < . 1:1001(1000) ack 1 win 32767
        +0 < . 1001:2001(1000) ack 1 win 32767
        +0 > . 1:1(0) ack 1461 win 0
        +0 note own_window_closed
        // a probe below the window is always answered
        +.1 < . 1460:1460(0) ack 1 win 32767
        +0 > . 1:1(0) ack 1461 win 0
        +.1 < . 1460:1460(0) ack 1 win 32767
        +0 > . 1:1(0) ack 1461 win 0
        // reading a little opens nothing, reading all does: no silly window
        +0 read(100) = 100
        +0 read(5000) = 1360
        +0 > . 1:1(0) ack 1461 win 1500
        +0 note window_update_sent
    )");
}

TEST(TcpInput, TakesAFinThatCameBeforeTheDataItFollows) {
    expect_script(established + R"(
        +0 < F. 101:101(0) ack 1 win 32767
        +0 > . 1:1(0) ack 1
        +0 state ESTABLISHED
        +0 < P. 1:101(100) ack 1 win 32767
        +0 > . 1:1(0) ack 102
        +0 state CLOSE_WAIT
        +0 read(1000) = 100
        +0 read(1000) = 0
    )");
}

TEST(TcpInput, AnswersAnAckOfWhatWasNeverSent) {  // RFC 5961 section 5
    expect_script(established + R"(
        +0 < . 1:1(0) ack 5000 win 32767
        +0 > . 1:1(0) ack 1
        // and again only after half a second
        +.1 < . 1:1(0) ack 5000 win 32767
        +.5 < . 1:1(0) ack 5000 win 32767
        +0 > . 1:1(0) ack 1
        +0 note ack_invalid
    )");
}

TEST(TcpInput, SendsTheSynAckAgainForARepeatedSyn) {
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.5 < S 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 32767
        +0 state ESTABLISHED
    )");
}

TEST(TcpInput, ResetsAHandshakeThatAcknowledgesSomethingElse) {  // RFC 9293 section 3.10.7.4, SYN-RECEIVED
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 77 win 32767
        +0 > R 77:77(0)
        +0 state SYN_RECV
        +.1 < R 1:1(0) win 0
        +0 state CLOSE
    )");
}

TEST(TcpInput, AnswersAWrongSynAckWithAReset) {  // RFC 9293 section 3.5.1, figure 9: old duplicates
    expect_script(R"(
        0 connect()
        +0 > S 0:0(0) <...>
        +.1 < S. 0:0(0) ack 91 win 32767 <mss 1000>
        +0 > R 91:91(0)
        +0 state SYN_SENT
        +.1 < S. 0:0(0) ack 1 win 32767 <mss 1000>
        +0 > . 1:1(0) ack 1
        +0 state ESTABLISHED
    )");
}

TEST(TcpInput, TakesDataThatComesWithTheLastAckOfTheHandshake) {
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < P. 1:11(10) ack 1 win 32767
        +0 > . 1:1(0) ack 11
        +0 state ESTABLISHED
        +0 read(100) = 10
    )");
}

TEST(TcpInput, ReportsAtMostThreeBlocksBesideTimestamps) {  // RFC 2018 section 3
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1000,sackOK,TS val 1000 ecr 0>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 32767 <TS val 1000 ecr 100>
        +0 < . 101:201(100) ack 1 win 32767 <TS val 1000 ecr 100>
        +0 > . 1:1(0) ack 1 <TS val 0 ecr 1000,sack 101:201>
        +0 < . 301:401(100) ack 1 win 32767 <TS val 1000 ecr 100>
        +0 > . 1:1(0) ack 1 <TS val 0 ecr 1000,sack 301:401 101:201>
        +0 < . 501:601(100) ack 1 win 32767 <TS val 1000 ecr 100>
        +0 > . 1:1(0) ack 1 <TS val 0 ecr 1000,sack 501:601 301:401 101:201>
        +0 < . 701:801(100) ack 1 win 32767 <TS val 1000 ecr 100>
        +0 > . 1:1(0) ack 1 <TS val 0 ecr 1000,sack 701:801 501:601 301:401>
        // the first block is the one with the latest segment
        +0 < . 201:301(100) ack 1 win 32767 <TS val 1000 ecr 100>
        +0 > . 1:1(0) ack 1 <TS val 0 ecr 1000,sack 101:401 701:801 501:601>
        +0 < . 1:101(100) ack 1 win 32767 <TS val 1000 ecr 100>
        +0 > . 1:1(0) ack 401 <TS val 0 ecr 1000,sack 701:801 501:601>
    )");
}

}  // namespace
}  // namespace layerlab::proto::machine
