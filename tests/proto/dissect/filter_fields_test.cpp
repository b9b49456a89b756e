#include "proto/dissect/filter_fields.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/proto/dissect/filter_sample.hpp"

namespace layerlab::proto::dissect {
namespace {

TEST(FilterFields, KnowsProtocolsFieldsAndNamesOfTwoFields) {
    const FilterFields& fields = FilterFields::of_registry();
    ASSERT_TRUE(fields.find("ip.src"));
    EXPECT_EQ(fields.find("ip.src")->type, FieldType::ipv4);
    ASSERT_TRUE(fields.find("ip"));
    EXPECT_TRUE(fields.find("ip")->is_protocol());
    ASSERT_TRUE(fields.find("ip.addr"));
    EXPECT_EQ(fields.find("ip.addr")->fields.size(), 2u);
    EXPECT_EQ(fields.find("ip.host")->type, FieldType::text);
    EXPECT_EQ(fields.find("ip.nothing"), nullptr);
}

TEST(FilterFields, IsSortedAndHoldsEachNameOnce) {
    const auto all = FilterFields::of_registry().all();
    ASSERT_GT(all.size(), 50u);
    for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].name, all[i].name);
}

TEST(FilterFields, FindsTheNameThatWasMeant) {
    const FilterFields& fields = FilterFields::of_registry();
    EXPECT_EQ(fields.most_like("ip.tll"), "ip.ttl");
    EXPECT_EQ(fields.most_like("tcp.flag.syn"), "tcp.flags.syn");
    EXPECT_EQ(fields.most_like("tcp.syn"), "tcp.flags.syn");
    EXPECT_EQ(fields.most_like("quite.another.thing"), "");
    EXPECT_EQ(fields.most_like(std::string(10'000, 'a')), "");
}

TEST(FilterFields, TakesFieldsOfTheCaller) {
    const FilterFields fields(sample::extra);
    ASSERT_TRUE(fields.find("x.port"));
    EXPECT_TRUE(fields.find("ip.src"));
    EXPECT_FALSE(FilterFields::of_registry().find("x.port"));
}

}  // namespace
}  // namespace layerlab::proto::dissect
