#include "sim/net/link.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using proto::time_at;
using test::Bare;
using test::buffer;

// Two bare nodes at one cable.
struct Cable {
    Simulator simulator;
    Bare a{0, "a"}, b{1, "b"};
    std::unique_ptr<Link> link;

    explicit Cable(LinkSettings settings = {}, std::uint64_t seed = 1) : simulator(seed) {
        simulator.add(a);
        simulator.add(b);
        const PortId pa = a.add_port(MacAddress::from_number(2)), pb = b.add_port(MacAddress::from_number(4));
        link = std::make_unique<Link>(simulator, a, pa, b, pb, settings);
    }
    PacketId send(std::size_t size, std::uint8_t first = 0) {
        PacketRef frame = simulator.packets().make(buffer(size, first));
        frame.set_identity(a.next_packet_id(), 0);
        const PacketId id = frame.id();
        Context context{simulator, a.id()};
        a.send(context, 0, std::move(frame));
        return id;
    }
    void change(const LinkSettings& settings) {
        Context context{simulator, no_node};
        link->change(context, settings);
    }
    void run_until(Time t) { simulator.run_until(t); }
    std::uint64_t drops(DropReason r) { return simulator.stats().drops[static_cast<std::size_t>(r)]; }
    std::vector<std::int64_t> arrivals() const {
        std::vector<std::int64_t> times;
        for (const auto& s : b.seen) times.push_back(proto::nanoseconds(s.at));
        return times;
    }
};

LinkSettings at_rate(std::uint64_t rate, Duration delay = 5us) {
    LinkSettings s;
    s.rate.bits_per_second = rate;
    s.delay = delay;
    return s;
}

