// TCP sockets between two hosts at one cable or around a bad one.
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Buffer;
using test::buffer;
using test::TestWorld;

struct Pair : TestWorld {
    Host& a = add_host("a");
    Host& b;
    explicit Pair(const LinkSettings& settings = {}) : b(add_addressed_host("b", a, "10.0.0.2/24", nullptr, settings)) {
        a.stack().add_address(0, test::prefix("10.0.0.1/24"));
    }
    const Endpoint server{address("10.0.0.2"), 80};
};

// Sends back what it gets until the other side closes, then closes.
Task<int> echo_server(Process& self) {
    auto listener = TcpListener::open(self, 80);
    for (;;) {
        auto socket = co_await accept(self, *listener);
        if (!socket) co_return 0;
        Buffer bytes;
        while (co_await receive(self, *socket, bytes)) {
            co_await send_all(self, *socket, bytes);
            bytes.clear();
        }
        co_await close(self, *socket);
    }
}

Task<int> echo_client(Process& self, Endpoint to, std::size_t size) {
    auto socket = co_await connect(self, to);
    if (!socket) co_return 1;
    if (!co_await send_all(self, *socket, buffer(size))) co_return 2;
    socket->shutdown_send(self);
    Buffer answer;
    while (co_await receive(self, *socket, answer)) {
    }
    if (!socket->at_end() || socket->error() != SocketError::none) co_return 3;
    co_return answer == buffer(size) ? 0 : 4;
}

TEST(Tcp, KeepsTheArpEntryOfAPeerThatAcknowledges) {
    Pair w;
    w.start(w.b, echo_server);
    w.start(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        for (;;) {
            co_await send_all(self, *socket, buffer(1));
            co_await self.sleep(2s);
        }
    });
    w.run_for(60s);
    const Time now = w.simulator().now();
    for (Host* host : {&w.a, &w.b}) {
        const auto entry = host->stack().interfaces()[0].neighbors.entries(now).at(0);
        EXPECT_EQ(entry.state, machine::NeighborState::reachable);
        EXPECT_LE(now - entry.confirmed, 3s);
    }
}

