#include "sim/programs/tcpdump_filter_eval.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

// Ethernet, IPv4 10.0.0.1 > 10.0.0.2, then TCP or UDP with these ports, or ICMP echo.
std::vector<std::uint8_t> packet(std::uint8_t protocol, std::uint16_t from, std::uint16_t to) {
    std::vector<std::uint8_t> b{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};                          // Ethernet
    b.insert(b.end(), {0x45, 0, 0, 40, 0, 7, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});  // IPv4
    b.resize(60);
    proto::store_be16(b.data() + 34, from);
    proto::store_be16(b.data() + 36, to);
    b[46] = 0x50;
    b[47] = 0x10;
    return b;
}

TEST(CaptureFilterEval, SurvivesShortFrames) {
    const auto whole = packet(6, 1000, 80);
    const auto filter =
        CaptureFilter::parse("host 10.0.0.1 and tcp port 80 and tcp[13] & 16 != 0 or ip[6:2] = 1", nullptr);
    ASSERT_TRUE(filter.has_value());
    for (std::size_t size = 0; size < 48; ++size) {
        const std::vector<std::uint8_t> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(filter->matches(cut)) << size;
    }
    EXPECT_TRUE(filter->matches(whole));
}

TEST(CaptureFilterEval, LooksForPortsInFirstFragmentsOnly) {
    auto fragment = packet(6, 1000, 80);
    const auto filter = CaptureFilter::parse("port 80", nullptr);
    EXPECT_TRUE(filter->matches(fragment));
    fragment[21] = 1;  // fragment offset
    EXPECT_FALSE(filter->matches(fragment));
}

}  // namespace
}  // namespace layerlab::sim::programs
