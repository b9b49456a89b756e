#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {
namespace {

struct Ipv6ConfigurationTest : Bench6, testing::Test {
    void advertise(std::uint16_t router_lifetime, std::uint32_t valid, std::uint32_t preferred) {
        wire::RouterAdvertisement ra;
        ra.router_lifetime = router_lifetime;
        ra.options.prefixes.push_back({.prefix = prefix6("2001:db8:5::/64")});
        ra.options.prefixes[0].valid_lifetime = valid;
        ra.options.prefixes[0].preferred_lifetime = preferred;
        ra.options.source_mac = peer_mac();
        inject_icmp(near, proto::all_nodes, wire::make_router_advertisement(ra), 255);
    }
    std::size_t made() {
        std::size_t n = 0;
        for (const auto& a : stack().interfaces()[0].addresses.all())
            n += prefix6("2001:db8:5::/64").contains(a.prefix.address) ? 1u : 0u;
        return n;
    }
    void listen() {
        Context context = at_host();
        stack().autoconfigure(context, 0);
    }
};

TEST_F(Ipv6ConfigurationTest, AStatedHostIsSilentAtTheStart) {
    run_for(std::chrono::minutes(1));
    EXPECT_TRUE(peer.seen.empty());
}

TEST_F(Ipv6ConfigurationTest, AStatedHostDoesNotListenToRouters) {
    advertise(1800, 3600, 3600);
    EXPECT_EQ(made(), 0u);
    EXPECT_EQ(stack().routes().find(six("2001:db9::1")), nullptr);
}

TEST_F(Ipv6ConfigurationTest, AsksForRoutersAndMakesItsAddress) {
    listen();
    run_for(std::chrono::seconds(3));
    EXPECT_NE(kinds().find("133/0"), std::string::npos);
    advertise(1800, 3600, 1800);
    EXPECT_EQ(made(), 1u);
    EXPECT_EQ(stack().routes().find(six("2001:db9::1"))->gateway, near);
    run_for(std::chrono::seconds(2));
    const Ipv6Address source = stack().source_for(six("2001:db8:5::99"));
    EXPECT_TRUE(prefix6("2001:db8:5::/64").contains(source));
    run_for(std::chrono::minutes(31));
    EXPECT_EQ(stack().routes().find(six("2001:db9::1")), nullptr);  // the router's time is over
    run_for(std::chrono::minutes(30));
    EXPECT_EQ(made(), 0u);
}

TEST_F(Ipv6ConfigurationTest, ALifetimeOfZeroEndsADefaultRouterAtOnce) {
    listen();
    advertise(1800, 3600, 3600);
    EXPECT_NE(stack().routes().find(six("2001:db9::1")), nullptr);
    advertise(0, 3600, 3600);
    EXPECT_EQ(stack().routes().find(six("2001:db9::1")), nullptr);
}

TEST_F(Ipv6ConfigurationTest, AdvertisementsFromOtherThanLinkLocalAddressesAreRefused) {
    listen();
    wire::RouterAdvertisement ra;
    inject_icmp(far, proto::all_nodes, wire::make_router_advertisement(ra), 255);
    EXPECT_EQ(stack().routes().find(six("2001:db9::1")), nullptr);
    EXPECT_EQ(drops(DropReason::malformed), 1u);
}

TEST_F(Ipv6ConfigurationTest, AFloodOfAdvertisementsIsBounded) {
    listen();
    for (std::uint32_t i = 0; i < 500; ++i) {
        wire::RouterAdvertisement ra;
        ra.options.prefixes.push_back({.prefix = {proto::ipv6_from(0x2001'0db8'0000'0000u | i, 0), 64}});
        inject_icmp(proto::ipv6_from(0xfe80'0000'0000'0000u, i + 10), proto::all_nodes,
                    wire::make_router_advertisement(ra), 255);
    }
    EXPECT_LE(stack().interfaces()[0].addresses.all().size(), 18u);
    EXPECT_LE(stack().routes().size(), 70u);
}

TEST_F(Ipv6ConfigurationTest, ADuplicateIsFoundAndAnotherAddressMade) {  // RFC 7217 section 6
    listen();
    run_for(std::chrono::seconds(3));
    advertise(1800, 3600, 3600);
    const Ipv6Address first = stack().interfaces()[0].addresses.all().back().prefix.address;
    inject_icmp({}, solicited_node(first), wire::make_neighbor_solicitation(first, std::nullopt), 255);
    EXPECT_EQ(made(), 1u);
    EXPECT_NE(stack().interfaces()[0].addresses.all().back().prefix.address, first);
}

TEST_F(Ipv6ConfigurationTest, ARouterAdvertisesItsPrefixesWhenAsked) {
    host.stack().forwards = true;
    Context context = at_host();
    stack().advertise(context, 0, {});
    inject_icmp(near, proto::all_routers, wire::make_router_solicitation(peer_mac()), 255);
    run_for(std::chrono::seconds(1));
    const std::vector<Buffer> first = packets();
    ASSERT_EQ(first.size(), 1u);
    const auto ra = wire::parse_router_advertisement(Bytes(first[0]).subspan(40));
    ASSERT_TRUE(ra);
    ASSERT_EQ(ra->options.prefixes.size(), 1u);
    EXPECT_EQ(ra->options.prefixes[0].prefix, prefix6("2001:db8::/64"));
    EXPECT_EQ(Ipv6Address::load(first[0].data() + 8), link_local());
    stack().stop_advertising(context, 0);
    run_for(std::chrono::milliseconds(1));
    const std::vector<Buffer> last = packets();
    ASSERT_EQ(last.size(), 1u);
    EXPECT_EQ(wire::parse_router_advertisement(Bytes(last[0]).subspan(40))->router_lifetime, 0);
}

TEST_F(Ipv6ConfigurationTest, AQueryIsAnsweredWithTheGroups) {
    Buffer query(28);
    query[0] = 130;
    proto::store_be16(query.data() + 4, 1000);
    inject_icmp(near, proto::all_nodes, query, 1);
    run_for(std::chrono::seconds(2));
    const std::vector<Buffer> got = packets();
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(Ipv6Address::load(got[0].data() + 24), proto::all_mld_routers);
    EXPECT_EQ(got[0][7], 1);
    EXPECT_EQ(got[0][48], 143);
    EXPECT_EQ(proto::load_be16(got[0].data() + 54), 2);  // the groups of two addresses
}

TEST_F(Ipv6ConfigurationTest, WhenPowerReturnsTheAddressesAreCheckedAnew) {
    Context context = at_host();
    host.set_up(context, false);
    host.set_up(context, true);
    EXPECT_FALSE(stack().is_own(own));
    run_for(std::chrono::seconds(3));
    EXPECT_TRUE(stack().is_own(own));
    const std::string seen = kinds();
    EXPECT_NE(seen.find("135/0"), std::string::npos);
    EXPECT_NE(seen.find("143/0"), std::string::npos);
}

}  // namespace
}  // namespace layerlab::sim::test
