#include "sim/net/process.hpp"

#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using proto::time_at;
using test::address;
using test::TestWorld;

struct Alone : TestWorld {
    Host& host = add_host("a");
    std::string log;

    void notify(WaitPoint& point, CauseId cause = 1) {
        point.notify(cause);
        host.run_pending(simulator());
    }
    void interrupt(std::size_t n) {
        host.processes()[n]->interrupt();
        host.run_pending(simulator());
    }
};

const char* text(Wake wake) {
    return wake == Wake::ready ? "ready " : wake == Wake::timeout ? "timeout " : "interrupted ";
}

TEST(Process, SleepsForVirtualTimeAndEndsWithItsStatus) {
    Alone w;
    const auto outcome = w.run(w.host, [](Process& self) -> Task<int> {
        co_await self.sleep(2s);
        self.print("slept\n");
        co_await self.sleep_until(time_at(5'000'000'000));
        co_await self.sleep_until(time_at(1));  // long past: goes on at once
        co_return 3;
    });
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(outcome.output, "slept\n");
    EXPECT_EQ(w.simulator().now(), time_at(5'000'000'000));
    EXPECT_TRUE(w.host.processes().empty());
}

TEST(Process, WaitsForAPointAtMostUntilTheDeadline) {
    Alone w;
    WaitPoint point;
    w.start(w.host, [&](Process& self) -> Task<int> {
        for (int i = 0; i < 2; ++i) {
            const Wake wake = co_await self.wait({&point}, self.now() + 1s);
            w.log += text(wake);
        }
        co_return 0;
    });
    w.run_for(500ms);
    w.notify(point);
    EXPECT_EQ(w.log, "ready ");
    w.run_for(999ms);
    EXPECT_EQ(w.log, "ready ");
    w.run_for(1ms);
    EXPECT_EQ(w.log, "ready timeout ");
    w.notify(point);  // nobody waits any more
}

TEST(Process, WakesWhoWaitsAtOnePointInTheOrderOfWaiting) {
    Alone w;
    WaitPoint point;
    for (int i = 0; i < 3; ++i)
        w.start(w.host, [&w, &point, i](Process& self) -> Task<int> {
            co_await self.wait({&point});
            w.log += std::to_string(i);
            co_await self.wait({&point});
            w.log += std::to_string(i);
            co_return 0;
        });
    w.notify(point);
    w.notify(point);
    EXPECT_EQ(w.log, "012012");
}

TEST(Process, WaitsAtSeveralPointsAndLeavesAllOfThemWhenOneIsReady) {
    Alone w;
    WaitPoint a, b;
    w.start(w.host, [&](Process& self) -> Task<int> {
        co_await self.wait({&a, &b});
        w.log += "woken ";
        co_await self.wait({&a});
        w.log += "again ";
        co_return 0;
    });
    w.notify(b);
    w.notify(b);
    EXPECT_EQ(w.log, "woken ");
    w.notify(a);
    EXPECT_EQ(w.log, "woken again ");
}

TEST(Process, StaysInterruptedUntilItTakesTheInterruption) {
    Alone w;
    WaitPoint point;
    const auto outcome = w.start(w.host, [&](Process& self) -> Task<int> {
        for (int i = 0; i < 3; ++i) {
            const Wake wake = co_await self.wait({&point});
            w.log += text(wake);
        }
        EXPECT_TRUE(self.interrupted());
        self.take_interruption();
        const Wake wake = co_await self.wait({&point}, self.now() + 1s);
        w.log += text(wake);
        co_return 130;
    });
    w.run_for(1s);
    w.interrupt(0);
    EXPECT_EQ(w.log, "interrupted interrupted interrupted ");
    w.run_for(1s);
    EXPECT_EQ(w.log, "interrupted interrupted interrupted timeout ");
    EXPECT_EQ(outcome->status, 130);
}

TEST(Process, IsInterruptedBeforeItHasBegun) {
    Alone w;
    Process& process = w.host.spawn(
        w.simulator(), "p", {"p"},
        [&](Process& self) -> Task<int> {
            const Wake wake = co_await self.sleep(1s);
            w.log += text(wake);
            co_return 0;
        },
        1, 0, false);
    process.interrupt();
    w.host.run_pending(w.simulator());
    EXPECT_EQ(w.log, "interrupted ");
}

TEST(Process, LearnsWhatWokeItAsTheCauseOfWhatItDoes) {
    Alone w;
    WaitPoint point;
    std::vector<CauseId> causes;
    w.start(w.host, [&](Process& self) -> Task<int> {
        causes.push_back(self.context().cause);
        co_await self.wait({&point});
        causes.push_back(self.context().cause);
        co_await self.sleep(1s);
        causes.push_back(self.context().cause);
        co_return 0;
    });
    w.notify(point, 77);
    w.run_for(2s);
    const CauseId command = proto::make_packet_id(script_origin, 1);
    EXPECT_EQ(causes, (std::vector<CauseId>{command, 77, command}));
}

TEST(Process, WaitsForTheEndOfAnother) {
    Alone w;
    w.start(w.host, [&](Process& self) -> Task<int> {
        Process& child = self.host().spawn(
            self.simulator(), "child", {"child"},
            [&](Process& c) -> Task<int> {
                co_await c.sleep(1s);
                w.log += "child ";
                co_return 0;
            },
            1, 0, false);
        co_await self.wait({&child.end()});
        w.log += "parent";
        co_return 0;
    });
    w.run_for(2s);
    EXPECT_EQ(w.log, "child parent");
}

TEST(Process, KeepsAtMostSixteenMebibytesOfOutput) {
    Alone w;
    const auto outcome = w.run(w.host, [](Process& self) -> Task<int> {
        const std::string line(1 << 20, 'x');
        for (int i = 0; i < 40; ++i) self.print(line);
        co_return 0;
    });
    EXPECT_LT(outcome.output.size(), (17u << 20));
    EXPECT_EQ(outcome.output.substr(outcome.output.size() - 14), "\n[output cut]\n");
}

TEST(Process, RecordsWhatItPrintsWithItsCommand) {
    Alone w;
    RecordLog log;
    w.simulator().recorder().subscribe(log);
    w.run(w.host, [](Process& self) -> Task<int> {
        self.print("hello");
        co_return 0;
    });
    ASSERT_EQ(log.end(), 1u);
    EXPECT_EQ(log[0].kind, RecordKind::output);
    EXPECT_EQ(log[0].packet, proto::make_packet_id(script_origin, 1));
    std::vector<std::uint8_t> scratch;
    EXPECT_EQ(proto::as_text(log.bytes(0, scratch)), "hello");
}

// Everything that a program can hold, waiting in the middle of it.
Task<int> holds_everything(Process& self, [[maybe_unused]] std::shared_ptr<int> token) {
    auto udp = UdpSocket::open(self, {{}, 53});
    auto icmp = IcmpSocket::open(self);
    auto tap = PortTap::open(self, no_port);
    auto listener = TcpListener::open(self, 80);
    auto client = TcpSocket::start_connect(self, {address("127.0.0.1"), 80});
    auto server = co_await accept(self, *listener);
    co_await self.wait({&udp->readable(), &icmp->readable(), &tap.readable(), &client->changed()});
    for (;;) co_await self.wait({&udp->readable()});
}

TEST(Process, ClosesItsSocketsWhenItIsDestroyed) {
    test::Bench w;
    auto token = std::make_shared<int>(0);
    w.start(w.host, [token](Process& self) { return holds_everything(self, token); });
    w.run_for(1s);
    EXPECT_EQ(w.host.stack().sockets().size(), 4u);  // a listener, both ends of a connection, a UDP socket
    w.host.end_process(*w.host.processes()[0]);
    EXPECT_EQ(token.use_count(), 1);
    w.host.run_pending(w.simulator());
    w.run_for(200s);
    EXPECT_TRUE(w.host.stack().sockets().empty());
    EXPECT_EQ(w.run(w.host,
                    [](Process& self) -> Task<int> {
                        co_return UdpSocket::open(self, {{}, 53}) ? 0 : 1;
                    })
                  .status,
              0);
}

TEST(Process, EndsWithoutTraceWhenItsHostLosesPower) {
    test::Bench w;
    auto token = std::make_shared<int>(0);
    w.start(w.host, [token](Process& self) { return holds_everything(self, token); });
    w.run_for(1s);
    Context context = w.at_host();
    w.host.set_up(context, false);
    EXPECT_EQ(token.use_count(), 1);
    EXPECT_TRUE(w.host.processes().empty());
    EXPECT_TRUE(w.host.stack().sockets().empty());
    w.run_for(200s);
    w.host.set_up(context, true);
    w.start(w.host, [token](Process& self) { return holds_everything(self, token); });
    w.run_for(1s);
    EXPECT_EQ(w.host.stack().sockets().size(), 4u);
}

TEST(WaitPoint, LetsGoOfThoseWhoWaitWhenItIsDestroyed) {
    Alone w;
    auto point = std::make_unique<WaitPoint>();
    w.start(w.host, [&](Process& self) -> Task<int> {
        const Wake wake = co_await self.wait({point.get()}, self.now() + 1s);
        w.log += text(wake);
        co_return 0;
    });
    point.reset();
    w.run_for(2s);
    EXPECT_EQ(w.log, "timeout ");
}

}  // namespace
}  // namespace layerlab::sim
