#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {
namespace {

using machine::NeighborState;

struct Ipv6NeighborsTest : Bench6, testing::Test {
    Ipv6NeighborsTest() : Bench6(false) {}
    void advertise(std::uint8_t flags) {
        Buffer na = wire::make_neighbor_advertisement(far, {}, peer_mac());
        na[4] = flags;
        inject_icmp(far, own, na, 255);
    }
    void ping() {
        Context context = at_host();
        stack().send(context, simulator().packets().make(icmpv6(own, far, echo6())), wire::IpProtocol::icmpv6, far, {});
        run_for(std::chrono::milliseconds(1));
    }
    NeighborState state() { return stack().interfaces()[0].neighbors.entry(simulator().now(), far)->state; }
};

TEST_F(Ipv6NeighborsTest, APacketWaitsForTheAnswer) {
    ping();
    const std::vector<Buffer> asked = packets();
    ASSERT_EQ(asked.size(), 1u);
    EXPECT_EQ(asked[0][40], 135);
    EXPECT_EQ(asked[0][7], 255);
    EXPECT_EQ(Ipv6Address::load(asked[0].data() + 24), six("ff02::1:ff00:2"));
    EXPECT_EQ(MacAddress::load(peer.seen.back().bytes.data()).to_string(), "33:33:ff:00:00:02");
    advertise(0x60);
    EXPECT_EQ(kinds(), "128/0");
    EXPECT_EQ(state(), NeighborState::reachable);
}

TEST_F(Ipv6NeighborsTest, AnUnsolicitedAdvertisementIsNoProofThatWeAreHeard) {
    ping();
    advertise(0x20);
    EXPECT_EQ(state(), NeighborState::delay);  // used at once by the packet that waited
    run_for(std::chrono::seconds(6));
    EXPECT_EQ(state(), NeighborState::probe);
}

TEST_F(Ipv6NeighborsTest, GivesUpAfterThreeQuestionsAndSaysSo) {
    ping();
    run_for(std::chrono::seconds(5));
    EXPECT_EQ(kinds(), "135/0 135/0 135/0");
    EXPECT_EQ(state(), NeighborState::failed);
    EXPECT_EQ(drops(DropReason::no_neighbor), 1u);
}

TEST_F(Ipv6NeighborsTest, AnAdvertisementThatNobodyAskedForMakesNoEntry) {
    advertise(0x60);
    EXPECT_FALSE(stack().interfaces()[0].neighbors.entry(simulator().now(), far));
}

TEST_F(Ipv6NeighborsTest, ADuplicateProbeIsAnsweredToAll) {
    inject_icmp({}, solicited_node(own), wire::make_neighbor_solicitation(own, std::nullopt), 255);
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(Ipv6Address::load(got[0].data() + 24), proto::all_nodes);
    EXPECT_EQ(got[0][44], 0x20);  // override, not solicited, no router
}

TEST_F(Ipv6NeighborsTest, ARedirectIsTakenFromTheRouterInUseOnly) {
    Context context = at_host();
    stack().set_permanent_neighbor(context, 0, near, peer_mac());
    stack().add_route({}, near, 0, 0);
    const Ipv6Address target = six("2001:db9::1"), better = six("fe80::3");
    const Buffer redirect = wire::make_redirect(better, target, std::nullopt, {});
    inject_icmp(six("fe80::99"), own, redirect, 255);
    EXPECT_EQ(stack().routes().find(target)->gateway, near);
    inject_icmp(near, own, redirect, 255);
    EXPECT_EQ(stack().routes().find(target)->gateway, better);
    run_for(std::chrono::minutes(6));
    EXPECT_EQ(stack().routes().find(target)->gateway, near);
}

}  // namespace
}  // namespace layerlab::sim::test
