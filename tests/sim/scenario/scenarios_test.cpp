// Every scenario that the project ships holds what it promises, and says the same whenever it is run.
#include <algorithm>
#include <cctype>
#include <gtest/gtest.h>
#include <vector>

#include "tests/sim/scenario/run_scenario.hpp"
#include "tests/source_dir.hpp"

namespace layerlab::sim::scenario {
namespace {

const std::filesystem::path folder = std::filesystem::path(tests::source_dir) / "scenarios";

std::vector<std::string> scenario_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".lab" && entry.path().parent_path().filename() != "real")  // see real_test.cpp
            names.push_back(std::filesystem::relative(entry.path(), folder).generic_string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param.substr(0, info.param.size() - 4);
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    return name;
}

std::string told(const CheckResult& check) {
    std::string text = std::to_string(check.place.line) + ": " + check.text + "\n  expected: " + check.expected +
                       "\n  happened: " + check.happened;
    for (const std::string& line : check.context) text += "\n  " + line;
    return text;
}

class Scenarios : public testing::TestWithParam<std::string> {
  protected:
    const std::unique_ptr<ScenarioFile> file_ = load_scenario(folder / GetParam());
};

TEST_P(Scenarios, HoldWhatTheyPromise) {
    ASSERT_TRUE(file_->ok()) << file_->problems;
    const Played played = play(*file_, Readers::none);
    for (const CheckResult& check : played.result.checks) EXPECT_TRUE(check.holds) << told(check);
    EXPECT_FALSE(played.result.checks.empty()) << "nothing is expected";
    for (const std::string& warning : played.result.warnings) ADD_FAILURE() << warning;
}

TEST_P(Scenarios, ExplainThemselves) { EXPECT_FALSE(file_->scenario().title.empty()); }

TEST_P(Scenarios, AreTheSameEachTimeAndWhoeverListens) {
    ASSERT_TRUE(file_->ok()) << file_->problems;
    const Played first = play(*file_, Readers::hash), second = play(*file_, Readers::hash_and_log),
                 alone = play(*file_, Readers::none);
    EXPECT_GT(first.records, 0u);
    EXPECT_EQ(second.records, first.records);
    EXPECT_EQ(second.hash, first.hash);
    EXPECT_EQ(second.transcript, first.transcript);
    EXPECT_EQ(alone.transcript, first.transcript);
    EXPECT_EQ(alone.result.ended, first.result.ended);
}

INSTANTIATE_TEST_SUITE_P(Shipped, Scenarios, testing::ValuesIn(scenario_names()), test_name);

TEST(ScenarioFolder, HoldsTheFirstStepsAndATopicInEachFolder) {
    const std::vector<std::string> names = scenario_names();
    EXPECT_GE(names.size(), 50u);
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), "first-steps.lab"));
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), "commands/ping.lab"));
}

}  // namespace
}  // namespace layerlab::sim::scenario
