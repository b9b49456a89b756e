#include "sim/net/host.hpp"

#include <fmt/format.h>

#include "tests/sim/net/world.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::TestWorld;

Task<int> echo_once(Process& self, Ipv4Address to) {
    auto socket = IcmpSocket::open(self);
    const std::uint8_t data[56] = {};
    socket->send_echo(self, to, 1, 1, data);
    for (;;) {
        while (auto m = socket->receive()) {
            self.print(fmt::format("type {} code {} from {}\n", m->type, m->code, m->from.to_string()));
            if (m->type != 8) co_return 0;
        }
        if (co_await self.wait({&socket->readable()}, self.now() + 10s) != Wake::ready) co_return 1;
    }
}

TEST(Host, AnswersAnEchoRequestThroughASwitch) {
    TestWorld world;
    Switch& sw = world.add_switch("sw");
    Host& a = world.add_addressed_host("a", sw, "10.0.0.1/24");
    world.add_addressed_host("b", sw, "10.0.0.2/24");
    const auto outcome = world.run(a, [](Process& self) { return echo_once(self, address("10.0.0.2")); });
    EXPECT_EQ(outcome.output, "type 0 code 0 from 10.0.0.2\n");
    EXPECT_EQ(world.simulator().stats().dropped(), 0u);
}

TEST(Host, TellsItselfThatNobodyAnswersArp) {
    TestWorld world;
    Switch& sw = world.add_switch("sw");
    Host& a = world.add_addressed_host("a", sw, "10.0.0.1/24");
    const auto outcome = world.run(a, [](Process& self) { return echo_once(self, address("10.0.0.9")); });
    EXPECT_EQ(outcome.output, "type 3 code 1 from 10.0.0.1\n");
    EXPECT_EQ(world.simulator().now(), proto::time_at(3'000'005'000));  // over its loopback interface
}

TEST(Host, ReachesTheOtherSideOfARouter) {
    TestWorld world;
    Host& router = world.add_host("r");
    router.stack().forwards = true;
    Host& a = world.add_addressed_host("a", router, "10.0.1.2/24", "10.0.1.1");
    world.add_addressed_host("b", router, "10.0.2.2/24", "10.0.2.1");
    router.stack().add_address(0, test::prefix("10.0.1.1/24"));
    router.stack().add_address(1, test::prefix("10.0.2.1/24"));
    EXPECT_EQ(world.run(a, [](Process& self) { return echo_once(self, address("10.0.2.2")); }).output,
              "type 0 code 0 from 10.0.2.2\n");
    EXPECT_EQ(world.run(a, [](Process& self) { return echo_once(self, address("10.0.9.9")); }).output,
              "type 3 code 0 from 10.0.1.1\n");
}

TEST(SharedNames, KnowLeasedAddressesBehindThoseOfTheFile) {
    SharedNames names;
    names.entries = {{"fixed", address("10.0.0.1")}};
    names.index();
    names.lease("fixed", address("10.0.0.9"));
    names.lease("amy", address("10.0.0.5"));
    names.lease("amy", address("10.0.0.6"));
    names.lease("bob", address("10.0.0.5"));  // two with one address
    EXPECT_EQ(names.find("fixed"), address("10.0.0.1"));
    EXPECT_EQ(names.find(address("10.0.0.9")), "fixed");
    EXPECT_EQ(names.find("amy"), address("10.0.0.5"));
    EXPECT_EQ(names.find(address("10.0.0.5")), "amy");
    names.end_lease("amy", address("10.0.0.5"));
    EXPECT_EQ(names.find("amy"), address("10.0.0.6"));
    EXPECT_EQ(names.find(address("10.0.0.5")), "bob");
    names.end_lease("amy", address("10.0.0.6"));
    EXPECT_EQ(names.find("amy"), std::nullopt);
}

}  // namespace
}  // namespace layerlab::sim
