#include "proto/machine/fragments.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <optional>

#include "proto/base/checksum.hpp"
#include "proto/wire/ipv4.hpp"
#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

using wire::Ipv4;
using Packet = std::vector<std::uint8_t>;
constexpr Time start = time_at(0);

Packet datagram(std::size_t payload, std::uint16_t id = 7, Bytes options = {}) {
    Packet p(20 + options.size() + payload);
    const MutableView<Ipv4> ip(p.data());
    ip.set(Ipv4::version, 4);
    ip.set(Ipv4::header_length, static_cast<std::uint8_t>(20 + options.size()));
    ip.set(Ipv4::total_length, static_cast<std::uint16_t>(p.size()));
    ip.set(Ipv4::identification, id);
    ip.set(Ipv4::ttl, 64);
    ip.set(Ipv4::protocol, 17);
    ip.set(Ipv4::source, {0x0a000001});
    ip.set(Ipv4::destination, {0x0a000002});
    std::copy(options.begin(), options.end(), p.begin() + 20);
    ip.set(Ipv4::checksum, internet_checksum(Bytes(p).first(20 + options.size())));
    for (std::size_t i = 0; i < payload; ++i) p[20 + options.size() + i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    return p;
}

std::vector<Packet> fragments_of(const Packet& packet, std::size_t mtu) {
    std::vector<Packet> all;
    split(packet, mtu, [&](Bytes header, Bytes payload) {
        EXPECT_EQ(internet_checksum(header), 0) << "the header's checksum is right";
        EXPECT_LE(header.size() + payload.size(), mtu);
        Packet p(header.begin(), header.end());
        p.insert(p.end(), payload.begin(), payload.end());
        all.push_back(p);
    });
    return all;
}

// A fragment made by hand: `length` bytes of the value `fill`.
Packet fragment(std::size_t offset, std::size_t length, bool more, std::uint8_t fill = 1) {
    Packet p = datagram(length);
    const MutableView<Ipv4> ip(p.data());
    ip.set(Ipv4::fragment_offset, static_cast<std::uint16_t>(offset));
    ip.set(Ipv4::more_fragments, more);
    ip.set(Ipv4::checksum, 0);
    ip.set(Ipv4::checksum, internet_checksum(Bytes(p).first(20)));
    std::fill(p.begin() + 20, p.end(), fill);
    return p;
}

struct Log {
    std::optional<Packet> whole;
    std::vector<std::uint64_t> tags;
    std::optional<Packet> first;
    std::uint64_t first_tag = 0;
    std::vector<std::uint64_t> evictions;

    void reassembled(Packet&& p, std::span<const std::uint64_t> t) {
        whole = std::move(p);
        tags.assign(t.begin(), t.end());
    }
    void timed_out(Bytes p, std::uint64_t tag) {
        first = Packet(p.begin(), p.end());
        first_tag = tag;
    }
    void evicted(std::uint64_t tag) { evictions.push_back(tag); }
};

TEST(Fragmentation, CutsAtMultiplesOfEight) {
    const std::vector<Packet> all = fragments_of(datagram(3000), 1500);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].size(), 1500u);
    EXPECT_EQ(View<Ipv4>(all[1].data())[Ipv4::fragment_offset], 1480);
    EXPECT_EQ(all[2].size(), 20u + 3000 - 2960);
    EXPECT_TRUE(View<Ipv4>(all[1].data())[Ipv4::more_fragments]);
    EXPECT_FALSE(View<Ipv4>(all[2].data())[Ipv4::more_fragments]);
}

TEST(Fragmentation, CopiesOnlyOptionsWithTheCopiedFlag) {
    // RFC 791 section 3.1: no operation, record route (not copied), security-like option 0x82 (copied), end.
    const Packet options{1, 7, 3, 4, 0x82, 4, 0xaa, 0xbb};
    const std::vector<Packet> all = fragments_of(datagram(100, 7, options), 76);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(View<Ipv4>(all[0].data())[Ipv4::header_length], 28);
    EXPECT_EQ(View<Ipv4>(all[1].data())[Ipv4::header_length], 24);
    EXPECT_EQ(Packet(all[1].begin() + 20, all[1].begin() + 24), (Packet{0x82, 4, 0xaa, 0xbb}));
}

TEST(Fragmentation, SplitsAFragmentAgain) {
    const std::vector<Packet> all = fragments_of(fragment(80, 160, true), 100);
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(View<Ipv4>(all[1].data())[Ipv4::fragment_offset], 160);
    EXPECT_TRUE(View<Ipv4>(all[1].data())[Ipv4::more_fragments]) << "it was not the last before either";
}

