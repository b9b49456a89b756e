// RFC 3168: the agreement, the receiver's echo and the sender's answer.
#include "proto/machine/tcp_ecn.hpp"

#include "tests/proto/machine/tcp_script.hpp"

namespace layerlab::proto::machine {
namespace {

TEST(TcpEcn, AsksInTheFirstSynOnly) {
    TcpScript run;
    run.config.ecn = TcpEcn::on;
    run.expect_script(R"(
        0 connect()
        +0 > SEW 0:0(0) <...>
        +1 > S 0:0(0) <...>
        +.1 < SE. 0:0(0) ack 1 win 32767 <mss 1000>
        +0 > . 1:1(0) ack 1
    )");
    EXPECT_FALSE(run.connection().info().ecn);
}

TEST(TcpEcn, AgreesWhenAskedButNotByItself) {
    TcpScript run;
    run.expect_script(R"(
        0 listen
        +0 < SEW 0:0(0) win 32767 <mss 1000>
        +0 > SE. 0:0(0) ack 1 <...>
        +.1 < . 1:1(0) ack 1 win 32767
    )");
    EXPECT_TRUE(run.connection().info().ecn);
    TcpScript other;
    other.config.ecn = TcpEcn::off;
    other.expect_script(R"(
        0 listen
        +0 < SEW 0:0(0) win 32767 <mss 1000>
        +0 > S. 0:0(0) ack 1 <...>
    )");
}

const std::string agreed = R"(
    0 connect()
    +0 > SEW 0:0(0) <...>
    +.1 < SE. 0:0(0) ack 1 win 65535 <mss 1000,sackOK>
    +0 > . 1:1(0) ack 1
)";

TEST(TcpEcn, EchoesAMarkUntilTheSenderHasReduced) {
    TcpScript run;
    run.config.ecn = TcpEcn::on;
    run.config.quick_ack = false;
    run.expect_script(agreed + R"(
        +.1 < [ce] . 1:1001(1000) ack 1 win 65535
        +0 > E. 1:1(0) ack 1001
        +0 note congestion_marked
        +.1 < . 1001:2001(1000) ack 1 win 65535
        +0 < . 2001:3001(1000) ack 1 win 65535
        +0 > E. 1:1(0) ack 3001
        +.1 < W. 3001:4001(1000) ack 1 win 65535
        +0 < . 4001:5001(1000) ack 1 win 65535
        +0 > . 1:1(0) ack 5001
    )");
}

TEST(TcpEcn, ReducesOnceForEachWindowAndSaysSo) {
    TcpScript run;
    run.config.ecn = TcpEcn::on;
    run.config.congestion = CongestionAlgorithm::reno;
    std::string burst;
    for (int i = 0; i < 10; ++i)
        burst += "+0 > " + std::string(i == 9 ? "P" : "") + ". " + std::to_string(1 + i * 1000) + ":" +
                 std::to_string(1001 + i * 1000) + "(1000) ack 1\n";
    run.expect_script(agreed + "+0 pattern(40000)\n" + burst + R"(
        +.1 < E. 1:1(0) ack 2001 win 65535
        +0 > W. 10001:11001(1000) ack 1
        +0 note congestion_echoed
        +0 < E. 1:1(0) ack 4001 win 65535
        +0 > . 11001:12001(1000) ack 1
    )");
    const TcpInfo info = run.connection().info();
    EXPECT_EQ(info.slow_start_threshold, 5000u);  // once, half of the window of ten segments
    EXPECT_EQ(info.retransmissions, 0u);
}

}  // namespace
}  // namespace layerlab::proto::machine
