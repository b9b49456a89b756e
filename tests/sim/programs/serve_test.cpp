#include "sim/programs/serve.hpp"

#include <gtest/gtest.h>

#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::TestWorld;

Task<int> talk_for_a_second(Process& self, TcpSocket& connection) {
    co_await self.sleep(1s);
    co_await send_all(self, connection, std::string_view("hello"));
    co_return 0;
}

Task<int> listen(Process& self) { return serve_tcp(self, 80, talk_for_a_second); }

Task<int> ask(Process& self) {
    auto socket = co_await connect(self, {address("127.0.0.1"), 80});
    std::vector<std::uint8_t> bytes;
    while (co_await receive(self, *socket, bytes)) {
    }
    self.print(proto::as_text(bytes));
    co_return 0;
}

TEST(Serve, TalksToClientsSideBySide) {
    TestWorld world;
    Host& host = world.add_host("host");
    world.start(host, listen, {"server"});
    const auto first = world.start(host, ask), second = world.start(host, ask);
    world.run_for(1100ms);
    EXPECT_EQ(first->output, "hello");
    EXPECT_EQ(second->output, "hello");
    EXPECT_EQ(host.processes().size(), 1u);
    EXPECT_EQ(host.processes()[0]->name(), "server");
}

TEST(Serve, SaysThatItsPortIsTaken) {
    TestWorld world;
    Host& host = world.add_host("host");
    world.start(host, listen, {"server"});
    const auto second = world.start(host, listen, {"server"});
    EXPECT_EQ(second->output, "server: cannot listen on port 80: Address already in use\n");
    EXPECT_EQ(second->status, 1);
}

}  // namespace
}  // namespace layerlab::sim::programs
