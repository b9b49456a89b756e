#include "sim/scenario/frame_list.hpp"

#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {
namespace {

using K = RecordKind;

struct Listed final : FrameList {
    std::vector<FrameEntry> entries;
    std::vector<Octets> bytes;
    void on_frame(const FrameEntry& entry) override {
        entries.push_back(entry);
        bytes.emplace_back(entry.bytes.begin(), entry.bytes.end());
    }
    std::vector<std::uint64_t> numbers() const {
        std::vector<std::uint64_t> all;
        for (const FrameEntry& e : entries) all.push_back(e.number);
        return all;
    }
};

TEST(FrameList, NumbersFramesInTheOrderOfTheRecords) {
    Listed list;
    tell(list, {K::command_started, 0, 0, 0, 9});
    tell(list, {K::frame_sent, 0, 0, 0, 1}, echo_frame(1));
    tell(list, {K::frame_sent, 0, 1, 0, 2}, echo_frame(2));
    EXPECT_TRUE(list.entries.empty()) << "remarks may still come";
    EXPECT_EQ(list.numbered(), 2u);
    tell(list, {K::frame_delivered, 10, 2, 0, 1}, echo_frame(1));
    EXPECT_EQ(list.entries.size(), 2u);
    list.flush();
    EXPECT_EQ(list.numbers(), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(list.bytes[1], echo_frame(2));
}

TEST(FrameList, PutsADropOnArrivalToTheArrival) {
    Listed list;
    tell(list, {K::frame_delivered, 10, 2, 0, 1}, echo_frame());
    tell(list, {K::frame_delivered, 10, 1, 0, 1}, echo_frame());
    tell(list, dropped(10, 1, 0, 1, DropReason::not_for_me), echo_frame());
    tell(list, dropped(10, 0, 0, 1, DropReason::queue), echo_frame());
    tell(list, dropped(20, 1, 0, 1, DropReason::ttl), echo_frame());
    tell(list, dropped(20, 1, 0, 1, DropReason::unreassembled));
    list.flush();
    EXPECT_EQ(list.numbers(), (std::vector<std::uint64_t>{1, 2, 3, 4}));
    EXPECT_TRUE(list.entries[0].remarks.empty());
    ASSERT_EQ(list.entries[1].remarks.size(), 1u);
    EXPECT_EQ(list.entries[1].remarks[0].kind, K::frame_dropped);
    EXPECT_EQ(list.entries[2].record.kind, K::frame_dropped);
}

TEST(FrameList, PutsDecisionsToTheArrivalOrToTheNextSending) {
    Listed list;
    tell(list, decided(0, 0, 0, 1, Decision::arp_missed));
    tell(list, {K::frame_sent, 5, 0, 0, 2}, echo_frame());
    tell(list, {K::frame_sent, 9, 0, 0, 1}, echo_frame());
    tell(list, {K::frame_delivered, 20, 1, 0, 1}, echo_frame());
    tell(list, decided(20, 1, 0, 1, Decision::echo_answered));
    tell(list, decided(20, 0, 0, 0, Decision::mac_learned));
    list.flush();
    ASSERT_EQ(list.entries.size(), 3u);
    EXPECT_EQ(list.entries[0].remarks.size(), 0u);
    ASSERT_EQ(list.entries[1].remarks.size(), 1u);
    EXPECT_EQ(list.entries[1].remarks[0].code, static_cast<std::uint8_t>(Decision::arp_missed));
    ASSERT_EQ(list.entries[2].remarks.size(), 1u);
}

TEST(FrameList, TreatsLoopbackAsAnArrival) {
    Listed list;
    tell(list, {K::frame_sent, 5, 0, 0xfffe, 1}, echo_frame());
    tell(list, dropped(5, 0, 0xfffe, 1, DropReason::not_for_me));
    list.flush();
    ASSERT_EQ(list.entries.size(), 1u);
    EXPECT_EQ(list.entries[0].remarks.size(), 1u);
}

TEST(FrameList, ForgetsDecisionsAboutPacketsThatAreNeverSent) {
    Listed list;
    for (PacketId i = 1; i <= 10'000; ++i) tell(list, decided(0, 0, 0, i, Decision::no_route));
    tell(list, {K::frame_sent, 5, 0, 0, 1}, echo_frame());
    tell(list, {K::frame_sent, 5, 0, 0, 10'000}, echo_frame());
    list.flush();
    EXPECT_EQ(list.entries[0].remarks.size(), 0u);
    EXPECT_EQ(list.entries[1].remarks.size(), 1u);
}

TEST(FrameList, GivesTheSameNumbersForALogThatKeepsBytesOnce) {
    const Parsed parsed(std::string(two_hosts) + "a$ ping -c 2 b\na$ ping -c 1 10.0.0.9\n");
    struct Both final : RecordReader {
        Listed direct;
        RecordLog log;
        void on_record(const Record& r, Bytes bytes) override {
            direct.on_record(r, bytes);
            log.on_record(r, bytes);
        }
    } both;
    run(parsed, both);
    both.direct.flush();
    Listed again;
    std::vector<std::uint8_t> scratch;
    for (std::uint64_t n = 0; n < both.log.end(); ++n) again.on_record(both.log[n], both.log.bytes(n, scratch));
    again.flush();
    EXPECT_GT(both.direct.entries.size(), 10u);
    EXPECT_EQ(again.numbers(), both.direct.numbers());
}

}  // namespace
}  // namespace layerlab::sim::scenario
