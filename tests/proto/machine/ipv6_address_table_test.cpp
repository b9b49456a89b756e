#include "proto/machine/ipv6_address_table.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

using State = Ipv6AddressState;
Ipv6Address six(const char* text) { return Ipv6Address::parse(text).value(); }
Ipv6InterfaceAddress stated(const char* prefix) {
    Ipv6InterfaceAddress a;
    a.prefix = Ipv6Prefix::parse(prefix).value();
    return a;
}
wire::PrefixInformation advertised(std::uint32_t valid, std::uint32_t preferred) {
    wire::PrefixInformation p;
    p.prefix = Ipv6Prefix::parse("2001:db8::/64").value();
    p.valid_lifetime = valid;
    p.preferred_lifetime = preferred;
    return p;
}

struct Log {
    std::vector<std::string> lines;
    void probe(const Ipv6Address& a) { lines.push_back("probe " + a.to_string()); }
    void ready(const Ipv6Address& a) { lines.push_back("ready " + a.to_string()); }
    void removed(const Ipv6Prefix& p) { lines.push_back("removed " + p.to_string()); }
};

TEST(Ipv6AddressTable, ProbesOnceAndUsesTheAddressASecondLater) {
    Ipv6AddressTable t;
    t.add(Time(0s), stated("2001:db8::1/64"), true, 300ms);
    EXPECT_EQ(t.all()[0].state, State::tentative);
    Log log;
    EXPECT_EQ(t.next_deadline(), Time(300ms));
    t.on_deadline(Time(300ms), log);
    EXPECT_EQ(t.next_deadline(), Time(1300ms));
    t.on_deadline(Time(1300ms), log);
    EXPECT_EQ(t.all()[0].state, State::preferred);
    EXPECT_EQ(log.lines, (std::vector<std::string>{"probe 2001:db8::1", "ready 2001:db8::1"}));
    EXPECT_EQ(t.next_deadline(), never);
}

TEST(Ipv6AddressTable, AnAddressThatSomebodyHasIsNeverUsed) {
    Ipv6AddressTable t;
    t.add(Time(0s), stated("2001:db8::1/64"), true);
    EXPECT_TRUE(t.on_conflict(six("2001:db8::1")));
    EXPECT_EQ(t.all()[0].state, State::duplicated);
    EXPECT_FALSE(t.all()[0].is_usable());
    EXPECT_EQ(t.next_deadline(), never);
}

TEST(Ipv6AddressTable, AConflictWithAnAddressInUseChangesNothing) {
    Ipv6AddressTable t;
    t.add(Time(0s), stated("2001:db8::1/64"), false);
    EXPECT_FALSE(t.on_conflict(six("2001:db8::1")));
    EXPECT_EQ(t.all()[0].state, State::preferred);
}

TEST(Ipv6AddressTable, AnAdvertisedAddressIsDeprecatedThenRemoved) {
    Ipv6AddressTable t;
    EXPECT_EQ(t.on_prefix(Time(0s), advertised(100, 50), 7), Ipv6AddressTable::PrefixEffect::created);
    Log log;
    t.on_deadline(Time(0s), log);
    t.on_deadline(Time(1s), log);
    EXPECT_EQ(t.all()[0].prefix.address, six("2001:db8::7"));
    EXPECT_EQ(t.next_deadline(), Time(50s));
    t.on_deadline(Time(50s), log);
    EXPECT_EQ(t.all()[0].state, State::deprecated);
    t.on_deadline(Time(100s), log);
    EXPECT_TRUE(t.all().empty());
    EXPECT_EQ(log.lines.back(), "removed 2001:db8::7/64");
}

// RFC 4862 section 5.5.3 e.
TEST(Ipv6AddressTable, AShortLifetimeCannotEndAnAddressSoonerThanTwoHours) {
    Ipv6AddressTable t;
    t.on_prefix(Time(0s), advertised(86'400, 86'400), 7);
    EXPECT_EQ(t.on_prefix(Time(10s), advertised(1, 1), 7), Ipv6AddressTable::PrefixEffect::renewed);
    EXPECT_EQ(t.all()[0].valid_until, Time(10s) + std::chrono::hours(2));
    t.on_prefix(Time(20s), advertised(1, 1), 7);
    EXPECT_EQ(t.all()[0].valid_until, Time(10s) + std::chrono::hours(2));
}

TEST(Ipv6AddressTable, MakesNoAddressOfWhatIsNotAutonomous) {
    Ipv6AddressTable t;
    wire::PrefixInformation p = advertised(100, 50);
    p.autonomous = false;
    EXPECT_EQ(t.on_prefix(Time(0s), p, 7), Ipv6AddressTable::PrefixEffect::ignored);
    p = advertised(50, 100);  // preferred longer than valid
    EXPECT_EQ(t.on_prefix(Time(0s), p, 7), Ipv6AddressTable::PrefixEffect::ignored);
    p = advertised(100, 50);
    p.prefix.length = 56;
    EXPECT_EQ(t.on_prefix(Time(0s), p, 7), Ipv6AddressTable::PrefixEffect::ignored);
    EXPECT_TRUE(t.all().empty());
}

TEST(Ipv6AddressTable, AFloodOfPrefixesIsBounded) {
    Ipv6AddressTable t;
    for (std::uint8_t i = 0; i < 200; ++i) {
        wire::PrefixInformation p = advertised(100, 50);
        p.prefix.address.octets[5] = i;
        t.on_prefix(Time(0s), p, 7);
    }
    EXPECT_EQ(t.all().size(), Ipv6AddressTable::limit);
}

}  // namespace
}  // namespace layerlab::proto::machine
