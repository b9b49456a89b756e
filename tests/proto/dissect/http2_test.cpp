#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Http2, ReadsThePrefaceAndFrames) {
    Watcher w;
    w.see(sample::http2);
    EXPECT_EQ(w.path(), "eth:ip:tcp:http2");
    EXPECT_EQ(w.value("http2.type"), "4,8,6");
    EXPECT_EQ(w.value("http2.settings.max_concurrent_streams"), "100");
    EXPECT_EQ(w.value("http2.settings.initial_window_size"), "65535");
    EXPECT_EQ(w.value("http2.window_update.window_size_increment"), "1000");
    EXPECT_EQ(w.value("http2.ping"), "31:32:33:34:35:36:37:38");
}

}  // namespace
}  // namespace layerlab::proto::dissect