TEST(Fragmentation, RefusesAnMtuWithoutRoomForData) {
    EXPECT_FALSE(split(datagram(100), 27, [](Bytes, Bytes) {}));
    EXPECT_FALSE(split(Packet(19), 1500, [](Bytes, Bytes) {}));
}

TEST(FragmentTable, JoinsFragmentsInAnyOrder) {
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        Random random(seed);
        const Packet whole = datagram(1 + random() % 9000, static_cast<std::uint16_t>(seed));
        std::vector<Packet> all = fragments_of(whole, 68 + random() % 1500);
        for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[random() % i]);
        if (!is_fragment(all[0].data())) continue;
        FragmentTable table;
        Log log;
        for (std::size_t i = 0; i < all.size(); ++i) {
            const FragmentEffect effect = table.add(start, all[i], i, log);
            ASSERT_EQ(effect, i + 1 < all.size() ? FragmentEffect::held : FragmentEffect::completed);
        }
        ASSERT_TRUE(log.whole.has_value());
        ASSERT_EQ(*log.whole, whole) << "seed " << seed;
        EXPECT_EQ(log.tags.size(), all.size());
        EXPECT_EQ(table.bytes(), 0u);
        EXPECT_EQ(table.next_deadline(), never);
    }
}

TEST(FragmentTable, KeepsDatagramsApartByIdentification) {
    FragmentTable table;
    Log log;
    const auto a = fragments_of(datagram(100, 1), 76), b = fragments_of(datagram(90, 2), 76);
    table.add(start, a[0], 1, log);
    EXPECT_EQ(table.add(start, b[1], 2, log), FragmentEffect::held);
    EXPECT_EQ(table.add(start, a[1], 3, log), FragmentEffect::completed);
    EXPECT_EQ(log.whole->size(), 120u);
    EXPECT_EQ(table.datagrams(), 1u);
}

TEST(FragmentTable, IgnoresDuplicates) {
    FragmentTable table;
    Log log;
    table.add(start, fragment(0, 64, true), 1, log);
    EXPECT_EQ(table.add(start, fragment(0, 64, true, 9), 2, log), FragmentEffect::duplicate);
    EXPECT_EQ(table.add(start, fragment(8, 16, true, 9), 3, log), FragmentEffect::duplicate);
    EXPECT_EQ(table.add(start, fragment(64, 8, false), 4, log), FragmentEffect::completed);
    EXPECT_EQ(std::count(log.whole->begin() + 20, log.whole->end(), 1), 72);
}

TEST(FragmentTable, DropsTheWholeDatagramWhenFragmentsOverlap) {
    FragmentTable table;
    Log log;
    table.add(start, fragment(0, 64, true), 1, log);
    EXPECT_EQ(table.add(start, fragment(56, 16, true), 2, log), FragmentEffect::overlapped);
    EXPECT_EQ(table.datagrams(), 0u);
    EXPECT_EQ(table.add(start, fragment(64, 8, false), 3, log), FragmentEffect::held) << "starts anew";
}

TEST(FragmentTable, DoesNotBelieveASecondEnd) {
    FragmentTable table;
    Log log;
    table.add(start, fragment(64, 8, false), 1, log);
    EXPECT_EQ(table.add(start, fragment(72, 8, false), 2, log), FragmentEffect::malformed);
    EXPECT_EQ(table.add(start, fragment(72, 8, true), 3, log), FragmentEffect::malformed);
    EXPECT_EQ(table.add(start, fragment(0, 64, true), 4, log), FragmentEffect::completed);
}

TEST(FragmentTable, RefusesDatagramsOver65535Bytes) {
    FragmentTable table;
    Log log;
    EXPECT_EQ(table.add(start, fragment(65528, 8, false), 1, log), FragmentEffect::malformed) << "ping of death";
    EXPECT_EQ(table.add(start, fragment(65504, 11, false), 1, log), FragmentEffect::held);
    EXPECT_EQ(table.add(start, fragment(0, 9, true), 2, log), FragmentEffect::malformed) << "not whole octets";
    EXPECT_EQ(table.datagrams(), 1u);
}

