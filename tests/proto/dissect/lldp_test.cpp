#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Lldp, ReadsTheTlvs) {
    Watcher w;
    w.see(sample::lldp);
    EXPECT_EQ(w.path(), "eth:lldp");
    EXPECT_EQ(w.value("lldp.chassis.id.mac"), "02:00:00:00:00:01");
    EXPECT_EQ(w.value("lldp.port.id"), "eth0");
    EXPECT_EQ(w.value("lldp.time_to_live"), "120");
    EXPECT_EQ(w.value("lldp.tlv.system.name"), "switch1");
    EXPECT_EQ(w.value("lldp.tlv.system.desc"), "a switch");
    EXPECT_EQ(w.value("lldp.tlv.type"), "1,2,3,5,6,0");
}

TEST(Lldp, SaysWhenATlvIsCutOff) {
    Watcher w;
    w.see(cut(sample::lldp, sample::lldp.size() - 10));
    EXPECT_TRUE(w.last().malformed);
    EXPECT_NE(w.note("_ws.malformed"), "");
}

}  // namespace
}  // namespace layerlab::proto::dissect
