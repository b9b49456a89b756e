// Two connections over a wire that loses, repeats, delays and reorders: every byte must arrive once and in order, and
// both ends must come to an end, whatever the options.
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "proto/machine/tcp_connection.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr unsigned seed = 793;

struct Weather {
    const char* name;
    unsigned loss, duplicate, reorder;  // in a thousand
    unsigned mark = 30;                 // of those that may be marked
};
struct Options {
    const char* name;
    bool sack, timestamps, scaling, nagle;
    CongestionAlgorithm congestion;
    std::uint32_t buffer;
    std::uint16_t mss = 1460;
    bool tuning = false, pacing = false;
    TcpEcn ecn = TcpEcn::off;
};

class End final : public TcpOut {
  public:
    using Wire = std::multimap<Time, std::pair<TcpHeader, std::vector<std::uint8_t>>>;

    End(const Time& now, std::mt19937& random, const Weather& weather)
        : now_(now), random_(random), weather_(weather) {}

    std::uint64_t send(const TcpSegment& segment) override {
        if (happens(weather_.loss)) return ++sent_;
        for (unsigned copies = happens(weather_.duplicate) ? 2 : 1; copies > 0; --copies) {
            std::vector<std::uint8_t> bytes(segment.payload_size());
            segment.copy_payload(bytes.data());
            const Duration delay = happens(weather_.reorder) ? Duration(5ms) : Duration(10ms);
            TcpHeader header = segment.header;
            header.congestion_experienced = segment.is_ecn_capable && happens(weather_.mark);
            wire.emplace(now_ + delay, std::pair{header, std::move(bytes)});
        }
        return ++sent_;
    }

    std::optional<TcpConnection> connection;
    Wire wire;  // what is on the way to the other end
    std::uint64_t written = 0, read = 0;

  private:
    bool happens(unsigned in_a_thousand) { return random_() % 1000 < in_a_thousand; }
    const Time& now_;
    std::mt19937& random_;
    const Weather& weather_;
    std::uint64_t sent_ = 0;
};

class Exchange {
  public:
    Exchange(const Options& options, const Weather& weather, std::uint64_t bytes)
        : random_(seed), weather_(weather), bytes_(bytes) {
        config_.sack = options.sack;
        config_.timestamps = options.timestamps;
        config_.window_scaling = options.scaling;
        config_.nagle = options.nagle;
        config_.congestion = options.congestion;
        config_.send_buffer = config_.receive_buffer = options.buffer;
        config_.mss = options.mss;
        config_.receive_tuning = options.tuning;
        config_.pacing = options.pacing;
        config_.ecn = options.ecn;
        config_.initial_sequence = 0xffff'8000;
    }

    void run() {
        client_.connection.emplace(config_);
        client_.connection->connect(now_, client_);
        for (int steps = 0; steps < 2'000'000; ++steps) {
            const Time next = next_event();
            if (next == never) return;
            now_ = std::max(now_, next);
            deliver(client_, server_);
            deliver(server_, client_);
            wake(client_);
            wake(server_);
            use(client_);
            use(server_);
        }
        FAIL() << "no end";
    }

    Time now_{};
    std::mt19937 random_;
    Weather weather_;
    TcpConfig config_;
    std::uint64_t bytes_;
    End client_{now_, random_, weather_}, server_{now_, random_, weather_};