TEST(FragmentTable, GivesUpAfterThirtySecondsWithTheFirstFragment) {
    FragmentTable table;
    Log log;
    const Packet first = fragment(0, 64, true);
    table.add(start, fragment(128, 8, false), 1, log);
    table.add(start + 10s, first, 2, log);
    EXPECT_EQ(table.next_deadline(), start + 30s) << "counted from the first arrival";
    table.on_deadline(start + 30s, log);
    EXPECT_EQ(*log.first, first);
    EXPECT_EQ(log.first_tag, 2u);
    EXPECT_EQ(table.next_deadline(), never);
    table.add(start + 40s, fragment(64, 8, false), 3, log);
    table.on_deadline(start + 70s, log);
    EXPECT_TRUE(log.first->empty()) << "without the first fragment nothing can be told";
}

TEST(FragmentTable, GivesUpTheOldestWhenMemoryIsFull) {
    FragmentTable table(10000);
    Log log;
    for (std::uint16_t id = 0; id < 100; ++id) {
        Packet p = fragments_of(datagram(1500, id), 1020)[0];
        table.add(start + 1ms * id, p, id, log);
        ASSERT_LE(table.bytes(), 10000u);
    }
    ASSERT_GE(log.evictions.size(), 91u);
    for (std::size_t i = 0; i < log.evictions.size(); ++i) EXPECT_EQ(log.evictions[i], i) << "in order of age";
    EXPECT_EQ(table.datagrams(), 100 - log.evictions.size());
}

TEST(FragmentTable, SurvivesRandomBytes) {
    Random random(13);
    FragmentTable table(20000);
    Log log;
    for (int i = 0; i < 50000; ++i) {
        Packet p(random() % 120);
        for (std::uint8_t& byte : p) byte = static_cast<std::uint8_t>(random());
        if (p.size() >= 20 && random() % 4) {
            p[0] = static_cast<std::uint8_t>(0x45 + random() % 3);
            store_be16(p.data() + 2, static_cast<std::uint16_t>(p.size() - random() % 2));
            store_be16(p.data() + 4, static_cast<std::uint16_t>(random() % 8));
            std::fill(p.begin() + 9, p.begin() + 20, std::uint8_t{1});
        }
        table.add(start + 1ms * i, p, 1, log);
        table.on_deadline(start + 1ms * i, log);
        split(p, random() % 100, [](Bytes header, Bytes payload) { ASSERT_LE(header.size() + payload.size(), 100u); });
        ASSERT_LE(table.bytes(), 20000u);
    }
}

TEST(FragmentTable, SetsCongestionExperiencedIfAnyFragmentHasIt) {
    FragmentTable table;
    Log log;
    Packet first = fragment(0, 64, true);
    MutableView<Ipv4>(first.data()).set(Ipv4::ecn, 3);
    table.add(start, fragment(64, 8, false), 1, log);
    table.add(start, first, 2, log);
    EXPECT_EQ(View<Ipv4>(log.whole->data())[Ipv4::ecn], 3);
    EXPECT_EQ(internet_checksum(Bytes(*log.whole).first(20)), 0);
}

// A model that marks bytes: random pieces, compared in what they do.
TEST(FragmentTable, AgreesWithAByteMapForRandomPieces) {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        Random random(seed);
        FragmentTable table;
        Log log;
        std::vector<bool> have(512);
        std::size_t length = 0;
        bool has_end = false;
        for (int step = 0; step < 60; ++step) {
            const std::size_t offset = random() % 30 * 8, size = (1 + random() % 4) * 8, end = offset + size;
            const bool more = random() % 8 != 0;
            FragmentEffect want = FragmentEffect::held;
            const auto covered =
                static_cast<std::size_t>(std::count(have.begin() + static_cast<std::ptrdiff_t>(offset),
                                                    have.begin() + static_cast<std::ptrdiff_t>(end), true));
            if (more ? has_end && end > length : end < length || (has_end && end != length))
                want = FragmentEffect::malformed;
            else if (covered == size)
                want = FragmentEffect::duplicate;
            else if (covered > 0)
                want = FragmentEffect::overlapped;
            if (want == FragmentEffect::held) {
                std::fill(have.begin() + static_cast<std::ptrdiff_t>(offset),
                          have.begin() + static_cast<std::ptrdiff_t>(end), true);
                length = std::max(length, end);
                has_end |= !more;
                if (has_end && std::count(have.begin(), have.end(), true) == static_cast<std::ptrdiff_t>(length))
                    want = FragmentEffect::completed;
            }
            ASSERT_EQ(table.add(start, fragment(offset, size, more), 0, log), want)
                << "seed " << seed << " step " << step;
            if (want == FragmentEffect::completed || want == FragmentEffect::overlapped) {
                std::fill(have.begin(), have.end(), false);
                length = 0;
                has_end = false;
            }
        }
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
