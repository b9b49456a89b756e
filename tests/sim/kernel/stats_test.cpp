#include "sim/kernel/stats.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

#include "sim/kernel/decisions.hpp"

namespace layerlab::sim {
namespace {

TEST(Stats, SumsDropsOverTheirReasons) {
    Stats stats;
    EXPECT_EQ(stats.dropped(), 0u);
    stats.drops[static_cast<std::size_t>(DropReason::loss)] = 3;
    stats.drops[static_cast<std::size_t>(DropReason::malformed)] = 4;
    EXPECT_EQ(stats.dropped(), 7u);
}

TEST(Stats, NamesEveryReasonOnceInWordsOfTheLanguageAndInASentence) {
    std::set<std::string> names, sentences;
    for (std::size_t i = 0; i < drop_reasons; ++i) {
        const auto reason = static_cast<DropReason>(i);
        const std::string name = to_string(reason);
        EXPECT_FALSE(name.empty());
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), name.npos) << name;
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_TRUE(sentences.insert(explain(reason)).second) << name;
        EXPECT_EQ(std::string(explain(reason)).empty(), reason == DropReason::none);
    }
    EXPECT_STREQ(to_string(DropReason::link_down), "link-down");
    EXPECT_STREQ(to_string(DropReason::malformed), "malformed");
    EXPECT_STREQ(explain(DropReason::ttl), "its time to live ran out");
    EXPECT_STREQ(explain(DropReason::malformed), "it was malformed");
}

}  // namespace
}  // namespace layerlab::sim
