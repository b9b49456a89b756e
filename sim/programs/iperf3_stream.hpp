// The data streams of an iperf3 test: each runs as a process of its own beside the one that talks on the control
// connection. TCP senders keep their send buffer filled to twice the congestion window, as Linux does; datagrams go out
// in bursts on the ticks of a pacing timer of 1 ms, as iperf3's. A UDP rate of 0 is taken as 1 Gbit/s.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sim/programs/iperf3_protocol.hpp"

namespace layerlab::sim::programs {

struct Iperf3Stream {
    unsigned id = 1;     // as in the results: 1, 3, 4 ...
    int descriptor = 5;  // the number that the reports show
    bool sends = false;
    Endpoint local, peer;
    TcpSocket tcp;                   // open in a TCP test
    std::shared_ptr<UdpSocket> udp;  // in a UDP test; a server's streams share theirs

    // Counted since the beginning of the test.
    std::uint64_t bytes_sent = 0;
    std::uint64_t datagram_bytes = 0;  // received
    std::int64_t packets = 0, lost = 0, out_of_order = 0;
    double jitter = 0, transit = 0;  // seconds
    bool has_transit = false;
    std::uint64_t received_before = 0;         // bytes of TCP that are not data: the cookie
    std::optional<std::uint64_t> final_bytes;  // of a client that receives: what comes after the end is not counted

    std::uint64_t bytes() const;  // sent or received
    std::uint64_t retransmissions() const { return tcp.is_open() ? tcp.info().retransmissions : 0; }
    std::uint64_t congestion_window() const { return tcp.is_open() ? tcp.info().congestion_window : 0; }
    void on_datagram(Bytes payload, Time now);
};

struct Iperf3Test {
    Iperf3Parameters parameters;
    std::vector<std::unique_ptr<Iperf3Stream>> streams;
    bool running = false;
    Time start{};
    std::uint64_t blocks_left = 0, bytes_left = 0;  // of a test that ends by amount
    WaitPoint changed;                              // the amount has been sent

    bool ends_by_amount() const { return parameters.bytes > 0 || parameters.blocks > 0; }
    bool amount_is_sent() const;
};

// Starts the processes of the test's streams; they end when `running` is false or the test is gone.
void start_iperf3_streams(Process& self, const std::shared_ptr<Iperf3Test>& test);
// Numbers of stream `index` on either side, as iperf3 has them.
unsigned iperf3_stream_id(std::size_t index);

}  // namespace layerlab::sim::programs
