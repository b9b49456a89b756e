#include "viewer/model/palette.hpp"

#include <gtest/gtest.h>
#include <set>

namespace layerlab::viewer {
namespace {

TEST(Palette, TextStandsOutFromItsGroundInBothThemes) {
    constexpr double readable = 4.5;  // WCAG 2.1, AA
    for (const Theme theme : {Theme::dark, Theme::light}) {
        const Palette& p = palette(theme);
        for (const Colour ground : {p.ground, p.panel})
            for (const Colour ink : {p.text, p.muted, p.accent, p.bad, p.good})
                EXPECT_GE(contrast(ink, ground), readable) << std::hex << ink.rgb << " on " << ground.rgb;
        for (const Colour ground : {p.hover, p.selected}) EXPECT_GE(contrast(p.text, ground), readable);
        for (int layer = 1; layer <= 7; ++layer) EXPECT_GE(contrast(p.text, p.layer[layer]), readable) << layer;
    }
}

TEST(Palette, InkOnEveryProtocolColourIsReadable) {
    for (const char* name : {"ARP", "ICMP", "UDP", "TCP", "DNS", "DHCP", "HTTP", "TLS", "OSPF", "STP", "drop", "?"}) {
        const Colour c = protocol_colour(name);
        EXPECT_GE(contrast(ink_on(c), c), 4.0) << name;
    }
}

TEST(Palette, TellsProtocolsApart) {
    std::set<std::uint32_t> seen;
    for (const char* name : {"ARP", "ICMP", "UDP", "TCP", "DNS", "DHCP", "HTTP", "TLS", "OSPF", "STP", "drop"})
        EXPECT_TRUE(seen.insert(protocol_colour(name).rgb).second) << name;
    EXPECT_EQ(protocol_colour("tcp"), protocol_colour("TCP"));
}

TEST(Palette, KnowsTheContrastOfBlackAndWhite) {
    EXPECT_NEAR(contrast({0}, {0xffffff}), 21, 1e-9);
    EXPECT_NEAR(contrast({0x777777}, {0xffffff}), 4.48, 0.01);
    EXPECT_EQ(mix({0x000000}, {0xffffff}, 0.5).rgb, 0x808080u);
}

}  // namespace
}  // namespace layerlab::viewer
