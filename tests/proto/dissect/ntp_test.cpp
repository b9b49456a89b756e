#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Ntp, ReadsAClient) {
    Watcher w;
    w.see(sample::ntp);
    EXPECT_EQ(w.path(), "eth:ip:udp:ntp");
    EXPECT_EQ(w.value("ntp.flags.vn"), "4");
    EXPECT_EQ(w.value("ntp.flags.mode"), "3");
    EXPECT_EQ(w.value("ntp.stratum"), "2");
    EXPECT_EQ(w.value("ntp.ppoll"), "6");
    EXPECT_EQ(w.value("ntp.rootdelay"), "32768");
    EXPECT_EQ(w.value("ntp.org"), "Apr  1, 2017 01:46:41.250000000 UTC");
    EXPECT_EQ(w.value("ntp.rec"), "NULL");
}

}  // namespace
}  // namespace layerlab::proto::dissect
