#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(SpanningTree, ReadsAConfiguration) {
    Watcher w;
    w.see(sample::stp);
    EXPECT_EQ(w.path(), "eth:llc:stp");
    EXPECT_EQ(w.value("stp.version"), "0");
    EXPECT_EQ(w.value("stp.type"), "0");
    EXPECT_EQ(w.value("stp.flags.tc"), "1");
    EXPECT_EQ(w.value("stp.root.prio"), "32768");
    EXPECT_EQ(w.value("stp.root.hw"), "02:00:00:00:00:09");
    EXPECT_EQ(w.value("stp.root.cost"), "4");
    EXPECT_EQ(w.value("stp.port"), "32769");
    EXPECT_EQ(w.value("stp.max_age"), "20.000000000");
    EXPECT_EQ(w.value("stp.forward"), "15.000000000");
    EXPECT_EQ(w.value("llc.control.ftype"), "3");
}

TEST(SpanningTree, ReadsARapidOne) {
    Watcher w;
    w.see(sample::rstp);
    EXPECT_EQ(w.path(), "eth:llc:stp");
    EXPECT_EQ(w.value("stp.version"), "2");
    EXPECT_EQ(w.value("stp.flags.port_role"), "3");
    EXPECT_EQ(w.value("stp.flags.proposal"), "1");
    EXPECT_EQ(w.value("stp.flags.forwarding"), "1");
    EXPECT_EQ(w.value("stp.flags.learning"), "1");
    EXPECT_EQ(w.value("stp.flags.agreement"), "0");
    EXPECT_EQ(w.value("stp.root.prio"), "4096");
    EXPECT_EQ(w.value("stp.bridge.prio"), "32768");
    EXPECT_EQ(w.value("stp.bridge.ext"), "1");
    EXPECT_EQ(w.value("stp.root.cost"), "20000");
    EXPECT_EQ(w.value("stp.version_1_length"), "0");
}

}  // namespace
}  // namespace layerlab::proto::dissect
