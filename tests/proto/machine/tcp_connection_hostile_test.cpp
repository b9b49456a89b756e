// Segments that nobody should send: whatever comes, a connection stays within its bounds.
#include <gtest/gtest.h>
#include <vector>

#include "proto/machine/tcp_connection.hpp"
#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

class Sink final : public TcpOut {
  public:
    std::uint64_t send(const TcpSegment& segment) override {
        EXPECT_LE(segment.payload_size(), 1460u);
        EXPECT_LE(segment.header.sack_count, 4u);
        bytes_.resize(segment.payload_size());
        segment.copy_payload(bytes_.data());
        last = segment.header;
        return ++sent;
    }
    TcpHeader last;
    std::uint64_t sent = 0;

  private:
    std::vector<std::uint8_t> bytes_;
};

// Numbers near those that mean something are more dangerous than any others.
std::uint32_t near(Random& random, std::uint32_t number) {
    switch (random() % 6) {
        case 0: return random();
        case 1: return number + random() % 5 - 2;
        case 2: return number + random() % 70000;
        case 3: return number - random() % 3000;
        default: return number;
    }
}

TcpHeader any_header(Random& random, const TcpHeader& heard) {
    TcpHeader header;
    header.flags = random() % 3 == 0 ? static_cast<std::uint8_t>(random()) : tcp_flag::ack;
    if (random() % 8 != 0) header.flags &= static_cast<std::uint8_t>(~(tcp_flag::rst | tcp_flag::syn));
    header.seq = near(random, heard.ack);
    header.ack = near(random, heard.seq + 1);
    header.window = static_cast<std::uint16_t>(random() % 4 == 0 ? random() % 3 : random());
    header.mss = static_cast<std::uint16_t>(random() % 3 == 0 ? random() % 100 : random());
    header.has_window_scale = random() % 2 == 0;
    header.window_scale = static_cast<std::uint8_t>(random());
    header.sack_permitted = random() % 2 == 0;
    header.has_timestamps = random() % 2 == 0;
    header.ts_value = near(random, heard.ts_echo);
    header.sack_count = static_cast<std::uint8_t>(random() % 5);
    for (auto& block : header.sack) block = {near(random, heard.seq), near(random, heard.seq + 3000)};
    return header;
}

TEST(TcpConnection, SurvivesAnySegments) {
    constexpr std::uint32_t seed = 2609;
    RecordProperty("seed", seed);
    Random random(seed);
    const std::vector<std::uint8_t> bytes(3000, 'x');
    std::vector<std::uint8_t> read(2000);
    for (int round = 0; round < 300; ++round) {
        SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
        Time now{};
        Sink out;
        TcpConfig config;
        config.receive_buffer = 1u + random() % 100'000;
        config.send_buffer = 1u + random() % 100'000;
        config.initial_sequence = random();
        config.congestion = static_cast<CongestionAlgorithm>(random() % 3);
        config.ecn = static_cast<TcpEcn>(random() % 3);
        config.receive_tuning = random() % 2 == 0;
        config.pacing = random() % 4 == 0;
        config.path_probing = random() % 4 == 0;
        config.timeout_restart = random() % 4 == 0;
        config.keepalive = random() % 4 == 0;
        TcpConnection connection(config);
        TcpHeader syn = any_header(random, TcpHeader{});
        syn.flags = tcp_flag::syn;
        if (random() % 2 == 0)
            connection.connect(now, out);
        else
            connection.accept(now, syn, out);
        for (int step = 0; step < 400; ++step) {
            now += Duration(random() % 50'000'000);
            switch (random() % 16) {
                case 0: connection.write(now, Bytes(bytes).first(random() % 3000), out); break;
                case 1: connection.write_pattern(now, random() % 100'000, out); break;
                case 2: connection.read(now, read, out); break;
                case 3:
                    if (random() % 40 == 0) connection.close(now, out);
                    break;
                case 4: connection.on_path_mtu(now, near(random, out.last.seq), random() % 2000, 20, out); break;
                case 5:
                    if (random() % 20 == 0) connection.shutdown(now, out);
                    break;
                case 6: connection.on_deadline(now, out); break;
                default:
                    connection.on_segment(now, any_header(random, out.last),
                                          Bytes(bytes).first(random() % 2 * (random() % 1500)), out);
            }
            for (int turns = 0; connection.next_deadline() <= now; ++turns) {
                ASSERT_LT(turns, 10) << "a deadline that does not pass";
                connection.on_deadline(now, out);
            }
            ASSERT_LE(connection.readable(), config.receive_buffer + 65536u);
            ASSERT_LE(connection.info().bytes_acknowledged, connection.info().bytes_sent);
        }
        ASSERT_LT(out.sent, 100'000u);
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
