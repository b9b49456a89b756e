#include "sim/kernel/recorder.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim {
namespace {

Record numbered(std::uint64_t n, RecordKind kind = RecordKind::frame_sent, std::uint8_t code = 0) {
    Record r;
    r.packet = n;
    r.kind = kind;
    r.code = code;
    return r;
}
const std::vector<std::uint8_t> frame{1, 2, 3, 4, 5};

TEST(Recorder, IsOffUntilSomebodyReads) {
    Recorder recorder;
    EXPECT_FALSE(recorder.on());
    recorder.record(numbered(1), frame);
    RecordLog first, second;
    recorder.subscribe(first);
    recorder.subscribe(second);
    EXPECT_TRUE(recorder.on());
    recorder.record(numbered(2), frame);
    for (const RecordLog* log : {&first, &second}) {
        ASSERT_EQ(log->end(), 1u);
        EXPECT_EQ((*log)[0].packet, 2u);
        EXPECT_EQ((*log)[0].size, 5u);
    }
}

TEST(RecordLog, KeepsTheBytesOfAFrameOnceUnlessTheyWereDamaged) {
    RecordLog log;
    log.on_record(numbered(1), frame);
    log.on_record(numbered(1, RecordKind::frame_delivered), frame);
    log.on_record(numbered(1, RecordKind::frame_delivered, 1), frame);
    log.on_record(numbered(1, RecordKind::frame_dropped), frame);
    log.on_record(numbered(1, RecordKind::output), proto::as_bytes("hello"));
    EXPECT_EQ(log.bytes(0).size(), 5u);
    EXPECT_TRUE(log.bytes(1).empty());
    EXPECT_EQ(log.bytes(2).size(), 5u);
    EXPECT_TRUE(log.bytes(3).empty());
    EXPECT_EQ(proto::as_text(log.bytes(4)), "hello");
}

TEST(RecordLog, KeepsEverythingWithoutABound) {
    RecordLog log;
    for (std::uint64_t i = 0; i < 5000; ++i) log.on_record(numbered(i), frame);
    EXPECT_EQ(log.first(), 0u);
    EXPECT_EQ(log.end(), 5000u);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        ASSERT_EQ(log[i].packet, i);
        ASSERT_EQ(log.bytes(i).size(), 5u);
    }
    EXPECT_EQ(log.memory(), 5000 * (sizeof(Record) + 4 + 5));
}

TEST(RecordLog, GivesUpTheOldestFirstWhenItHasABound) {
    constexpr std::uint64_t bound = 500'000;
    RecordLog log(bound);
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        log.on_record(numbered(i), frame);
        ASSERT_LE(log.memory(), bound + 3 * 1024 * (sizeof(Record) + 9));
    }
    EXPECT_EQ(log.end(), 100'000u);
    EXPECT_GT(log.first(), 90'000u);
    EXPECT_LE(log.end() - log.first(), 10'000u);
    EXPECT_EQ(log[log.first()].packet, log.first());
    EXPECT_EQ(log[99'999].packet, 99'999u);
    EXPECT_EQ(log.bytes(99'999).size(), 5u);
}

}  // namespace
}  // namespace layerlab::sim
