// What TCP makes of a path, in virtual time: throughput under loss as the formula of Mathis et al. says, fair shares,
// and every byte as it was sent.
#include <cmath>
#include <gtest/gtest.h>

#include "proto/machine/byte_stream.hpp"
#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using proto::machine::CongestionAlgorithm;
using test::Buffer;
using test::TestWorld;

constexpr std::uint16_t port = 5001;

Task<int> take_all(Process& self) {
    auto listener = TcpListener::open(self, port);
    std::vector<TcpSocket> sockets;
    while (auto socket = co_await accept(self, *listener)) {
        socket->discard_received();
        sockets.push_back(std::move(*socket));
    }
    co_return 0;
}

// Sends as much as it can for so long; acknowledged bytes go to `out`.
Process::Main bulk(Ipv4Address to, Duration time, std::uint64_t& out) {
    return [to, time, &out](Process& self) -> Task<int> {
        auto socket = co_await connect(self, Endpoint{to, port});
        if (!socket) co_return 1;
        socket->write_pattern(self, std::uint64_t{1} << 40);
        co_await self.sleep(time);
        out = socket->info().bytes_acknowledged;
        co_return 0;
    };
}

// Hosts on two switches, with one cable between them.
struct Dumbbell : TestWorld {
    std::vector<Host*> left, right;
    explicit Dumbbell(int pairs, const LinkSettings& middle, CongestionAlgorithm algorithm) {
        Switch& a = add_switch("a");
        Switch& b = add_switch("b");
        connect(a, b, middle);
        for (int i = 1; i <= pairs; ++i) {
            const std::string n = std::to_string(i);
            left.push_back(&add_addressed_host("s" + n, a, ("10.0.1." + n + "/16").c_str()));
            right.push_back(&add_addressed_host("d" + n, b, ("10.0.2." + n + "/16").c_str()));
            for (Host* host : {left.back(), right.back()}) {
                host->settings().tcp.congestion = algorithm;
                host->settings().tcp.send_buffer = host->settings().tcp.receive_buffer = 8u << 20;
                host->settings().tcp.receive_tuning = false;
            }
        }
    }
    // Bytes that each pair has carried.
    std::vector<std::uint64_t> run_all(Duration time) {
        std::vector<std::uint64_t> bytes(left.size());
        for (std::size_t i = 0; i < left.size(); ++i) {
            start(*right[i], take_all);
            start(*left[i], bulk(test::address(("10.0.2." + std::to_string(i + 1)).c_str()), time, bytes[i]));
        }
        run_for(time + 1s);
        return bytes;
    }
};

TEST(TcpGoodput, IsWhatTheLossAllows) {  // Mathis, Semke, Mahdavi and Ott 1997: MSS / RTT * sqrt(3/2) / sqrt(p)
    LinkSettings link;
    link.delay = 20ms;
    link.impairments.loss = 10'000'000;  // 1 %
    Dumbbell world(1, link, CongestionAlgorithm::reno);
    constexpr double seconds = 120, round_trip = 0.04, loss = 0.01, segment = 1448;
    const double expected = segment / round_trip * std::sqrt(1.5 / loss);
    const double actual = static_cast<double>(world.run_all(120s)[0]) / seconds;
    RecordProperty("ratio", std::to_string(actual / expected));
    EXPECT_NEAR(actual / expected, 1.0, 0.2);
}

double fairness(const std::vector<std::uint64_t>& shares) {  // Jain, Chiu and Hawe 1984
    double sum = 0, squares = 0;
    for (const std::uint64_t share : shares) {
        sum += static_cast<double>(share);
        squares += static_cast<double>(share) * static_cast<double>(share);
    }
    return sum * sum / (static_cast<double>(shares.size()) * squares);
}

class TcpFairness : public testing::TestWithParam<int> {};

TEST_P(TcpFairness, GivesEveryFlowItsShareAndFillsTheCable) {
    for (const auto algorithm : {CongestionAlgorithm::reno, CongestionAlgorithm::cubic}) {
        LinkSettings link;
        link.rate = Rate{20'000'000};
        link.delay = 10ms;
        link.queue_packets = 60;
        Dumbbell world(GetParam(), link, algorithm);
        const auto shares = world.run_all(60s);
        const double index = fairness(shares);
        std::uint64_t total = 0;
        for (const std::uint64_t share : shares) total += share;
        const double used = static_cast<double>(total) * 8 / 60 / 20e6;
        RecordProperty(algorithm == CongestionAlgorithm::reno ? "reno" : "cubic", std::to_string(index));
        EXPECT_GT(index, 0.9) << static_cast<int>(algorithm);
        EXPECT_GT(used, 0.85) << static_cast<int>(algorithm);
    }
}

INSTANTIATE_TEST_SUITE_P(Flows, TcpFairness, testing::Values(2, 4, 16));

TEST(TcpGoodput, OfBbrDoesNotSufferFromRandomLoss) {
    LinkSettings link;
    link.rate = Rate{20'000'000};
    link.delay = 20ms;
    link.impairments.loss = 10'000'000;
    Dumbbell world(1, link, CongestionAlgorithm::bbr);
    const double used = static_cast<double>(world.run_all(30s)[0]) * 8 / 30 / 20e6;
    RecordProperty("used", std::to_string(used));
    EXPECT_GT(used, 0.7);
}

