#include "sim/net/filter.hpp"

#include "tests/sim/net/world.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::TestWorld;

Task<int> echo_server(Process& self) {
    auto listener = TcpListener::open(self, 7);
    for (;;) {
        auto socket = co_await accept(self, *listener);
        if (!socket) co_return 0;
        std::vector<std::uint8_t> bytes;
        while (co_await receive(self, *socket, bytes)) {
            co_await send_all(self, *socket, proto::Bytes(bytes));
            bytes.clear();
        }
        co_await close(self, *socket);
    }
}

Task<int> say(Process& self, Endpoint to) {
    auto socket = co_await connect(self, to, self.now() + 5s);
    if (!socket) {
        self.print(socket.error().message);
        co_return 1;
    }
    co_await send_all(self, *socket, "hello");
    std::vector<std::uint8_t> answer;
    co_await receive(self, *socket, answer);
    self.print(proto::as_text(answer));
    co_await close(self, *socket, self.now() + 5s);
    co_return 0;
}

// inside - gateway - outside, the gateway translating.
struct Home : TestWorld {
    Host& gateway = add_host("gw");
    Host& inside = add_addressed_host("in", gateway, "192.168.1.2/24", "192.168.1.1");
    Host& outside = add_addressed_host("out", gateway, "203.0.113.2/24");

    Home() {
        gateway.stack().forwards = true;
        gateway.stack().add_address(0, test::prefix("192.168.1.1/24"));
        gateway.stack().add_address(1, test::prefix("203.0.113.1/24"));
        gateway.stack().make_filter().translation(1).inside = 0;
        start(outside, echo_server);
    }
};

TEST(Filter, TranslatesAConnectionToTheOutside) {
    Home home;
    const auto outcome = home.run(home.inside, [](Process& s) { return say(s, {address("203.0.113.2"), 7}); });
    EXPECT_EQ(outcome.output, "hello");
    EXPECT_EQ(home.gateway.stack().filter()->translations()[0].table.size(), 1u);
}

TEST(Filter, ForwardsAPortToTheInside) {
    Home home;
    home.start(home.inside, echo_server);
    home.gateway.stack().filter()->translation(1).table.forward(6, 8080, {address("192.168.1.2"), 7}, 0);
    EXPECT_EQ(home.run(home.outside,
                       [](Process& s) {
                           return say(s, {address("203.0.113.1"), 8080});
                       })
                  .output,
              "hello");
    EXPECT_EQ(home.run(home.outside,
                       [](Process& s) {
                           return say(s, {address("203.0.113.1"), 8081});
                       })
                  .output,
              "Connection refused");
}

TEST(Filter, BlocksSilentlyAndRejectsAloud) {
    Home home;
    proto::machine::Rule rule;
    rule.action = proto::machine::RuleAction::block;
    rule.protocol = 6;
    rule.ports = {{7, 7}};
    home.gateway.stack().filter()->rules().add(rule);
    EXPECT_EQ(home.run(home.inside,
                       [](Process& s) {
                           return say(s, {address("203.0.113.2"), 7});
                       })
                  .output,
              "Connection timed out");
    home.gateway.stack().filter()->rules().clear_rules();
    rule.action = proto::machine::RuleAction::reject;
    home.gateway.stack().filter()->rules().add(rule);
    EXPECT_EQ(home.run(home.inside,
                       [](Process& s) {
                           return say(s, {address("203.0.113.2"), 7});
                       })
                  .output,
              "Connection refused");
}

}  // namespace
}  // namespace layerlab::sim
