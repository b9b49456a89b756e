#include "sim/scenario/name_table.hpp"

#include <gtest/gtest.h>
#include <string>

namespace layerlab::sim::scenario {
namespace {

TEST(NumberMap, FindsWhatWasSetAndNothingElse) {
    NumberMap m;
    EXPECT_EQ(m.find(7), NumberMap::absent);
    for (std::uint32_t i = 0; i < 10'000; ++i) m.set(std::uint64_t{i} << 32 | i % 3, i);
    for (std::uint32_t i = 0; i < 10'000; ++i) ASSERT_EQ(m.find(std::uint64_t{i} << 32 | i % 3), i);
    EXPECT_EQ(m.find(std::uint64_t{10'001} << 32), NumberMap::absent);
    m.set(0, 99);
    EXPECT_EQ(m.find(0), 99u);
}

TEST(NameTable, FindsNamesThatLiveElsewhere) {
    std::vector<std::string> names;
    NameTable t;
    const auto name_of = [&](std::uint32_t id) -> std::string_view { return names[id]; };
    EXPECT_EQ(t.find("pc1", name_of), NameTable::absent);
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        names.push_back("pc" + std::to_string(i));
        t.add(names.back(), i);
    }
    for (std::uint32_t i = 0; i < 10'000; ++i) ASSERT_EQ(t.find(names[i], name_of), i);
    EXPECT_EQ(t.find("pc10000", name_of), NameTable::absent);
    EXPECT_EQ(t.find("", name_of), NameTable::absent);
}

}  // namespace
}  // namespace layerlab::sim::scenario
