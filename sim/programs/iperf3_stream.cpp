#include "sim/programs/iperf3_stream.hpp"

#include <algorithm>
#include <cmath>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr Duration tick = std::chrono::milliseconds(1);
constexpr std::uint64_t usual_udp_rate = 1'000'000'000;
constexpr std::uint64_t first_send_buffer = 87040;  // Linux: before the window has grown
constexpr std::size_t udp_header = 12;              // seconds, microseconds, counter

using Shared = std::shared_ptr<Iperf3Test>;

// Takes one block from the amount that is left to send; the size to send now, 0 at the end.
std::uint32_t take_block(Iperf3Test& test) {
    const std::uint32_t length = test.parameters.length;
    if (test.parameters.blocks > 0) {
        if (test.blocks_left == 0) return 0;
        --test.blocks_left;
        return length;
    }
    if (test.parameters.bytes > 0) {
        const std::uint64_t left = test.bytes_left;
        test.bytes_left -= std::min<std::uint64_t>(left, length);
        return left == 0 ? 0 : length;
    }
    return length;
}

// Whether the rate allows another block now.
bool is_due(const Iperf3Test& test, std::uint64_t sent, std::uint64_t rate, Time now) {
    if (rate == 0) return true;
    const auto us = static_cast<std::uint64_t>((now - test.start) / std::chrono::microseconds(1));
    return sent == 0 || static_cast<double>(sent) * 8e6 < static_cast<double>(rate) * static_cast<double>(us);
}

Task<int> send_tcp(Process& self, Shared test, Iperf3Stream& stream) {
    const Iperf3Parameters& p = test->parameters;
    stream.tcp.discard_received();
    Time next_tick = self.now();
    while (test->running && stream.tcp.error() == SocketError::none) {
        const std::uint64_t room = std::max(first_send_buffer, 2 * stream.tcp.info().congestion_window);
        while (stream.tcp.unsent() < room && stream.tcp.writable() > 0 &&
               is_due(*test, stream.bytes_sent, p.rate, self.now())) {
            const std::uint32_t size = take_block(*test);
            if (size == 0) {
                test->changed.notify(self.context().cause);
                co_return 0;
            }
            stream.tcp.write_pattern(self, size);
            stream.bytes_sent += size;
        }
        if (p.rate > 0) {
            while (next_tick <= self.now()) next_tick += tick;
            const Wake wake = co_await self.sleep_until(next_tick);
            if (wake == Wake::interrupted) break;
        } else {
            const Wake wake = co_await self.wait({&stream.tcp.changed()});
            if (wake == Wake::interrupted) break;
        }
    }
    co_return 0;
}

Task<int> send_udp(Process& self, Shared test, Iperf3Stream& stream) {
    const Iperf3Parameters& p = test->parameters;
    const std::uint64_t rate = p.rate > 0 ? p.rate : usual_udp_rate;
    std::vector<std::uint8_t> payload(std::max<std::size_t>(p.length, udp_header));
    for (std::size_t i = udp_header; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i * 131 + 7);
    Time next_tick = self.now();
    while (test->running) {
        while (is_due(*test, stream.bytes_sent, rate, self.now())) {
            if (take_block(*test) == 0) {
                test->changed.notify(self.context().cause);
                co_return 0;
            }
            const std::int64_t us = proto::nanoseconds(self.now()) / 1000;
            proto::store_be32(payload.data(), static_cast<std::uint32_t>(us / 1'000'000));
            proto::store_be32(payload.data() + 4, static_cast<std::uint32_t>(us % 1'000'000));
            proto::store_be32(payload.data() + 8, static_cast<std::uint32_t>(++stream.packets));
            IpOptions options;
            options.source = stream.local.address;
            stream.udp->send_to(self, stream.peer, payload, options);
            stream.bytes_sent += payload.size();
        }
        next_tick += tick;
        const Wake wake = co_await self.sleep_until(next_tick);
        if (wake == Wake::interrupted) break;
    }
    co_return 0;
}

// One process for all streams of a socket: it tells them apart by their peers.
Task<int> receive_udp(Process& self, Shared test, std::shared_ptr<UdpSocket> socket) {
    while (test->running) {
        while (const std::optional<Datagram> datagram = socket->receive()) {
            for (const auto& stream : test->streams)
                if (stream->udp == socket && stream->peer == datagram->from) {
                    stream->on_datagram(datagram->bytes, datagram->at);
                    break;
                }
        }
        while (socket->take_error()) {
        }
        const Wake wake = co_await self.wait({&socket->readable()});
        if (wake == Wake::interrupted) break;
    }
    co_return 0;
}

}  // namespace

std::uint64_t Iperf3Stream::bytes() const {
    if (sends) return bytes_sent;
    if (final_bytes) return *final_bytes;
    if (!tcp.is_open()) return datagram_bytes;
    const std::uint64_t received = tcp.info().bytes_received;
    return received - std::min<std::uint64_t>(received, received_before);
}

// Jitter as RFC 1889 section 6.3.1 has it.
void Iperf3Stream::on_datagram(Bytes payload, Time now) {
    if (payload.size() < udp_header) return;
    datagram_bytes += payload.size();
    const std::int64_t number = proto::load_be32(payload.data() + 8);
    if (number > packets) {
        lost += number - 1 - packets;
        packets = number;
    } else {
        ++out_of_order;
        if (lost > 0) --lost;
    }
    const double sent = proto::load_be32(payload.data()) + proto::load_be32(payload.data() + 4) / 1e6;
    const double new_transit = static_cast<double>(proto::nanoseconds(now)) / 1e9 - sent;
    if (has_transit) jitter += (std::fabs(new_transit - transit) - jitter) / 16;
    transit = new_transit;
    has_transit = true;
}

bool Iperf3Test::amount_is_sent() const {
    return (parameters.bytes > 0 && bytes_left == 0) || (parameters.blocks > 0 && blocks_left == 0);
}

unsigned iperf3_stream_id(std::size_t index) { return index == 0 ? 1 : static_cast<unsigned>(index) + 2; }

void start_iperf3_streams(Process& self, const Shared& test) {
    test->blocks_left = test->parameters.blocks;
    test->bytes_left = test->parameters.bytes;
    std::shared_ptr<UdpSocket> served;
    for (const auto& owner : test->streams) {
        Iperf3Stream* stream = owner.get();
        Process::Main main;
        if (stream->sends && stream->udp)
            main = [test, stream](Process& child) { return send_udp(child, test, *stream); };
        else if (stream->sends)
            main = [test, stream](Process& child) { return send_tcp(child, test, *stream); };
        else if (stream->udp && stream->udp != served)
            main = [test, socket = stream->udp](Process& child) { return receive_udp(child, test, socket); };
        served = stream->udp;
        if (!stream->sends && !stream->udp) stream->tcp.discard_received();
        if (main)
            self.host().spawn(self.simulator(), self.name(), {self.name()}, std::move(main), self.context().cause,
                              self.line(), true);
    }
}

}  // namespace layerlab::sim::programs
