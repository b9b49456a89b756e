// Runs in which this machine's kernel and its programs take part. Skipped, with the reason, where the rights or the
// programs for them are missing.
#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>
#include <vector>

#include "tests/cli/program.hpp"
#include "tests/source_dir.hpp"

namespace layerlab::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path folder = fs::path(tests::source_dir) / "scenarios" / "real";

std::vector<std::string> names() {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".lab") found.push_back(entry.path().stem().string());
    std::sort(found.begin(), found.end());
    return found;
}

bool is_installed(const std::string& program) {
    for (const char* place : {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"})
        if (fs::exists(place + program)) return true;
    return false;
}

// The first words of a scenario's commands on its linux devices that this machine lacks.
std::string missing_programs(const fs::path& file) {
    std::ifstream in(file);
    std::set<std::string> devices, missing;
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string first, second;
        words >> first >> second;
        if (first == "linux") devices.insert(second);
        if (first == "linux" && line.find(" dhcp") != line.npos && !is_installed("dhclient") && !is_installed("udhcpc"))
            missing.insert("dhclient");
        const bool is_command =
            !first.empty() && first.back() == '$' && devices.count(first.substr(0, first.size() - 1)) != 0;
        if (is_command && second != "echo" && !is_installed(second)) missing.insert(second);
    }
    std::string text;
    for (const std::string& program : missing) text += " " + program;
    return text;
}

struct Real : TheProgram {
    // Whether this user may make namespaces with TAP interfaces here.
    static const std::string& obstacle() {
        static const std::string text = [] {
            struct Probe : TheProgram {
                void TestBody() override {}
                std::string ask() {
                    SetUp();
                    write("probe.lab", "linux a\nhost b\nlink a b\na$ true\n");
                    const Ran ran = run("run --real -q probe.lab");
                    TearDown();
                    return ran.status == 0 ? std::string{} : ran.text;
                }
            } probe;
            return probe.ask();
        }();
        return text;
    }
};

struct RealScenarios : Real, testing::WithParamInterface<std::string> {};

TEST_P(RealScenarios, HoldWhatTheyPromise) {
    const fs::path file = folder / (GetParam() + ".lab");
    if (!obstacle().empty()) GTEST_SKIP() << obstacle();
    if (const std::string missing = missing_programs(file); !missing.empty()) GTEST_SKIP() << "not here:" << missing;
    const Ran ran = run("run --real '" + file.string() + "'");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("Paced by the wall clock"));
    EXPECT_THAT(ran.text, Not(HasSubstr("warning")));
}

std::string test_name(const testing::TestParamInfo<std::string>& parameter) {
    std::string name = parameter.param;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Shipped, RealScenarios, testing::ValuesIn(names()), test_name);

TEST_F(Real, NeedsToBeAskedFor) {
    write("real.lab", "linux amy\nhost bob\nlink amy bob\namy$ touch /tmp/never\n");
    expect_complaint("run real.lab", {"real.lab:1:", "amy is a real Linux namespace", "only with --real"});
    EXPECT_EQ(run("check real.lab").status, 0);
    expect_complaint("run --real --golden g real.lab", {"no golden trace"});
}

TEST_F(Real, CannotBeToldWhatItsProgramsDo) {
    write("told.lab",
          "linux amy\nhost bob\nlink amy bob\namy serve http { \"/\" \"x\" }\namy$ true\namy mac 02:00:00:00:00:09\n");
    expect_complaint("run --real told.lab", {"told.lab:4:", "cannot be told this", "told.lab:6:", "takes no settings"});
}

TEST_F(Real, PrintsWhatItRunsFirst) {
    if (!obstacle().empty()) GTEST_SKIP() << obstacle();
    write("real.lab",
          "linux amy 192.0.2.1/24\nhost bob 192.0.2.2/24\nlink amy bob\namy$ echo hello | tr a-z A-Z\n| HELLO\n");
    const Ran ran = run("run --real real.lab");
    EXPECT_EQ(ran.status, 0) << ran.text;
    const std::size_t told = ran.text.find("amy$ ip address add 192.0.2.1/24 dev eth0\n");
    const std::size_t command = ran.text.find("amy$ echo hello | tr a-z A-Z\n");
    ASSERT_NE(told, std::string::npos) << ran.text;
    ASSERT_NE(command, std::string::npos) << ran.text;
    EXPECT_LT(told, command);
    EXPECT_NE(ran.text.find("HELLO", command), std::string::npos) << ran.text;
}

TEST_F(Real, InterruptsWhatStillRuns) {
    if (!obstacle().empty()) GTEST_SKIP() << obstacle();
    write("long.lab",
          "linux amy 192.0.2.1/24\nhost bob 192.0.2.2/24\nlink amy bob\namy$ ping -i 0.2 bob &\nwait 700ms\namy$ sleep "
          "100 &\n");
    const Ran ran = run("run --real long.lab");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("0% packet loss")) << "the statistics come on Ctrl-C";
}

TEST_F(Real, AttachesATerminal) {
    if (!obstacle().empty()) GTEST_SKIP() << obstacle();
    write("net.lab", "linux amy 192.0.2.1/24\nhost bob 192.0.2.2/24\nlink amy bob\n");
    const Ran ran = run("attach net.lab amy -- ping -c 1 bob");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("1 received, 0% packet loss"));
    EXPECT_EQ(run("attach net.lab amy -- sh -c 'test -t 0 && exit 9'").status, 9);
    expect_complaint("attach net.lab bob", {"there is no linux device bob"});
}

}  // namespace
}  // namespace layerlab::cli
