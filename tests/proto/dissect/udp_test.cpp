#include "proto/wire/udp.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Udp, VerifiesTheChecksum) {
    Watcher w;
    Octets frame = udp_frame(1000, 2000, octets("abc"));
    EXPECT_EQ(w.see(frame).value("udp.checksum.status"), "1");
    frame.back() ^= 1;
    EXPECT_EQ(w.see(frame).value("udp.checksum.status"), "0");
    frame[14 + 20 + 6] = frame[14 + 20 + 7] = 0;
    EXPECT_EQ(w.see(frame).value("udp.checksum.status"), "3");
}

TEST(Udp, LeavesTheChecksumOfACutOffFrameUnverified) {
    Watcher w;
    Octets frame = udp_frame(1000, 2000, Octets(100, 'x'));
    w.on_wire(frame.size());
    frame.resize(60);
    EXPECT_EQ(w.see(frame).value("udp.checksum.status"), "2");
    EXPECT_FALSE(w.last().malformed);
}

TEST(Udp, SaysWhenTheLengthCannotBe) {
    Watcher w;
    Octets frame = udp_frame(1000, 2000, octets("abc"));
    frame[14 + 20 + 5] = 7;
    EXPECT_EQ(w.see(frame).note("_ws.malformed"), "malformed: length 7 < 8");
    frame[14 + 20 + 5] = 200;
    EXPECT_EQ(w.see(frame).note("_ws.malformed"), "malformed: length 200 > 11 octets of the datagram");
}

}  // namespace
}  // namespace layerlab::proto::dissect