TEST(Link, DeliversAFrameAfterItsSerialisationAndThePropagation) {
    Cable cable(at_rate(1'000'000'000));
    cable.send(60);    // (60 + 24) * 8 bits at a bit per nanosecond
    cable.send(1514);  // waits for the first one
    cable.run_until(time_at(1'000'000));
    EXPECT_EQ(cable.arrivals(), (std::vector<std::int64_t>{5000 + 672, 5000 + 672 + 12304}));

    Cable slow(at_rate(10'000'000, 1ms));
    slow.send(60);
    slow.run_until(time_at(1'000'000'000));
    EXPECT_EQ(slow.arrivals(), (std::vector<std::int64_t>{1'000'000 + 67'200}));
}

TEST(Link, MarksWhatMayBeMarkedWhereManyWait) {
    LinkSettings settings = at_rate(1'000'000);
    settings.mark_packets = 2;
    Cable cable(settings);
    const auto send_ip = [&](std::uint8_t service) {
        std::vector<std::uint8_t> frame(60);
        proto::store_be16(frame.data() + 12, 0x0800);
        frame[14] = 0x45;
        frame[15] = service;
        PacketRef packet = cable.simulator.packets().make(frame);
        packet.set_identity(cable.a.next_packet_id(), 0);
        Context context{cable.simulator, cable.a.id()};
        cable.a.send(context, 0, std::move(packet));
    };
    for (const int service : {2, 2, 2, 2, 0, 1}) send_ip(static_cast<std::uint8_t>(service));
    cable.run_until(time_at(1'000'000'000));
    std::vector<int> arrived;
    for (const auto& s : cable.b.seen) arrived.push_back(s.bytes[15]);
    EXPECT_EQ(arrived, (std::vector<int>{2, 2, 2, 3, 0, 3})) << "one is on the cable, two wait: from here on";
}

TEST(Link, TakesNoTimeForSerialisationWithoutARate) {
    Cable cable(at_rate(0, 7ns));
    for (int i = 0; i < 3; ++i) cable.send(1514);
    cable.run_until(time_at(100));
    EXPECT_EQ(cable.arrivals(), (std::vector<std::int64_t>{7, 7, 7}));
}

TEST(Link, CarriesFractionsOfANanosecondSoThatManyFramesTakeExactlyTheirTime) {
    LinkSettings settings = at_rate(3'000'000'000, 0ns);
    settings.queue_packets = 0;
    Cable cable(settings);
    for (int i = 0; i < 3000; ++i) cable.send(61);  // 680 bits: 226 2/3 ns
    cable.run_until(time_at(1'000'000));
    const auto times = cable.arrivals();
    ASSERT_EQ(times.size(), 3000u);
    for (std::size_t i = 0; i < times.size(); ++i)
        ASSERT_EQ(times[i], static_cast<std::int64_t>((i + 1) * 680 / 3)) << i;
}

TEST(Link, OwesNoFractionOfANanosecondAfterAPause) {
    Cable cable(at_rate(3'000'000'000, 0ns));
    for (int i = 0; i < 3; ++i) {  // each would leave two thirds
        cable.run_until(time_at(1000 * i));
        cable.send(61);
    }
    cable.run_until(time_at(10'000));
    EXPECT_EQ(cable.arrivals(), (std::vector<std::int64_t>{226, 1226, 2226}));
}

TEST(Link, KeepsItsRateWhenTheNextFrameComesTheMomentTheLastOneHasLeft) {
    Cable cable(at_rate(3'000'000'000, 0ns));
    for (std::int64_t i = 0; i < 3000; ++i) {
        cable.run_until(time_at(i * 680 / 3));
        cable.send(61);
    }
    cable.run_until(time_at(1'000'000));
    EXPECT_EQ(cable.arrivals().back(), 680'000);
    EXPECT_EQ(cable.drops(DropReason::queue), 0u);
}

TEST(Link, ForgetsTheFractionWhenTheRateChanges) {
    Cable cable(at_rate(3'000'000'000, 0ns));
    cable.send(61);
    cable.run_until(time_at(1000));
    cable.change(at_rate(1000, 0ns));
    cable.send(61);
    cable.run_until(time_at(2'000'000'000));
    EXPECT_EQ(cable.arrivals(), (std::vector<std::int64_t>{226, 1000 + 680'000'000}));
}

TEST(Link, IsFullDuplex) {
    Cable cable;
    cable.send(1514);
    Context context{cable.simulator, cable.b.id()};
    cable.b.send(context, 0, cable.simulator.packets().make(buffer(1514)));
    cable.run_until(time_at(100'000));
    ASSERT_EQ(cable.a.seen.size(), 1u);
    EXPECT_EQ(cable.a.seen[0].at, cable.b.seen[0].at);
}

TEST(Link, DropsWhatFindsTheQueueFullOfPackets) {
    LinkSettings settings = at_rate(1'000'000, 0ns);
    settings.queue_packets = 2;
    Cable cable(settings);
    for (int i = 0; i < 5; ++i) cable.send(60, static_cast<std::uint8_t>(i));
    EXPECT_EQ(cable.drops(DropReason::queue), 2u);
    cable.run_until(time_at(672'000));  // the first has gone, the second begins: one place is free
    cable.send(60, 9);
    cable.send(60, 10);
    EXPECT_EQ(cable.drops(DropReason::queue), 3u);
    cable.run_until(time_at(10'000'000));
    std::string order;
    for (const auto& s : cable.b.seen) order += std::to_string(s.bytes[0]) + " ";
    EXPECT_EQ(order, "0 1 2 9 ");
}

TEST(Link, DropsWhatFindsTheQueueFullOfBytes) {
    LinkSettings settings = at_rate(1'000'000, 0ns);
    settings.queue_packets = 0;
    settings.queue_bytes = 1000;
    Cable cable(settings);
    cable.send(1000);
    cable.send(600);
    cable.send(500);  // does not fit
    cable.send(400);
    EXPECT_EQ(cable.drops(DropReason::queue), 1u);
    cable.run_until(time_at(100'000'000));
    EXPECT_EQ(cable.b.seen.size(), 3u);
}

TEST(Link, DropsWhatIsLargerThanItsMtuWithAnEthernetHeaderAndATag) {
    LinkSettings settings;
    settings.mtu = 1000;
    Cable cable(settings);
    EXPECT_EQ(cable.a.ports()[0].mtu, 1000);
    cable.send(1018);
    cable.send(1019);
    cable.run_until(time_at(1'000'000));
    EXPECT_EQ(cable.b.seen.size(), 1u);
    EXPECT_EQ(cable.drops(DropReason::mtu), 1u);
}

LinkSettings with(const Impairments& impairments) {
    LinkSettings s;
    s.queue_packets = 0;
    s.impairments = impairments;
    return s;
}
constexpr std::uint32_t percent = 10'000'000;

TEST(Link, LosesItsShareAndTheSameFramesInEveryRunOfTheSeed) {
    const auto lost = [](std::uint64_t seed) {
        Cable cable(with({.loss = 10 * percent}), seed);
        for (int i = 0; i < 2000; ++i) cable.send(60);
        cable.run_until(time_at(1'000'000'000));
        EXPECT_EQ(cable.b.seen.size() + cable.drops(DropReason::loss), 2000u);
        EXPECT_NEAR(static_cast<double>(cable.drops(DropReason::loss)), 200, 50);
        std::vector<PacketId> ids;
        for (const auto& s : cable.b.seen) ids.push_back(s.id);
        return ids;
    };
    EXPECT_EQ(lost(1), lost(1));
    EXPECT_NE(lost(1), lost(2));
}

TEST(Link, GivesADuplicateAnIdentityThatNamesItsOriginal) {
    Cable cable(with({.duplicate = 100 * percent}));
    const PacketId id = cable.send(60, 5);
    cable.run_until(time_at(1'000'000));
    ASSERT_EQ(cable.b.seen.size(), 2u);
    EXPECT_EQ(cable.b.seen[0].id, id);
    EXPECT_NE(cable.b.seen[1].id, id);
    EXPECT_EQ(cable.b.seen[1].cause, id);
    EXPECT_EQ(cable.b.seen[0].bytes, cable.b.seen[1].bytes);
}

TEST(Link, LetsReorderedFramesBeOvertakenButLosesNone) {
    Cable cable(with({.reorder = 20 * percent}));
    for (int i = 0; i < 500; ++i) cable.send(60);
    cable.run_until(time_at(1'000'000'000));
    ASSERT_EQ(cable.b.seen.size(), 500u);
    std::set<PacketId> ids;
    int overtaken = 0;
    for (std::size_t i = 0; i < 500; ++i) {
        ids.insert(cable.b.seen[i].id);
        if (i > 0) overtaken += cable.b.seen[i].id < cable.b.seen[i - 1].id;
    }
    EXPECT_EQ(ids.size(), 500u);
    EXPECT_GT(overtaken, 20);
}

TEST(Link, SpreadsArrivalsByJitterAroundTheDelay) {
    LinkSettings settings = with({.jitter = 100us});
    settings.delay = 1ms;
    Cable cable(settings);
    std::int64_t least = 1'000'000'000, most = 0;
    for (int i = 0; i < 500; ++i) {
        const Time sent = cable.simulator.now();
        cable.send(60);
        cable.run_until(sent + 10ms);
        const std::int64_t took = proto::nanoseconds(cable.b.seen.back().at - sent) - 672;
        least = std::min(least, took);
        most = std::max(most, took);
    }
    EXPECT_GE(least, 900'000);
    EXPECT_LT(least, 910'000);
    EXPECT_LE(most, 1'100'000);
    EXPECT_GT(most, 1'090'000);
}

TEST(Link, DropsDamagedFramesUnlessTheCheckMissesThem) {
    Cable detected(with({.corrupt = 100 * percent}));
    detected.send(60);
    detected.run_until(time_at(1'000'000));
    EXPECT_TRUE(detected.b.seen.empty());
    EXPECT_EQ(detected.drops(DropReason::corrupt), 1u);

    Cable missed(with({.corrupt = 100 * percent, .corrupt_undetected = true}));
    RecordLog log;
    missed.simulator.recorder().subscribe(log);
    missed.send(60);
    missed.run_until(time_at(1'000'000));
    ASSERT_EQ(missed.b.seen.size(), 1u);
    int flipped = 0;
    const auto before = buffer(60);
    for (std::size_t i = 0; i < 60; ++i) flipped += __builtin_popcount(before[i] ^ missed.b.seen[0].bytes[i]);
    EXPECT_EQ(flipped, 1);
    EXPECT_EQ(log[1].code, 1);  // and the record of the delivery keeps the bytes as they arrived
    test::Buffer scratch;
    const Bytes arrived = log.bytes(1, scratch);
    EXPECT_EQ(test::Buffer(arrived.begin(), arrived.end()), missed.b.seen[0].bytes);
    const Bytes sent = log.bytes(0, scratch);
    EXPECT_EQ(test::Buffer(sent.begin(), sent.end()), before);
}

TEST(Link, DropsWhatIsQueuedAndInFlightWhenItGoesDown) {
    Cable cable(at_rate(1'000'000, 10ms));
    for (int i = 0; i < 4; ++i) cable.send(60);
    cable.run_until(time_at(1'000'000));  // one is on its way, one is being sent, two wait
    LinkSettings settings = cable.link->settings();
    settings.up = false;
    cable.change(settings);
    EXPECT_EQ(cable.drops(DropReason::link_down), 4u);
    EXPECT_EQ(cable.a.carriers, "0down ");
    EXPECT_EQ(cable.b.carriers, "0down ");
    cable.send(60);
    EXPECT_EQ(cable.drops(DropReason::link_down), 5u);
    settings.up = true;
    cable.change(settings);
    cable.change(settings);  // nothing changes: nobody is told
    EXPECT_EQ(cable.a.carriers, "0down 0up ");
    cable.send(60);  // begins at once: what was in front of it is gone
    cable.run_until(time_at(1'000'000'000));
    EXPECT_EQ(cable.arrivals(), (std::vector<std::int64_t>{1'000'000 + 672'000 + 10'000'000}));
}

TEST(Link, NeverLetsAShorterDelayOvertake) {
    Cable cable(at_rate(1'000'000'000, 10ms));
    const PacketId first = cable.send(60);
    cable.run_until(time_at(1'000'000));
    cable.change(at_rate(1'000'000'000, 1us));
    const PacketId second = cable.send(60);
    cable.run_until(time_at(100'000'000));
    ASSERT_EQ(cable.b.seen.size(), 2u);
    EXPECT_EQ(cable.b.seen[0].id, first);
    EXPECT_EQ(cable.b.seen[1].id, second);
    EXPECT_EQ(cable.b.seen[1].at, cable.b.seen[0].at);
}

TEST(Link, DropsWhatArrivesAtADeviceWithoutPower) {
    Cable cable;
    Context context{cable.simulator, cable.b.id()};
    cable.send(60);
    cable.b.set_up(context, false);
    cable.run_until(time_at(1'000'000));
    EXPECT_TRUE(cable.b.seen.empty());
    EXPECT_EQ(cable.drops(DropReason::device_down), 1u);
}

// A burst pattern over an impaired, slow link with a short queue.
std::vector<std::int64_t> busy_run(RecordLog* log) {
    LinkSettings settings = at_rate(30'000'000, 300us);
    settings.queue_packets = 20;
    settings.impairments = {.jitter = 20us, .loss = percent, .duplicate = 2 * percent, .reorder = 2 * percent};
    Cable cable(settings, 3);
    if (log) cable.simulator.recorder().subscribe(*log);
    Rng rng(9, "pattern");
    for (int i = 0; i < 300; ++i) {
        for (std::uint64_t n = rng.below(8); n > 0; --n) cable.send(60 + rng.below(1400));
        cable.run_until(cable.simulator.now() + Duration(static_cast<std::int64_t>(rng.below(2'000'000))));
    }
    cable.run_until(cable.simulator.now() + 10s);
    return cable.arrivals();
}

TEST(Link, DeliversAtTheSameTimesWhetherSomebodyRecordsOrNot) {
    RecordLog log;
    const auto quiet = busy_run(nullptr);
    EXPECT_EQ(busy_run(&log), quiet);
    EXPECT_GT(quiet.size(), 500u);
}

TEST(Link, RecordsEachFrameWhenItBeginsAndWhenItEnds) {
    RecordLog log;
    busy_run(&log);
    std::set<PacketId> sent, ended;
    for (std::uint64_t i = 0; i < log.end(); ++i) {
        const Record& r = log[i];
        if (r.kind == RecordKind::frame_sent) {
            EXPECT_TRUE(sent.insert(r.packet).second);
        } else if (r.code != static_cast<std::uint8_t>(DropReason::queue)) {
            EXPECT_TRUE(sent.count(r.packet)) << "ended before it began";
            EXPECT_TRUE(ended.insert(r.packet).second);
        }
        EXPECT_GE(r.at, log[i == 0 ? 0 : i - 1].at);
    }
    EXPECT_EQ(sent, ended);
}

TEST(Link, RecordsTheBeginningOfWaitingFramesInTimeAfterACut) {
    Cable cable(at_rate(100'000, 0ns));
    RecordLog log;
    cable.simulator.recorder().subscribe(log);
    cable.send(1226);  // 100 ms
    cable.send(60);    // would begin at 100 ms
    cable.run_until(time_at(10'000'000));
    LinkSettings settings = cable.link->settings();
    settings.up = false;
    cable.change(settings);
    settings.up = true;
    settings.rate.bits_per_second = 1'000'000;
    cable.change(settings);
    cable.send(60);
    const PacketId last = cable.send(60);  // begins 672 us later
    cable.run_until(time_at(1'000'000'000));
    std::vector<Time> begun;
    for (std::uint64_t i = 0; i < log.end(); ++i)
        if (log[i].packet == last && log[i].kind == RecordKind::frame_sent) begun.push_back(log[i].at);
    EXPECT_EQ(begun, (std::vector<Time>{time_at(10'000'000 + 672'000)}));
    EXPECT_EQ(log[log.end() - 1].packet, last);
    EXPECT_EQ(log[log.end() - 1].kind, RecordKind::frame_delivered);
}

}  // namespace
}  // namespace layerlab::sim
