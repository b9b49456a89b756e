#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {
namespace {

struct Ipv6FilterTest : Bench6, testing::Test {};

TEST_F(Ipv6FilterTest, ABlockedPacketIsDroppedSilently) {
    stack().rules().set_default(machine::RuleAction::block, 0);
    inject_icmp(far, own, echo6());
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::blocked), 1u);
}

TEST_F(Ipv6FilterTest, ARejectedPacketIsAnswered) {
    stack().rules().set_default(machine::RuleAction::reject, 0);
    inject(ipv6(far, own, 17, udp({far, 4000}, {own, 9}, buffer(4))));
    EXPECT_EQ(kinds(), "1/4");
    Buffer syn(20);
    proto::store_be16(syn.data(), 4000);
    proto::store_be16(syn.data() + 2, 80);
    syn[12] = 5 << 4;
    syn[13] = 2;
    proto::store_be16(syn.data() + 16, proto::pseudo_header(far, own, 6, 20).add(syn).checksum());
    inject(ipv6(far, own, 6, syn));
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0][6], 6);
    EXPECT_EQ(got[0][40 + 13] & 4, 4);  // RST
}

TEST_F(Ipv6FilterTest, NeighborDiscoveryIsNotJudged) {
    stack().rules().set_default(machine::RuleAction::block, 0);
    inject_icmp(far, own, wire::make_neighbor_solicitation(own, peer_mac()), 255);
    EXPECT_EQ(kinds(), "136/0");
}

TEST_F(Ipv6FilterTest, RulesSeeThroughExtensionHeaders) {
    machine::Ipv6Rule rule;
    rule.action = machine::RuleAction::block;
    rule.protocol = std::uint8_t{58};
    stack().rules().add(rule);
    Buffer hidden{58, 0, 1, 4, 0, 0, 0, 0};
    const Buffer echo = icmpv6(far, own, echo6());
    hidden.insert(hidden.end(), echo.begin(), echo.end());
    inject(ipv6(far, own, 60, hidden));
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::blocked), 1u);
}

}  // namespace
}  // namespace layerlab::sim::test
