#include "proto/machine/address_selection.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

Ipv6Address six(const char* text) { return Ipv6Address::parse(text).value(); }
IpAddress any(const char* text) { return IpAddress::parse(text).value(); }

std::string chosen(const char* destination, std::vector<const char*> candidates) {
    std::vector<SourceCandidate> all;
    for (const char* c : candidates) all.push_back({six(c)});
    const int best = select_source(six(destination), all);
    return best < 0 ? "none" : all[static_cast<std::size_t>(best)].address.to_string();
}

// The examples of RFC 6724 section 10.1.
TEST(AddressSelection, ChoosesSourcesAsTheExamplesOfTheRfc) {
    EXPECT_EQ(chosen("2001:db8:1::1", {"2001:db8:3::1", "fe80::1"}), "2001:db8:3::1");
    EXPECT_EQ(chosen("ff05::1", {"2001:db8:3::1", "fe80::1"}), "2001:db8:3::1");
    EXPECT_EQ(chosen("fe80::1", {"fe80::2", "2001:db8:1::1"}), "fe80::2");
    EXPECT_EQ(chosen("2001:db8:1::1", {"2001:db8:1::2", "2001:db8:3::2"}), "2001:db8:1::2");
    EXPECT_EQ(chosen("2002:c633:6401::1", {"2002:c633:6401::d5e3:7953:13eb:22e8", "2001:db8:1::2"}),
              "2002:c633:6401:0:d5e3:7953:13eb:22e8");
}

TEST(AddressSelection, PrefersAnAddressThatIsNotDeprecatedAndOneOfTheOutgoingInterface) {
    std::vector<SourceCandidate> c{{six("2001:db8::1"), 64, true, true}, {six("2001:db8:9::1"), 64, false, true}};
    EXPECT_EQ(select_source(six("2001:db8::5"), c), 1);
    c = {{six("2001:db8::1"), 64, false, false}, {six("2001:db8:9::1"), 64, false, true}};
    EXPECT_EQ(select_source(six("2001:db8::5"), c), 1);
}

std::vector<std::string> sorted(std::vector<std::pair<const char*, const char*>> pairs) {
    std::vector<DestinationCandidate> all;
    for (const auto& [to, from] : pairs) all.push_back({any(to), from ? any(from) : IpAddress{}});
    sort_destinations(all);
    std::vector<std::string> out;
    for (const auto& c : all) out.push_back(c.address.to_string());
    return out;
}

// Section 10.2.
TEST(AddressSelection, SortsDestinationsAsTheExamplesOfTheRfc) {
    using List = std::vector<std::string>;
    EXPECT_EQ(sorted({{"198.51.100.121", "198.51.100.117"}, {"2001:db8:1::1", "2001:db8:1::2"}}),
              (List{"2001:db8:1::1", "198.51.100.121"}));
    EXPECT_EQ(sorted({{"2001:db8:1::1", "fe80::1"}, {"198.51.100.121", "198.51.100.117"}}),
              (List{"198.51.100.121", "2001:db8:1::1"}));
    EXPECT_EQ(sorted({{"10.1.2.3", "10.1.2.4"}, {"2001:db8:1::1", "2001:db8:1::2"}}),
              (List{"2001:db8:1::1", "10.1.2.3"}));
}

TEST(AddressSelection, WhatCannotBeReachedComesLast) {
    EXPECT_EQ(sorted({{"2001:db8:1::1", nullptr}, {"10.1.2.3", "10.1.2.4"}}),
              (std::vector<std::string>{"10.1.2.3", "2001:db8:1::1"}));
}

}  // namespace
}  // namespace layerlab::proto::machine
