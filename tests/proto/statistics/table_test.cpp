#include "proto/statistics/table.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace layerlab::proto::statistics {
namespace {

Table sample() {
    return {
        "Things", {"name", "n"}, std::vector<Row>{{{"a"}, Cell::number(5)}, {{"b, \"c\"\x1b"}, Cell::number(1234)}}};
}

TEST(Table, AlignsTextAndEscapesControls) {
    std::string out;
    append_text(out, sample());
    EXPECT_EQ(out,
              "Things\n"
              "name           n\n"
              "a              5\n"
              "b, \"c\"\\x1b  1234\n");
}

TEST(Table, IsValidJson) {
    std::string out;
    append_json(out, sample());
    const auto json = nlohmann::json::parse(out);
    EXPECT_EQ(json["title"], "Things");
    EXPECT_EQ(json["rows"][1]["name"], "b, \"c\"\x1b");
    EXPECT_EQ(json["rows"][1]["n"], 1234);
}

TEST(Table, QuotesInCsv) {
    std::string out;
    append_csv(out, sample());
    EXPECT_EQ(out, "name,n\r\na,5\r\n\"b, \"\"c\"\"\x1b\",1234\r\n");
}

TEST(Table, IsDrainedWhileItIsWritten) {
    const Table table{"Many", {"n"}, Rows(100'000, [](std::size_t n) { return Row{Cell::number(n)}; })};
    std::string whole, drained;
    std::size_t drains = 0;
    append_csv(whole, table);
    std::string out;
    append_csv(out, table, [&](std::string& part) {
        drained += std::exchange(part, {});
        ++drains;
    });
    EXPECT_EQ(drained + out, whole);
    EXPECT_GT(drains, 5u);
    EXPECT_LT(out.size(), 1u << 17);
}

TEST(Table, WritesDurationsAsSeconds) {
    EXPECT_EQ(Cell::seconds(1'500'000'000).text, "1.500000000");
    EXPECT_EQ(Cell::seconds(-1).text, "-0.000000001");
}

}  // namespace
}  // namespace layerlab::proto::statistics
