#include "proto/wire/tcp.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/text.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;
using wire::TcpFlags;

Segment syn(std::uint32_t number) {
    Segment s;
    s.sequence = number;
    s.flags = TcpFlags::syn;
    s.options = {1, 3, 3, 2};
    return s;
}

Segment syn_ack(std::uint32_t number, std::uint32_t acknowledgment) {
    Segment s;
    s.from_client = false;
    s.sequence = number;
    s.acknowledgment = acknowledgment;
    s.flags = TcpFlags::syn | TcpFlags::ack;
    s.options = {1, 3, 3, 7};
    return s;
}

TEST(Tcp, CountsSequenceNumbersFromTheSyn) {
    Watcher w;
    w.see(tcp_frame(syn(0xffffffff)));
    EXPECT_EQ(w.value("tcp.seq"), "0");
    EXPECT_EQ(w.value("tcp.seq_raw"), "4294967295");
    EXPECT_EQ(w.value("tcp.nxtseq"), "1");
    w.see(tcp_frame(syn_ack(500, 0)));
    EXPECT_EQ(w.value("tcp.ack"), "1");
    EXPECT_EQ(w.value("tcp.checksum.status"), "1");
    EXPECT_EQ(w.value("tcp.stream"), "0");
}

TEST(Tcp, ScalesWindowsAfterTheHandshake) {
    Watcher w;
    w.see(tcp_frame(syn(100))).see(tcp_frame(syn_ack(500, 101)));
    Segment s;
    s.sequence = 101;
    s.acknowledgment = 501;
    w.see(tcp_frame(s));
    EXPECT_EQ(w.value("tcp.window_size_value"), "1000");
    EXPECT_EQ(w.value("tcp.window_size"), "4000");
    EXPECT_EQ(w.value("tcp.window_size_scalefactor"), "4");
}

TEST(Tcp, CountsFromOneWhereTheHandshakeWasNotSeen) {
    Watcher w;
    Segment s;
    s.sequence = 7000;
    s.acknowledgment = 9000;
    w.see(tcp_frame(s));
    EXPECT_EQ(w.value("tcp.seq"), "1");
    EXPECT_EQ(w.value("tcp.ack"), "1");
    EXPECT_EQ(w.value("tcp.window_size_scalefactor"), "-1");
}

TEST(Tcp, BeginsANewStreamAtANewSyn) {
    Watcher w;
    w.see(tcp_frame(syn(100))).see(tcp_frame(syn(100)));
    EXPECT_EQ(w.value("tcp.stream"), "0");
    EXPECT_EQ(w.value("tcp.analysis.retransmission"), "1");
    EXPECT_EQ(columns_of(w.in(), w.last()).info.substr(0, 20), "[TCP Retransmission]");
    w.see(tcp_frame(syn(200)));
    EXPECT_EQ(w.value("tcp.stream"), "1");
    EXPECT_EQ(w.value("tcp.analysis.reused_ports"), "1");
}

TEST(Tcp, TellsTheTimesOfAStream) {
    Watcher w;
    Segment other = syn(1);
    other.client_port = 50000;
    w.see(tcp_frame(syn(100))).see(tcp_frame(other)).see(tcp_frame(syn(100)), 5ms);
    EXPECT_EQ(w.value("tcp.time_relative"), "0.006000000");
    w.see(tcp_frame(syn(100)), 2ms);
    EXPECT_EQ(w.value("tcp.time_relative"), "0.008000000");
    EXPECT_EQ(w.value("tcp.time_delta"), "0.002000000");
}

TEST(Tcp, ShowsTheFlagsOneByOne) {
    Watcher w;
    w.see(tcp_frame(syn(1)));
    EXPECT_EQ(w.value("tcp.flags"), "2");
    EXPECT_EQ(w.value("tcp.flags.syn"), "1");
    EXPECT_EQ(w.value("tcp.flags.ack"), "0");
    EXPECT_EQ(columns_of(w.in(), w.last()).info, "40000 \u2192 7777 [SYN] Seq=0 Win=1000 Len=0");
}

TEST(Tcp, SaysWhenTheHeaderLengthCannotBe) {
    Watcher w;
    Octets frame = tcp_frame(syn(1));
    frame[14 + 20 + 12] = 0x40;
    EXPECT_EQ(w.see(frame).note("_ws.malformed"), "malformed: header length 16 < 20");
    frame[14 + 20 + 12] = 0xf0;
    EXPECT_EQ(w.see(frame).note("_ws.malformed"), "malformed: length 4 < 40");
}

}  // namespace
}  // namespace layerlab::proto::dissect
