#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Tftp, ReadsARequest) {
    Watcher w;
    w.see(sample::tftp_rrq);
    EXPECT_EQ(w.path(), "eth:ip:udp:tftp");
    EXPECT_EQ(w.value("tftp.opcode"), "1");
    EXPECT_EQ(w.value("tftp.source_file"), "boot.img");
    EXPECT_EQ(w.value("tftp.type"), "octet");
}

TEST(Tftp, FollowsTheTransferToOtherPorts) {
    Watcher w;
    w.see(sample::tftp_rrq);
    w.see(sample::tftp_data);
    EXPECT_EQ(w.path(), "eth:ip:udp:tftp:data");
    EXPECT_EQ(w.value("tftp.block"), "1");
}

}  // namespace
}  // namespace layerlab::proto::dissect
