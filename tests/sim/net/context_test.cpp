#include "sim/net/context.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim {
namespace {

TEST(Context, CountsDropsEvenIfNobodyRecords) {
    Simulator simulator(1);
    const Context context{simulator, 3};
    context.drop(1, PacketId{7}, DropReason::ttl);
    context.drop(1, simulator.packets().make(60u), DropReason::queue);
    context.decide(Decision::no_route, 1, 7);
    EXPECT_EQ(simulator.stats().drops[static_cast<std::size_t>(DropReason::ttl)], 1u);
    EXPECT_EQ(simulator.stats().dropped(), 2u);
}

TEST(Context, RecordsADropWithItsPlaceItsReasonAndWhatTheFrameCameFrom) {
    struct Reader final : RecordReader {
        Record record;
        std::size_t size = 0;
        void on_record(const Record& r, Bytes bytes) override {
            record = r;
            size = bytes.size();
        }
    } reader;
    Simulator simulator(1);
    simulator.recorder().subscribe(reader);
    simulator.run_until(proto::time_at(55));
    const Context context{simulator, 3, 11, 20};
    PacketRef frame = simulator.packets().make(64u);
    std::memset(frame.writable(), 0, 64);
    frame.set_identity(8, 5);
    context.drop(2, frame, DropReason::mtu);
    EXPECT_EQ(reader.record.kind, RecordKind::frame_dropped);
    EXPECT_EQ(reader.record.code, static_cast<std::uint8_t>(DropReason::mtu));
    EXPECT_EQ(reader.record.at, proto::time_at(55));
    EXPECT_EQ(reader.record.packet, 8u);
    EXPECT_EQ(reader.record.cause, 5u);
    EXPECT_EQ(reader.record.node, 3u);
    EXPECT_EQ(reader.record.port, 2);
    EXPECT_EQ(reader.record.line, 20u);
    EXPECT_EQ(reader.size, 64u);
    context.drop(2, PacketId{9}, DropReason::blocked);  // the bytes are not at hand
    EXPECT_EQ(reader.record.cause, 11u);
    EXPECT_EQ(reader.size, 0u);
}

TEST(Context, RecordsADecisionUnderTheLineOfItsRuleOrElseOfItsCause) {
    Simulator simulator(1);
    RecordLog log;
    simulator.recorder().subscribe(log);
    const Context context{simulator, 3, 11, 20};
    context.decide(Decision::rule_blocked, 1, 7, 4, 5, 33);
    context.decide(Decision::no_route, 1, 7, 6);
    EXPECT_EQ(log[0].kind, RecordKind::decision);
    EXPECT_EQ(log[0].code, static_cast<std::uint8_t>(Decision::rule_blocked));
    EXPECT_EQ(log[0].a, 4u);
    EXPECT_EQ(log[0].b, 5u);
    EXPECT_EQ(log[0].line, 33u);
    EXPECT_EQ(log[1].line, 20u);
    EXPECT_EQ(log[1].cause, 11u);
}

}  // namespace
}  // namespace layerlab::sim
