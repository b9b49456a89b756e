#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Telnet, ReadsCommandsAndText) {
    Watcher w;
    w.see(sample::telnet);
    EXPECT_EQ(w.path(), "eth:ip:tcp:telnet");
    EXPECT_EQ(w.value("telnet.cmd"), "253,251,250,240");
    EXPECT_EQ(w.value("telnet.subcmd"), "3,24,24,0");
    EXPECT_EQ(w.value("telnet.data"), "login: ");
}

}  // namespace
}  // namespace layerlab::proto::dissect
