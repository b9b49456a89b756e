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
std::vector<std::uint8_t> scratch;

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
    EXPECT_EQ(log.bytes(0, scratch).size(), 5u);
    EXPECT_TRUE(log.bytes(1, scratch).empty());
    EXPECT_EQ(log.bytes(2, scratch).size(), 5u);
    EXPECT_EQ(log.bytes(3, scratch).size(), 5u);
    EXPECT_EQ(proto::as_text(log.bytes(4, scratch)), "hello");
}

// What a hop changes of a frame of 1000 bytes: both MAC addresses, TTL, header checksum.
std::vector<std::uint8_t> changed_at_hop(std::vector<std::uint8_t> bytes, std::uint8_t hop) {
    for (std::size_t i = 0; i < 12; ++i) bytes[i] = static_cast<std::uint8_t>(hop + i);
    bytes[22] = static_cast<std::uint8_t>(64 - hop);
    bytes[24] = static_cast<std::uint8_t>(bytes[24] + hop);
    return bytes;
}

TEST(RecordLog, KeepsOfALaterSendingOnlyWhatDiffers) {
    RecordLog log;
    std::vector<std::uint8_t> first(1000);
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = static_cast<std::uint8_t>(i * 7);
    for (std::uint8_t hop = 0; hop < 10; ++hop) log.on_record(numbered(1), changed_at_hop(first, hop));
    log.on_record(numbered(2), first);
    EXPECT_LT(log.memory(), 2 * 1000 + 11 * (sizeof(Record) + 4) + 9 * 40);
    for (std::uint8_t hop = 0; hop < 10; ++hop) {
        const proto::Bytes b = log.bytes(hop, scratch);
        EXPECT_EQ(std::vector<std::uint8_t>(b.begin(), b.end()), changed_at_hop(first, hop)) << int{hop};
    }
}

TEST(RecordLog, KeepsAnotherSizeOrAnotherContentWhole) {
    RecordLog log;
    std::vector<std::vector<std::uint8_t>> frames{std::vector<std::uint8_t>(100, 1), std::vector<std::uint8_t>(90, 1),
                                                  std::vector<std::uint8_t>(90, 2),  std::vector<std::uint8_t>(90, 2),
                                                  std::vector<std::uint8_t>(0),      std::vector<std::uint8_t>(90, 1)};
    for (const auto& bytes : frames) log.on_record(numbered(1), bytes);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const proto::Bytes b = log.bytes(i, scratch);
        EXPECT_EQ(std::vector<std::uint8_t>(b.begin(), b.end()), frames[i]) << i;
    }
}

TEST(RecordLog, PutsTogetherAnyChangeOfManyPackets) {
    RecordLog log;
    std::uint64_t state = 1;  // of a fixed sequence
    const auto random = [&] { return (state = state * 6364136223846793005u + 1442695040888963407u) >> 33; };
    std::vector<std::vector<std::uint8_t>> frames;
    std::vector<std::uint8_t> bytes(300);
    for (std::size_t n = 0; n < 5000; ++n) {
        for (std::uint64_t changes = random() % 20; changes > 0; --changes)
            bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
        frames.push_back(bytes);
        log.on_record(numbered(random() % 100), bytes);
    }
    for (std::size_t n = 0; n < frames.size(); ++n) {
        const proto::Bytes b = log.bytes(n, scratch);
        ASSERT_EQ(std::vector<std::uint8_t>(b.begin(), b.end()), frames[n]) << n;
    }
}

TEST(RecordLog, KeepsEverythingWithoutABound) {
    RecordLog log;
    for (std::uint64_t i = 0; i < 5000; ++i) log.on_record(numbered(i), frame);
    EXPECT_EQ(log.first(), 0u);
    EXPECT_EQ(log.end(), 5000u);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        ASSERT_EQ(log[i].packet, i);
        ASSERT_EQ(log.bytes(i, scratch).size(), 5u);
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
    EXPECT_EQ(log.bytes(99'999, scratch).size(), 5u);
}

}  // namespace
}  // namespace layerlab::sim
