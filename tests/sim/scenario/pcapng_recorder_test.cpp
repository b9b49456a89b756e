#include "sim/scenario/pcapng_recorder.hpp"

#include "capture/pcapng_file.hpp"
#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {
namespace {

using K = RecordKind;

// A sink whose bytes can be read when the recorder has been destroyed.
struct SharedSink final : capture::ByteSink {
    explicit SharedSink(Octets& bytes) : out(bytes) {}
    proto::Result<void> append(Bytes record) override {
        if (out.size() > limit) return proto::fail("the disk is full");
        out.insert(out.end(), record.begin(), record.end());
        return {};
    }
    proto::Result<void> flush() override { return {}; }

    Octets& out;
    std::size_t limit = 1u << 24;
};

struct Written {
    std::string interface, comment;
    std::int64_t time = 0;
    Octets bytes;
    std::optional<std::uint32_t> flags{};
};

std::vector<Written> read(const Octets& file) {
    std::vector<Written> all;
    auto source = capture::PcapngReader::open(std::make_unique<capture::MemorySource>(file));
    EXPECT_TRUE(source.has_value());
    while (source) {
        auto frame = (*source)->next();
        EXPECT_TRUE(frame.has_value());
        if (!frame || !*frame) return all;
        all.push_back({std::string((*source)->interface_name((*frame)->interface)), std::string((*frame)->comment),
                       proto::nanoseconds((*frame)->time), Octets((*frame)->bytes.begin(), (*frame)->bytes.end()),
                       (*frame)->flags});
    }
    return all;
}

struct Recording : Parsed {
    explicit Recording(std::string_view text, const std::vector<std::string>& at = {}) : Parsed(text) {
        auto made = PcapngRecorder::create(std::make_unique<SharedSink>(file), scenario(), plan, at);
        EXPECT_TRUE(made.has_value());
        if (made) recorder = std::move(*made);
    }
    std::vector<Written> finish() {
        EXPECT_TRUE(recorder->finish().has_value());
        return read(file);
    }

    Octets file;
    std::unique_ptr<PcapngRecorder> recorder;
};

TEST(PcapngRecorder, NamesPortsAndKeepsWallClockTime) {
    Recording r(two_hosts);
    tell(*r.recorder, {K::frame_sent, 7, 0, 0, 1}, echo_frame());
    tell(*r.recorder, {K::frame_delivered, 5672, 2, 0, 1}, echo_frame());
    tell(*r.recorder, {K::frame_sent, 5673, 1, 0xfffe, 2}, echo_frame());
    const auto frames = r.finish();
    ASSERT_EQ(frames.size(), 3u);
    EXPECT_EQ(frames[0].interface, "a.eth0");
    EXPECT_EQ(frames[0].time, 1'767'225'600'000'000'007);
    EXPECT_EQ(frames[0].bytes, echo_frame());
    EXPECT_EQ(frames[0].comment, "");
    EXPECT_EQ(frames[1].interface, "sw.eth0");
    EXPECT_EQ(frames[2].interface, "b.lo");
}

TEST(PcapngRecorder, WritesDecisionsAndDropsAsComments) {
    Recording r(two_hosts);
    tell(*r.recorder, decided(0, 0, 0, 1, Decision::arp_missed, 0x0a00'0002));
    tell(*r.recorder, {K::frame_sent, 7, 0, 0, 1}, echo_frame());
    tell(*r.recorder, {K::frame_delivered, 10, 1, 0, 1}, echo_frame());
    Happening blocked = decided(10, 1, 0, 1, Decision::rule_blocked, 2);
    blocked.line = 4;
    tell(*r.recorder, blocked);
    tell(*r.recorder, dropped(10, 1, 0, 1, DropReason::blocked));
    const auto frames = r.finish();
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].comment,
              "a does not have 10.0.0.2 in its ARP cache, so it asks everyone on eth0 (at 0.000000000 s)");
    EXPECT_EQ(frames[1].comment,
              "b blocks it by rule 2 and says nothing (x.lab:4)\n"
              "dropped at b.eth0: blocked: a rule or filter blocked it");
}

TEST(PcapngRecorder, WritesFramesThatDidNotArriveToAnInterfaceOfTheirOwn) {
    Recording r(two_hosts);
    tell(*r.recorder, dropped(10, 2, 1, 1, DropReason::queue), echo_frame());
    tell(*r.recorder, dropped(20, 0, 0, 2, DropReason::no_neighbor), echo_packet());
    const auto frames = r.finish();
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].interface, "(dropped)");
    EXPECT_EQ(frames[0].comment, "dropped at sw.eth1: queue: the queue in front of the link was full");
    EXPECT_EQ(frames[1].interface, "(dropped)");
    EXPECT_EQ(frames[1].bytes.size(), 14 + echo_packet().size()) << "gets a link header without addresses";
}