  private:
    Time next_event() const {
        Time next = never;
        for (const End* end : {&client_, &server_}) {
            if (!end->wire.empty()) next = std::min(next, end->wire.begin()->first);
            if (end->connection) next = std::min(next, end->connection->next_deadline());
        }
        return next;
    }
    void deliver(End& from, End& to) {
        if (from.wire.empty() || from.wire.begin()->first > now_) return;
        const auto [header, bytes] = std::move(from.wire.begin()->second);
        from.wire.erase(from.wire.begin());
        if (to.connection) {
            to.connection->on_segment(now_, header, bytes, to);
        } else if ((header.flags & (tcp_flag::syn | tcp_flag::ack | tcp_flag::rst)) == tcp_flag::syn) {
            to.connection.emplace(config_);
            to.connection->accept(now_, header, to);
        }
    }
    void wake(End& end) {
        if (end.connection && end.connection->next_deadline() <= now_) end.connection->on_deadline(now_, end);
    }
    // The application: writes its stream in pieces, reads in pieces and checks, closes when it has done both.
    void use(End& end) {
        if (!end.connection) return;
        if (end.connection->is_established() && end.written < bytes_) {
            std::vector<std::uint8_t> bytes(std::min<std::uint64_t>(1 + random_() % 5000, bytes_ - end.written));
            for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = pattern_byte(end.written + i);
            end.written += end.connection->write(now_, bytes, end);
            if (end.written == bytes_) end.connection->shutdown(now_, end);
        }
        const bool over = !end.connection->is_established();  // nothing will wake the reader any more
        std::vector<std::uint8_t> bytes(over ? end.connection->readable() : random_() % 8000);
        const std::size_t n = end.connection->read(now_, bytes, end);
        for (std::size_t i = 0; i < n; ++i, ++end.read) ASSERT_EQ(bytes[i], pattern_byte(end.read));
    }
};

constexpr Weather weathers[] = {
    {"fair", 0, 0, 0},         {"loss", 20, 0, 0},     {"duplicates", 0, 100, 0},
    {"reordering", 0, 0, 200}, {"storm", 50, 50, 100}, {"hurricane", 200, 100, 300},
};
constexpr Options kinds[] = {
    {"all options", true, true, true, true, CongestionAlgorithm::cubic, 1u << 20},
    {"no options", false, false, false, true, CongestionAlgorithm::reno, 1u << 16},
    {"no timestamps", true, false, true, false, CongestionAlgorithm::cubic, 1u << 18},
    {"no SACK", false, true, true, false, CongestionAlgorithm::cubic, 1u << 18},
    {"small buffers", true, true, true, true, CongestionAlgorithm::reno, 4000},
    {"tiny buffers", false, false, true, true, CongestionAlgorithm::cubic, 700},
    {"BBR", true, true, true, true, CongestionAlgorithm::bbr, 1u << 20},
    {"BBR without SACK", false, false, true, true, CongestionAlgorithm::bbr, 1u << 18},
    {"MTU 576", true, true, true, true, CongestionAlgorithm::reno, 1u << 18, 536, true},
    {"MTU 9000", true, true, true, true, CongestionAlgorithm::cubic, 1u << 20, 8960, true, true, TcpEcn::on},
};

TEST(TcpExchange, BringsEveryByteInBothDirectionsThroughAnyWeather) {
    RecordProperty("seed", static_cast<int>(seed));
    for (const Weather& weather : weathers)
        for (const Options& options : kinds) {
            SCOPED_TRACE(std::string(weather.name) + ", " + options.name + ", seed " + std::to_string(seed));
            const std::uint64_t bytes = options.buffer < 10000 ? 20'000 : 150'000;
            Exchange exchange(options, weather, bytes);
            exchange.run();
            for (const End* end : {&exchange.client_, &exchange.server_}) {
                ASSERT_TRUE(end->connection);
                EXPECT_EQ(end->read, bytes);
                EXPECT_EQ(end->connection->state(), TcpState::closed);
                EXPECT_EQ(end->connection->error(), TcpError::none);
            }
            if (HasFailure()) return;
        }
}

TEST(TcpExchange, RepeatsNothingInFairWeather) {
    for (const Options& options : kinds) {
        Exchange exchange(options, weathers[0], 100'000);
        exchange.config_.loss_probe = false;  // a reader who waits for longer than two round trips is probed
        exchange.run();
        EXPECT_EQ(exchange.client_.connection->info().retransmissions, 0u) << options.name;
        EXPECT_EQ(exchange.server_.connection->info().retransmissions, 0u) << options.name;
    }
}

TEST(TcpExchange, RunsTheSameTwice) {
    Time ends[2];
    std::uint64_t segments[2];
    for (int i = 0; i < 2; ++i) {
        Exchange exchange(kinds[0], weathers[4], 100'000);
        exchange.run();
        ends[i] = exchange.now_;
        segments[i] = exchange.client_.connection->info().segments_sent;
    }
    EXPECT_EQ(ends[0], ends[1]);
    EXPECT_EQ(segments[0], segments[1]);
}

}  // namespace
}  // namespace layerlab::proto::machine
