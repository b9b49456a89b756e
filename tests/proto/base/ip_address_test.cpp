#include "proto/base/ip_address.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto {
namespace {

Ipv6Address six(const char* text) { return Ipv6Address::parse(text).value(); }

TEST(IpAddress, MakesTheSolicitedNodeGroupOfRfc4291) {
    EXPECT_EQ(solicited_node(six("4037::1:800:200e:8c6c")), six("ff02::1:ff0e:8c6c"));  // section 2.7.1
    EXPECT_EQ(multicast_mac(six("ff02::1:ff0e:8c6c")).to_string(), "33:33:ff:0e:8c:6c");
}

TEST(IpAddress, MakesTheLinkLocalAddressFromTheMac) {
    EXPECT_EQ(link_local_address(MacAddress::parse("34:56:78:9a:bc:de").value()), six("fe80::3656:78ff:fe9a:bcde"));
    EXPECT_EQ(link_local_address(MacAddress::parse("02:00:00:00:00:01").value()), six("fe80::ff:fe00:1"));
}

TEST(IpAddress, ClearsHostBitsAtEveryPrefixLength) {
    const Ipv6Address all = ipv6_from(~std::uint64_t{0}, ~std::uint64_t{0});
    EXPECT_EQ(network_of({all, 0}), six("::"));
    EXPECT_EQ(network_of({all, 64}), six("ffff:ffff:ffff:ffff::"));
    EXPECT_EQ(network_of({all, 65}), six("ffff:ffff:ffff:ffff:8000::"));
    EXPECT_EQ(network_of({all, 128}), all);
}

TEST(IpAddress, HoldsBothFamilies) {
    const IpAddress four = Ipv4Address::parse("10.0.0.1").value(), none, other = six("2001:db8::1");
    EXPECT_TRUE(four.is_v4());
    EXPECT_EQ(four.v4().to_string(), "10.0.0.1");
    EXPECT_EQ(four.to_string(), "10.0.0.1");
    EXPECT_TRUE(other.is_v6());
    EXPECT_TRUE(other.v4().is_zero());
    EXPECT_EQ(other.to_string(), "2001:db8::1");
    EXPECT_TRUE(none.is_zero());
    EXPECT_FALSE(none.is_v4() || none.is_v6());
    EXPECT_TRUE(IpAddress(Ipv4Address{}).is_zero());
}

TEST(IpAddress, KnowsWhatMeansSomethingOnOneLinkOnly) {
    EXPECT_TRUE(needs_zone(six("fe80::1")));
    EXPECT_TRUE(needs_zone(six("ff02::1")));
    EXPECT_FALSE(needs_zone(six("ff0e::1")));
    EXPECT_FALSE(needs_zone(six("2001:db8::1")));
}

TEST(IpAddress, CountsCommonBits) {
    EXPECT_EQ(common_prefix_length(six("2001:db8::1"), six("2001:db8::1")), 128u);
    EXPECT_EQ(common_prefix_length(six("2001:db8::1"), six("2001:db9::1")), 31u);
    EXPECT_EQ(common_prefix_length(six("::"), six("8000::")), 0u);
}

}  // namespace
}  // namespace layerlab::proto
