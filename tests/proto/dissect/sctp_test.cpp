#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Sctp, ReadsAnInit) {
    Watcher w;
    w.see(sample::sctp_init);
    EXPECT_EQ(w.path(), "eth:ip:sctp");
    EXPECT_EQ(w.value("sctp.srcport"), "5000");
    EXPECT_EQ(w.value("sctp.chunk_type"), "1");
    EXPECT_EQ(w.value("sctp.init_initiate_tag"), "43981");
    EXPECT_EQ(w.value("sctp.init_nr_out_streams"), "10");
    EXPECT_EQ(w.value("sctp.init_initial_tsn"), "100");
}

TEST(Sctp, ReadsData) {
    Watcher w;
    w.see(sample::sctp_data);
    EXPECT_EQ(w.path(), "eth:ip:sctp:data");
    EXPECT_EQ(w.value("sctp.verification_tag"), "43981");
    EXPECT_EQ(w.value("sctp.data_tsn_raw"), "100");
    EXPECT_EQ(w.value("sctp.data_sid"), "1");
    EXPECT_EQ(w.value("sctp.data_b_bit"), "1");
    EXPECT_EQ(w.value("sctp.data_u_bit"), "0");
    EXPECT_EQ(w.value("data.data"), "68:65:6c:6c:6f:21");
}

}  // namespace
}  // namespace layerlab::proto::dissect
