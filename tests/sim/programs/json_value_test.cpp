#include "sim/programs/json_value.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

TEST(JsonValue, ReadsWhatIperf3Sends) {
    const auto json = parse_json(R"({"udp":true, "len":1448,"rate":1.5e3,"s":[{"id":1},{"id":-3}],"t":"a\"\n\u0041"})");
    ASSERT_TRUE(json.has_value());
    EXPECT_TRUE(json->is_true("udp"));
    EXPECT_FALSE(json->is_true("len"));
    EXPECT_EQ(json->number_of("len", 0), 1448);
    EXPECT_EQ(json->number_of("rate", 0), 1500);
    EXPECT_EQ(json->number_of("nope", 7), 7);
    EXPECT_EQ(json->find("s")->elements.at(1).number_of("id", 0), -3);
    EXPECT_EQ(json->find("t")->text, "a\"\n?");
}

TEST(JsonValue, RefusesWhatIsNone) {
    for (const char* text : {"", "{", "[1,]", "{\"a\"}", "{\"a\":1}x", "1-2", "tru", "\"a", "\"\\x\"", "{1:2}"})
        EXPECT_FALSE(parse_json(text).has_value()) << text;
    EXPECT_FALSE(parse_json(std::string(100'000, '[')).has_value());
}

}  // namespace
}  // namespace layerlab::sim::programs
