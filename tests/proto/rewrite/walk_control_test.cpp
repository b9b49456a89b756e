// ICMP, ICMPv6 and group management as rewrite_frame() walks them (proto/rewrite/walk.hpp).
#include "tests/proto/rewrite/rewritten.hpp"

namespace layerlab::proto::rewrite {
namespace {

TEST(WalkControl, RewritesTheQuotedPacketOfAnError) {
    const Octets quoted = summed(ipv4(17, udp(1000, 2000, hex("aabbcc"))), 20, 6, 17);
    const Octets error = summed(ipv4(1, hex("0301 0000 00000000") + quoted), 20, 2, 1);
    const Octets packet = packet_of(error);
    EXPECT_TRUE(is_right(packet, 20, 1));
    EXPECT_EQ(part(packet, 28, quoted.size()), packet_of(quoted));
    // Eight octets of the transport, as the oldest hosts quote.
    const Octets short_error = summed(ipv4(1, hex("0b00 0000 00000000") + part(quoted, 0, 28)), 20, 2, 1);
    EXPECT_TRUE(is_right(packet_of(short_error), 20, 1));
}

TEST(WalkControl, RewritesRedirects) {
    const Octets packet = packet_of(summed(ipv4(1, hex("0501 0000 0a0000fe") + ipv4(17, udp(1, 2, {}))), 20, 2, 1));
    EXPECT_EQ(part(packet, 24, 4), hex("0f0f0ff1"));
    EXPECT_TRUE(is_right(packet, 20, 1));
}

TEST(WalkControl, ZeroesWhatAPingCarries) {
    const Octets packet = packet_of(summed(ipv4(1, hex("0800 0000 0001 0002 aabbcc")), 20, 2, 1));
    EXPECT_EQ(part(packet, 24, 7), hex("0001 0002 000000"));
    EXPECT_TRUE(is_right(packet, 20, 1));
}

TEST(WalkControl, RewritesNeighbourDiscovery) {
    const Octets solicitation = hex("8700 0000 00000000 20010db8000000000000000000000002 0101 020000000001");
    const Octets packet = packet_of(summed(ipv6(58, solicitation), 40, 2, 58));
    EXPECT_EQ(part(packet, 48, 1), hex("2f"));
    EXPECT_EQ(part(packet, 66, 6), hex("0200000000fe"));
    EXPECT_TRUE(is_right(packet, 40, 58));
}

TEST(WalkControl, RewritesRouterAdvertisements) {
    const Octets advertisement =
        hex("8600 0000 40000708 00000000 00000000 0101 020000000001 0304 40c0 00000e10 00000e10 00000000 "
            "20010db8000000000000000000000000 1903 0000 00000e10 20010db8000000000000000000000053 1f01 aabbccddeeff");
    const Done done = rewritten(summed(ipv6(58, advertisement), 40, 2, 58), Rest::zero, 101);
    const Octets& packet = done.frame;
    EXPECT_TRUE(is_right(packet, 40, 58));
    EXPECT_EQ(part(packet, 58, 6), hex("0200000000fe"));
    EXPECT_EQ(part(packet, 80, 16), hex("2f010db8000000000000000000000000")) << "behind the prefix there is nothing";
    EXPECT_EQ(part(packet, 104, 16), hex("2f010db800000000000000000000005c"));
    EXPECT_EQ(part(packet, 122, 6), Octets(6)) << "a search list holds names";
    EXPECT_FALSE(done.is_known);
}

TEST(WalkControl, RewritesGroupsAndTheirSources) {
    const Octets report = hex("2200 0000 0000 0001 01 00 0001 ef010203 0a000009");
    const Octets packet = packet_of(summed(ipv4(2, report), 20, 2, 2));
    EXPECT_EQ(part(packet, 32, 8), hex("ea0e0d0c 0f0f0f06"));
    EXPECT_TRUE(is_right(packet, 20, 2));
    const Octets mld =
        hex("8f00 0000 0000 0001 03 00 0001 ff0e0000000000000000000000000001 20010db8000000000000000000000009");
    const Octets six = packet_of(summed(ipv6(58, mld), 40, 2, 58));
    EXPECT_EQ(part(six, 52, 1), hex("f0"));
    EXPECT_EQ(part(six, 68, 1), hex("2f"));
    EXPECT_TRUE(is_right(six, 40, 58));
}

}  // namespace
}  // namespace layerlab::proto::rewrite
