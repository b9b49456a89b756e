#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Imf, ReadsHeaders) {
    Watcher w;
    w.see(sample::smtp_data);
    w.see(sample::smtp_go);
    w.see(sample::smtp_mail);
    EXPECT_EQ(w.path(), "eth:ip:tcp:smtp:imf");
    EXPECT_EQ(w.value("imf.from"), "a@b");
    EXPECT_EQ(w.value("imf.to"), "c@d");
    EXPECT_EQ(w.value("imf.subject"), "hi");
    EXPECT_EQ(w.value("imf.message_text"), "1");
}

}  // namespace
}  // namespace layerlab::proto::dissect
