#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {
namespace {

struct Ipv6ForwardTest : Bench6, testing::Test {
    Bare behind{78, "behind"};
    const Ipv6Address target = six("2001:db8:2::2");

    Ipv6ForwardTest() {
        host.stack().forwards = true;
        simulator().add(behind);
        connect(host, behind);
        Context context = at_host();
        stack().add_address(context, 1, prefix6("2001:db8:2::1/64"), false);
        stack().set_permanent_neighbor(context, 1, target, behind.ports()[0].mac);
    }
    void through(const Ipv6Address& from, const Ipv6Address& to, std::uint8_t hops = 64, std::size_t data = 8) {
        inject(ipv6(from, to, 58, icmpv6(from, to, echo6(data)), hops));
    }
};

TEST_F(Ipv6ForwardTest, TakesOneFromTheHopLimitAndTouchesNothingElse) {
    through(far, target);
    ASSERT_EQ(behind.seen.size(), 1u);
    const Buffer expected = ipv6(far, target, 58, icmpv6(far, target, echo6()), 63);
    EXPECT_EQ(Buffer(behind.seen[0].bytes.begin() + 14, behind.seen[0].bytes.begin() + 14 + 56), expected);
}

TEST_F(Ipv6ForwardTest, SaysWhenTheHopLimitHasRunOut) {
    through(far, target, 1);
    EXPECT_EQ(kinds(), "3/0");
    EXPECT_EQ(drops(DropReason::ttl), 1u);
    EXPECT_TRUE(behind.seen.empty());
}

TEST_F(Ipv6ForwardTest, SaysThatThereIsNoRoute) {
    through(far, six("2001:db9::1"));
    EXPECT_EQ(kinds(), "1/0");
}

TEST_F(Ipv6ForwardTest, SaysThatAPacketIsTooBigAndNeverCutsIt) {
    host.ports()[1].mtu = 1280;
    through(far, target, 64, 1300);
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0][40], 2);
    EXPECT_EQ(proto::load_be32(got[0].data() + 44), 1280u);
    EXPECT_EQ(got[0].size(), 1280u);  // as much of the packet as fits
    EXPECT_TRUE(behind.seen.empty());
}

TEST_F(Ipv6ForwardTest, KeepsLinkLocalPacketsOnTheirLink) {
    through(near, target);
    EXPECT_EQ(kinds(), "1/2");
    through(far, six("fe80::99"));
    EXPECT_EQ(kinds(), "");
    EXPECT_TRUE(behind.seen.empty());
}

TEST_F(Ipv6ForwardTest, LimitsItsErrors) {
    for (int i = 0; i < 40; ++i) through(far, six("2001:db9::1"));
    EXPECT_EQ(packets().size(), 6u);  // the burst of one destination
}

TEST_F(Ipv6ForwardTest, TellsOfABetterFirstHopOnTheSameLink) {
    stack().add_route(prefix6("2001:db8:3::/64"), near, 0, 0);
    through(far, six("2001:db8:3::1"));
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 2u);
    EXPECT_EQ(got[0][40], 137);
    EXPECT_EQ(got[0][7], 255);
    EXPECT_EQ(Ipv6Address::load(got[0].data() + 48), near);
    EXPECT_EQ(got[1][40], 128);  // and forwards it all the same
}

}  // namespace
}  // namespace layerlab::sim::test
