#include "sim/programs/service_names.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

TEST(ServiceNames, TellTcpFromUdp) {
    EXPECT_EQ(service_name(80, true), "http");
    EXPECT_EQ(service_name(80, false), "");
    EXPECT_EQ(service_name(67, false), "bootps");
    EXPECT_EQ(service_name(514, true), "shell");
    EXPECT_EQ(service_port("domain"), 53);
    EXPECT_FALSE(service_port("nope").has_value());
}

}  // namespace
}  // namespace layerlab::sim::programs
