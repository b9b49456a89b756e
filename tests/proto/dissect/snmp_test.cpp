#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Snmp, ReadsAGetRequest) {
    Watcher w;
    w.see(sample::snmp);
    EXPECT_EQ(w.path(), "eth:ip:udp:snmp");
    EXPECT_EQ(w.value("snmp.version"), "1");
    EXPECT_EQ(w.value("snmp.community"), "public");
    EXPECT_EQ(w.value("snmp.data"), "0");
    EXPECT_EQ(w.value("snmp.request_id"), "42");
    EXPECT_EQ(w.value("snmp.variable_bindings"), "1");
    EXPECT_EQ(w.value("snmp.name"), "1.3.6.1.2.1.1.1.0");
}

}  // namespace
}  // namespace layerlab::proto::dissect
