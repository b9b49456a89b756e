#include "proto/dissect/filter_complete.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/proto/dissect/filter_sample.hpp"

namespace layerlab::proto::dissect {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> offered(std::string_view text, std::size_t cursor = std::string_view::npos) {
    std::vector<std::string> texts;
    for (const FilterCandidate& c : complete_filter(text, cursor, sample::extra).candidates) texts.push_back(c.text);
    return texts;
}

TEST(CompleteFilter, OffersNamesThatBeginSo) {
    EXPECT_THAT(offered("x.add"), ElementsAre("x.addr", "x.addr6"));
    EXPECT_THAT(offered("x and (x.n"), ElementsAre("x.name"));
    EXPECT_THAT(offered("x.port == 80 and not x.fl"), ElementsAre("x.flag"));
    EXPECT_THAT(offered("low"), Contains("lower("));
}

TEST(CompleteFilter, OffersOperatorsBehindAnOperand) {
    EXPECT_THAT(offered("x.port "), AllOf(Contains("=="), Contains("in"), Contains("and"), Not(Contains("x.port"))));
    EXPECT_THAT(offered("x.port == 80 a"), ElementsAre("and"));
}

TEST(CompleteFilter, OffersTheNamesOfValues) {
    EXPECT_THAT(offered("x.op == "), ElementsAre("\"Request\"", "\"Reply\""));
    EXPECT_THAT(offered("x.flag != "), ElementsAre("True", "False"));
    EXPECT_THAT(offered("x.port == "), IsEmpty());
}

TEST(CompleteFilter, ReplacesTheWordAroundTheCursor) {
    const auto made = complete_filter("x.na == 1", 2, sample::extra);
    EXPECT_EQ(made.from, 0u);
    EXPECT_EQ(made.to, 4u);
    EXPECT_THAT(offered("x.name contains \"x.p"), IsEmpty());
    EXPECT_LE(offered("").size(), 100u);
}

}  // namespace
}  // namespace layerlab::proto::dissect
