// What a router does with packets of others.
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using test::address;
using test::Bare;
using test::Buffer;
using test::buffer;

// The bench's host is a router: its second port leads to 10.0.9.2, whose MAC it knows.
struct Router : test::Bench {
    Bare next{78, "next"};
    const Ipv4Address inner = address("10.0.9.2");

    explicit Router(std::uint16_t mtu = 1500) {
        simulator().add(next);
        LinkSettings settings;
        settings.mtu = mtu;
        connect(host, next, settings);
        host.stack().forwards = true;
        host.stack().add_address(1, test::prefix("10.0.9.1/24"));
        Context context = at_host();
        host.stack().set_permanent_neighbor(context, inner, next.ports()[0].mac);
    }
    void pass(Ipv4Address to, const test::IpParts& parts = {}, std::size_t size = 100) {
        inject(test::ethernet(host_mac(), peer_mac(), 0x0800, test::ipv4(far, to, 17, buffer(size), parts)));
    }
};

TEST(Forwarding, TakesOneFromTheTimeToLiveAndKeepsTheRest) {
    Router w;
    w.pass(w.inner);
    ASSERT_EQ(w.next.seen.size(), 1u);
    const Buffer& f = w.next.seen[0].bytes;
    EXPECT_EQ(MacAddress::load(f.data()), w.next.ports()[0].mac);
    EXPECT_EQ(MacAddress::load(f.data() + 6), w.host.ports()[1].mac);
    EXPECT_EQ(f[22], 63);
    EXPECT_TRUE(proto::ipv4_header_is_valid(f.data() + 14));
    EXPECT_EQ(Buffer(f.begin() + 34, f.end()), buffer(100));
    EXPECT_EQ(w.next.seen[0].id >> 40, 78u);  // still the packet of the peer, made by node 77
    EXPECT_EQ(w.host.stack().counters().ip_forwarded, 1u);
}

TEST(Forwarding, KeepsTheHeaderChecksumRightForEveryTimeToLive) {
    Router w;
    for (unsigned ttl = 2; ttl < 256; ++ttl)
        w.pass(w.inner, {0, static_cast<std::uint8_t>(ttl), static_cast<std::uint16_t>(ttl * 257)});
    ASSERT_EQ(w.next.seen.size(), 254u);
    for (const auto& s : w.next.seen) EXPECT_TRUE(proto::ipv4_header_is_valid(s.bytes.data() + 14));
}

TEST(Forwarding, TellsWhenTheTimeToLiveHasRunOut) {
    Router w;
    w.pass(w.inner, {0, 1});
    w.pass(w.inner, {0, 0});
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 2u);
    EXPECT_EQ(test::icmp_kind(packets[0]), "11/0");
    EXPECT_EQ(Ipv4Address::load(packets[0].data() + 12), w.own);
    EXPECT_EQ(w.drops(DropReason::ttl), 2u);
    EXPECT_TRUE(w.next.seen.empty());
}

TEST(Forwarding, TellsThatThereIsNoRoute) {
    Router w;
    w.pass(address("172.16.0.1"));
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 1u);
    EXPECT_EQ(test::icmp_kind(packets[0]), "3/0");
    EXPECT_EQ(w.drops(DropReason::no_route), 1u);
}

TEST(Forwarding, KeepsBroadcastsGroupsAndLoopbackAddressesInside) {
    Router w;
    w.host.stack().set_default_gateway(w.inner, 0);
    w.pass(address("10.0.9.255"));  // a directed broadcast
    w.pass(address("224.0.0.5"));
    w.pass(address("127.0.0.1"));
    w.inject(test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0800, test::ipv4(w.far, w.inner, 17, buffer(10))));
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, test::ipv4({}, w.inner, 17, buffer(10))));
    EXPECT_TRUE(w.next.seen.empty());
    EXPECT_TRUE(w.packets().empty());
    EXPECT_EQ(w.drops(DropReason::not_for_me), 4u);
    EXPECT_EQ(w.drops(DropReason::malformed), 1u);  // nobody may send from 0.0.0.0 but a DHCP client
}

TEST(Forwarding, IsWhatOnlyARouterDoes) {
    Router w;
    w.host.stack().forwards = false;
    w.pass(w.inner);
    EXPECT_TRUE(w.next.seen.empty());
    EXPECT_TRUE(w.packets().empty());
    EXPECT_EQ(w.host.stack().counters().ip_discarded, 1u);
}

TEST(Forwarding, CutsForASmallerMtu) {
    Router w(576);
    w.pass(w.inner, {}, 1000);
    ASSERT_EQ(w.next.seen.size(), 2u);
    EXPECT_EQ(proto::load_be16(w.next.seen[0].bytes.data() + 16), 572);  // 20 and a multiple of 8
    EXPECT_EQ(proto::load_be16(w.next.seen[0].bytes.data() + 20), 0x2000);
    EXPECT_EQ(proto::load_be16(w.next.seen[1].bytes.data() + 20), 552 / 8);
    EXPECT_EQ(w.next.seen[0].cause >> 40, 78u);  // what they are pieces of
}

TEST(Forwarding, TellsTheMtuToWhoForbidsCutting) {
    Router w(576);
    w.pass(w.inner, {0x4000}, 1000);
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 1u);
    EXPECT_EQ(test::icmp_kind(packets[0]), "3/4");
    EXPECT_EQ(proto::load_be16(packets[0].data() + 26), 576);
    EXPECT_TRUE(w.next.seen.empty());
    EXPECT_EQ(w.drops(DropReason::mtu), 1u);
}

TEST(Forwarding, WritesItsOutgoingAddressIntoARecordedRoute) {
    Router w;
    test::IpParts parts;
    parts.options = Buffer(40, 0);
    parts.options[0] = 1;
    parts.options[1] = 7;
    parts.options[2] = 39;
    parts.options[3] = 8;
    w.pass(w.inner, parts);
    ASSERT_EQ(w.next.seen.size(), 1u);
    const std::uint8_t* p = w.next.seen[0].bytes.data() + 14;
    EXPECT_TRUE(proto::ChecksumSum{}.add({p, 60}).is_valid());
    EXPECT_EQ(p[23], 12);
    EXPECT_EQ(Ipv4Address::load(p + 28), address("10.0.9.1"));
}

}  // namespace
}  // namespace layerlab::sim
