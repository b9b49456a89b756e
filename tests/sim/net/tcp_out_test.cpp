// What TCP puts on the wire: headers, options, identities, and the decisions in the record.
#include "sim/net/tcp_out.hpp"

#include <gtest/gtest.h>
#include <map>

#include "proto/wire/tcp_options.hpp"
#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

machine::TcpSegment with(const machine::TcpHeader& header, proto::Bytes first = {}, proto::Bytes second = {}) {
    machine::TcpSegment s;
    s.header = header;
    s.first = first;
    s.second = second;
    return s;
}

Buffer emitted(Bench& w, const machine::TcpSegment& segment) {
    Context context = w.at_host();
    TcpOutput::emit(w.host.stack(), context, {w.own, 80}, {w.far, 4000}, segment, 0);
    w.run_for(1ms);
    const auto packets = w.packets();
    EXPECT_EQ(packets.size(), 1u);
    const proto::Bytes s = proto::Bytes(packets[0]).subspan(20);
    EXPECT_EQ(proto::load_be16(packets[0].data() + 6), 0x4000);  // TCP never wants to be cut
    EXPECT_TRUE(proto::ChecksumSum{}.add_pseudo(w.own, w.far, 6, s.size()).add(s).is_valid());
    return {s.begin(), s.end()};
}

TEST(TcpOutput, WritesEveryFieldOfTheHeader) {
    Bench w;
    machine::TcpHeader h;
    h.seq = 0x01020304;
    h.ack = 0x05060708;
    h.window = 0x1234;
    h.flags = 0x18;
    const Buffer s = emitted(w, with(h, buffer(3), buffer(2, 7)));
    EXPECT_EQ(proto::load_be16(s.data()), 80);
    EXPECT_EQ(proto::load_be16(s.data() + 2), 4000);
    EXPECT_EQ(proto::load_be32(s.data() + 4), h.seq);
    EXPECT_EQ(proto::load_be32(s.data() + 8), h.ack);
    EXPECT_EQ(s[12], 0x50);
    EXPECT_EQ(s[13], 0x18);
    EXPECT_EQ(proto::load_be16(s.data() + 14), 0x1234);
    EXPECT_EQ(Buffer(s.begin() + 20, s.end()), (Buffer{0, 1, 2, 7, 8}));
}

TEST(TcpOutput, SaysInTheIpHeaderWhatMayBeMarked) {  // RFC 3168 section 5: ECT(0)
    for (const bool capable : {false, true}) {
        Bench w;
        machine::TcpHeader h;
        h.flags = 0x10;
        const Buffer data = buffer(3);
        machine::TcpSegment segment = with(h, data);
        segment.is_ecn_capable = capable;
        Context context = w.at_host();
        TcpOutput::emit(w.host.stack(), context, {w.own, 80}, {w.far, 4000}, segment, 0);
        w.run_for(1ms);
        EXPECT_EQ(w.packets().at(0)[1], capable ? 2 : 0);
    }
}

TEST(TcpOutput, WritesTimestampsAsEveryStackDoes) {
    Bench w;
    machine::TcpHeader h;
    h.has_timestamps = true;
    h.ts_value = 0xa1a2a3a4;
    h.ts_echo = 0xb1b2b3b4;
    const Buffer s = emitted(w, with(h, buffer(1)));
    EXPECT_EQ(s.size(), 33u);
    EXPECT_EQ(s[12], 0x80);
    EXPECT_EQ(proto::load_be64(s.data() + 20), 0x0101080aa1a2a3a4u);
    EXPECT_EQ(proto::load_be32(s.data() + 28), 0xb1b2b3b4u);
}

TEST(TcpOutput, WritesTheOptionsOfASynAndOfSelectiveAcknowledgments) {
    Bench w;
    machine::TcpHeader h;
    h.flags = 2;
    h.mss = 1460;
    h.has_window_scale = true;
    h.window_scale = 7;
    h.sack_permitted = true;
    const Buffer first = emitted(w, with(h));
    const auto options = wire::TcpOptions::parse(proto::Bytes(first).subspan(20));
    EXPECT_EQ(options.mss, 1460);
    EXPECT_EQ(options.window_scale, 7);
    EXPECT_TRUE(options.sack_permitted);
    EXPECT_FALSE(options.timestamps);

    machine::TcpHeader acknowledges;
    acknowledges.has_timestamps = true;
    acknowledges.sack_count = 2;
    acknowledges.sack[0] = {100, 200};
    acknowledges.sack[1] = {300, 400};
    const Buffer second = emitted(w, with(acknowledges));
    const auto sack = wire::TcpOptions::parse(proto::Bytes(second).subspan(20));
    ASSERT_EQ(sack.sack_count, 2);
    EXPECT_EQ(sack.sack[1].left, 300u);
    EXPECT_EQ(sack.sack[1].right, 400u);
    EXPECT_TRUE(sack.timestamps);
}

TEST(TcpOutput, MakesTheFirstTransmissionTheCauseOfEachRetransmission) {
    Bench w;
    RecordLog log;
    w.simulator().recorder().subscribe(log);
    w.start(w.host, [&](Process& self) -> Task<int> {
        co_await connect(self, {w.far, 80}, self.now() + 10s);
        co_return 0;
    });
    w.run_for(8s);  // the SYN and what is sent when nobody answers after 1, 3 and 7 seconds
    ASSERT_EQ(w.peer.seen.size(), 4u);
    EXPECT_EQ(w.peer.seen[0].cause, proto::make_packet_id(script_origin, 1));
    for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(w.peer.seen[i].cause, w.peer.seen[i - 1].id);
    EXPECT_EQ(w.host.stack().counters().tcp_sent, 4u);
    EXPECT_EQ(w.host.stack().counters().tcp_retransmitted, 3u);
    std::map<std::string, int> decisions;
    for (std::uint64_t i = 0; i < log.end(); ++i)
        if (log[i].kind == RecordKind::decision) ++decisions[info(static_cast<Decision>(log[i].code)).name];
    EXPECT_EQ(decisions["tcp-timeout-retransmit"], 3);
    EXPECT_EQ(decisions["tcp-state"], 1);
}

TEST(TcpOutput, TellsTheStatesOfAConnectionInTheRecord) {
    Bench w;
    RecordLog log;
    w.simulator().recorder().subscribe(log);
    w.start(w.host, [](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        co_await close(self, *socket);
        co_return 0;
    });
    w.run(w.host, [](Process& self) -> Task<int> {
        auto socket = co_await connect(self, {address("127.0.0.1"), 80});
        co_await close(self, *socket);
        co_return 0;
    });
    std::string states;
    for (std::uint64_t i = 0; i < log.end(); ++i) {
        if (log[i].kind != RecordKind::decision || log[i].code != static_cast<std::uint8_t>(Decision::tcp_state))
            continue;
        const std::string text = sentence(log[i], w);
        states += text.substr(text.find("from ") + 5) + "; ";
    }
    for (const char* step : {"CLOSED to SYN-SENT; ", "SYN-SENT to ESTABLISHED; ", "SYN-RECEIVED to ESTABLISHED; ",
                             "ESTABLISHED to FIN-WAIT-1; "})
        EXPECT_NE(states.find(step), states.npos) << step << "is missing in " << states;
}

}  // namespace
}  // namespace layerlab::sim
