#include "sim/programs/tcpdump_filter.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using proto::Ipv4Address;

// Ethernet, IPv4 10.0.0.1 > 10.0.0.2, then TCP or UDP with these ports, or ICMP echo.
std::vector<std::uint8_t> packet(std::uint8_t protocol, std::uint16_t from, std::uint16_t to,
                                 std::uint8_t flags = 0x10) {
    std::vector<std::uint8_t> b{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};                          // Ethernet
    b.insert(b.end(), {0x45, 0, 0, 40, 0, 7, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});  // IPv4
    b.resize(60);
    proto::store_be16(b.data() + 34, from);
    proto::store_be16(b.data() + 36, to);
    b[46] = 0x50;
    b[47] = flags;
    return b;
}

bool matches(std::string_view text, const std::vector<std::uint8_t>& frame) {
    const auto filter = CaptureFilter::parse(text, nullptr);
    EXPECT_TRUE(filter.has_value()) << text;
    return filter && filter->matches(frame);
}

TEST(CaptureFilter, TakesEverythingWhenEmpty) { EXPECT_TRUE(matches("  ", {})); }

TEST(CaptureFilter, KnowsProtocolsHostsNetsAndPorts) {
    const auto web = packet(6, 1000, 80);
    for (const char* yes : {"tcp", "ip", "host 10.0.0.1", "10.0.0.2", "src 10.0.0.1", "net 10", "net 10.0.0.0/24",
                            "dst net 10.0.0.0 mask 255.255.255.0", "port 80", "port http", "tcp dst port 80",
                            "portrange 70-90", "ip proto 6", "ip proto \\tcp", "ether proto 0x800", "not arp",
                            "ether src 02:00:00:00:00:01", "src or dst 10.0.0.2", "src and dst net 10.0.0.0/8"})
        EXPECT_TRUE(matches(yes, web)) << yes;
    for (const char* no : {"udp", "arp", "host 10.0.0.3", "src 10.0.0.2", "net 11", "port 81", "udp port 80",
                           "src port 80", "broadcast", "multicast", "vlan", "ip6", "ether dst 02:00:00:00:00:01"})
        EXPECT_FALSE(matches(no, web)) << no;
}

TEST(CaptureFilter, CombinesFromTheLeftAndRepeatsQualifiers) {
    const auto web = packet(6, 1000, 80), dns = packet(17, 1000, 53);
    EXPECT_TRUE(matches("udp or tcp and port 53", dns));
    EXPECT_FALSE(matches("udp or tcp and port 53", web));
    EXPECT_TRUE(matches("port 80 or 53", dns));
    EXPECT_TRUE(matches("host 10.9.9.9 or 10.0.0.1 and (port 53 or 443)", dns));
    EXPECT_FALSE(matches("not (udp or tcp)", dns));
    EXPECT_TRUE(matches("! icmp && ! arp", dns));
}

TEST(CaptureFilter, ComparesBytes) {
    const auto syn = packet(6, 1000, 80, 0x02);
    for (const char* yes : {"tcp[13] & 2 != 0", "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "tcp[tcpflags] = tcp-syn",
                            "ip[8] = 64", "ip[2:2] > 30", "len = 60", "less 60", "greater 60", "ether[12:2] = 0x0800",
                            "(tcp[12] & 0xf0) >> 2 = 20", "1 + 2 = 3"})
        EXPECT_TRUE(matches(yes, syn)) << yes;
    for (const char* no : {"tcp[tcpflags] & tcp-ack != 0", "udp[0] = 0", "icmp[icmptype] = icmp-echo", "tcp[1000] = 0",
                           "ip[8] / 0 = 0", "ip[2:2] > 40"})
        EXPECT_FALSE(matches(no, syn)) << no;
}

TEST(CaptureFilter, SaysWhatIsWrong) {
    const auto error = [](std::string_view text) {
        const auto filter = CaptureFilter::parse(text, nullptr);
        return filter ? std::string("none") : filter.error().message;
    };
    const std::string syntax = "can't parse filter expression: syntax error";
    for (const char* text : {"tcp and", "(tcp", "tcp port", "host", "and", ")", "tcp[0", "tcp[0] =", "not"})
        EXPECT_EQ(error(text), syntax) << text;
    EXPECT_EQ(error("host nosuch"), "unknown host 'nosuch'");
    EXPECT_EQ(error("port abc"), "unknown port 'abc'");
    EXPECT_EQ(error("net 10.0.0.0/99"), "mask length must be <= 32");
    EXPECT_EQ(error("net 10.0.0.1/24"), "non-network bits set in \"10.0.0.1/24\"");
    EXPECT_EQ(error(std::string(10'000, '(')), syntax);
    EXPECT_EQ(error(std::string(10'000, '!')), syntax);
}

TEST(CaptureFilter, AsksForTheAddressesOfNames) {
    const auto filter = CaptureFilter::parse("dst web", [](std::string_view name) {
        return name == "web" ? std::optional(Ipv4Address{0x0a000002}) : std::nullopt;
    });
    ASSERT_TRUE(filter.has_value());
    EXPECT_TRUE(filter->matches(packet(6, 1, 2)));
}

}  // namespace
}  // namespace layerlab::sim::programs
