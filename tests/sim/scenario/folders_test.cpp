#include "sim/scenario/folders.hpp"

#include "tests/sim/scenario/played.hpp"

namespace layerlab::sim::scenario {
namespace {

using testing::HasSubstr;

using Files = std::vector<FolderFile>;

std::string with_folders(Scenario& scenario, const ReadFolder& read) {
    Diagnostics diagnostics;
    read_folders(scenario, read, diagnostics);
    return diagnostics.render(scenario.sources);
}

const char* served = "host a\nhost b\nlink a b\nb serve http folder \"www\"\n";

TEST(Folders, BecomePagesOfTheServer) {
    Parsed parsed(std::string(served) + "a$ curl -s b/\nexpect output \"<b>start</b>\"\n" +
                  "a$ curl -s b/images/list.txt\nexpect output \"cat\"\na$ curl -s -f b/dog\nexpect fails\n");
    std::string asked;
    EXPECT_EQ(with_folders(parsed.result.scenario,
                           [&](const std::string& lab, const std::string& folder) {
                               asked = lab + " " + folder;
                               return Files{{"images/list.txt", "cat\n"}, {"index.html", "<b>start</b>\n"}};
                           }),
              "");
    EXPECT_EQ(asked, "x.lab www");
    RecordLog log;
    const RunResult result = run(parsed, log);
    EXPECT_EQ(result.checks.size(), 3u);
    EXPECT_EQ(result.failed(), 0u);
}

TEST(Folders, ComeBehindThePagesThatTheFileStates) {
    Parsed parsed(
        "host a\nhost b\nlink a b\nb serve http folder \"www\" { \"/x\" \"stated\" }\n"
        "a$ curl -s b/x\nexpect output \"stated\"\n");
    with_folders(parsed.result.scenario, [](const std::string&, const std::string&) { return Files{{"x", "found"}}; });
    RecordLog log;
    EXPECT_EQ(run(parsed, log).failed(), 0u);
}

TEST(Folders, AreReadForServersThatAStepStarts) {
    Parsed parsed(
        "host a\nhost b\nlink a b\nwait 1s\nb serve http 8080 folder \"www\"\n"
        "a$ curl -s b:8080/x\nexpect output \"found\"\n");
    with_folders(parsed.result.scenario, [](const std::string&, const std::string&) { return Files{{"x", "found"}}; });
    RecordLog log;
    EXPECT_EQ(run(parsed, log).failed(), 0u);
}

TEST(Folders, ThatCannotBeReadAreErrorsAtTheirNames) {
    Parsed parsed(served);
    const std::string text =
        with_folders(parsed.result.scenario, [](const std::string&, const std::string&) -> proto::Result<Files> {
            return proto::fail("www is not there", "look again");
        });
    EXPECT_THAT(text, HasSubstr("x.lab:4:21: error: www is not there"));
    EXPECT_THAT(text, HasSubstr("hint: look again"));
}

TEST(Folders, TogetherHoldOnlySoMuch) {
    Parsed parsed(std::string(served) + "a serve http folder \"www\"\n");
    int read = 0;
    const std::string text = with_folders(parsed.result.scenario, [&](const std::string&, const std::string&) {
        ++read;
        return Files(600, FolderFile{"x", "y"});
    });
    EXPECT_EQ(read, 2);
    EXPECT_THAT(text, HasSubstr("x.lab:5:21: error: the folders of this scenario hold too much"));
}

}  // namespace
}  // namespace layerlab::sim::scenario
