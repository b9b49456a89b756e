// The link layers that rewrite_frame() walks through (proto/rewrite/walk.hpp).
#include "tests/proto/rewrite/rewritten.hpp"

namespace layerlab::proto::rewrite {
namespace {

const Octets datagram = summed(ipv4(17, udp(1000, 2000, hex("aabbcc"))), 20, 6, 17);

// The datagram stands at `at` of what came out, rewritten.
void expect_datagram(const Done& done, std::size_t at) {
    ASSERT_GE(done.frame.size(), at + datagram.size());
    EXPECT_EQ(part(done.frame, at, datagram.size()), packet_of(datagram));
}

TEST(WalkLink, StepsOverTagsAndLabels) {
    const Octets macs = hex("020000000002 020000000001");
    expect_datagram(rewritten(macs + hex("8100 0064 0800") + datagram), 18);
    expect_datagram(rewritten(macs + hex("88a8 0064 8100 0065 0800") + datagram), 22);
    expect_datagram(rewritten(macs + hex("8847 00010040 00011140") + datagram), 22);
    expect_datagram(rewritten(macs + hex("8864 1100 0001 0021 0021") + datagram), 22);
}

TEST(WalkLink, WalksOtherLinkTypes) {
    const Done cooked = rewritten(hex("0000 0001 0006 020000000001 abcd 0800") + datagram, Rest::zero, 113);
    EXPECT_EQ(part(cooked.frame, 6, 8), hex("0200000000fe 0000"));
    expect_datagram(cooked, 16);
    const Done cooked2 = rewritten(hex("0800 0000 00000002 0001 00 06 020000000001 0000") + datagram, Rest::zero, 276);
    EXPECT_EQ(part(cooked2.frame, 12, 6), hex("0200000000fe"));
    expect_datagram(cooked2, 20);
    expect_datagram(rewritten(hex("ff03 0021") + datagram, Rest::zero, 9), 4);
    expect_datagram(rewritten(hex("02000000") + datagram, Rest::zero, 0), 4);
    expect_datagram(rewritten(datagram, Rest::zero, 228), 0);
}

TEST(WalkLink, RewritesArp) {
    const Octets arp =
        hex("ffffffffffff 020000000001 0806 0001 0800 0604 0001 020000000001 0a000001 000000000000 0a000002 abcd");
    const Done done = rewritten(arp);
    EXPECT_TRUE(done.is_known);
    EXPECT_EQ(part(done.frame, 22, 20), hex("0200000000fe 0f0f0f0e 0000000000ff 0f0f0f0d"));
    EXPECT_EQ(part(done.frame, 42, 2), hex("0000")) << "padding may be what was in memory";
}

TEST(WalkLink, RewritesBridgesOfSpanningTree) {
    const Octets bpdu =
        hex("0180c2000000 020000000001 0026 424203 0000 00 00 00 8000 020000000009 00000000 8000 020000000001 8001 "
            "0000 1400 0200 0f00");
    const Done done = rewritten(bpdu);
    EXPECT_TRUE(done.is_known);
    EXPECT_EQ(part(done.frame, 24, 6), hex("0200000000f6"));
    EXPECT_EQ(part(done.frame, 36, 6), hex("0200000000fe"));
}

TEST(WalkLink, ZeroesWhatItDoesNotKnowAndSaysSo) {
    const Done lldp = rewritten(hex("0180c200000e 020000000001 88cc 0207040200000000010a"));
    EXPECT_FALSE(lldp.is_known);
    EXPECT_EQ(part(lldp.frame, 14, 10), Octets(10));
    const Done radio = rewritten(hex("aabbccdd"), Rest::zero, 105);
    EXPECT_FALSE(radio.is_known);
    EXPECT_EQ(radio.frame, Octets(4));
    EXPECT_EQ(rewritten(hex("aabbccdd"), Rest::keep, 105).frame, Octets(4)) << "with the payload kept, too";
    EXPECT_TRUE(rewritten(hex("aabbccdd"), Rest::strip, 105).frame.empty());
    EXPECT_EQ(rewritten(hex("aabbccdd"), Rest::keep_all, 105).frame, hex("aabbccdd"));
}

}  // namespace
}  // namespace layerlab::proto::rewrite
