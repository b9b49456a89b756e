// Scenarios with hand-made records, and runs of small scenarios, for the tests of the readers of the record log.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/checksum.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {

struct Parsed {
    explicit Parsed(std::string_view text) : result(parse_text("x.lab", text)) {
        plan = make_plan(result.scenario, result.diagnostics);
        EXPECT_EQ(result.diagnostics.render(result.scenario.sources), "");
    }
    const Scenario& scenario() const { return result.scenario; }

    ParseResult result;
    Plan plan;
};

// Two hosts on one switch: nodes 0, 1 and 2.
inline constexpr std::string_view two_hosts =
    "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nswitch sw\nlink a sw\nlink b sw\n";

using Octets = std::vector<std::uint8_t>;

// An IPv4 packet with an echo request of 4 bytes, without a link header.
inline Octets echo_packet(std::uint8_t ttl = 64) {
    Octets p = {0x45, 0, 0, 32, 0, 1, 0, 0, ttl, 1, 0, 0, 10,  0,   0,   1,
                10,   0, 0, 2,  8, 0, 0, 0, 0,   1, 0, 1, 'a', 'b', 'c', 'd'};
    const auto set = [&](std::size_t at, std::uint16_t sum) {
        p[at] = static_cast<std::uint8_t>(sum >> 8);
        p[at + 1] = static_cast<std::uint8_t>(sum);
    };
    set(10, proto::internet_checksum(Bytes(p).first(20)));
    set(22, proto::internet_checksum(Bytes(p).subspan(20)));
    return p;
}

// The same in a frame of 60 bytes.
inline Octets echo_frame(std::uint8_t ttl = 64) {
    Octets f = {2, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 8, 0};
    const Octets p = echo_packet(ttl);
    f.insert(f.end(), p.begin(), p.end());
    f.resize(60);
    return f;
}

struct Happening {
    RecordKind kind;
    std::int64_t at = 0;  // ns
    NodeId node = 0;
    sim::PortId port = 0;
    PacketId packet = 1;
    CauseId cause = 0;
    std::uint8_t code = 0;
    std::uint32_t line = 0;
    std::uint64_t a = 0, b = 0;
};

inline void tell(RecordReader& reader, const Happening& h, Bytes bytes = {}) {
    Record r;
    r.at = proto::time_at(h.at);
    r.packet = h.packet;
    r.cause = h.cause;
    r.a = h.a;
    r.b = h.b;
    r.node = h.node;
    r.port = h.port;
    r.kind = h.kind;
    r.code = h.code;
    r.line = h.line;
    r.size = static_cast<std::uint32_t>(bytes.size());
    reader.on_record(r, bytes);
}

inline Happening dropped(std::int64_t at, NodeId node, sim::PortId port, PacketId packet, DropReason reason) {
    return {RecordKind::frame_dropped, at, node, port, packet, 0, static_cast<std::uint8_t>(reason)};
}
inline Happening decided(std::int64_t at, NodeId node, sim::PortId port, PacketId packet, Decision decision,
                         std::uint64_t a = 0, std::uint64_t b = 0) {
    return {RecordKind::decision, at, node, port, packet, 0, static_cast<std::uint8_t>(decision), 0, a, b};
}

// Runs the scenario with the reader subscribed.
inline RunResult run(const Parsed& parsed, RecordReader& reader) {
    Runner runner(parsed.scenario(), parsed.plan);
    runner.subscribe(reader);
    RunListener quiet;
    return runner.run(quiet);
}

}  // namespace layerlab::sim::scenario
