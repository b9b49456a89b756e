// The control connection of iperf3 (3.12): after a cookie of 37 bytes the two sides exchange state bytes and, behind
// their length in four bytes, JSON texts with the parameters and the results.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/net/socket.hpp"

namespace layerlab::sim::programs {

enum class Iperf3State : std::uint8_t {
    test_start = 1,
    test_running = 2,
    test_end = 4,
    parameter_exchange = 9,
    create_streams = 10,
    server_terminate = 11,
    client_terminate = 12,
    exchange_results = 13,
    display_results = 14,
    done = 16,
    server_error = 0xfe,
    access_denied = 0xff,
};

inline constexpr std::uint16_t iperf3_port = 5201;
inline constexpr std::size_t iperf3_cookie_size = 37;
inline constexpr unsigned most_iperf3_streams = 128;

struct Iperf3Parameters {
    bool udp = false, reverse = false;
    Duration time{std::chrono::seconds(10)};  // 0: `bytes` or `blocks` end the test
    std::uint64_t bytes = 0, blocks = 0;
    unsigned streams = 1;
    std::uint32_t length = 0;  // of a block or datagram; 0: the usual one
    std::uint64_t rate = 0;    // bits per second of each stream; 0: as fast as it goes
    std::uint32_t window = 0;  // socket buffers; 0: the host's
    bool no_delay = false;
    std::string congestion;  // "cubic", "reno"; empty: the host's
};

// What one side counted of one stream.
struct Iperf3StreamResult {
    unsigned id = 1;
    std::uint64_t bytes = 0;
    std::int64_t retransmits = -1;  // -1: not known
    double jitter = 0;              // seconds
    std::int64_t errors = 0, packets = 0;
    double start_time = 0, end_time = 0;  // seconds
};

struct Iperf3Results {
    bool has_retransmits = false;
    std::string congestion;
    std::vector<Iperf3StreamResult> streams;
};

std::string to_json(const Iperf3Parameters& parameters);
std::string to_json(const Iperf3Results& results);
std::optional<Iperf3Parameters> parse_iperf3_parameters(std::string_view text);
std::optional<Iperf3Results> parse_iperf3_results(std::string_view text);

std::string make_iperf3_cookie(Process& self);

// Pieces of the dialogue; nothing when the connection ends, the deadline passes or on Ctrl-C. `unread` keeps what came
// with the piece before.
using Iperf3Unread = std::vector<std::uint8_t>;
Task<std::optional<std::string>> read_exactly(Process& self, TcpSocket& control, Iperf3Unread& unread, std::size_t size,
                                              Time deadline = proto::never);
Task<std::optional<std::string>> read_json(Process& self, TcpSocket& control, Iperf3Unread& unread);
Task<std::optional<Iperf3State>> read_state(Process& self, TcpSocket& control, Iperf3Unread& unread,
                                            Time deadline = proto::never);
void send_state(Process& self, TcpSocket& control, Iperf3State state);
void send_json(Process& self, TcpSocket& control, const std::string& text);

}  // namespace layerlab::sim::programs
