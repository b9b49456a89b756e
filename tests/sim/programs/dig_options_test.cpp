#include "sim/programs/dig_options.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using proto::wire::DnsType;

DigCommandLine read(std::vector<std::string> words) {
    words.insert(words.begin(), "dig");
    return read_dig_arguments(words);
}

TEST(DigOptions, ReadsTypesServersAndSwitches) {
    const DigCommandLine line =
        read({"@192.0.2.1", "www.lab.test", "aaaa", "+tcp", "+norecurse", "+tries=2", "+time=1"});
    ASSERT_EQ(line.lookups.size(), 1u);
    const DigLookup& l = line.lookups[0];
    EXPECT_EQ(l.server, "192.0.2.1");
    EXPECT_EQ(l.name, "www.lab.test");
    EXPECT_EQ(l.type, DnsType::aaaa);
    EXPECT_TRUE(l.tcp);
    EXPECT_FALSE(l.recurse);
    EXPECT_EQ(l.tries, 2);
    EXPECT_EQ(l.timeout, 1);
}

TEST(DigOptions, OptionsInFrontOfTheFirstNameHoldForAll) {
    const DigCommandLine line = read({"+noedns", "a.test", "+short", "b.test", "any"});
    ASSERT_EQ(line.lookups.size(), 2u);
    EXPECT_TRUE(line.lookups[0].short_form);
    EXPECT_FALSE(line.lookups[1].short_form);
    EXPECT_FALSE(line.lookups[1].edns);
    EXPECT_EQ(line.lookups[1].type, DnsType::any);
}

TEST(DigOptions, AsksForTheRootServersOrAReverseName) {
    EXPECT_EQ(read({}).lookups[0].type, DnsType::ns);
    const DigCommandLine line = read({"-x", "203.0.113.10"});
    EXPECT_EQ(line.lookups[0].name, "10.113.0.203.in-addr.arpa.");
    EXPECT_EQ(line.lookups[0].type, DnsType::ptr);
}

TEST(DigOptions, RefusesAndWarns) {
    EXPECT_EQ(read({"x", "+bogus"}).error.substr(0, 23), "Invalid option: +bogus\n");
    EXPECT_EQ(read({"-t", "bogus", "x"}).warnings, ";; Warning, ignoring invalid type bogus\n");
    EXPECT_FALSE(read({"-x", "nonsense"}).error.empty());
    EXPECT_FALSE(read({"-p"}).error.empty());
}

}  // namespace
}  // namespace layerlab::sim::programs
