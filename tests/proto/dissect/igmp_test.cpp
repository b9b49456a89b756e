#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Igmp, ReadsAReportOfVersion3) {
    Watcher w;
    w.see(sample::igmp3);
    EXPECT_EQ(w.path(), "eth:ip:igmp");
    EXPECT_EQ(w.value("igmp.version"), "3");
    EXPECT_EQ(w.value("igmp.type"), "34");
    EXPECT_EQ(w.value("igmp.checksum.status"), "1");
    EXPECT_EQ(w.value("igmp.num_grp_recs"), "1");
    EXPECT_EQ(w.value("igmp.record_type"), "4");
    EXPECT_EQ(w.value("igmp.maddr"), "239.1.1.1");
    EXPECT_EQ(w.value("igmp.saddr"), "10.0.0.7,10.0.0.8");
}

TEST(Igmp, ReadsAQueryOfVersion3) {
    Watcher w;
    w.see(sample::igmpq);
    EXPECT_EQ(w.path(), "eth:ip:igmp");
    EXPECT_EQ(w.value("igmp.version"), "3");
    EXPECT_EQ(w.value("igmp.max_resp"), "100");
    EXPECT_EQ(w.value("igmp.qrv"), "2");
    EXPECT_EQ(w.value("igmp.qqic"), "125");
    EXPECT_EQ(w.value("igmp.num_src"), "0");
}

}  // namespace
}  // namespace layerlab::proto::dissect