TEST(PcapngRecorder, SaysWhichWayAFrameWent) {
    Recording r(two_hosts);
    tell(*r.recorder, {K::frame_sent, 7, 0, 0, 1}, echo_frame());
    tell(*r.recorder, {K::frame_delivered, 9, 2, 0, 1}, echo_frame());
    tell(*r.recorder, {K::frame_sent, 10, 0, 0, 2}, echo_frame());
    tell(*r.recorder, {K::frame_dropped, 10, 0, 0, 2, static_cast<std::uint8_t>(DropReason::loss)}, echo_frame());
    const auto frames = r.finish();
    ASSERT_EQ(frames.size(), 4u);
    EXPECT_EQ(frames[0].flags, capture::flag_outbound);
    EXPECT_EQ(frames[1].flags, capture::flag_inbound);
    EXPECT_EQ(frames[2].flags, capture::flag_outbound);
    EXPECT_EQ(frames[3].interface, "(dropped)");
    EXPECT_FALSE(frames[3].flags.has_value());
}

TEST(PcapngRecorder, WritesOnlyThePortsThatAreWanted) {
    Recording r(two_hosts, {"sw.eth1", "b"});
    tell(*r.recorder, {K::frame_sent, 7, 0, 0, 1}, echo_frame());
    tell(*r.recorder, {K::frame_delivered, 8, 2, 0, 1}, echo_frame());
    tell(*r.recorder, {K::frame_sent, 8, 2, 1, 1}, echo_frame());
    tell(*r.recorder, {K::frame_delivered, 9, 1, 0, 1}, echo_frame());
    const auto frames = r.finish();
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(frames[0].interface, "sw.eth1");
    EXPECT_EQ(frames[0].comment, "frame 3 of the run");
    EXPECT_EQ(frames[1].interface, "b.eth0");
}

TEST(PcapngRecorder, SaysWhichPlacesThereAre) {
    const Parsed parsed(two_hosts);
    const auto error_of = [&](const char* name) {
        Octets file;
        const auto made =
            PcapngRecorder::create(std::make_unique<SharedSink>(file), parsed.scenario(), parsed.plan, {name});
        return made ? std::string() : made.error().message + " | " + made.error().hint;
    };
    EXPECT_EQ(error_of("c"), "there is no device \"c\" | ");
    EXPECT_EQ(error_of("sw.eth7").substr(0, 21), "sw has no port \"eth7\"");
    EXPECT_EQ(error_of("sw.eth0"), "");
}

TEST(PcapngRecorder, TellsTheFirstErrorOfWriting) {
    const Parsed parsed(two_hosts);
    Octets file;
    auto sink = std::make_unique<SharedSink>(file);
    sink->limit = 1000;
    auto made = PcapngRecorder::create(std::move(sink), parsed.scenario(), parsed.plan);
    ASSERT_TRUE(made.has_value());
    for (int i = 0; i < 100; ++i) tell(**made, {K::frame_sent, i, 0, 0, 1}, echo_frame());
    const auto finished = (*made)->finish();
    ASSERT_FALSE(finished.has_value());
    EXPECT_EQ(finished.error().message, "the disk is full");
}

TEST(PcapngRecorder, RecordsARun) {
    Recording r(std::string(two_hosts) + "a$ ping -c 1 b\n");
    run(r, *r.recorder);
    const auto frames = r.finish();
    ASSERT_GE(frames.size(), 16u) << "ARP and echo, there and back, two links each, both ends";
    EXPECT_EQ(frames[0].interface, "a.eth0");
}

}  // namespace
}  // namespace layerlab::sim::scenario