TEST(Tcp, EchoesAndHalfCloses) {
    Pair w;
    w.start(w.b, echo_server);
    EXPECT_EQ(w.run(w.a, [&](Process& s) { return echo_client(s, w.server, 5); }).status, 0);
    EXPECT_EQ(w.run(w.a, [&](Process& s) { return echo_client(s, w.server, 100'000); }).status, 0);
    EXPECT_EQ(w.simulator().stats().dropped(), 0u);
    w.run_for(5min);
    EXPECT_TRUE(w.a.stack().sockets().empty());
    EXPECT_EQ(w.b.stack().sockets().size(), 1u);  // the listener
}

TEST(Tcp, CarriesEverythingOverALinkThatLosesDuplicatesReordersAndDamages) {
    for (const bool undetected : {false, true}) {
        LinkSettings bad;
        bad.rate.bits_per_second = 50'000'000;
        bad.delay = 2ms;
        constexpr std::uint32_t percent = 10'000'000;
        bad.impairments = {.loss = 2 * percent,
                           .duplicate = percent,
                           .reorder = 2 * percent,
                           .corrupt = percent / 2,
                           .corrupt_undetected = undetected};
        Pair w(bad);
        w.start(w.b, echo_server);
        const auto outcome = w.run(w.a, [&](Process& s) { return echo_client(s, w.server, 1'000'000); });
        EXPECT_EQ(outcome.status, 0);
        EXPECT_GT(w.a.stack().counters().tcp_retransmitted, 10u);
    }
}

TEST(Tcp, RunsTheSameWayEveryTime) {
    const auto run = [] {
        LinkSettings bad;
        bad.impairments.loss = 20'000'000;
        Pair w(bad);
        w.start(w.b, echo_server);
        w.run(w.a, [&](Process& s) { return echo_client(s, w.server, 300'000); });
        return std::make_pair(w.simulator().now(), w.simulator().stats().frames);
    };
    EXPECT_EQ(run(), run());
}

TEST(Tcp, IsRefusedWhereNobodyListens) {
    Pair w;
    const auto outcome = w.run(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, {address("10.0.0.2"), 81});
        self.print(socket ? "connected" : socket.error().message);
        co_return 0;
    });
    EXPECT_EQ(outcome.output, "Connection refused");
    EXPECT_LT(w.simulator().now(), proto::time_at(1'000'000));
    EXPECT_EQ(w.b.stack().counters().tcp_resets_sent, 1u);
}

TEST(Tcp, ReadsWhatArrivedBeforeTheEnd) {
    Pair w;
    w.start(w.b, [](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        co_await send_all(self, *socket, "last words");
        co_await close(self, *socket, self.now() + 1s);
        co_return 0;
    });
    const auto outcome = w.run(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        co_await self.sleep(2s);
        Buffer bytes;
        co_await receive(self, *socket, bytes);
        self.print(proto::as_text(bytes));
        co_return co_await receive(self, *socket, bytes) == 0 && socket->at_end() ? 0 : 1;
    });
    EXPECT_EQ(outcome.output, "last words");
    EXPECT_EQ(outcome.status, 0);
}

TEST(Tcp, WakesWhoDiscardsAtTheEndOnly) {
    Pair w;
    int wakes = 0;
    const auto sink = w.start(w.b, [&](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        socket->discard_received();
        while (!socket->at_end() && socket->error() == SocketError::none) {
            co_await self.wait({&socket->ended()});
            ++wakes;
        }
        self.print(std::to_string(socket->info().bytes_received));
        co_return socket->at_end() ? 0 : 1;
    });
    w.run(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        socket->write_pattern(self, 1'000'000);
        co_await close(self, *socket);
        co_return 0;
    });
    EXPECT_TRUE(sink->ended);
    EXPECT_EQ(sink->status, 0);
    EXPECT_EQ(sink->output, "1000000");
    EXPECT_EQ(wakes, 1);
}

TEST(Tcp, WakesWhoDiscardsWhenTheConnectionIsReset) {
    Pair w;
    const auto sink = w.start(w.b, [&](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        socket->discard_received();
        co_await self.wait({&socket->ended()});
        self.print(to_string(socket->error()));
        co_return 0;
    });
    w.run(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        socket->abort(self);
        co_return 0;
    });
    w.run_for(1s);
    EXPECT_EQ(sink->output, "Connection reset by peer");
}

TEST(Tcp, NoticesThatTheOtherSideLostPowerInMidTransfer) {
    Pair w;
    w.start(w.b, [](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        socket->discard_received();
        co_await self.wait({&listener->readable()});
        co_return 0;
    });
    const auto sender = w.start(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        const bool sent = co_await send_all(self, *socket, buffer(100'000'000));
        self.print(to_string(socket->error()));
        co_return sent ? 0 : 1;
    });
    w.run_for(100ms);
    EXPECT_FALSE(sender->ended);
    Context context{w.simulator(), w.b.id()};
    w.b.set_up(context, false);
    EXPECT_TRUE(w.b.stack().sockets().empty());
    w.run_for(10s);
    EXPECT_FALSE(sender->ended);
    w.b.set_up(context, true);  // has forgotten the connection and resets it
    w.run_for(5min);
    EXPECT_EQ(sender->output, "Connection reset by peer");
    EXPECT_TRUE(w.a.stack().sockets().empty());
}

TEST(Tcp, GivesUpWhenTheOtherSideNeverComesBack) {
    Pair w;
    w.start(w.b, echo_server);
    const auto outcome = w.start(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        co_await self.sleep(1s);
        co_await send_all(self, *socket, "anybody there?");
        Buffer answer;
        co_await receive(self, *socket, answer);
        self.print(to_string(socket->error()));
        co_return 0;
    });
    w.run_for(500ms);
    Context context{w.simulator(), w.b.id()};
    w.b.set_up(context, false);
    w.run_for(60min);
    EXPECT_TRUE(outcome->output == "Connection timed out" || outcome->output == "No route to host") << outcome->output;
    EXPECT_TRUE(w.a.stack().sockets().empty());
}

