#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Bgp, ReadsAnOpen) {
    Watcher w;
    w.see(sample::bgp_open);
    EXPECT_EQ(w.path(), "eth:ip:tcp:bgp");
    EXPECT_EQ(w.value("bgp.type"), "1");
    EXPECT_EQ(w.value("bgp.open.myas"), "64512");
    EXPECT_EQ(w.value("bgp.open.identifier"), "1.1.1.1");
    EXPECT_EQ(w.value("bgp.cap.type"), "1");
    EXPECT_EQ(w.value("bgp.cap.mp.afi"), "1");
}

TEST(Bgp, ReadsAnUpdate) {
    Watcher w;
    w.see(sample::bgp_update);
    EXPECT_EQ(w.path(), "eth:ip:tcp:bgp");
    EXPECT_EQ(w.value("bgp.type"), "2");
    EXPECT_EQ(w.value("bgp.withdrawn_prefix"), "10.5.0.0");
    EXPECT_EQ(w.value("bgp.update.path_attribute.type_code"), "1,3");
    EXPECT_EQ(w.value("bgp.update.path_attribute.origin"), "0");
    EXPECT_EQ(w.value("bgp.update.path_attribute.next_hop"), "10.0.0.1");
    EXPECT_EQ(w.value("bgp.nlri_prefix"), "10.6.0.0,10.7.128.0");
    EXPECT_EQ(w.value("bgp.prefix_length"), "16,16,17");
}

TEST(Bgp, ReadsAKeepalive) {
    Watcher w;
    w.see(sample::bgp_keepalive);
    EXPECT_EQ(w.path(), "eth:ip:tcp:bgp");
    EXPECT_EQ(w.value("bgp.type"), "4");
    EXPECT_EQ(w.value("bgp.length"), "19");
}

}  // namespace
}  // namespace layerlab::proto::dissect
