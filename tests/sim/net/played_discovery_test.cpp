#include "sim/net/played_discovery.hpp"

#include <gtest/gtest.h>

#include "proto/machine/address_map.hpp"

namespace layerlab::sim {
namespace {

const MacAddress then{{2, 0xaa, 0, 0, 0, 1}}, now{{2, 0xbb, 0, 0, 0, 1}}, asker_mac{{2, 0, 0, 0, 0, 9}};
Ipv6Address six(const char* text) { return *Ipv6Address::parse(text); }
MacAddress mac_now(MacAddress mac) { return mac == then ? now : mac; }

// A question for 2001:db8::12:3456 with its sender's MAC, sent to the group of another address.
std::vector<std::uint8_t> question() {
    std::vector<std::uint8_t> f(14 + 40 + 32);
    MacAddress{{0x33, 0x33, 0xff, 0, 0, 1}}.store(f.data());
    then.store(f.data() + 6);
    proto::store_be16(f.data() + 12, 0x86dd);
    f[14] = 0x60;
    f[19] = 32;
    f[20] = 58;
    f[21] = 255;
    six("2001:db8::9").store(f.data() + 22);
    six("ff02::1:ff00:1").store(f.data() + 38);
    f[54] = 135;
    six("2001:db8::12:3456").store(f.data() + 62);
    f[78] = f[79] = 1;
    then.store(f.data() + 80);
    return f;
}

TEST(PlayedDiscovery, AsksTheGroupOfTheAddressAndTellsTodaysMac) {
    auto f = question();
    adapt_discovery(f, 14, mac_now);
    EXPECT_EQ(MacAddress::load(f.data()), (MacAddress{{0x33, 0x33, 0xff, 0x12, 0x34, 0x56}}));
    EXPECT_EQ(Ipv6Address::load(f.data() + 38), six("ff02::1:ff12:3456"));
    EXPECT_EQ(MacAddress::load(f.data() + 80), now);
}

TEST(PlayedDiscovery, LeavesQuestionsToOneHostWhereTheyGo) {
    auto f = question();
    six("2001:db8::12:3456").store(f.data() + 38);
    adapt_discovery(f, 14, mac_now);
    EXPECT_EQ(Ipv6Address::load(f.data() + 38), six("2001:db8::12:3456"));
    EXPECT_EQ(f[3], 0);
}

TEST(PlayedDiscovery, StandsWhatIsCutOffAnywhere) {
    for (std::size_t size = 14; size <= question().size(); ++size) {
        auto f = question();
        f.resize(size);
        adapt_discovery(f, 14, mac_now);
        EXPECT_EQ(solicitation_in(Bytes(f).subspan(14)).has_value(), size >= 14 + 40 + 24) << size;
    }
}

TEST(PlayedDiscovery, AnswersWithARightChecksum) {
    const auto asked = solicitation_in(Bytes(question()).subspan(14));
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->asked, six("2001:db8::12:3456"));
    const auto reply = advertisement(*asked, asker_mac, now);
    EXPECT_EQ(MacAddress::load(reply.data()), asker_mac);
    EXPECT_EQ(reply[54], 136);
    EXPECT_EQ(Ipv6Address::load(reply.data() + 38), six("2001:db8::9"));
    EXPECT_EQ(MacAddress::load(reply.data() + 80), now);
    auto repaired = reply;
    proto::machine::repair_checksums(repaired);
    EXPECT_EQ(repaired, reply);
}

}  // namespace
}  // namespace layerlab::sim
