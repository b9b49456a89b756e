#include "proto/machine/wpa2_reader.hpp"

#include <gtest/gtest.h>

#include "tests/proto/machine/wpa2_frames.hpp"

namespace layerlab::proto::machine {
namespace {

using Opened = std::optional<std::vector<std::uint8_t>>;
using test::wpa2_frames;

// What is opened of each frame when these (counted from 0) are not seen.
std::vector<Opened> opened(std::vector<std::size_t> unseen = {}, std::string_view passphrase = "correct horse") {
    Wpa2Reader reader;
    EXPECT_TRUE(reader.add_network("layer lab", passphrase));
    std::vector<Opened> all;
    for (std::size_t i = 0; i < wpa2_frames.size(); ++i) {
        const bool is_seen = std::find(unseen.begin(), unseen.end(), i) == unseen.end();
        all.push_back(is_seen ? reader.see(wpa2_frames[i]) : std::nullopt);
    }
    return all;
}

std::uint16_t type_of(const Opened& o) { return o && o->size() > 8 ? load_be16(o->data() + 6) : 0; }

TEST(Wpa2Reader, OpensFramesOfBothSides) {
    const auto all = opened();
    for (const std::size_t i : {0u, 1u, 2u, 3u, 4u, 10u, 13u, 14u}) EXPECT_FALSE(all[i]) << i;
    for (const std::size_t i : {5u, 6u, 7u, 9u}) EXPECT_EQ(type_of(all[i]), 0x0800) << i;
    EXPECT_EQ(all[5]->size(), 8u + 60u);
}

TEST(Wpa2Reader, LeavesEveryOctetAsItWasSent) {
    const auto all = opened();
    ASSERT_TRUE(all[9]);
    EXPECT_EQ(load_be16(all[9]->data() + 8 + 10), 0x66bf);  // a wrong checksum of IP; 0x66be would be right
}

TEST(Wpa2Reader, OpensWhatIsSentToAllWithTheGroupsKey) {
    const auto all = opened();
    EXPECT_EQ(type_of(all[8]), 0x0806);
    EXPECT_EQ(type_of(all[11]), 0x888e);  // changes the key
    EXPECT_EQ(type_of(all[12]), 0x0806);
    EXPECT_EQ(type_of(opened({11})[12]), 0);
}

TEST(Wpa2Reader, TakesTheNonceFromMessage3WhenMessage1IsLost) {
    EXPECT_EQ(type_of(opened()[15]), 0x0800);
    EXPECT_EQ(type_of(opened({1})[5]), 0x0800);
}

TEST(Wpa2Reader, NeedsAHandshakeAndTheRightPassphrase) {
    for (const Opened& o : opened({2, 13})) EXPECT_FALSE(o);
    for (const Opened& o : opened({}, "battery staple")) EXPECT_FALSE(o);
}

TEST(Wpa2Reader, TriesAllNetworks) {
    Wpa2Reader reader;
    EXPECT_TRUE(reader.add_network("another", "some other phrase"));
    EXPECT_TRUE(reader.add_network("layer lab", "correct horse"));
    Opened last;
    for (std::size_t i = 0; i < 6; ++i) last = reader.see(wpa2_frames[i]);
    EXPECT_EQ(type_of(last), 0x0800);
}

TEST(Wpa2Reader, RefusesPassphrasesThatCannotBe) {
    Wpa2Reader reader;
    EXPECT_FALSE(reader.add_network("x", "seven77"));
    EXPECT_FALSE(reader.add_network("x", std::string(65, 'a')));
    EXPECT_FALSE(reader.add_network("x", std::string(64, 'x')));
    EXPECT_TRUE(reader.add_network("x", std::string(64, 'a')));
    EXPECT_FALSE(reader.add_network(std::string(33, 'x'), "correct horse"));
}

TEST(Wpa2Reader, LivesWithFramesThatAreCutOrChangedAnywhere) {
    for (std::size_t i = 0; i < wpa2_frames.size(); ++i) {
        Wpa2Reader reader;
        reader.add_network("layer lab", "correct horse");
        for (std::size_t before = 0; before < i; ++before) reader.see(wpa2_frames[before]);
        for (std::size_t size = 0; size < wpa2_frames[i].size(); ++size) {
            EXPECT_FALSE(reader.see(Bytes(wpa2_frames[i]).first(size)));
            auto changed = wpa2_frames[i];
            changed[size] ^= 0xff;
            reader.see(changed);
        }
    }
}

TEST(Wpa2Reader, ForgetsTheStationHeardLongestAgo) {
    Wpa2Reader reader;
    reader.add_network("layer lab", "correct horse");
    for (std::size_t i = 0; i < 6; ++i) reader.see(wpa2_frames[i]);
    auto stranger = wpa2_frames[1];
    for (std::size_t n = 0; n < Wpa2Reader::most_stations; ++n) {
        store_be16(stranger.data() + 8, static_cast<std::uint16_t>(0x4000 + n));
        reader.see(stranger);
    }
    EXPECT_FALSE(reader.see(wpa2_frames[6]));
}

}  // namespace
}  // namespace layerlab::proto::machine
