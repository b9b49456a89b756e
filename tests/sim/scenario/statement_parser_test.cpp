// The cursor's helpers, seen through the language.
#include "sim/scenario/statement_parser.hpp"

#include <gtest/gtest.h>

#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

TEST(StatementParser, PointsBehindTheLastWordWhenSomethingIsMissing) {
    EXPECT_EQ(problems("wait  # a comment"), "1:5: error: a time is missing here | as in: wait 3s\n");
}

TEST(StatementParser, PointsAtTheItemOfAList) {
    EXPECT_EQ(problems("host a\na dns 10.0.0.1,10.0.0,10.0.0.3"),
              "2:16: error: \"10.0.0\" is not an address | an address such as 10.0.0.1\n");
    EXPECT_EQ(problems("host a\na dns 10.0.0.1, x"),
              "2:17: error: \"x\" is not an address | an address such as 10.0.0.1\n");
}

TEST(StatementParser, PointsAtTheWholeWordWhereSomethingWasReplaced) {
    EXPECT_EQ(problems("let n = 300\nhost a\na dns 10.0.0.{n}"),
              "3:7: error: \"10.0.0.300\" is not an address | an address such as 10.0.0.1\n");
}

TEST(StatementParser, SuggestsDevicesToo) {
    EXPECT_EQ(problems("host gateway1\ngatway1 dhcp"),
              "2:1: error: \"gatway1\" is neither a statement nor a device | did you mean \"gateway1\"?\n");
}

}  // namespace
}  // namespace layerlab::sim::scenario
