#include "proto/rewrite/frame_rewriter.hpp"

#include <random>

#include "tests/proto/rewrite/rewritten.hpp"

namespace layerlab::proto::rewrite {
namespace {

const Octets tcp =
    hex("1f90 0050 00000001 00000002 a012 ffff 0000 0000 0204 05b4 1e08 aabbccddeeff 0101 0000 0000 0000");
Octets segment(const char* data) { return summed(ipv4(6, tcp + Octets(data, data + std::strlen(data))), 20, 16, 6); }

TEST(FrameRewriter, RewritesAddressesAndZeroesData) {
    const Done done = rewritten(ethernet_ipv4 + segment("secret"));
    EXPECT_TRUE(done.is_known);
    EXPECT_EQ(part(done.frame, 0, 14), hex("0200000000fd 0200000000fe 0800"));
    const Octets packet = part(done.frame, 14, done.frame.size() - 14);
    EXPECT_EQ(part(packet, 12, 8), hex("0f0f0f0e 0f0f0f0d"));
    EXPECT_EQ(part(packet, packet.size() - 6, 6), Octets(6));
    EXPECT_EQ(part(packet, 40, 6), hex("0204 05b4 1e08")) << "the options of the standards stay";
    EXPECT_EQ(part(packet, 46, 6), Octets(6)) << "MPTCP's tell";
    EXPECT_TRUE(is_right(packet, 20, 6));
}

TEST(FrameRewriter, KeepsOrStripsDataWhenAsked) {
    const Octets kept = packet_of(segment("secret"), Rest::keep), stripped = packet_of(segment("secret"), Rest::strip);
    EXPECT_EQ(part(kept, kept.size() - 6, 6), hex("736563726574"));
    EXPECT_TRUE(is_right(kept, 20, 6));
    EXPECT_EQ(stripped.size(), 20 + tcp.size() - (tcp.size() - 40));
}

TEST(FrameRewriter, LeavesWrongChecksumsWrong) {
    Octets packet = segment("secret");
    packet[36] ^= 0x40;
    packet[10] ^= 0x01;
    const Octets after = packet_of(packet);
    EXPECT_FALSE(is_right(after, 20, 6));
    EXPECT_NE(internet_checksum(Bytes(after).first(20)), 0);
    Octets mended = after;
    mended[36] ^= 0x40;
    mended[10] ^= 0x01;
    EXPECT_NE(mended, after);
}

// Of every length that a capture may have cut it to: nothing of an address or of data is left, nothing else is touched.
TEST(FrameRewriter, TakesFramesThatAreCutOff) {
    const Octets whole = ethernet_ipv4 + segment("secret"), full = rewritten(whole).frame;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Octets cut = rewritten(part(whole, 0, size)).frame;
        ASSERT_EQ(cut.size(), size);
        for (std::size_t at : {std::size_t{26}, std::size_t{30}})
            for (std::size_t i = at; i < std::min(size, at + 4); ++i)
                ASSERT_EQ(cut[i], size >= at + 4 ? full[i] : 0) << size << ' ' << i;
        for (std::size_t i = whole.size() - 6; i < size; ++i) ASSERT_EQ(cut[i], 0) << size;
    }
}

TEST(FrameRewriter, SurvivesAnyOctets) {
    std::mt19937 random(4);
    for (int i = 0; i < 20'000; ++i) {
        Octets frame = i % 2 == 0 ? ethernet_ipv4 + ipv4(static_cast<std::uint8_t>(random() % 140), {})
                                  : Octets(14 + random() % 40);
        frame.resize(frame.size() + random() % 200);
        for (std::size_t n = random() % 30; n > 0; --n)
            frame[random() % frame.size()] = static_cast<std::uint8_t>(random());
        const std::size_t size = frame.size();
        ASSERT_LE(rewritten(frame, static_cast<Rest>(random() % 4)).frame.size(), size);
    }
}

}  // namespace
}  // namespace layerlab::proto::rewrite
