#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Rip, ReadsARoute) {
    Watcher w;
    w.see(sample::rip);
    EXPECT_EQ(w.path(), "eth:ip:udp:rip");
    EXPECT_EQ(w.value("rip.command"), "2");
    EXPECT_EQ(w.value("rip.version"), "2");
    EXPECT_EQ(w.value("rip.family"), "2");
    EXPECT_EQ(w.value("rip.route_tag"), "7");
    EXPECT_EQ(w.value("rip.ip"), "10.9.0.0");
    EXPECT_EQ(w.value("rip.netmask"), "255.255.0.0");
    EXPECT_EQ(w.value("rip.next_hop"), "10.0.0.3");
    EXPECT_EQ(w.value("rip.metric"), "3");
}

TEST(Rip, ReadsARouteOfIpv6) {
    Watcher w;
    w.see(sample::ripng);
    EXPECT_EQ(w.path(), "eth:ipv6:udp:ripng");
    EXPECT_EQ(w.value("ripng.cmd"), "2");
    EXPECT_EQ(w.value("ripng.rte.ipv6_prefix"), "2001:db8:9::");
    EXPECT_EQ(w.value("ripng.rte.prefix_length"), "48");
    EXPECT_EQ(w.value("ripng.rte.metric"), "2");
}

}  // namespace
}  // namespace layerlab::proto::dissect
