#include "sim/programs/traffic.hpp"

#include "sim/programs/echo_server.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::TestWorld;

struct TwoHosts : TestWorld {
    TwoHosts() {
        a = &add_host("a");
        b = &add_addressed_host("b", *a, "10.0.0.2/24");
        a->stack().add_address(0, test::prefix("10.0.0.1/24"));
    }
    Host* a = nullptr;
    Host* b = nullptr;
};

TEST(Traffic, PacesDatagramsByVirtualTime) {
    TwoHosts world;
    world.start(*world.b, echo_server({9, false, false}));
    const auto outcome = world.run(*world.a, udp_source({{address("10.0.0.2"), 9}, 1000, 10us, 500, 0}));
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(world.simulator().now(), proto::time_at(499 * 10'000));
    world.run_for(1ms);
    EXPECT_EQ(world.b->stack().counters().udp_received, 500u);
}

TEST(Traffic, SendsABulkOverTcp) {
    TwoHosts world;
    world.start(*world.b, echo_server({5001, true, false}));
    const auto outcome = world.run(*world.a, tcp_source({{address("10.0.0.2"), 5001}, 10'000'000, {}}));
    EXPECT_EQ(outcome.status, 0) << outcome.output;
    EXPECT_GT(world.b->stack().counters().tcp_received, 10'000'000u / 1460);
    const auto refused = world.run(*world.a, tcp_source({{address("10.0.0.2"), 5002}, 1, {}}));
    EXPECT_EQ(refused.output, "send: connect to 10.0.0.2:5002: Connection refused\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
