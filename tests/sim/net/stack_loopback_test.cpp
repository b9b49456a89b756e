// The loopback interface: its time, its order, its bounds.
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bench;

// Sends back whatever comes, for ever.
Task<int> echo(Process& self, std::uint16_t own, std::uint16_t other, bool begins) {
    auto socket = UdpSocket::open(self, {{}, own});
    if (begins) socket->send_to(self, {address("127.0.0.1"), other}, proto::as_bytes("ball"));
    for (;;) {
        while (const auto datagram = socket->receive()) {
            self.print(".");
            socket->send_to(self, datagram->from, datagram->bytes);
        }
        const Wake wake = co_await self.wait({&socket->readable()});
        if (wake == Wake::interrupted) co_return 0;
    }
}

TEST(StackLoopback, LetsTimePassBetweenProgramsThatAnswerEachOther) {
    Bench w;
    w.start(w.host, [](Process& self) { return echo(self, 1000, 2000, false); });
    w.start(w.host, [](Process& self) { return echo(self, 2000, 1000, true); });
    w.run_for(1ms);
    EXPECT_EQ(w.simulator().now(), Time{} + 1ms);
    EXPECT_EQ(w.host.stack().loopback_counters().sent_packets, 201u);  // one in each 5 us, and one on its way
}

TEST(StackLoopback, TakesOnePacketAfterTheOtherInTheirOrder) {
    Bench w;
    const auto outcome = w.run(w.host, [](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 7});
        for (const char* text : {"a", "b", "c"}) socket->send_to(self, {address("10.0.0.1"), 7}, proto::as_bytes(text));
        for (int i = 0; i < 3; ++i) {
            const auto datagram = co_await receive(self, *socket, self.now() + 1s);
            self.print(std::string(datagram->bytes.begin(), datagram->bytes.end()) +
                       std::to_string(self.now().time_since_epoch() / 1us) + " ");
        }
        co_return 0;
    });
    EXPECT_EQ(outcome.output, "a5 b10 c15 ");
}

TEST(StackLoopback, DropsWhatIsTooMuchAtOnce) {
    Bench w;
    w.run(w.host, [](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 7});
        for (int i = 0; i < 1500; ++i) socket->send_to(self, {address("127.0.0.1"), 7}, proto::as_bytes("x"));
        co_return 0;
    });
    EXPECT_EQ(w.drops(DropReason::queue), 500u);
    EXPECT_EQ(w.host.stack().loopback_counters().sent_packets, 1000u);
    EXPECT_EQ(w.host.stack().loopback_counters().received_dropped, 500u);
}

TEST(StackLoopback, ForgetsWhatIsOnItsWayWithoutPower) {
    Bench w;
    w.run(w.host, [](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 7});
        socket->send_to(self, {address("127.0.0.1"), 7}, proto::as_bytes("x"));
        co_return 0;
    });
    Context context = w.at_host();
    w.host.set_up(context, false);
    w.host.set_up(context, true);
    w.run_for(1s);
    EXPECT_EQ(w.host.stack().counters().udp_received, 0u);
    EXPECT_EQ(w.host.stack().counters().udp_no_port, 0u);
}

}  // namespace
}  // namespace layerlab::sim
