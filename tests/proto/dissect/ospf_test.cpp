#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Ospf, ReadsAHello) {
    Watcher w;
    w.see(sample::ospf_hello);
    EXPECT_EQ(w.path(), "eth:ip:ospf");
    EXPECT_EQ(w.value("ospf.version"), "2");
    EXPECT_EQ(w.value("ospf.msg"), "1");
    EXPECT_EQ(w.value("ospf.srcrouter"), "1.1.1.1");
    EXPECT_EQ(w.value("ospf.area_id"), "0.0.0.0");
    EXPECT_EQ(w.value("ospf.hello.hello_interval"), "10");
    EXPECT_EQ(w.value("ospf.hello.designated_router"), "10.0.0.1");
    EXPECT_EQ(w.value("ospf.hello.active_neighbor"), "2.2.2.2");
    EXPECT_EQ(w.value("ospf.v2.options.e"), "1");
}

TEST(Ospf, ReadsADescription) {
    Watcher w;
    w.see(sample::ospf_dd);
    EXPECT_EQ(w.path(), "eth:ip:ospf");
    EXPECT_EQ(w.value("ospf.db.interface_mtu"), "1500");
    EXPECT_EQ(w.value("ospf.dbd.i"), "1");
    EXPECT_EQ(w.value("ospf.dbd.m"), "1");
    EXPECT_EQ(w.value("ospf.dbd.ms"), "1");
    EXPECT_EQ(w.value("ospf.db.dd_sequence"), "77");
}

TEST(Ospf, ReadsARequest) {
    Watcher w;
    w.see(sample::ospf_req);
    EXPECT_EQ(w.path(), "eth:ip:ospf");
    EXPECT_EQ(w.value("ospf.msg"), "3");
    EXPECT_EQ(w.value("ospf.link_state_id"), "2.2.2.2");
    EXPECT_EQ(w.value("ospf.advrouter"), "2.2.2.2");
}

TEST(Ospf, ReadsAnUpdate) {
    Watcher w;
    w.see(sample::ospf_upd);
    EXPECT_EQ(w.path(), "eth:ip:ospf");
    EXPECT_EQ(w.value("ospf.ls.number_of_lsas"), "2");
    EXPECT_EQ(w.value("ospf.lsa"), "1,5");
    EXPECT_EQ(w.value("ospf.lsa.router.linkid"), "10.0.0.2");
    EXPECT_EQ(w.value("ospf.lsa.router.linkdata"), "10.0.0.1");
    EXPECT_EQ(w.value("ospf.lsa.router.metric0"), "10");
    EXPECT_EQ(w.value("ospf.lsa.asext.netmask"), "255.255.0.0");
    EXPECT_EQ(w.value("ospf.metric"), "20");
    EXPECT_EQ(w.value("ospf.lsa.asext.type"), "1");
}

}  // namespace
}  // namespace layerlab::proto::dissect
