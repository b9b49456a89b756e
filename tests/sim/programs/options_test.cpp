#include "sim/programs/options.hpp"

#include <gmock/gmock.h>

namespace layerlab::sim::programs {
namespace {

CommandLine parse(std::vector<std::string> words) {
    static constexpr LongOption long_options[] = {{"count", 'c', true}, {"quiet", 'q', false}};
    words.insert(words.begin(), "tool");
    return parse_command_line(words, "c:nq", long_options);
}

TEST(Options, ReadsClustersAttachedValuesAndLongNames) {
    const CommandLine line = parse({"-nqc3", "host", "--count=4", "--quiet", "--", "-n"});
    EXPECT_EQ(line.error, "");
    EXPECT_TRUE(line.has('n'));
    EXPECT_EQ(*line.find('c'), "4");
    EXPECT_EQ(line.operands, (std::vector<std::string>{"host", "-n"}));
}

TEST(Options, WordsErrorsAsGetoptDoes) {
    EXPECT_EQ(parse({"-x"}).error, "invalid option -- 'x'");
    EXPECT_EQ(parse({"-c"}).error, "option requires an argument -- 'c'");
    EXPECT_EQ(parse({"--foo"}).error, "unrecognized option '--foo'");
    EXPECT_EQ(parse({"--count"}).error, "option '--count' requires an argument");
}

TEST(Options, ReadsNumbersExactly) {
    EXPECT_EQ(parse_integer("-12"), -12);
    EXPECT_FALSE(parse_integer("12x"));
    EXPECT_FALSE(parse_integer("99999999999999999999"));
    EXPECT_EQ(parse_seconds("0.2"), std::chrono::milliseconds(200));
    EXPECT_EQ(parse_seconds(".5"), std::chrono::milliseconds(500));
    EXPECT_FALSE(parse_seconds("."));
    EXPECT_FALSE(parse_seconds("1e3"));
    EXPECT_FALSE(parse_seconds("99999999999999"));
}

}  // namespace
}  // namespace layerlab::sim::programs
