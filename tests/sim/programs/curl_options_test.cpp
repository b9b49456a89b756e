#include "sim/programs/curl_options.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;

CurlOptions parse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "curl");
    return parse_curl_options(arguments, {{"/data", "a=1\r\n"}});
}

TEST(CurlOptions, ReadsClustersValuesAndUrls) {
    const CurlOptions o = parse({"-sSLo", "file", "http://a/", "-m2.5", "--url", "b", "-H", "X: 1"});
    EXPECT_EQ(o.message, "");
    EXPECT_TRUE(o.silent && o.show_error && o.location);
    EXPECT_EQ(o.outputs.at(0).file, "file");
    EXPECT_EQ(o.max_time, 2500ms);
    EXPECT_EQ(o.urls, (std::vector<std::string>{"http://a/", "b"}));
}

TEST(CurlOptions, JoinsDataAndReadsFiles) {
    EXPECT_EQ(parse({"-d", "x", "-d", "@data", "u"}).data, "x&a=1");
    EXPECT_EQ(parse({"--data-binary", "@/data", "u"}).data, "a=1\r\n");
    EXPECT_EQ(parse({"-G", "-d", "x=1", "u?y"}).urls.at(0), "u?y&x=1");
    EXPECT_EQ(parse({"-d", "@none", "u"}).status, 26);
}

TEST(CurlOptions, WordsItsErrorsAsCurl) {
    EXPECT_EQ(parse({"--bogus", "u"}).message,
              "curl: option --bogus: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n");
    EXPECT_EQ(parse({"-o"}).message,
              "curl: option -o: requires parameter\n"
              "curl: try 'curl --help' or 'curl --manual' for more information\n");
    EXPECT_EQ(parse({"--resolve", "x", "u"}).status, 49);
}

}  // namespace
}  // namespace layerlab::sim::programs
