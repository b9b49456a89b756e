#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Sip, ReadsAnInvitation) {
    Watcher w;
    w.see(sample::sip);
    EXPECT_EQ(w.path(), "eth:ip:udp:sip:sdp");
    EXPECT_EQ(w.value("sip.Method"), "INVITE");
    EXPECT_EQ(w.value("sip.r-uri.user"), "bob");
    EXPECT_EQ(w.value("sip.r-uri.host"), "10.0.0.2");
    EXPECT_EQ(w.value("sip.r-uri.port"), "5060");
    EXPECT_EQ(w.value("sip.Call-ID"), "abc@10.0.0.1");
    EXPECT_EQ(w.value("sip.CSeq.seq"), "1");
    EXPECT_EQ(w.value("sdp.media.media"), "audio");
    EXPECT_EQ(w.value("sdp.media.port"), "40000");
    EXPECT_EQ(w.value("sdp.connection_info.address"), "10.0.0.1");
}

}  // namespace
}  // namespace layerlab::proto::dissect
