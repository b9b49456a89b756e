// Life of a connection, told by scripts. The first group is what a Linux kernel does with the same segments.
#include "proto/machine/tcp_connection.hpp"

#include "tests/proto/machine/tcp_script.hpp"

namespace layerlab::proto::machine {
namespace {

// A listener that has been reached by a peer without options; the connection is established.
const std::string established = R"(
    0  listen
    +0 < S 0:0(0) win 32767 <mss 1000>
    +0 > S. 0:0(0) ack 1 <...>
    +.1 < . 1:1(0) ack 1 win 32767
    +0 state ESTABLISHED
)";

void expect_script(const std::string& script) {
    TcpScript run;
    run.expect_script(script);
}
void expect_when_established(const std::string& script) { expect_script(established + script); }

TEST(TcpConnectionOnLinux, AnswersResetAndSynInsideTheWindowWithAChallenge) {  // RFC 5961
    expect_when_established(R"(
        +.1 < R 500:500(0) win 32767
        +0 > . 1:1(0) ack 1
        +.6 < S 500:500(0) win 32767 <mss 1000>
        +0 > . 1:1(0) ack 1
        +.6 < R 100000:100000(0) win 32767
        +.1 read(100) = EAGAIN
        +0 < R 1:1(0) win 32767
        +0 read(100) = ECONNRESET
        +0 close()
    )");
}

TEST(TcpConnectionOnLinux, IsRefusedByAResetWithTheRightAckOnly) {  // RFC 9293 section 3.10.7.3
    expect_script(R"(
        0 connect()
        +0 > S 0:0(0) <...>
        +.1 < R. 0:0(0) ack 100 win 0
        +0 error none
        +.1 < R. 0:0(0) ack 1 win 0
        +0 error ECONNREFUSED
        +0 state CLOSE
    )");
}

TEST(TcpConnectionOnLinux, OpensWhenBothEndsSendASyn) {  // RFC 9293 section 3.5, figure 7
    expect_script(R"(
        0 connect()
        +0 > S 0:0(0) <...>
        +.1 < S 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
        +0 state SYN_RECV
        +.1 < S. 0:0(0) ack 1 win 32767 <mss 1000>
        +0 > . 1:1(0) ack 1
        +0 error none
        +0 state ESTABLISHED
        +0 write(100) = 100
        +0 > P. 1:101(100) ack 1
        +.1 < . 1:1(0) ack 101 win 32767
        +0 close()
        +0 > F. 101:101(0) ack 1
        +.1 < F. 1:1(0) ack 102 win 32767
        +0 > . 102:102(0) ack 2
    )");
}

TEST(TcpConnectionOnLinux, RepeatsTheSynUntilItIsAnswered) {  // RFC 6298 section 5
    expect_script(R"(
        0 connect()
        +0 > S 0:0(0) <...>
        +.9~+3.2 > S 0:0(0) <...>
        +.9~+6.4 > S 0:0(0) <...>
        +.1 < S. 0:0(0) ack 1 win 32767 <mss 1000>
        +0 > . 1:1(0) ack 1
        +0 close()
        +0 > F. 1:1(0) ack 1
        +.1 < F. 1:1(0) ack 2 win 32767
        +0 > . 2:2(0) ack 2
    )");
}

TEST(TcpConnectionOnLinux, AcknowledgesARepeatedFinInTimeWait) {  // RFC 9293 section 3.6
    expect_when_established(R"(
        +0 close()
        +0 > F. 1:1(0) ack 1
        +.1 < . 1:1(0) ack 2 win 32767
        +0 state FIN_WAIT2
        +.1 < F. 1:1(0) ack 2 win 32767
        +0 > . 2:2(0) ack 2
        +0 state TIME_WAIT
        +.6 < F. 1:1(0) ack 2 win 32767
        +0~+.5 > . 2:2(0) ack 2
        // the wait begins again with the FIN
        +59.9 state TIME_WAIT
        +.2 state CLOSE
        +0 error none
    )");
}

TEST(TcpConnectionOnLinux, CutsWhatIsTooLargeForThePath) {  // RFC 1191
    expect_script(R"(
        0 listen
        +0 < S 0:0(0) win 32767 <mss 1460>
        +0 > S. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 32767
        +0 write(1460) = 1460
        +0 > P. 1:1461(1460) ack 1
        +.05 icmp unreachable frag_needed mtu 1200 seq 1
        +0 > . 1:1161(1160) ack 1
        +0 > P. 1161:1461(300) ack 1
        +.1 < . 1:1(0) ack 1461 win 32767
        +0 close()
        +0 > F. 1461:1461(0) ack 1
        +.1 < F. 1:1(0) ack 1462 win 32767
        +0 > . 1462:1462(0) ack 2
    )");
}

TEST(TcpConnection, GivesUpAfterSixRepeatedSyns) {
    expect_script(R"(
        0 connect()
        +0 > S 0:0(0) <...>
        +1 > S 0:0(0) <...>
        +2 > S 0:0(0) <...>
        +4 > S 0:0(0) <...>
        +8 > S 0:0(0) <...>
        +16 > S 0:0(0) <...>
        +32 > S 0:0(0) <...>
        +63 state SYN_SENT
        +1.1 state CLOSE
        +0 error ETIMEDOUT
    )");
}

TEST(TcpConnection, GivesUpAfterFifteenRetransmissions) {
    TcpScript run;
    run.expect_script(established + "+0 write(10) = 10\n +0 > P. 1:11(10) ack 1\n");
    std::string repeats;
    for (int i = 0; i < 15; ++i) repeats += "+.2~+121 > P. 1:11(10) ack 1\n";
    run.expect_script(repeats + "+121 state CLOSE\n +0 error ETIMEDOUT\n +0 note gave_up\n");
}

TEST(TcpConnection, TellsTheUserWhatAnIcmpMessageHadSaidWhenItGivesUp) {
    TcpScript run;
    run.config.data_retries = 2;
    run.expect_script(established + R"(
        +0 write(10) = 10
        +0 > P. 1:11(10) ack 1
        +.1 icmp host_unreachable seq 1
        +0 state ESTABLISHED
        +.1~+1 > P. 1:11(10) ack 1
        +.1~+1 > P. 1:11(10) ack 1
        +2 error EHOSTUNREACH
    )");
}

TEST(TcpConnection, EndsAHandshakeOnAnIcmpMessageAboutIts) {
    expect_script(R"(
        0 connect()
        +0 > S 0:0(0) <...>
        +.1 icmp host_unreachable seq 7
        +0 state SYN_SENT
        +.1 icmp host_unreachable seq 0
        +0 error EHOSTUNREACH
    )");
}

TEST(TcpConnection, ClosesFromBothSidesAtOnce) {  // RFC 9293 section 3.6, figure 13
    expect_when_established(R"(
        +0 close()
        +0 > F. 1:1(0) ack 1
        +.1 < F. 1:1(0) ack 1 win 32767
        +0 > . 2:2(0) ack 2
        +0 state CLOSING
        +.1 < . 2:2(0) ack 2 win 32767
        +0 state TIME_WAIT
    )");
}

TEST(TcpConnection, ReadsOnAfterItHasFinishedWriting) {
    expect_when_established(R"(
        +0 shutdown()
        +0 > F. 1:1(0) ack 1
        +.1 < . 1:1(0) ack 2 win 32767
        +0 state FIN_WAIT2
        +.1 < P. 1:501(500) ack 2 win 32767
        +0 > . 2:2(0) ack 501
        +0 write(10) = 0
        +0 read(1000) = 500
        +70 state FIN_WAIT2
        +.1 < F. 501:501(0) ack 2 win 32767
        +0 > . 2:2(0) ack 502
        +0 read(1000) = 0
        +0 state TIME_WAIT
    )");
}

TEST(TcpConnection, WritesOnAfterThePeerHasFinished) {
    expect_when_established(R"(
        +.1 < F. 1:1(0) ack 1 win 32767
        +0 > . 1:1(0) ack 2
        +0 state CLOSE_WAIT
        +0 read(10) = 0
        +0 write(100) = 100
        +0 > P. 1:101(100) ack 2
        +.1 < . 2:2(0) ack 101 win 32767
        +0 close()
        +0 > F. 101:101(0) ack 2
        +0 state LAST_ACK
        +.1 < . 2:2(0) ack 102 win 32767
        +0 state CLOSE
        +0 error none
    )");
}

TEST(TcpConnection, SendsTheFinWithTheLastData) {
    expect_when_established(R"(
        +0 write(10) = 10
        +0 > P. 1:11(10) ack 1
        +0 write(20) = 20
        +0 close()
        +0 > FP. 11:31(20) ack 1
        +.1 < . 1:1(0) ack 32 win 32767
        +0 state FIN_WAIT2
    )");
}

TEST(TcpConnection, LeavesFinWait2AfterAMinuteOnceClosed) {
    expect_when_established(R"(
        +0 close()
        +0 > F. 1:1(0) ack 1
        +.1 < . 1:1(0) ack 2 win 32767
        +59 state FIN_WAIT2
        +2 state CLOSE
    )");
}

TEST(TcpConnection, ResetsWhenClosedWithUnreadData) {
    expect_when_established(R"(
        +.1 < P. 1:11(10) ack 1 win 32767
        +0 > . 1:1(0) ack 11
        +0 close()
        +0 > R. 1:1(0) ack 11
        +0 state CLOSE
    )");
}

TEST(TcpConnection, ResetsWhenDataComesAfterClose) {
    expect_when_established(R"(
        +0 close()
        +0 > F. 1:1(0) ack 1
        +.1 < P. 1:11(10) ack 2 win 32767
        +0 > R 2:2(0)
        +0 state CLOSE
    )");
}

TEST(TcpConnection, AbortsWithAReset) {
    expect_when_established(R"(
        +0 abort()
        +0 > R. 1:1(0) ack 1
        +0 state CLOSE
        +0 error ECONNABORTED
        +.1 < . 1:1(0) ack 1 win 32767
        +0 > R 1:1(0)
    )");
}

TEST(TcpConnection, ForgetsASynSentSilently) {
    expect_script("0 connect()\n +0 > S 0:0(0) <...>\n +0 close()\n +0 state CLOSE\n +10 error none\n");
}

TEST(TcpConnection, ProbesAnIdlePeerAndGivesUpWhenItIsSilent) {  // RFC 9293 section 3.8.4
    TcpScript run;
    run.config.keepalive = true;
    run.config.keepalive_idle = 10s;
    run.config.keepalive_interval = 2s;
    run.config.keepalive_probes = 3;
    run.expect_script(established + R"(
        +10 > . 0:0(0) ack 1
        +.1 < . 1:1(0) ack 1 win 32767
        +10~+12 > . 0:0(0) ack 1
        +2 > . 0:0(0) ack 1
        +2 > . 0:0(0) ack 1
        +2 > R. 1:1(0) ack 1
        +0 error ETIMEDOUT
    )");
}

TEST(TcpConnection, MakesWayInTimeWaitForANewerSynOnly) {  // RFC 9293 section 3.6.1
    TcpScript run;
    run.expect_script(established + R"(
        +0 close()
        +0 > F. 1:1(0) ack 1
        +.1 < F. 1:1(0) ack 2 win 32767
        +0 > . 2:2(0) ack 2
    )");
    TcpHeader syn;
    syn.flags = tcp_flag::syn;
    syn.seq = TcpScript::remote_initial + 2;
    EXPECT_FALSE(run.connection().yields_to(syn));
    ++syn.seq;
    EXPECT_TRUE(run.connection().yields_to(syn));
    syn.flags |= tcp_flag::ack;
    EXPECT_FALSE(run.connection().yields_to(syn));
}

TEST(TcpConnection, TellsWhatItKnows) {
    TcpScript run;
    run.expect_script(established +
                      "+0 write(1500) = 1500\n +0 > . 1:1001(1000) ack 1\n +0 > P. 1001:1501(500) ack 1\n"
                      "+.1 < . 1:1(0) ack 1001 win 2000\n");
    const TcpInfo info = run.connection().info();
    EXPECT_EQ(info.mss, 1000u);
    EXPECT_EQ(info.bytes_sent, 1500u);
    EXPECT_EQ(info.bytes_acknowledged, 1000u);
    EXPECT_EQ(info.bytes_in_flight, 500u);
    EXPECT_EQ(info.send_window, 2000u);
    EXPECT_EQ(info.smoothed_rtt, 100ms);
    EXPECT_EQ(info.segments_sent, 3u);
    EXPECT_EQ(info.segments_received, 3u);
    EXPECT_FALSE(info.sack);
    EXPECT_EQ(run.connection().send_queue(), 500u);
}

// bench/connections.cpp weighs everything that belongs to one.
TEST(TcpConnection, IsSmallWhenIdle) { EXPECT_LE(sizeof(TcpConnection), 728u); }

// What a segment announces as its MSS.
struct MssSeen final : TcpOut {
    std::uint64_t send(const TcpSegment& segment) override {
        mss = segment.header.mss;
        return 1;
    }
    std::uint16_t mss = 0;
};

TEST(TcpConnection, ChangesItsOwnSettingsAndNotThoseItShares) {
    TcpConfig config;
    const auto shared = std::make_shared<const TcpConfig>(config);
    config.mss = 1000;
    config.initial_sequence = 7;
    EXPECT_TRUE(shared->is_like(config));
    TcpConnection first(config, shared), second(config, shared);
    EXPECT_EQ(shared.use_count(), 3);
    TcpTuning tuning;
    tuning.max_segment = std::uint16_t{500};
    tuning.keepalive = true;
    MssSeen out;
    first.tune(Time{}, tuning, out);
    EXPECT_EQ(shared.use_count(), 2);
    EXPECT_FALSE(shared->keepalive);
    first.connect(Time{}, out);
    EXPECT_EQ(out.mss, 500);
    second.connect(Time{}, out);
    EXPECT_EQ(out.mss, 1000);
    config.nagle = false;
    EXPECT_FALSE(shared->is_like(config));
}

}  // namespace
}  // namespace layerlab::proto::machine
