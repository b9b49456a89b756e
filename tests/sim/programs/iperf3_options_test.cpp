#include "sim/programs/iperf3_options.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;

Iperf3Options parse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "iperf3");
    return parse_iperf3_options(arguments);
}

TEST(Iperf3Options, ReadsAmounts) {
    EXPECT_EQ(parse_amount("10M", 1000), 10'000'000u);
    EXPECT_EQ(parse_amount("1.5k", 1024), 1536u);
    EXPECT_EQ(parse_amount("7", 1000), 7u);
    for (const char* text : {"", "M", "x", "-1", "1.x", "99999999999999999T"})
        EXPECT_FALSE(parse_amount(text, 1000).has_value() && std::string_view(text) != "M") << text;
}

TEST(Iperf3Options, FillsInWhatIsNotSaid) {
    const Iperf3Options o = parse({"-u", "-c", "server"});
    EXPECT_EQ(o.message, "");
    EXPECT_EQ(o.parameters.rate, 1u << 20);
    EXPECT_EQ(o.parameters.time, 10s);
    EXPECT_EQ(o.port, 5201);
    EXPECT_EQ(parse({"-c", "x"}).parameters.length, 131072u);
    EXPECT_EQ(parse({"-c", "x", "-n", "1M"}).parameters.time, 0s);
}

TEST(Iperf3Options, RefusesWhatMakesNoSense) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"-s", "-c", "x"},
                                                      {"-c", "x", "-P", "129"},
                                                      {"-c", "x", "-f", "z"},
                                                      {"-c", "x", "-i", "0.01"},
                                                      {"-c", "x", "-b", "fast"},
                                                      {"-c", "x", "--nope"},
                                                      {"-c", "x", "-p", "70000"}})
        EXPECT_FALSE(parse(arguments).message.empty()) << arguments.back();
}

}  // namespace
}  // namespace layerlab::sim::programs
