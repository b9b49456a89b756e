#include "proto/wire/neighbor_discovery.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::wire {
namespace {

TEST(NeighborDiscovery, ARouterAdvertisementComesBackAsItWas) {
    RouterAdvertisement ra;
    ra.managed = true;
    ra.router_lifetime = 600;
    ra.options.source_mac = MacAddress::parse("02:00:00:00:00:01").value();
    ra.options.mtu = 1400;
    ra.options.prefixes.push_back({.prefix = Ipv6Prefix::parse("2001:db8::/64").value(), .valid_lifetime = 9});
    ra.options.prefixes[0].preferred_lifetime = 8;
    ra.options.dns_servers = {Ipv6Address::parse("2001:db8::53").value()};
    ra.options.dns_lifetime = 77;
    const Message m = make_router_advertisement(ra);
    const auto back = parse_router_advertisement(m);
    ASSERT_TRUE(back);
    EXPECT_TRUE(back->managed);
    EXPECT_FALSE(back->other);
    EXPECT_EQ(back->router_lifetime, 600);
    EXPECT_EQ(back->options.source_mac, ra.options.source_mac);
    EXPECT_EQ(back->options.mtu, ra.options.mtu);
    EXPECT_EQ(back->options.prefixes, ra.options.prefixes);
    EXPECT_EQ(back->options.dns_servers, ra.options.dns_servers);
    EXPECT_EQ(back->options.dns_lifetime, 77u);
    for (std::size_t n = 0; n < m.size(); ++n) {  // cut anywhere: refused, or fewer options
        const auto cut = parse_router_advertisement(Bytes(m).first(n));
        if (cut) {
            EXPECT_EQ(make_router_advertisement(*cut), Message(m.begin(), m.begin() + static_cast<std::ptrdiff_t>(n)));
        }
    }
}

TEST(NeighborDiscovery, OptionsOfLengthZeroOrBeyondTheEndAreRefused) {
    EXPECT_FALSE(parse_neighbor_options(std::vector<std::uint8_t>{1, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_FALSE(parse_neighbor_options(std::vector<std::uint8_t>{1, 2, 0, 0, 0, 0, 0, 0}));
    EXPECT_FALSE(parse_neighbor_options(std::vector<std::uint8_t>{1}));
    EXPECT_TRUE(parse_neighbor_options(std::vector<std::uint8_t>{}));
    EXPECT_TRUE(parse_neighbor_options(std::vector<std::uint8_t>{99, 1, 0, 0, 0, 0, 0, 0}));
}

TEST(NeighborDiscovery, ARedirectQuotesAtMostWhat1280BytesAllow) {
    const std::vector<std::uint8_t> packet(3000, 1);
    const Ipv6Address a = Ipv6Address::parse("fe80::1").value();
    const Message m = make_redirect(a, a, MacAddress{}, packet);
    EXPECT_LE(m.size() + 40, 1280u);
    EXPECT_GT(m.size() + 40, 1272u);
    EXPECT_TRUE(parse_neighbor_options(Bytes(m).subspan(40)));
}

TEST(MldMessages, ReadsReportsOfBothVersionsAndRefusesDamagedOnes) {
    const Ipv6Address group = Ipv6Address::parse("ff02::1:3").value();
    const Message report = make_mld_report({{MldRecordType::to_exclude, group}, {MldRecordType::to_include, group}});
    const auto records = parse_mld_report(report);
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 2u);
    EXPECT_EQ(records->at(1).type, MldRecordType::to_include);
    EXPECT_EQ(records->at(1).group, group);
    for (std::size_t n = 0; n < report.size(); ++n) EXPECT_FALSE(parse_mld_report(Bytes(report).first(n)));
    Message many = report;
    store_be16(many.data() + 10, 5);  // sources that are not there
    EXPECT_FALSE(parse_mld_report(many));
    Message old(24);
    old[0] = 132;
    group.store(old.data() + 8);
    EXPECT_EQ(parse_mld_report(old).value().at(0).type, MldRecordType::to_include);
    old.resize(23);
    EXPECT_FALSE(parse_mld_report(old));
}

TEST(MldMessages, AQueryComesBackAsItWas) {
    const Ipv6Address group = Ipv6Address::parse("ff02::1:3").value();
    const Message message = make_mld_query({group, 1000, true});
    const auto query = parse_mld_query(message);
    ASSERT_TRUE(query);
    EXPECT_EQ(query->group, group);
    EXPECT_EQ(query->most_delay_ms, 1000u);
    EXPECT_TRUE(query->suppress);
    EXPECT_FALSE(parse_mld_query(Bytes(message).first(24))->suppress) << "version 1 has no such bit";
    EXPECT_FALSE(parse_mld_query(Bytes(message).first(23)));
    Message slow = message;
    store_be16(slow.data() + 4, 0x8001);
    EXPECT_EQ(parse_mld_query(slow)->most_delay_ms, 0x1001u << 3);
}

}  // namespace
}  // namespace layerlab::proto::wire
