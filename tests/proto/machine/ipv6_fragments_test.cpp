#include "proto/machine/ipv6_fragments.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

using Effect = Ipv6FragmentEffect;

// An IPv6 header, a fragment header and the payload [offset, offset + length) of counted bytes.
std::vector<std::uint8_t> fragment(std::uint32_t id, std::size_t offset, std::size_t length, bool more) {
    std::vector<std::uint8_t> p(48 + length);
    p[0] = 0x60;
    store_be16(p.data() + 4, static_cast<std::uint16_t>(8 + length));
    p[6] = 44;
    p[7] = 64;
    p[8] = 0x20, p[23] = 1, p[24] = 0x20, p[39] = 2;
    p[40] = 17;
    store_be16(p.data() + 42, static_cast<std::uint16_t>(offset | (more ? 1 : 0)));
    store_be32(p.data() + 44, id);
    for (std::size_t i = 0; i < length; ++i) p[48 + i] = static_cast<std::uint8_t>(offset + i);
    return p;
}

struct Ipv6Fragments : testing::Test {
    Ipv6FragmentTable table;
    Ipv6FragmentTable::Result add(const std::vector<std::uint8_t>& p, std::uint64_t tag = 1) {
        return table.add(Time(0s), p, 40, 6, tag);
    }
};

TEST_F(Ipv6Fragments, AreJoinedInAnyOrder) {
    EXPECT_EQ(add(fragment(7, 16, 5, false)).effect, Effect::held);
    EXPECT_EQ(add(fragment(7, 8, 8, true)).effect, Effect::held);
    const auto done = add(fragment(7, 0, 8, true));
    ASSERT_EQ(done.effect, Effect::completed);
    ASSERT_EQ(done.packet.size(), 40u + 21u);
    EXPECT_EQ(done.packet[6], 17);
    EXPECT_EQ(load_be16(done.packet.data() + 4), 21);
    for (std::size_t i = 0; i < 21; ++i) EXPECT_EQ(done.packet[40 + i], i);
    EXPECT_EQ(table.packets(), 0u);
    EXPECT_EQ(table.bytes(), 0u);
}

TEST_F(Ipv6Fragments, AnOverlapGivesThePacketUp) {  // RFC 5722
    add(fragment(7, 0, 16, true));
    EXPECT_EQ(add(fragment(7, 8, 16, true)).effect, Effect::overlapped);
    EXPECT_EQ(table.packets(), 0u);
    EXPECT_EQ(table.bytes(), 0u);
}

TEST_F(Ipv6Fragments, AnExactCopyIsIgnored) {
    add(fragment(7, 0, 16, true));
    EXPECT_EQ(add(fragment(7, 0, 16, true)).effect, Effect::held);
    EXPECT_EQ(add(fragment(7, 16, 3, false)).effect, Effect::completed);
}

TEST_F(Ipv6Fragments, TwoEndsThatDifferAreAnOverlap) {
    add(fragment(7, 16, 3, false));
    EXPECT_EQ(add(fragment(7, 24, 3, false)).effect, Effect::overlapped);
}

TEST_F(Ipv6Fragments, AnAtomicFragmentIsAPacketByItself) {  // RFC 6946
    add(fragment(7, 0, 16, true));
    const auto done = add(fragment(7, 0, 9, false));
    EXPECT_EQ(done.effect, Effect::completed);
    EXPECT_EQ(done.packet.size(), 49u);
    EXPECT_EQ(table.packets(), 1u);
}

TEST_F(Ipv6Fragments, WrongLengthsAreRefused) {
    EXPECT_EQ(add(fragment(7, 0, 9, true)).effect, Effect::malformed);
    EXPECT_EQ(add(fragment(7, 65528, 16, false)).effect, Effect::too_long);
    EXPECT_EQ(table.packets(), 0u);
}

TEST_F(Ipv6Fragments, EndAfterAMinuteWithTheFirstFragmentForTheSender) {
    add(fragment(7, 0, 16, true), 42);
    EXPECT_EQ(table.next_deadline(), Time(60s));
    const auto expired = table.on_deadline(Time(60s));
    ASSERT_EQ(expired.size(), 1u);
    EXPECT_EQ(expired[0].tag, 42u);
    EXPECT_EQ(expired[0].first, fragment(7, 0, 16, true));
    EXPECT_EQ(table.next_deadline(), never);
}

TEST_F(Ipv6Fragments, MemoryIsBoundedWhateverComes) {
    for (std::uint32_t id = 0; id < 5000; ++id) {
        add(fragment(id, 0, 1400, true), id);
        add(fragment(id, 2800, 1400, true), id);
        ASSERT_LE(table.packets(), Ipv6FragmentTable::most_packets);
        ASSERT_LE(table.bytes(), Ipv6FragmentTable::most_bytes + 3000);
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
