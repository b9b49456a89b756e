// libFuzzer target: arbitrary segments, calls and times into a connection. The input is a row of small records; the
// connection must keep its bounds and its deadlines must pass.
#include <cstdlib>

#include "proto/machine/tcp_connection.hpp"

namespace {

using namespace layerlab::proto;
using namespace layerlab::proto::machine;

void check(bool holds) {
    if (!holds) std::abort();
}

struct Out final : TcpOut {
    std::uint64_t send(const TcpSegment& segment) override {
        check(segment.header.sack_count <= 4);
        check(segment.payload_size() <= 1460);
        std::uint8_t bytes[1460];
        segment.copy_payload(bytes);
        last = segment.header;
        return ++sent;
    }
    TcpHeader last;
    std::uint64_t sent = 0;
};

struct Input {
    Bytes rest;
    std::uint32_t take(std::size_t n) {
        std::uint32_t value = 0;
        for (; n > 0 && !rest.empty(); --n, rest = rest.subspan(1)) value = value << 8 | rest[0];
        return value;
    }
    // Numbers near those that mean something reach farther than any others.
    std::uint32_t near(std::uint32_t number) {
        const std::uint32_t kind = take(1);
        if (kind < 128) return number;
        return kind < 250 ? number + take(2) - 0x8000u : take(4);
    }
};

TcpHeader segment(Input& in, const TcpHeader& heard) {
    TcpHeader h;
    h.flags = static_cast<std::uint8_t>(in.take(1));
    h.seq = in.near(heard.ack);
    h.ack = in.near(heard.seq + 1);
    h.window = static_cast<std::uint16_t>(in.take(2));
    const std::uint32_t options = in.take(1);
    h.sack_permitted = (options & 1) != 0;
    h.has_timestamps = (options & 2) != 0;
    h.has_window_scale = (options & 4) != 0;
    h.congestion_experienced = (options & 8) != 0;
    if (h.has_timestamps) {
        h.ts_value = in.near(heard.ts_echo);
        h.ts_echo = in.near(heard.ts_value);
    }
    h.sack_count = static_cast<std::uint8_t>(options >> 4 & 3);
    for (std::size_t i = 0; i < h.sack_count; ++i) h.sack[i] = {in.near(heard.seq), in.near(heard.seq + 2000)};
    return h;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input in{Bytes(data, size)};
    TcpConfig config;
    const std::uint32_t settings = in.take(2);
    config.congestion = static_cast<CongestionAlgorithm>(settings % 3);
    config.ecn = static_cast<TcpEcn>(settings / 3 % 3);
    config.receive_tuning = (settings & 0x100) != 0;
    config.pacing = (settings & 0x200) != 0;
    config.path_probing = (settings & 0x400) != 0;
    config.keepalive = (settings & 0x800) != 0;
    config.receive_buffer = 1 + in.take(2);
    config.initial_sequence = in.take(4);
    Out out;
    Time now{};
    TcpConnection connection(config);
    TcpHeader syn = segment(in, TcpHeader{});
    syn.flags = tcp_flag::syn;
    if ((settings & 0x1000) != 0)
        connection.connect(now, out);
    else
        connection.accept(now, syn, out);
    const std::uint8_t bytes[1460] = {};
    std::uint8_t read[4000];
    for (int steps = 0; steps < 2000 && !in.rest.empty(); ++steps) {
        now += Duration(1'000'000) * in.take(1);
        switch (in.take(1) % 12) {
            case 0: connection.write(now, Bytes(bytes, 1 + in.take(1) * 5), out); break;
            case 1: connection.write_pattern(now, in.take(2), out); break;
            case 2: connection.read(now, MutableBytes(read), out); break;
            case 3: connection.on_path_mtu(now, in.near(out.last.seq), in.take(2), 20, out); break;
            case 4: connection.shutdown(now, out); break;
            case 5: now += Duration(1'000'000'000) * in.take(1); break;
            default: {
                const TcpHeader h = segment(in, out.last);
                connection.on_segment(now, h, Bytes(bytes, in.take(1) * 5), out);
            }
        }
        for (int turns = 0; connection.next_deadline() <= now; ++turns) {
            check(turns < 100);
            connection.on_deadline(now, out);
        }
        check(connection.readable() <= config.receive_buffer + 65536u);
        check(connection.info().bytes_acknowledged <= connection.info().bytes_sent);
    }
    return 0;
}
