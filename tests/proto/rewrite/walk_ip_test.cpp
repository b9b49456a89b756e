// IPv4, IPv6, transports and tunnels as rewrite_frame() walks them (proto/rewrite/walk.hpp).
#include "tests/proto/rewrite/rewritten.hpp"

namespace layerlab::proto::rewrite {
namespace {

TEST(WalkIp, RepairsUdpOverBothVersions) {
    for (std::size_t size : {0u, 1u, 2u, 7u, 100u}) {  // odd sizes, too
        const Octets data(size, 0xa5);
        EXPECT_TRUE(is_right(packet_of(summed(ipv4(17, udp(1, 2, data)), 20, 6, 17)), 20, 17)) << size;
        const Octets six = packet_of(summed(ipv6(17, udp(1, 2, data)), 40, 6, 17));
        EXPECT_TRUE(is_right(six, 40, 17)) << size;
        EXPECT_EQ(part(six, 8, 1), hex("2f"));
        EXPECT_EQ(part(six, 23, 1), hex("0e"));
    }
}

TEST(WalkIp, LeavesOutAChecksumThatIsLeftOut) {
    const Octets packet = packet_of(ipv4(17, udp(1, 2, hex("aabb"))));
    EXPECT_EQ(part(packet, 26, 4), hex("0000 0000"));
}

TEST(WalkIp, RewritesRecordedRoutesAndZeroesOtherOptions) {
    // Record route with one address and room for another, then a security option.
    const Octets packet =
        packet_of(summed(ipv4(17, udp(1, 2, {}), hex("070b08 0a000003 00000000 01 8204aabb")), 36, 6, 17));
    EXPECT_EQ(part(packet, 20, 16), hex("070b08 0f0f0f0c 050f0f0f 01 82040000"));
    EXPECT_EQ(internet_checksum(Bytes(packet).first(36)), 0);
}

TEST(WalkIp, ZeroesLaterFragments) {
    Octets packet = ipv4(17, hex("aabbccdd"));
    store_be16(packet.data() + 6, 0x0010);
    packet = packet_of(packet);
    EXPECT_EQ(part(packet, 20, 4), Octets(4));
}

TEST(WalkIp, WalksExtensionHeaders) {
    // Hop by hop with a router alert, then a fragment header of the first and only fragment, then UDP.
    const Octets rest = hex("2c 00 0502 0000 0100") + hex("11 00 0000 00000001") + udp(1, 2, hex("aabb"));
    const Octets packet = packet_of(ipv6(0, rest));
    EXPECT_EQ(part(packet, 40, 16), part(ipv6(0, rest), 40, 16));
    EXPECT_EQ(part(packet, 64, 2), Octets(2));
}

TEST(WalkIp, TakesTheLastDestinationOfARoutingHeader) {
    const Octets route = hex("11 02 00 01 00000000 20010db8000000000000000000000009");
    // The checksum is made with the final destination in the pseudo header, RFC 8200 section 8.1.
    Octets packet = ipv6(43, route + udp(1, 2, hex("aabb")));
    const auto sum = [](const Octets& p) {
        ChecksumSum s;
        s.add_pseudo(Ipv6Address::load(p.data() + 8), Ipv6Address::load(p.data() + 48), 17, 10);
        return s.add(Bytes(p).subspan(64));
    };
    store_be16(packet.data() + 70, sum(packet).checksum());
    packet = packet_of(packet);
    EXPECT_EQ(part(packet, 48, 1), hex("2f"));
    EXPECT_TRUE(sum(packet).is_valid());
}

TEST(WalkIp, WalksTunnels) {
    const Octets inner = summed(ipv4(17, udp(1, 2, hex("aabbcc"))), 20, 6, 17), is = packet_of(inner);
    EXPECT_EQ(part(packet_of(ipv4(4, inner)), 20, is.size()), is);
    EXPECT_EQ(part(packet_of(ipv6(4, inner)), 40, is.size()), is);
    EXPECT_EQ(part(packet_of(ipv4(47, hex("0000 0800") + inner)), 24, is.size()), is);
    const Octets frame = ethernet_ipv4 + inner;
    const Octets vxlan = packet_of(summed(ipv4(17, udp(9, 4789, hex("08000000 00000100") + frame)), 20, 6, 17));
    EXPECT_EQ(part(vxlan, 36, 6), hex("0200000000fd"));
    EXPECT_EQ(part(vxlan, 50, is.size()), is);
    EXPECT_TRUE(is_right(vxlan, 20, 17)) << "the outer checksum covers what changed inside";
    const Octets geneve = packet_of(summed(ipv4(17, udp(9, 6081, hex("0000 6558 00000100") + frame)), 20, 6, 17));
    EXPECT_EQ(part(geneve, 50, is.size()), is);
    EXPECT_TRUE(is_right(geneve, 20, 17));
}

TEST(WalkIp, RepairsTheChecksumOfGre) {
    const Octets inner = summed(ipv4(17, udp(1, 2, hex("aabbcc"))), 20, 6, 17);
    Octets gre = hex("8000 0800 0000 0000") + inner;
    store_be16(gre.data() + 4, internet_checksum(gre));
    const Octets packet = packet_of(ipv4(47, gre));
    EXPECT_EQ(internet_checksum(Bytes(packet).subspan(20)), 0);
}

TEST(WalkIp, StopsWithinEndlessTunnels) {
    Octets packet = ipv4(17, udp(1, 2, {}));
    for (int i = 0; i < 40; ++i) packet = ipv4(4, packet);
    const Done done = rewritten(packet, Rest::zero, 101);
    EXPECT_FALSE(done.is_known);
    EXPECT_EQ(done.frame.back(), 0);
}

TEST(WalkIp, ZeroesProtocolsThatItDoesNotKnow) {
    const Done ospf = rewritten(ipv4(89, hex("0201002c 0a000001")), Rest::keep, 101);
    EXPECT_FALSE(ospf.is_known);
    EXPECT_EQ(part(ospf.frame, 20, 8), Octets(8));
    const Octets esp = packet_of(ipv4(50, hex("00000001 00000002 aabbccdd")));
    EXPECT_EQ(part(esp, 20, 12), hex("00000001 00000002 00000000"));
}

}  // namespace
}  // namespace layerlab::proto::rewrite
