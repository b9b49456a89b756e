#include "proto/base/packet.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <numeric>

namespace layerlab::proto {
namespace {

std::vector<std::uint8_t> counting(std::size_t n) {
    std::vector<std::uint8_t> bytes(n);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
    return bytes;
}
std::vector<std::uint8_t> contents(const PacketRef& p) { return {p.bytes().begin(), p.bytes().end()}; }

TEST(Packet, SharesItsBytesBetweenCopies) {
    PacketPool pool;
    const PacketRef a = pool.make(counting(100));
    PacketRef b = a;
    EXPECT_TRUE(a.is_shared());
    EXPECT_EQ(a.data(), b.data());
    b.reset();
    EXPECT_FALSE(a.is_shared());
    EXPECT_FALSE(b);
    PacketRef c = a;
    PacketRef d = std::move(c);
    EXPECT_TRUE(d.is_shared());
    d = PacketRef{};
    EXPECT_FALSE(a.is_shared());
}

TEST(Packet, IsCopiedBeforeItIsWrittenIfSomebodyElseHoldsIt) {
    PacketPool pool;
    PacketRef a = pool.make(counting(100));
    a.set_identity(make_packet_id(3, 7), 99);
    const PacketRef b = a;
    a.make_unique();
    a.writable()[0] = 77;
    EXPECT_EQ(contents(b), counting(100));
    EXPECT_EQ(a.data()[0], 77);
    EXPECT_EQ(a.id(), make_packet_id(3, 7));
    EXPECT_EQ(a.cause(), 99u);
    const std::uint8_t* at = a.data();
    a.make_unique();  // nobody else holds it now
    EXPECT_EQ(a.data(), at);
}

TEST(Packet, TakesHeadersInFrontWithoutMovingThePayload) {
    PacketPool pool;
    PacketRef p = pool.make(counting(10));
    const std::uint8_t* payload = p.data();
    std::memset(p.push(20), 0xaa, 20);
    std::memset(p.push(14), 0xbb, 14);
    EXPECT_EQ(p.size(), 44u);
    EXPECT_EQ(p.data() + 34, payload);
    p.pull(34);
    EXPECT_EQ(contents(p), counting(10));
    p.trim_to(3);
    EXPECT_EQ(contents(p), counting(3));
}

TEST(Packet, GrowsByCopyingWhenTheRoomInFrontIsUsedUp) {
    PacketPool pool;
    PacketRef p = pool.make(counting(300));
    p.set_identity(5, 6);
    for (int i = 0; i < 40; ++i) std::memset(p.push(100), i, 100);
    ASSERT_EQ(p.size(), 4300u);
    EXPECT_EQ(p.data()[0], 39);
    EXPECT_EQ(p.data()[3999], 0);
    p.pull(4000);
    EXPECT_EQ(contents(p), counting(300));
    EXPECT_EQ(p.id(), 5u);
}

TEST(Packet, GrowsAtTheEndThroughAllSizesAndKeepsWhatItHolds) {
    PacketPool pool;
    PacketRef p = pool.make(counting(1));
    std::vector<std::uint8_t> expected = counting(1);
    while (p.size() < 57000) {
        const auto n = std::min<std::uint32_t>(p.size(), 8000);
        std::memset(p.append(n), static_cast<int>(n & 0xff), n);
        expected.insert(expected.end(), n, static_cast<std::uint8_t>(n));
    }
    EXPECT_EQ(contents(p), expected);
}

TEST(Packet, HoldsTheLargestIpPacketWithItsHeaders) {
    PacketPool pool;
    PacketRef p = pool.make(65507);
    p.push(8);
    p.push(60);
    p.push(18);
    EXPECT_EQ(p.size(), 65593u);
    EXPECT_EQ(pool.make(65700).size(), 65700u);
    EXPECT_EQ(pool.make(0u).size(), 0u);
}

TEST(PacketPool, UsesMemoryAgainAndForgetsIdentities) {
    PacketPool pool;
    for (int i = 0; i < 100000; ++i) {
        PacketRef p = pool.make(static_cast<std::uint32_t>(i % 1500));
        ASSERT_EQ(p.id(), no_packet);
        ASSERT_EQ(p.cause(), no_packet);
        p.set_identity(1, 2);
    }
    EXPECT_LE(pool.bytes_reserved(), 2u * (65536 + 64));
}

TEST(PacketId, KeepsMakerAndCounterApart) {
    EXPECT_EQ(make_packet_id(1, 0), std::uint64_t{1} << 40);
    EXPECT_NE(make_packet_id(1, 1), make_packet_id(2, 1));
    EXPECT_EQ(make_packet_id(0xff'ffff, 0xff'ffff'ffff), ~std::uint64_t{0});
}

}  // namespace
}  // namespace layerlab::proto
