#include "sim/programs/iperf3_report.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

// What unit_snprintf of iperf 3.12 writes.
TEST(Iperf3Report, WritesNumbersInFourPlaces) {
    EXPECT_EQ(iperf3_unit(2.46 * 1024 * 1024 * 1024, 'A'), "2.46 GBytes");
    EXPECT_EQ(iperf3_unit(379 * 1024, 'A'), " 379 KBytes");
    EXPECT_EQ(iperf3_unit(0, 'A'), "0.00 Bytes");
    EXPECT_EQ(iperf3_unit(2.5e6, 'a'), "20.0 Mbits");
    EXPECT_EQ(iperf3_unit(2.6405e9, 'm'), "21124 Mbits");
    EXPECT_EQ(iperf3_unit(125, 'K'), "0.12 KBytes");
}

}  // namespace
}  // namespace layerlab::sim::programs
