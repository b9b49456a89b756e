#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Iperf3, ReadsTheCookie) {
    Watcher w;
    w.see(sample::iperf3);
    EXPECT_EQ(w.path(), "eth:ip:tcp:iperf3");
    EXPECT_EQ(w.value("iperf3.cookie"), "abcdefghijklmnopqrstuvwxyz234567abcd");
}

TEST(Iperf3, ReadsParameters) {
    Watcher w;
    w.see(sample::iperf3);
    w.see(sample::iperf3_json);
    EXPECT_EQ(w.path(), "eth:ip:tcp:iperf3");
    EXPECT_EQ(w.value("iperf3.length"), "12");
}

}  // namespace
}  // namespace layerlab::proto::dissect
