#include "sim/scenario/packet_counter.hpp"

#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {
namespace {

using K = RecordKind;

struct Counting : Parsed {
    explicit Counting(const std::string& expectations)
        : Parsed(std::string(two_hosts) + expectations), counter(scenario(), plan) {}
    void tell(const Happening& h, const Octets& bytes = {}) { scenario::tell(counter, h, bytes); }
    void hop(std::int64_t at, PacketId packet, CauseId cause = 0) {  // a to sw to b
        tell({K::frame_sent, at, 0, 0, packet, cause}, echo_frame());
        tell({K::frame_delivered, at + 10, 2, 0, packet, cause}, echo_frame());
        tell({K::frame_sent, at + 10, 2, 1, packet, cause}, echo_frame());
        tell({K::frame_delivered, at + 20, 1, 0, packet, cause}, echo_frame());
    }
    CheckResult only() { return counter.results(proto::time_at(99)).at(0); }

    PacketCounter counter;
};

bool holds(const std::string& expectation) {
    Counting c(expectation);
    c.hop(0, 1);
    c.hop(100, 2);
    return c.only().holds;
}

TEST(PacketCounter, CountsAPacketOnceHoweverManyPortsItPasses) {
    EXPECT_TRUE(holds("expect 2: icmp"));
    EXPECT_TRUE(holds("expect 2 at sw: icmp"));
    EXPECT_TRUE(holds("expect 2 at b.eth0: icmp"));
    EXPECT_TRUE(holds("expect 1..2 at a: icmp"));
    EXPECT_TRUE(holds("expect some: ip.ttl == 64"));
    EXPECT_TRUE(holds("expect none at a: arp"));
    EXPECT_FALSE(holds("expect none at a: icmp"));
    EXPECT_FALSE(holds("expect 1: icmp"));
}

TEST(PacketCounter, DissectsOnlyFramesThatMayMatch) {
    Counting arp("expect none: arp"), tcp("expect none: tcp.port == 80"), icmp("expect 1: icmp"), any("expect 1: eth");
    for (Counting* c : {&arp, &tcp, &icmp, &any}) {
        c->hop(0, 1);
        EXPECT_TRUE(c->only().holds) << c->only().text;
    }
    EXPECT_EQ(arp.counter.dissected(), 0u);
    EXPECT_EQ(tcp.counter.dissected(), 0u);
    EXPECT_EQ(icmp.counter.dissected(), 1u);
    EXPECT_EQ(any.counter.dissected(), 1u);
}

TEST(PacketCounter, LeavesOutWhatChecksSendAndAllThatFollowsFromIt) {
    Counting c("expect 1: icmp");
    c.hop(0, 10, check_id(1));
    c.hop(100, 11, 10);
    c.hop(200, 12, 11);
    c.hop(300, 13, command_id(1));
    EXPECT_TRUE(c.only().holds) << c.only().happened;
}

TEST(PacketCounter, DoesNotTakeLoopbackForAWire) {
    Counting at("expect none at a: icmp"), anywhere("expect 1: icmp");
    for (Counting* c : {&at, &anywhere}) c->tell({K::frame_sent, 0, 0, 0xfffe, 1}, echo_frame());
    EXPECT_TRUE(at.only().holds);
    EXPECT_TRUE(anywhere.only().holds);
}

TEST(PacketCounter, CountsAtTheLoopbackThatIsNamed) {
    Counting lo("expect 1 at a.lo: icmp"), other("expect 1 at b.lo: icmp");
    for (Counting* c : {&lo, &other}) c->tell({K::frame_sent, 0, 0, 0xfffe, 1}, echo_frame());
    lo.hop(10, 2);
    EXPECT_TRUE(lo.only().holds);
    EXPECT_FALSE(other.only().holds);
    EXPECT_EQ(other.only().expected, "1 packet at b.lo: icmp");
}

TEST(PacketCounter, LooksAtEachPacketsFirstSendingWhereNoPlaceIsNamed) {
    Counting c("expect none: ip.ttl == 63");
    c.tell({K::frame_sent, 0, 0, 0, 1}, echo_frame(64));
    c.tell({K::frame_sent, 10, 2, 1, 1}, echo_frame(63));
    EXPECT_TRUE(c.only().holds);
}

TEST(PacketCounter, ComputesStatefulFieldsOverTheFramesOfThePort) {
    Counting c("expect 1 at b: frame.time_delta >= 0.0000001");
    c.hop(0, 1);
    c.hop(50, 2);
    c.hop(150, 3);
    EXPECT_TRUE(c.only().holds) << c.only().happened;
}

TEST(PacketCounter, CountsDropsByTheirReasonAndPlace) {
    const auto count = [](const std::string& expectation) {
        Counting c(expectation);
        c.tell(dropped(10, 2, 0, 1, DropReason::loss), echo_frame());
        c.tell(dropped(10, 2, 0, 1, DropReason::loss), echo_frame());
        c.tell(dropped(20, 1, no_port, 2, DropReason::no_route));
        return c.only().holds;
    };
    EXPECT_TRUE(count("expect 1 drop: loss"));
    EXPECT_TRUE(count("expect 1 at sw.eth0 drop: loss"));
    EXPECT_TRUE(count("expect 1 at a drop: loss")) << "the other end of the link";
    EXPECT_TRUE(count("expect none at b drop: loss"));
    EXPECT_TRUE(count("expect 1 at b drop: no-route"));
    EXPECT_TRUE(count("expect none drop: queue"));
}

TEST(PacketCounter, ShowsThePacketsThatMatchedOrTheLastOnesThere) {
    Counting c("expect none at b: icmp\nexpect some at b: arp\n");
    for (PacketId i = 1; i <= 7; ++i) c.hop(static_cast<std::int64_t>(i) * 1000, i);
    const auto results = c.counter.results(proto::time_at(9000));
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[0].text, "expect none at b: icmp");
    EXPECT_EQ(results[0].expected, "no packet at b: icmp");
    EXPECT_EQ(results[0].happened, "7 packets");
    ASSERT_EQ(results[0].context.size(), 6u);
    EXPECT_EQ(results[0].context[0], "the first 5 of them:");
    EXPECT_EQ(results[0].context[1].substr(0, 21), "0.000001020 b.eth0 < ");
    EXPECT_NE(results[0].context[1].find("Echo (ping) request"), std::string::npos) << results[0].context[1];
    EXPECT_EQ(results[1].expected, "at least 1 packet at b: arp");
    EXPECT_EQ(results[1].happened, "no packet");
    ASSERT_EQ(results[1].context.size(), 6u);
    EXPECT_EQ(results[1].context[0], "the last packets there:");
    EXPECT_EQ(results[1].context[5].substr(0, 12), "0.000007020 ");
}

TEST(PacketCounter, DoesNotHoldWithAFilterThatCannotBeUsed) {
    Counting c("expect none: no.such.field");
    EXPECT_FALSE(c.only().holds);
}

TEST(PacketSet, HoldsIdsOfAllSenders) {
    PacketSet set;
    EXPECT_TRUE(set.insert(proto::make_packet_id(5, 1)));
    EXPECT_FALSE(set.insert(proto::make_packet_id(5, 1)));
    EXPECT_TRUE(set.insert(proto::make_packet_id(6, 1)));
    EXPECT_TRUE(set.contains(proto::make_packet_id(6, 1)));
    EXPECT_FALSE(set.contains(proto::make_packet_id(6, 65)));
}

}  // namespace
}  // namespace layerlab::sim::scenario
