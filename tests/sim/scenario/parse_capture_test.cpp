#include <gtest/gtest.h>

#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

TEST(ParseCapture, MapsAddressesOfBothFamilies) {
    const ParseResult read = parse_text("x.lab",
                                        "server web\ncapture old \"x.pcap\" map 2001:db8:a::1 -> web, 10.0.0.2 -> "
                                        "10.9.0.9, 2001:db8:a::2 -> 2001:db8:b::9",
                                        {});
    EXPECT_EQ(listed(read), "");
    const auto& capture = std::get<CaptureSetting>(read.scenario.settings.at(0).value);
    ASSERT_EQ(capture.map.size(), 1u);
    ASSERT_EQ(capture.map6.size(), 2u);
    EXPECT_EQ(capture.map6[0].from.to_string(), "2001:db8:a::1");
    EXPECT_EQ(std::get<DeviceId>(capture.map6[0].to), 0u);
    EXPECT_EQ(std::get<Ipv6Address>(capture.map6[1].to).to_string(), "2001:db8:b::9");
}

TEST(ParseCapture, KeepsTheFamiliesApart) {
    EXPECT_NE(problems("capture old \"x.pcap\" map 2001:db8:a::1 -> 10.9.0.9"), "");
    EXPECT_NE(problems("capture old \"x.pcap\" map 10.0.0.1 -> 2001:db8:b::9"), "");
}

}  // namespace
}  // namespace layerlab::sim::scenario
