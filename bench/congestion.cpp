// Congestion control in numbers, over one dumbbell: many hosts, two switches, one narrow cable between them.
//   congestion_bench trace reno|cubic|bbr   the window of one flow every 10 ms, as CSV
//   congestion_bench jain                   how fairly 2, 4 and 16 flows share (Jain's index)
//   congestion_bench loss                   throughput against random loss, beside what theory says
// Virtual time: the same numbers on every machine. README.md has them.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "sim/net/socket.hpp"
#include "sim/net/world.hpp"

namespace {

using namespace layerlab;
using namespace layerlab::sim;
using namespace std::chrono_literals;
using proto::machine::CongestionAlgorithm;
using proto::machine::TcpInfo;

constexpr std::uint16_t port = 5001;
constexpr std::uint32_t buffer = 16u << 20;
constexpr double mss = 1448;

constexpr std::pair<std::string_view, CongestionAlgorithm> algorithms[] = {
    {"reno", CongestionAlgorithm::reno}, {"cubic", CongestionAlgorithm::cubic}, {"bbr", CongestionAlgorithm::bbr}};

struct Setup {
    CongestionAlgorithm algorithm{};
    std::uint32_t flows = 1;
    std::uint64_t rate = 100'000'000;
    Duration delay = 10ms;              // of the narrow cable, one way
    std::uint32_t queue = 167;          // packets: what 100 Mbit/s hold in 20 ms
    std::uint32_t loss_in_billion = 0;  // towards the receivers
    std::uint64_t seed = 1;
};

Task<int> sink(Process& self) {
    auto listener = TcpListener::open(self, port);
    std::vector<TcpSocket> kept;
    while (listener) {
        auto socket = co_await accept(self, *listener);
        if (!socket) co_return 0;
        socket->discard_received();
        kept.push_back(std::move(*socket));
    }
    co_return 1;
}

// Sends for ever; the socket is where the caller can look at it.
Process::Main source(Endpoint to, CongestionAlgorithm algorithm, Time start, TcpSocket& socket) {
    return [to, algorithm, start, &socket](Process& self) -> Task<int> {
        co_await self.sleep_until(start);
        TcpSocket::Options options;
        options.congestion = algorithm;
        options.buffer = buffer;
        auto connected = co_await connect(self, to, proto::never, options);
        if (!connected) co_return 1;
        socket = std::move(*connected);
        socket.write_pattern(self, std::uint64_t{1} << 40);
        co_await self.sleep_until(proto::never);
        co_return 0;
    };
}

class Dumbbell {
  public:
    explicit Dumbbell(const Setup& s) : world_(s.seed), sockets_(s.flows) {
        Switch& left = world_.add_switch("left");
        Switch& right = world_.add_switch("right");
        LinkSettings narrow;
        narrow.rate = proto::Rate{s.rate};
        narrow.delay = s.delay;
        narrow.queue_packets = s.queue;
        narrow.impairments.loss = s.loss_in_billion;
        world_.connect(left, right, narrow);
        LinkSettings wide;
        wide.rate = proto::Rate{10'000'000'000};
        wide.queue_packets = 100'000;
        for (std::uint32_t i = 0; i < s.flows; ++i) {
            const proto::Ipv4Address sender{0x0a00'0001 + i}, receiver{0x0a00'1001 + i};
            Host& d = add("d", i, right, wide, receiver);
            Host& h = add("s", i, left, wide, sender);
            d.settings().tcp.receive_buffer = buffer;
            d.settings().tcp.receive_tuning = false;
            d.spawn(world_.simulator(), "sink", {"sink"}, sink, 0, 0, true);
            // Not at the same instant, so that no two are in step.
            const Time start = proto::time_at(0) + i * 37ms;
            h.spawn(world_.simulator(), "source", {"source"}, source({receiver, port}, s.algorithm, start, sockets_[i]),
                    0, 0, true);
            d.run_pending(world_.simulator());
            h.run_pending(world_.simulator());
        }
    }
    void run_until(Duration t) { world_.simulator().run_until(proto::time_at(0) + t); }
    TcpInfo info(std::size_t flow) const { return sockets_[flow].is_open() ? sockets_[flow].info() : TcpInfo{}; }

  private:
    Host& add(const char* name, std::uint32_t i, Switch& to, const LinkSettings& link, proto::Ipv4Address address) {
        Host& host = world_.add_host(name + std::to_string(i));
        world_.connect(host, to, link);
        host.stack().add_address(0, {address, 8});
        return host;
    }

    World world_;
    std::vector<TcpSocket> sockets_;
};

int trace(std::string_view name) {
    for (const auto& [known, algorithm] : algorithms) {
        if (known != name) continue;
        Setup s;
        s.algorithm = algorithm;
        Dumbbell bell(s);
        std::printf("seconds,window_bytes,threshold_bytes,in_flight_bytes,rtt_ms\n");
        for (Duration t = 10ms; t <= 30s; t += 10ms) {
            bell.run_until(t);
            const TcpInfo i = bell.info(0);
            const bool has_threshold = i.slow_start_threshold < (1ull << 40);
            std::printf("%.2f,%llu,%lld,%llu,%.3f\n", static_cast<double>(t.count()) / 1e9,
                        static_cast<unsigned long long>(i.congestion_window),
                        has_threshold ? static_cast<long long>(i.slow_start_threshold) : -1LL,
                        static_cast<unsigned long long>(i.bytes_in_flight),
                        static_cast<double>(i.smoothed_rtt.count()) / 1e6);
        }
        return 0;
    }
    std::fprintf(stderr, "reno, cubic or bbr is expected\n");
    return 2;
}

// Jain's index of what each has brought across in the last 50 of 60 seconds: 1 is fair, 1/n is one for himself.
int jain() {
    std::printf("algorithm flows jain total_mbps\n");
    for (const auto& [name, algorithm] : algorithms)
        for (const std::uint32_t flows : {2u, 4u, 16u}) {
            Setup s;
            s.algorithm = algorithm;
            s.flows = flows;
            Dumbbell bell(s);
            bell.run_until(10s);
            std::vector<std::uint64_t> before;
            for (std::uint32_t i = 0; i < flows; ++i) before.push_back(bell.info(i).bytes_acknowledged);
            bell.run_until(60s);
            double sum = 0, squares = 0;
            for (std::uint32_t i = 0; i < flows; ++i) {
                const auto bytes = static_cast<double>(bell.info(i).bytes_acknowledged - before[i]);
                sum += bytes;
                squares += bytes * bytes;
            }
            std::printf("%s %u %.4f %.1f\n", std::string(name).c_str(), flows, sum * sum / (flows * squares),
                        sum * 8 / 50e6);
        }
    return 0;
}

// A cable that is never full, so that only the random losses count.
int loss() {
    constexpr double rtt = 0.020;
    std::printf("algorithm loss mbps theory_mbps quotient\n");
    for (const auto& [name, algorithm] : {algorithms[0], algorithms[1]})  // BBR does not answer losses
        for (const double p : {0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03}) {
            double mbps = 0;
            constexpr int runs = 5;
            for (int run = 1; run <= runs; ++run) {
                Setup s;
                s.algorithm = algorithm;
                s.rate = 1'000'000'000;
                s.queue = 0;
                s.loss_in_billion = static_cast<std::uint32_t>(p * 1e9);
                s.seed = static_cast<std::uint64_t>(run);
                Dumbbell bell(s);
                bell.run_until(20s);
                const std::uint64_t before = bell.info(0).bytes_acknowledged;
                bell.run_until(120s);
                mbps += static_cast<double>(bell.info(0).bytes_acknowledged - before) * 8 / 100e6 / runs;
            }
            const double reno = std::sqrt(1.5 / p);                                          // Mathis et al. 1997
            const double cubic = std::pow(0.4 * 3.7 / 1.2, 0.25) * std::pow(rtt / p, 0.75);  // RFC 9438 section 5.1
            const double window = algorithm == CongestionAlgorithm::cubic ? std::max(cubic, reno) : reno;
            const double theory = window * mss * 8 / rtt / 1e6;
            std::printf("%s %.4f %.1f %.1f %.2f\n", std::string(name).c_str(), p, mbps, theory, mbps / theory);
        }
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view what = count > 1 ? arguments[1] : "";
    if (what == "trace" && count > 2) return trace(arguments[2]);
    if (what == "jain") return jain();
    if (what == "loss") return loss();
    std::fprintf(stderr, "usage: congestion_bench trace reno|cubic|bbr, jain or loss\n");
    return 2;
}
