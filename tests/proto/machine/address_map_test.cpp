#include "proto/machine/address_map.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "proto/base/checksum.hpp"

namespace layerlab::proto::machine {
namespace {

using Octets = std::vector<std::uint8_t>;

Ipv4Address v4(std::string_view text) { return *Ipv4Address::parse(text); }
Ipv6Address v6(std::string_view text) { return *Ipv6Address::parse(text); }

Octets ethernet(std::uint16_t type, const Octets& packet) {
    Octets frame(12, 2);
    frame.push_back(static_cast<std::uint8_t>(type >> 8));
    frame.push_back(static_cast<std::uint8_t>(type));
    frame.insert(frame.end(), packet.begin(), packet.end());
    return frame;
}

// With all checksums zero: repair_checksums fills them in.
Octets ipv4(std::string_view from, std::string_view to, std::uint8_t protocol, const Octets& transport) {
    Octets p(20);
    p[0] = 0x45;
    store_be16(p.data() + 2, static_cast<std::uint16_t>(20 + transport.size()));
    p[8] = 64;
    p[9] = protocol;
    v4(from).store(p.data() + 12);
    v4(to).store(p.data() + 16);
    p.insert(p.end(), transport.begin(), transport.end());
    return p;
}
Octets ipv6(std::string_view from, std::string_view to, std::uint8_t protocol, const Octets& transport) {
    Octets p(40);
    p[0] = 0x60;
    store_be16(p.data() + 4, static_cast<std::uint16_t>(transport.size()));
    p[6] = protocol;
    p[7] = 64;
    v6(from).store(p.data() + 8);
    v6(to).store(p.data() + 24);
    p.insert(p.end(), transport.begin(), transport.end());
    return p;
}
Octets tcp() {
    Octets t(23, 7);
    t[12] = 0x50;
    return t;
}
Octets udp() {
    Octets t(13, 9);
    store_be16(t.data() + 4, 13);
    return t;
}
Octets icmp(std::uint8_t type, const Octets& rest) {
    Octets t{type, 0, 0, 0, 0, 1, 0, 2};
    t.insert(t.end(), rest.begin(), rest.end());
    return t;
}

Octets repaired(Octets frame) {
    repair_checksums(frame);
    return frame;
}
Octets mapped(const AddressMap& map, Octets frame) {
    map.rewrite(frame);
    return frame;
}

struct TheAddressMap : testing::Test {
    void SetUp() override {
        map_.map(v4("10.0.0.1"), v4("192.168.77.200"));
        map_.map(v4("10.0.0.2"), v4("172.16.0.9"));
        map_.map(v6("2001:db8::1"), v6("fd00:1:2:3::4"));
    }
    AddressMap map_;
};

TEST_F(TheAddressMap, GivesTheLastThatWasSaid) {
    EXPECT_EQ(map_.of(v4("10.0.0.1")), v4("192.168.77.200"));
    EXPECT_EQ(map_.of(v4("10.0.0.3")), v4("10.0.0.3"));
    map_.map(v4("10.0.0.1"), v4("1.1.1.1"));
    EXPECT_EQ(map_.of(v4("10.0.0.1")), v4("1.1.1.1"));
    EXPECT_EQ(map_.of(v6("2001:db8::1")), v6("fd00:1:2:3::4"));
    EXPECT_TRUE(AddressMap{}.empty());
}

// A frame with right checksums that is mapped is the frame that would have been made with the new addresses.
TEST_F(TheAddressMap, KeepsChecksumsRight) {
    for (const std::uint8_t protocol : {std::uint8_t{6}, std::uint8_t{17}, std::uint8_t{1}, std::uint8_t{47}}) {
        const Octets body = protocol == 6 ? tcp() : protocol == 17 ? udp() : icmp(8, {1, 2, 3});
        const Octets before = repaired(ethernet(0x0800, ipv4("10.0.0.1", "10.0.0.2", protocol, body)));
        const Octets after = repaired(ethernet(0x0800, ipv4("192.168.77.200", "172.16.0.9", protocol, body)));
        EXPECT_EQ(mapped(map_, before), after) << int{protocol};
    }
    for (const std::uint8_t protocol : {std::uint8_t{6}, std::uint8_t{17}, std::uint8_t{58}}) {
        const Octets body = protocol == 6 ? tcp() : protocol == 17 ? udp() : icmp(128, {1, 2, 3});
        const Octets before = repaired(ethernet(0x86dd, ipv6("2001:db8::1", "2001:db8::2", protocol, body)));
        const Octets after = repaired(ethernet(0x86dd, ipv6("fd00:1:2:3::4", "2001:db8::2", protocol, body)));
        EXPECT_EQ(mapped(map_, before), after) << int{protocol};
    }
}

TEST_F(TheAddressMap, ReadsVlanTagsAndExtensionHeaders) {
    Octets plain = repaired(ethernet(0x0800, ipv4("10.0.0.1", "10.0.0.2", 17, udp())));
    Octets tagged = plain;
    tagged.insert(tagged.begin() + 12, {0x81, 0x00, 0x00, 0x05});
    plain = mapped(map_, plain);
    plain.insert(plain.begin() + 12, {0x81, 0x00, 0x00, 0x05});
    EXPECT_EQ(mapped(map_, tagged), plain);

    Octets options{17, 0, 1, 4, 0, 0, 0, 0};  // a destination options header before UDP
    const Octets body = udp();
    options.insert(options.end(), body.begin(), body.end());
    const Octets before = repaired(ethernet(0x86dd, ipv6("2001:db8::1", "2001:db8::2", 60, options)));
    EXPECT_EQ(mapped(map_, before), repaired(ethernet(0x86dd, ipv6("fd00:1:2:3::4", "2001:db8::2", 60, options))));
}

TEST_F(TheAddressMap, ReachesArpAndNeighbourDiscovery) {
    Octets arp{0, 1, 8, 0, 6, 4, 0, 1, 2, 2, 2, 2, 2, 2, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};
    const Octets got = mapped(map_, ethernet(0x0806, arp));
    EXPECT_EQ(Ipv4Address::load(got.data() + 14 + 14), v4("192.168.77.200"));
    EXPECT_EQ(Ipv4Address::load(got.data() + 14 + 24), v4("172.16.0.9"));

    const auto solicitation = [](std::string_view target) {
        Octets body(16);
        v6(target).store(body.data());
        return icmp(135, body);
    };
    EXPECT_EQ(mapped(map_, repaired(ethernet(0x86dd, ipv6("fe80::1", "ff02::1", 58, solicitation("2001:db8::1"))))),
              repaired(ethernet(0x86dd, ipv6("fe80::1", "ff02::1", 58, solicitation("fd00:1:2:3::4")))));
}

TEST_F(TheAddressMap, ReachesWhatErrorsQuote) {
    const auto error4 = [](std::string_view from, std::string_view to) {
        Octets quoted = repaired(ethernet(0x0800, ipv4(from, to, 6, tcp())));
        quoted.erase(quoted.begin(), quoted.begin() + 14);
        return repaired(ethernet(0x0800, ipv4("10.9.9.9", from, 1, icmp(3, quoted))));
    };
    EXPECT_EQ(mapped(map_, error4("10.0.0.1", "10.0.0.2")), error4("192.168.77.200", "172.16.0.9"));
    const auto error6 = [](std::string_view from) {
        Octets quoted = repaired(ethernet(0x86dd, ipv6(from, "2001:db8::2", 17, udp())));
        quoted.erase(quoted.begin(), quoted.begin() + 14);
        return repaired(ethernet(0x86dd, ipv6("2001:db8::9", from, 58, icmp(1, quoted))));
    };
    EXPECT_EQ(mapped(map_, error6("2001:db8::1")), error6("fd00:1:2:3::4"));
}

TEST_F(TheAddressMap, LeavesWrongChecksumsAsWrong) {
    Octets frame = repaired(ethernet(0x0800, ipv4("10.0.0.1", "10.0.0.2", 17, udp())));
    frame.back() ^= 0x40;
    Octets wrong = repaired(ethernet(0x0800, ipv4("192.168.77.200", "172.16.0.9", 17, udp())));
    wrong.back() ^= 0x40;
    EXPECT_EQ(mapped(map_, frame), wrong);
    EXPECT_NE(repaired(wrong), wrong);
    Octets none = frame;
    store_be16(none.data() + 40, 0);  // UDP without a checksum stays so
    EXPECT_EQ(load_be16(mapped(map_, none).data() + 40), 0);
}

TEST_F(TheAddressMap, StandsWhateverIsCutOff) {
    const Octets frames[] = {
        repaired(ethernet(0x0800, ipv4("10.0.0.1", "10.0.0.2", 6, tcp()))),
        repaired(ethernet(0x86dd, ipv6("2001:db8::1", "2001:db8::2", 58, icmp(1, Octets(60, 0x60))))),
        ethernet(0x0806, Octets(28, 1)), ethernet(0x8100, Octets(40, 0x81))};
    for (const Octets& frame : frames)
        for (std::size_t n = 0; n <= frame.size(); ++n) {
            Octets cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(n));
            EXPECT_EQ(mapped(map_, repaired(cut)).size(), n);
        }
}

}  // namespace
}  // namespace layerlab::proto::machine
