#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(PppControl, ReadsPppoesTags) {
    Watcher w;
    w.see(sample::pppoed);
    EXPECT_EQ(w.path(), "eth:pppoed");
    EXPECT_EQ(w.value("pppoe.code"), "9");
    EXPECT_EQ(w.value("pppoed.tags.service_name"), "isp");
    EXPECT_EQ(w.value("pppoed.tags.host_uniq"), "01:02:03:04");
}

TEST(PppControl, ReadsLcp) {
    Watcher w;
    w.see(sample::lcp);
    EXPECT_EQ(w.path(), "eth:pppoes:ppp:lcp");
    EXPECT_EQ(w.value("ppp.code"), "1");
    EXPECT_EQ(w.value("lcp.opt.type"), "1,3,5");
    EXPECT_EQ(w.value("lcp.opt.mru"), "1492");
    EXPECT_EQ(w.value("lcp.opt.auth_protocol"), "49699");
    EXPECT_EQ(w.value("lcp.opt.magic_number"), "287454020");
}

TEST(PppControl, ReadsIpcp) {
    Watcher w;
    w.see(sample::ipcp);
    EXPECT_EQ(w.path(), "eth:pppoes:ppp:ipcp");
    EXPECT_EQ(w.value("ipcp.opt.ip_address"), "10.0.0.9");
    EXPECT_EQ(w.value("ipcp.opt.pri_dns_address"), "10.0.0.53");
}

TEST(PppControl, ReadsPap) {
    Watcher w;
    w.see(sample::pap);
    EXPECT_EQ(w.path(), "eth:pppoes:ppp:pap");
    EXPECT_EQ(w.value("pap.code"), "1");
    EXPECT_EQ(w.value("pap.peer_id"), "bob");
    EXPECT_EQ(w.value("pap.password"), "secret");
}

TEST(PppControl, ReadsChap) {
    Watcher w;
    w.see(sample::chap);
    EXPECT_EQ(w.path(), "eth:pppoes:ppp:chap");
    EXPECT_EQ(w.value("chap.code"), "1");
    EXPECT_EQ(w.value("chap.value_size"), "16");
    EXPECT_EQ(w.value("chap.name"), "bras");
}

TEST(PppControl, SaysWhenAnOptionIsCutOff) {
    Watcher w;
    w.see(cut(sample::lcp, sample::lcp.size() - 3));
    EXPECT_TRUE(w.last().malformed);
    EXPECT_NE(w.note("_ws.malformed"), "");
}

}  // namespace
}  // namespace layerlab::proto::dissect