TEST(TcpGoodput, GrowsTheReceiveBufferToWhatThePathNeeds) {
    LinkSettings link;
    link.rate = Rate{100'000'000};
    link.delay = 50ms;  // 1.25 MB fill the path
    link.queue_packets = 1000;
    Dumbbell world(1, link, CongestionAlgorithm::cubic);
    world.right[0]->settings().tcp = default_tcp();
    const double used = static_cast<double>(world.run_all(20s)[0]) * 8 / 20 / 100e6;
    EXPECT_GT(used, 0.7);  // 64 KiB in 100 ms would be 0.05
}

struct Weather {
    const char* name;
    Impairments impairments;
};

TEST(TcpTransfer, BringsEveryByteThroughAnyWeatherAndMtu) {
    const Weather weathers[] = {
        {"loss", {.loss = 30'000'000}},
        {"reordering", {.jitter = 2ms, .reorder = 50'000'000}},
        {"duplicates", {.duplicate = 50'000'000}},
        {"corruption", {.corrupt = 30'000'000}},
        {"corruption that only checksums see", {.corrupt = 30'000'000, .corrupt_undetected = true}},
    };
    for (const Weather& weather : weathers)
        for (const int mtu : {576, 1500, 9000})
            for (const std::uint32_t buffer : {3000u, 8u << 20}) {
                SCOPED_TRACE(std::string(weather.name) + ", MTU " + std::to_string(mtu) + ", buffer " +
                             std::to_string(buffer));
                LinkSettings link;
                link.delay = 5ms;
                link.mtu = static_cast<std::uint16_t>(mtu);
                link.impairments = weather.impairments;
                TestWorld world;
                Host& a = world.add_host("a");
                Host& b = world.add_addressed_host("b", a, "10.0.0.2/24", nullptr, link);
                a.stack().add_address(0, test::prefix("10.0.0.1/24"));
                for (Host* host : {&a, &b}) {
                    host->settings().tcp.send_buffer = host->settings().tcp.receive_buffer = buffer;
                    host->settings().tcp.receive_tuning = false;
                }
                const std::uint64_t size = buffer < 10'000 ? 60'000 : 400'000;
                std::uint64_t wrong = 0, got = 0;
                bool ended = false;
                world.start(b, [&](Process& self) -> Task<int> {
                    auto listener = TcpListener::open(self, port);
                    auto socket = co_await accept(self, *listener);
                    Buffer bytes;
                    while (co_await receive(self, *socket, bytes)) {
                        for (const std::uint8_t byte : bytes) wrong += byte != proto::machine::pattern_byte(got++);
                        bytes.clear();
                    }
                    ended = socket->at_end() && socket->error() == SocketError::none;
                    co_return 0;
                });
                world.start(a, [&](Process& self) -> Task<int> {
                    auto socket = co_await connect(self, Endpoint{test::address("10.0.0.2"), port});
                    if (!socket) co_return 1;
                    socket->write_pattern(self, size);
                    co_await close(self, *socket);
                    co_return 0;
                });
                world.run_for(10min);
                EXPECT_EQ(got, size);
                EXPECT_EQ(wrong, 0u);
                EXPECT_TRUE(ended);
            }
}

TEST(TcpListener, CompletesNoHandshakeBeyondItsBacklog) {
    TestWorld world;
    Host& a = world.add_host("a");
    Host& b = world.add_addressed_host("b", a, "10.0.0.2/24");
    a.stack().add_address(0, test::prefix("10.0.0.1/24"));
    world.start(b, [&](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, port, {}, 2);
        co_await self.sleep(500ms);
        for (int i = 0; i < 2; ++i) listener->accept();  // closed at once
        co_await self.sleep(60s);
        co_return 0;
    });
    const auto established = [&] {
        int count = 0;
        for (const Stack::SocketRow& row : b.stack().sockets()) count += row.state == "ESTAB";
        return count;
    };
    for (int i = 0; i < 4; ++i)
        world.start(a, [&](Process& self) -> Task<int> {
            auto socket = co_await connect(self, Endpoint{test::address("10.0.0.2"), port});
            co_await self.sleep(60s);
            co_return 0;
        });
    world.run_for(400ms);
    EXPECT_EQ(established(), 3) << "one more than asked";
    world.run_for(10s);  // the other came by a repeated SYN
    EXPECT_EQ(established(), 2);
}

TEST(TcpSocketTuning, ReachesTheConnection) {
    TestWorld world;
    Host& a = world.add_host("a");
    Host& b = world.add_addressed_host("b", a, "10.0.0.2/24");
    a.stack().add_address(0, test::prefix("10.0.0.1/24"));
    world.start(b, take_all);
    const auto outcome = world.run(a, [&](Process& self) -> Task<int> {
        TcpSocket::Options options;
        options.tuning.max_segment = std::uint16_t{600};
        auto socket = co_await connect(self, Endpoint{test::address("10.0.0.2"), port}, proto::never, options);
        if (!socket) co_return 1;
        if (socket->info().mss != 588) co_return 2;  // less the timestamps
        if (socket->state() != machine::TcpState::established) co_return 3;
        machine::TcpTuning tuning;
        tuning.congestion = CongestionAlgorithm::bbr;
        tuning.linger = Duration{0};
        socket->tune(self, tuning);
        socket->write_pattern(self, 100'000);
        co_await self.sleep(1s);
        co_return socket->info().pacing_rate > 0 ? 0 : 4;
    });
    EXPECT_EQ(outcome.status, 0);
    world.run_for(1s);
    EXPECT_TRUE(a.stack().sockets().empty());  // the reset left nothing behind
}

}  // namespace
}  // namespace layerlab::sim
