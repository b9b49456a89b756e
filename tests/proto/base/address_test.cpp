#include "proto/base/address.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto {
namespace {

TEST(MacAddress, ReadsColonsAndDashesInEitherCaseAndPrintsLowerCase) {
    for (const char* text : {"52:54:00:ab:cd:ef", "52-54-00-AB-CD-EF"}) {
        const auto mac = MacAddress::parse(text);
        ASSERT_TRUE(mac) << text;
        EXPECT_EQ(mac->to_string(), "52:54:00:ab:cd:ef");
        EXPECT_EQ(mac->number(), 0x5254'00ab'cdefu);
        EXPECT_EQ(MacAddress::from_number(mac->number()), *mac);
    }
}

TEST(MacAddress, RefusesEverythingElseWithAnExample) {
    for (const char* text : {"", "52:54:00:12:34", "52:54:00:12:34:5", "52:54:00:12:34:5g",
                             "52:54:00:12:34:56:", "52.54.00.12.34.56", "525400123456", " 2:54:00:12:34:56"}) {
        const auto mac = MacAddress::parse(text);
        ASSERT_FALSE(mac) << text;
        EXPECT_EQ(mac.error().message, "\"" + std::string(text) + "\" is not a MAC address");
        EXPECT_EQ(mac.error().hint, "for example 52:54:00:12:34:56");
    }
}

TEST(MacAddress, KnowsGroupsByTheLowestBitOfTheFirstOctet) {
    EXPECT_TRUE(broadcast_mac.is_broadcast());
    EXPECT_TRUE(broadcast_mac.is_multicast());
    EXPECT_TRUE(MacAddress::parse("01:00:5e:00:00:01")->is_multicast());
    EXPECT_FALSE(MacAddress::parse("01:00:5e:00:00:01")->is_broadcast());
    EXPECT_FALSE(MacAddress::parse("02:00:00:00:00:01")->is_multicast());
}

TEST(Ipv4Address, ReadsDottedQuadsAndNothingElse) {
    EXPECT_EQ(Ipv4Address::parse("0.0.0.0")->number, 0u);
    EXPECT_EQ(Ipv4Address::parse("255.255.255.255")->number, 0xffff'ffffu);
    EXPECT_EQ(Ipv4Address::parse("192.168.1.10")->to_string(), "192.168.1.10");
    for (const char* text : {"", "1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1..2.3",
                             "1.2.3.4 ", "-1.2.3.4", "1.2.3.99999999999999999999", "a.b.c.d"})
        EXPECT_FALSE(Ipv4Address::parse(text)) << text;
}

TEST(Ipv4Address, KnowsItsSpecialRanges) {
    EXPECT_TRUE(Ipv4Address::parse("127.255.0.1")->is_loopback());
    EXPECT_TRUE(Ipv4Address::parse("224.0.0.1")->is_multicast());
    EXPECT_TRUE(Ipv4Address::parse("239.255.255.255")->is_multicast());
    EXPECT_FALSE(Ipv4Address::parse("240.0.0.1")->is_multicast());
    EXPECT_TRUE(Ipv4Address::parse("255.255.255.255")->is_broadcast());
    EXPECT_FALSE(Ipv4Address::parse("10.255.255.255")->is_broadcast());
    EXPECT_TRUE(Ipv4Address{}.is_zero());
}

// RFC 5952 section 4 and 5; RFC 4291 section 2.2 for what is read.
TEST(Ipv6Address, PrintsTheOneFormOfRfc5952ForEveryFormItReads) {
    const struct {
        const char* read;
        const char* printed;
    } cases[] = {
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // one zero group is not shortened
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // the longest run
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // the first of two equal runs
        {"fe80::1:0:0", "fe80::1:0:0"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
        {"::ffff:c000:201", "::ffff:192.0.2.1"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    };
    for (const auto& c : cases) {
        const auto address = Ipv6Address::parse(c.read);
        ASSERT_TRUE(address) << c.read;
        EXPECT_EQ(address->to_string(), c.printed) << c.read;
        EXPECT_EQ(*Ipv6Address::parse(c.printed), *address);
    }
}

TEST(Ipv6Address, RefusesWhatIsNone) {
    for (const char* text : {"",
                             ":",
                             ":::",
                             "1",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1::2::3",
                             "12345::",
                             "::g",
                             "1:2:3:4:5:6:7:8::",
                             "::1:2:3:4:5:6:7:8",
                             "1:",
                             ":1",
                             "1:2:3:4:5:6:7:",
                             "::1.2.3",
                             "::1.2.3.4:5",
                             "1.2.3.4",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "fe80::1%eth0",
                             "::1/64"})
        EXPECT_FALSE(Ipv6Address::parse(text)) << text;
}

TEST(Ipv4Prefix, KeepsTheHostBitsAndTellsNetworkBroadcastAndMembers) {
    const auto prefix = Ipv4Prefix::parse("10.1.2.3/20");
    ASSERT_TRUE(prefix);
    EXPECT_EQ(prefix->to_string(), "10.1.2.3/20");
    EXPECT_EQ(prefix->network().to_string(), "10.1.0.0");
    EXPECT_EQ(prefix->broadcast().to_string(), "10.1.15.255");
    EXPECT_TRUE(prefix->contains(*Ipv4Address::parse("10.1.15.255")));
    EXPECT_FALSE(prefix->contains(*Ipv4Address::parse("10.1.16.0")));
    EXPECT_TRUE(Ipv4Prefix::parse("0.0.0.0/0")->contains(*Ipv4Address::parse("255.1.2.3")));
    EXPECT_EQ(Ipv4Prefix::parse("1.2.3.4/32")->broadcast().to_string(), "1.2.3.4");
    for (const char* text : {"10.0.0.1", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/08", "10.0.0.1/8x", "10.0.0/8", "/8"})
        EXPECT_FALSE(Ipv4Prefix::parse(text)) << text;
}

TEST(Ipv6Prefix, ComparesWholeOctetsAndTheBitsBehindThem) {
    const auto prefix = Ipv6Prefix::parse("2001:db8:0:f0::1/60");
    ASSERT_TRUE(prefix);
    EXPECT_TRUE(prefix->contains(*Ipv6Address::parse("2001:db8:0:ff::")));
    EXPECT_FALSE(prefix->contains(*Ipv6Address::parse("2001:db8:0:100::")));
    EXPECT_TRUE(Ipv6Prefix::parse("::/0")->contains(*Ipv6Address::parse("ff02::1")));
    const auto one = Ipv6Prefix::parse("::1/128");
    EXPECT_TRUE(one->contains(*Ipv6Address::parse("::1")));
    EXPECT_FALSE(one->contains(*Ipv6Address::parse("::2")));
    EXPECT_FALSE(Ipv6Prefix::parse("::1/129"));
    EXPECT_FALSE(Ipv6Prefix::parse("::1"));
}

TEST(Address, OrdersByValueAndStoresInNetworkOrder) {
    std::uint8_t bytes[6];
    Ipv4Address::parse("1.2.3.4")->store(bytes);
    EXPECT_EQ(bytes[0], 1);
    EXPECT_EQ(bytes[3], 4);
    EXPECT_EQ(Ipv4Address::load(bytes).to_string(), "1.2.3.4");
    EXPECT_LT(*Ipv4Address::parse("9.255.255.255"), *Ipv4Address::parse("10.0.0.0"));
    EXPECT_LT(*MacAddress::parse("02:00:00:00:00:ff"), *MacAddress::parse("02:00:00:00:01:00"));
    EXPECT_LT(*Ipv6Address::parse("::ff"), *Ipv6Address::parse("::100"));
}

}  // namespace
}  // namespace layerlab::proto
