// Runs in which this machine's kernel and its programs take part. Skipped, with the reason, where the rights or the
// programs for them are missing.
#include <algorithm>
#include <cctype>
#include <iostream>
#include <set>
#include <sstream>
#include <vector>

#include "tests/capture/cable.hpp"
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

// The programs that a line of the shell names: its first word, and those behind a pipe.
std::vector<std::string> programs_of(const std::string& line) {
    std::vector<std::string> found;
    bool expected = true;
    char quote = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') {
            quote = c;
            expected = false;
        } else if (c == '|' || c == '(') {
            expected = true;
        } else if (expected && c != ' ') {
            found.push_back(line.substr(at, line.find_first_of(" ;|)", at) - at));
            expected = false;
        }
    }
    return found;
}

// What a scenario runs on its linux devices and this machine lacks.
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
        if (!is_command) continue;
        for (const std::string& program : programs_of(line.substr(line.find('$') + 1)))
            if (!is_installed(program)) missing.insert(program);
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
    Ran ran = run("run --real '" + file.string() + "'");
    if (ran.status != 0) {
        // Real programs wait by the wall clock, and the machine may have had something else to do: a second try, told.
        std::cout << "The first try did not hold:\n" << ran.text << std::flush;
        EXPECT_THAT(ran.text, Not(HasSubstr("Sanitizer")));
        ran = run("run --real '" + file.string() + "'");
    }
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

// An interface of this machine: one end of a cable in a network namespace of the test's own, whose kernel has
// 192.0.2.9 at the other end.
struct RealNic : Real {
    Ran run_beside_a_cable(const std::string& arguments, const std::string& meanwhile = "true") {
        const std::string cable = "( " + capture::test::cable("v0", "v1") +
                                  " ) && ip address add 192.0.2.9/24 dev v1 && { " + meanwhile + "\n} && ";
        write("beside.sh", cable + program() + " " + arguments + "\n");
        return sh((::geteuid() == 0 ? "unshare -n" : "unshare -rn") + std::string(" sh beside.sh 2>&1"));
    }
    void SetUp() override {
        Real::SetUp();
        static const bool can = run_beside_a_cable("--version").status == 0;
        if (!can) GTEST_SKIP() << "network namespaces and veth pairs cannot be made here";
    }
};

TEST_F(Real, OpensNoInterfaceUnasked) {
    write("nic.lab", "nic uplink\nhost bob 192.0.2.1/24\nlink uplink bob\nbob$ ping -c 1 192.0.2.9\n");
    expect_complaint("run nic.lab", {"uplink is a real network interface", "only with --real"});
    expect_complaint("run --real nic.lab", {"nobody has said which", "--nic uplink=eth1"});
    expect_complaint("run --real --nic uplink nic.lab", {"--nic uplink: a device"});
    expect_complaint("run --real --nic bob=eth1 nic.lab", {"there is no nic device bob"});
    expect_complaint("run --real --nic uplink=no-such-if nic.lab", {"uplink: no-such-if: "});
    write("two.lab", "nic plug\nhost a b\nlink plug a\nlink plug b\n");
    expect_complaint("run --real --nic plug=eth1 two.lab", {"takes one link"});
}

TEST_F(RealNic, JoinsASimulationAndARealNetwork) {
    write("nic.lab",
          "nic uplink\nhost bob 192.0.2.1/24\nlink uplink bob\nbob$ ping -c 2 192.0.2.9\n"
          "expect output \"2 received, 0% packet loss\"\nexpect some at bob: arp\n");
    const Ran ran = run_beside_a_cable("run --real --nic uplink=v0 nic.lab");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("uplink is the interface v0 of this machine"));
}

TEST_F(RealNic, CarriesStreamsOfAKernelThatLeavesWorkToItsCard) {
    if (!is_installed("python3")) GTEST_SKIP() << "not here: python3";
    write("nic.lab",
          "nic uplink\nhost bob 192.0.2.1/24\nlink uplink bob\n"
          "bob$ curl -s -o /dev/null -w '%{http_code} %{size_download}\\n' http://192.0.2.9:8000/big\n| 200 4000000\n"
          "expect none drop: mtu\nexpect none drop: checksum\n");
    const Ran ran =
        run_beside_a_cable("run --real --nic uplink=v0 nic.lab; status=$?; kill $server; exit $status",
                           "head -c 4000000 /dev/zero >big; python3 -m http.server 8000 >/dev/null 2>&1 & server=$!; "
                           "timeout 20 sh -c 'until ss -ltn | grep -q :8000; do sleep 0.1; done'");
    EXPECT_EQ(ran.status, 0) << ran.text;
}

TEST_F(RealNic, SaysWhenTheInterfaceGoesAway) {
    write("nic.lab",
          "nic uplink\nhost bob 192.0.2.1/24\nlink uplink bob\nwait 2s\nbob$ ping -c 1 -W 1 192.0.2.9\nexpect fails\n");
    const Ran ran = run_beside_a_cable("run --real --nic uplink=v0 nic.lab", "{ sleep 1; ip link del v0; } &");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("the interface v0 is down"));
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