TEST(Tcp, GoesOnAfterItsLinkWasDownForAWhile) {
    Pair w;
    w.start(w.b, echo_server);
    LinkSettings settings = w.links()[0]->settings();
    settings.rate.bits_per_second = 10'000'000;
    Context context{w.simulator(), no_node};
    w.links()[0]->change(context, settings);
    const auto client = w.start(w.a, [&](Process& s) { return echo_client(s, w.server, 2'000'000); });
    w.run_for(300ms);
    EXPECT_FALSE(client->ended);
    settings.up = false;
    w.links()[0]->change(context, settings);
    w.run_for(2s);
    settings.up = true;
    w.links()[0]->change(context, settings);
    w.run_for(60s);
    EXPECT_EQ(client->status, 0);
}

TEST(Tcp, ResetsAConnectionThatIsClosedWithUnreadData) {
    Pair w;
    w.start(w.b, [](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        co_await self.sleep(1s);
        co_return 0;  // without reading
    });
    const auto outcome = w.run(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        co_await send_all(self, *socket, "unread");
        Buffer answer;
        co_await receive(self, *socket, answer);
        self.print(to_string(socket->error()));
        co_return 0;
    });
    EXPECT_EQ(outcome.output, "Connection reset by peer");
}

TEST(Tcp, GeneratesAPatternWithoutHoldingIt) {
    Pair w;
    std::uint64_t received = 0;
    w.start(w.b, [&](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        socket->discard_received();
        while (!socket->at_end()) co_await self.wait({&socket->changed()});
        received = socket->info().bytes_received;
        co_return 0;
    });
    w.run(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        socket->write_pattern(self, 20'000'000);
        co_await close(self, *socket, self.now() + 10s);
        co_return 0;
    });
    w.run_for(1s);
    EXPECT_EQ(received, 20'000'000u);
}

TEST(Tcp, HearsOfASmallerMtuOnThePathAndGoesOnWithSmallerSegments) {
    TestWorld w;
    Host& router = w.add_host("r");
    router.stack().forwards = true;
    LinkSettings narrow;
    narrow.mtu = 1000;
    Host& a = w.add_addressed_host("a", router, "10.0.1.2/24", "10.0.1.1");
    Host& middle = w.add_host("m");
    middle.stack().forwards = true;
    w.connect(router, middle, narrow);
    Host& b = w.add_addressed_host("b", middle, "10.0.3.2/24", "10.0.3.1");
    router.stack().add_address(0, test::prefix("10.0.1.1/24"));
    router.stack().add_address(1, test::prefix("10.0.2.1/24"));
    router.stack().set_default_gateway(address("10.0.2.2"), 0);
    middle.stack().add_address(0, test::prefix("10.0.2.2/24"));
    middle.stack().add_address(1, test::prefix("10.0.3.1/24"));
    middle.stack().set_default_gateway(address("10.0.2.1"), 0);
    w.start(b, echo_server);
    const auto outcome = w.run(a, [&](Process& s) { return echo_client(s, {address("10.0.3.2"), 80}, 200'000); });
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(a.stack().mtu_to(address("10.0.3.2"), w.simulator().now()), 1000);
    EXPECT_EQ(b.stack().mtu_to(address("10.0.1.2"), w.simulator().now()), 1000);
    EXPECT_LT(w.simulator().now(), proto::time_at(1'000'000'000));
}

TEST(TcpListener, IsAloneOnItsPortUntilItIsClosed) {
    Pair w;
    const auto outcome = w.run(w.a, [](Process& self) -> Task<int> {
        {
            auto first = TcpListener::open(self, 80);
            const auto second = TcpListener::open(self, 80);
            if (second) co_return 1;
            self.print(second.error().message);
        }
        co_return TcpListener::open(self, 80) ? 0 : 2;
    });
    EXPECT_EQ(outcome.output, "Address already in use");
    EXPECT_EQ(outcome.status, 0);
}

TEST(TcpListener, TakesItsUnacceptedConnectionsWithIt) {
    Pair w;
    w.start(w.b, [](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        co_await self.sleep(1s);
        co_return 0;
    });
    const auto outcome = w.run(w.a, [&](Process& self) -> Task<int> {
        auto socket = co_await connect(self, w.server);
        Buffer bytes;
        co_await receive(self, *socket, bytes);
        self.print(to_string(socket->error()));
        co_return 0;
    });
    EXPECT_EQ(outcome.output, "Connection reset by peer");
    EXPECT_TRUE(w.b.stack().sockets().empty());
}

}  // namespace
}  // namespace layerlab::sim
