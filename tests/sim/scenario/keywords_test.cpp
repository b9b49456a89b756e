#include "sim/scenario/keywords.hpp"

#include <gtest/gtest.h>

#include "sim/kernel/record.hpp"
#include "sim/kernel/stats.hpp"
#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

TEST(Keywords, EveryRowIsFoundByItsWordAndSaysHowItIsUsed) {
    for (const Keyword& k : keywords()) {
        EXPECT_EQ(find_keyword(k.kind, k.word), &k) << k.word;
        EXPECT_NE(k.usage.find(k.word), std::string_view::npos) << k.word;
        EXPECT_TRUE(k.help.ends_with('.')) << k.word;
        EXPECT_EQ(problems("host " + std::string(k.word)).empty(), false) << k.word;
    }
    EXPECT_EQ(find_keyword(WordKind::statement, "delay"), nullptr);
    EXPECT_FALSE(is_keyword("amy"));
    EXPECT_FALSE(is_keyword(""));
}

TEST(Keywords, WordsThatBeginSomethingHaveTheirFunction) {
    for (const Keyword& k : keywords()) {
        const bool has_none =
            k.kind == WordKind::drop || k.kind == WordKind::part || k.word == "some" || k.word == "none";
        EXPECT_EQ(k.parse == nullptr, has_none) << k.word;
    }
}

TEST(Keywords, TheReferenceHoldsEveryRow) {
    const std::string text = language_reference();
    for (const Keyword& k : keywords()) {
        EXPECT_NE(text.find(k.usage), std::string::npos) << k.word;
        EXPECT_NE(text.find(k.help), std::string::npos) << k.word;
    }
    EXPECT_TRUE(text.starts_with("Statements\n  title          title \"A home network\"\n"));
}

TEST(Keywords, DropReasonsAreThoseOfTheSimulator) {
    for (const Keyword& k : keywords()) {
        if (k.kind != WordKind::drop) continue;
        bool found = false;
        for (std::size_t i = 0; i < drop_reasons; ++i) found |= to_string(static_cast<DropReason>(i)) == k.word;
        EXPECT_TRUE(found) << k.word;
    }
}

}  // namespace
}  // namespace layerlab::sim::scenario
