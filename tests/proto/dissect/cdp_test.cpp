#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Cdp, ReadsTheTlvs) {
    Watcher w;
    w.see(sample::cdp);
    EXPECT_EQ(w.path(), "eth:llc:cdp");
    EXPECT_EQ(w.value("cdp.version"), "2");
    EXPECT_EQ(w.value("cdp.ttl"), "180");
    EXPECT_EQ(w.value("cdp.checksum.status"), "1");
    EXPECT_EQ(w.value("cdp.deviceid"), "sw1");
    EXPECT_EQ(w.value("cdp.portid"), "Gi0/1");
    EXPECT_EQ(w.value("cdp.platform"), "cisco X");
    EXPECT_EQ(w.value("llc.cisco_pid"), "8192");
}

}  // namespace
}  // namespace layerlab::proto::dissect
