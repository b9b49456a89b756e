#include "proto/dissect/tcp_remarks.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;
using wire::TcpFlags;

std::string message_of(const Octets& frame) { return Watcher().see(frame).value("_ws.expert.message"); }

TEST(TcpRemarks, TellsBeginningAndEndOfConnections) {
    EXPECT_EQ(message_of(tcp_frame({.flags = TcpFlags::syn, .port = 80})),
              "Connection establish request (SYN): server port 80");
    EXPECT_EQ(message_of(tcp_frame({.from_client = false, .flags = TcpFlags::syn | TcpFlags::ack, .port = 80})),
              "Connection establish acknowledge (SYN+ACK): server port 80");
    EXPECT_EQ(message_of(tcp_frame({.flags = TcpFlags::fin | TcpFlags::ack})), "Connection finish (FIN)");
    EXPECT_EQ(message_of(tcp_frame({.flags = TcpFlags::reset})), "Connection reset (RST)");
}

TEST(TcpRemarks, KnowsASackOfWhatCameTwice) {
    const Octets below{1, 1, 5, 10, 0, 0, 0, 10, 0, 0, 0, 20}, above{1, 1, 5, 10, 0, 0, 0, 200, 0, 0, 0, 220};
    EXPECT_EQ(message_of(tcp_frame({.acknowledgment = 100, .options = below})), "D-SACK Sequence");
    EXPECT_EQ(message_of(tcp_frame({.acknowledgment = 100, .options = above})), "");
}

TEST(TcpRemarks, SaysHowSeriousARetransmissionIs) {
    const Octets data = tcp_frame({.sequence = 100, .payload = octets("abc")});
    Watcher w;
    w.see(data).see(data, 300ms);
    EXPECT_EQ(w.value("_ws.expert.message"), "This frame is a (suspected) retransmission");
    EXPECT_EQ(w.value("_ws.expert.severity"), "4194304");
    EXPECT_EQ(w.value("tcp.analysis.retransmission"), "1");
}

}  // namespace
}  // namespace layerlab::proto::dissect
