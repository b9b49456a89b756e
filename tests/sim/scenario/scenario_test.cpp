#include "sim/scenario/scenario.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::scenario {
namespace {

TEST(Scenario, NamesItsPorts) {
    Scenario s;
    s.devices = {{"gw", {}, DeviceKind::router}, {"a", {}, DeviceKind::host}};
    s.port_names = {"wan"};
    Link link;
    link.ends[0] = {0, PortName{0}};
    link.ends[1] = {1, PortName::eth(12)};
    s.links = {link};
    EXPECT_EQ(s.full_port_name(0), "gw.wan");
    EXPECT_EQ(s.full_port_name(1), "a.eth12");
    EXPECT_EQ(s.other_end(0).device, 1u);
    EXPECT_EQ(s.port_name(PortName{}), "");
}

TEST(ForeignText, KnowsWhereItsPartsStand) {
    // `ping {n} x` at column 5 with n = 100, continued on the next line
    ForeignText t{"ping 100 x y", {{0, {3, 0, 5, 0}}, {5, {3, 0, 10, 3}}, {8, {3, 0, 13, 0}}, {11, {4, 0, 2, 0}}}};
    EXPECT_EQ(t.at(0, 4), (Place{3, 0, 5, 4}));
    EXPECT_EQ(t.at(1, 2), (Place{3, 0, 6, 2}));
    EXPECT_EQ(t.at(6, 1), (Place{3, 0, 10, 3}));
    EXPECT_EQ(t.at(9, 1), (Place{3, 0, 14, 1}));
    EXPECT_EQ(t.at(9, 9), (Place{3, 0, 14, 2}));
    EXPECT_EQ(t.at(11, 1), (Place{4, 0, 2, 1}));
    EXPECT_EQ(ForeignText{}.at(0, 1), Place{});
}

TEST(DeviceKind, SaysWhatADeviceDoes) {
    EXPECT_TRUE(is_host(DeviceKind::phone));
    EXPECT_TRUE(is_router(DeviceKind::firewall));
    EXPECT_TRUE(is_link_layer(DeviceKind::modem));
    EXPECT_FALSE(is_ip_device(DeviceKind::hub));
    EXPECT_FALSE(is_ip_device(DeviceKind::nic));
}

}  // namespace
}  // namespace layerlab::sim::scenario
