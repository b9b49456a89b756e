#include "sim/programs/dns_tcp.hpp"

#include <gtest/gtest.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

class DnsOverTcp : public DnsWorld {};

TEST_F(DnsOverTcp, ServesManyConnectionsAndForgetsThem) {
    const std::size_t before = ns->processes().size();
    for (int i = 0; i < 120; ++i) EXPECT_EQ(run(*desk, "dig +short +tcp www.example.com").output, "192.0.2.100\n");
    pass(std::chrono::minutes(2));
    EXPECT_EQ(ns->processes().size(), before);
}

}  // namespace
}  // namespace layerlab::sim::programs
