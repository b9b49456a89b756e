#include "sim/scenario/load.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::scenario {
namespace {

std::unique_ptr<Loaded> loaded_from(const std::string& text, const LoadOptions& options = {}) {
    return load(
        "x.lab", [&](const std::string&) -> proto::Result<std::string> { return text; }, options);
}

TEST(Load, GivesAScenarioWithItsPlan) {
    const auto loaded = loaded_from("host a\nhost b\nlink a b\na$ ping -c 1 b\n");
    ASSERT_TRUE(loaded->ok());
    EXPECT_EQ(loaded->scenario.devices.size(), 2u);
    EXPECT_EQ(loaded->plan.addresses.size(), 2u);
    EXPECT_TRUE(loaded->diagnostics.all().empty());
}

TEST(Load, ReportsFaultsOfTextFiltersAndKindsTogetherInTheOrderOfPlaces) {
    const auto text = loaded_from("host a\nexpect 1 at a: icmp.tpye\nlink a nobody\n");
    ASSERT_EQ(text->diagnostics.all().size(), 2u);
    EXPECT_EQ(text->diagnostics.all()[0].place.line, 2u);
    EXPECT_EQ(text->diagnostics.all()[1].place.line, 3u);
    EXPECT_FALSE(loaded_from("linux a\nhost b\nlink a b\n")->ok()) << "it cannot be run yet";
    EXPECT_FALSE(loaded_from("")->ok());
}

TEST(Load, JudgesTheNetworkOnlyWhenAsked) {
    const std::string twins = "host a 10.0.0.1/24\nhost b 10.0.0.1/24\nlink a b\n";
    EXPECT_FALSE(loaded_from(twins)->diagnostics.all().empty());
    LoadOptions quiet;
    quiet.warns = false;
    EXPECT_TRUE(loaded_from(twins, quiet)->diagnostics.all().empty());
    EXPECT_TRUE(loaded_from(twins)->ok());
}

TEST(Load, OverridesAndReadsFoldersThroughItsOptions) {
    LoadOptions options;
    options.set = {{"n", "3"}};
    std::string asked;
    options.read_folder = [&](const std::string& lab,
                              const std::string& folder) -> proto::Result<std::vector<FolderFile>> {
        asked = lab + ":" + folder;
        return std::vector<FolderFile>{};
    };
    const auto loaded = loaded_from(
        "let n = 1\nhost a\nhost b\nlink a b\nb serve http folder \"www\"\nfor i in 1..{n} {\n  wait 1s\n}\n", options);
    ASSERT_TRUE(loaded->ok()) << loaded->diagnostics.render(loaded->scenario.sources);
    EXPECT_EQ(loaded->scenario.steps.size(), 3u);
    EXPECT_EQ(asked, "x.lab:www");
}

}  // namespace
}  // namespace layerlab::sim::scenario
