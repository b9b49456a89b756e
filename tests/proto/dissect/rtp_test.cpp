#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Rtp, IsFoundByADescription) {
    Watcher w;
    w.see(sample::sip);
    w.see(sample::rtp);
    EXPECT_EQ(w.path(), "eth:ip:udp:rtp");
    EXPECT_EQ(w.value("rtp.version"), "2");
    EXPECT_EQ(w.value("rtp.p_type"), "8");
    EXPECT_EQ(w.value("rtp.seq"), "5");
    EXPECT_EQ(w.value("rtp.timestamp"), "160");
    EXPECT_EQ(w.value("rtp.ssrc"), "3735928559");
}

TEST(Rtp, IsFollowedByRtcp) {
    Watcher w;
    w.see(sample::sip);
    w.see(sample::rtcp);
    EXPECT_EQ(w.path(), "eth:ip:udp:rtcp");
    EXPECT_EQ(w.value("rtcp.pt"), "200");
    EXPECT_EQ(w.value("rtcp.senderssrc"), "3735928559");
    EXPECT_EQ(w.value("rtcp.sender.octetcount"), "20");
}

}  // namespace
}  // namespace layerlab::proto::dissect
