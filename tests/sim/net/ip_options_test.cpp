#include "sim/net/ip_options.hpp"

#include <array>
#include <gtest/gtest.h>

#include "sim/kernel/rng.hpp"

namespace layerlab::sim {
namespace {

using proto::Ipv4Address;

TEST(RecordRoute, HasRoomForNineAddressesAndIsFullThen) {
    std::array<std::uint8_t, record_route_size> options;
    write_record_route(options.data(), {0x0a000001});
    EXPECT_EQ(options[0], 1);
    EXPECT_EQ(options[1], 7);
    EXPECT_EQ(options[2], 39);
    for (std::uint32_t i = 2; i <= 9; ++i) EXPECT_TRUE(record_route(options, {0x0a000000 + i})) << i;
    const auto full = options;
    EXPECT_FALSE(record_route(options, {0x0a0000ff}));
    EXPECT_EQ(options, full);
    for (std::uint32_t i = 0; i < 9; ++i)
        EXPECT_EQ(Ipv4Address::load(options.data() + 4 + 4 * i).number, 0x0a000001 + i);
}

TEST(RecordRoute, LooksBehindOtherOptionsButNotBehindTheEndOfTheList) {
    std::array<std::uint8_t, 16> options{0x94, 4, 0, 0, 1, 7, 7, 4};  // router alert, no-operation, record route
    EXPECT_TRUE(record_route(options, {0x01020304}));
    EXPECT_EQ(options[7], 8);
    EXPECT_EQ(options[8], 1);
    EXPECT_EQ(options[11], 4);
    std::array<std::uint8_t, 16> ended{0, 7, 7, 4};
    EXPECT_FALSE(record_route(ended, {0x01020304}));
}

TEST(RecordRoute, LeavesBrokenOptionsAlone) {
    const std::array<std::array<std::uint8_t, 8>, 6> broken{{
        {7, 0, 4},                 // length 0
        {7, 2, 4},                 // shorter than itself
        {7, 9, 4},                 // longer than the options
        {7, 7, 3},                 // the pointer lies in the option's head
        {7, 7, 255},               // far behind
        {1, 1, 1, 1, 1, 1, 1, 7},  // cut off
    }};
    for (auto options : broken) {
        const auto before = options;
        EXPECT_FALSE(record_route(options, {0x01020304}));
        EXPECT_EQ(options, before);
    }
}

TEST(RecordRoute, StaysWithinAnyBytes) {
    Rng rng(1, "options");
    for (int i = 0; i < 20000; ++i) {
        std::vector<std::uint8_t> options(rng.below(41));
        for (auto& b : options) b = static_cast<std::uint8_t>(rng.below(3) ? rng.below(12) : rng.next());
        const std::vector<std::uint8_t> before = options;
        if (!record_route(options, {0x01020304})) {
            ASSERT_EQ(options, before);
        }
    }
}

}  // namespace
}  // namespace layerlab::sim
