#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Vrrp, ReadsVersion2) {
    Watcher w;
    w.see(sample::vrrp2);
    EXPECT_EQ(w.path(), "eth:ip:vrrp");
    EXPECT_EQ(w.value("vrrp.version"), "2");
    EXPECT_EQ(w.value("vrrp.virt_rtr_id"), "7");
    EXPECT_EQ(w.value("vrrp.prio"), "200");
    EXPECT_EQ(w.value("vrrp.adver_int"), "1");
    EXPECT_EQ(w.value("vrrp.checksum.status"), "1");
    EXPECT_EQ(w.value("vrrp.ip_addr"), "10.0.0.254");
}

TEST(Vrrp, ReadsVersion3) {
    Watcher w;
    w.see(sample::vrrp3);
    EXPECT_EQ(w.path(), "eth:ip:vrrp");
    EXPECT_EQ(w.value("vrrp.version"), "3");
    EXPECT_EQ(w.value("vrrp.short_adver_int"), "100");
    EXPECT_EQ(w.value("vrrp.checksum.status"), "1");
    EXPECT_EQ(w.value("vrrp.ip_addr"), "10.0.0.254");
}

}  // namespace
}  // namespace layerlab::proto::dissect
