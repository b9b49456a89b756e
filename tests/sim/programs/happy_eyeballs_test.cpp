#include "sim/programs/happy_eyeballs.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

TEST(HappyEyeballs, TriesTheFamiliesInTurn) {
    const auto end = [](const char* text) { return Endpoint{IpAddress::parse(text).value(), 80}; };
    std::string order;
    for (const Endpoint& e : in_turn({end("2001:db8::1"), end("2001:db8::2"), end("10.0.0.1"), end("10.0.0.2")}))
        order += e.address.to_string() + " ";
    EXPECT_EQ(order, "2001:db8::1 10.0.0.1 2001:db8::2 10.0.0.2 ");
    EXPECT_TRUE(in_turn({}).empty());
}

}  // namespace
}  // namespace layerlab::sim::programs
