// What the program does when nothing is wrong with its input.
#include "tests/cli/program.hpp"

namespace layerlab::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Program : TheProgram {
    void SetUp() override {
        TheProgram::SetUp();
        write("ping.lab",
              "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b loss 20%\nlet n = 10\n"
              "a$ ping -c {n} b\nexpect output \"ping statistics\"\n");
        write("fails.lab",
              "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\nlink a b down\na$ ping -c 1 b\n"
              "expect exit 0\n");
    }
};

TEST_F(Program, EndsWithZeroWhenEverythingHolds) {
    const Ran ran = run("run ping.lab");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("All 1 expectations hold."));
    EXPECT_EQ(run("check ping.lab").status, 0);
    EXPECT_EQ(run("--version").status, 0);
    EXPECT_EQ(run("run --help").status, 0);
}

TEST_F(Program, EndsWithOneAndSaysWhyWhenAnExpectationFails) {
    const Ran ran = run("run fails.lab");
    EXPECT_EQ(ran.status, 1) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("FAILED  fails.lab:6:1: expect exit 0"));
    EXPECT_THAT(ran.text, HasSubstr("expected: exit status 0"));
    EXPECT_THAT(ran.text, HasSubstr("1 of 1 expectations FAILED."));
    EXPECT_THAT(run("run -q fails.lab").text, HasSubstr("FAILED"));
    EXPECT_EQ(run("run -q ping.lab").text, "");
}

TEST_F(Program, ComparesARunWithItsGoldenTrace) {
    EXPECT_EQ(run("run ping.lab --golden x.golden --update-golden").status, 0);
    EXPECT_THAT(read("x.golden"), HasSubstr("Echo (ping) request"));
    EXPECT_EQ(run("run ping.lab --golden x.golden").status, 0);
    const Ran other = run("run ping.lab --seed 99 --golden x.golden");
    EXPECT_EQ(other.status, 1);
    EXPECT_THAT(other.text, HasSubstr("x.golden:"));
    EXPECT_THAT(other.text, HasSubstr("the traces differ"));
}

TEST_F(Program, LeavesNothingBesideWhatItWrites) {
    write("x.golden", "old\n");
    EXPECT_EQ(run("run ping.lab --golden x.golden --update-golden --json x.json -q").status, 0);
    EXPECT_THAT(read("x.golden"), HasSubstr("Echo (ping) request"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "x.golden.new"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "x.json.new"));
}

TEST_F(Program, SaysSoWhenTheDiskIsFull) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
    std::filesystem::create_symlink("/dev/full", folder_ / "full");
    for (const char* options : {"--pcap full", "--golden full --update-golden", "--json full", "--junit full"}) {
        expect_complaint(std::string("run ping.lab -q ") + options,
                         {"layerlab: full: cannot write: No space left on device", "hint: free some space"});
        EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "full")) << "a device is not replaced: " << options;
    }
}

TEST_F(Program, SaysSoWhenItsOutputCannotBeWritten) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
    run("run ping.lab -q --pcap x.pcapng");
    for (const char* command : {"run ping.lab", "run ping.lab -q --stats", "check ping.lab", "why ping.lab 2",
                                "dissect x.pcapng", "dissect --json x.pcapng", "help lang", "--help", "--version"}) {
        const Ran full = run(command, "2>&1 >/dev/full"), closed = run(command, "2>&1 >&-");
        EXPECT_EQ(full.status, 2) << command;
        EXPECT_THAT(full.text, HasSubstr("layerlab: standard output: cannot write: ")) << command;
        EXPECT_EQ(closed.status, 2) << command;
        EXPECT_THAT(closed.text, HasSubstr("layerlab: standard output: cannot write: ")) << command;
    }
    EXPECT_THAT(run("run ping.lab", "2>&1 >/dev/full").text, HasSubstr("No space left on device"));
}

TEST_F(Program, KeepsItsFilesApartFromAClosedOutput) {
    EXPECT_EQ(run("run ping.lab -q --pcap x.pcapng").status, 0);
    EXPECT_EQ(run("run ping.lab --pcap y.pcapng", ">&- 2>&-").status, 2);
    EXPECT_EQ(run("run ping.lab -q --pcap z.pcapng", ">&- 2>&-").status, 0) << "it has nothing to say";
    EXPECT_EQ(read("z.pcapng"), read("x.pcapng"));
}

TEST_F(Program, PlaysTheSameRunForTheSameSeedOnly) {
    const std::string first = run("run ping.lab").text;
    EXPECT_EQ(run("run ping.lab").text, first);
    EXPECT_EQ(run("run ping.lab --seed 5").text, run("run ping.lab --seed 5").text);
    EXPECT_NE(run("run ping.lab --seed 5").text, first);
}

TEST_F(Program, StopsWhereItIsTold) {
    const Ran ran = run("run ping.lab --until 2500ms");
    EXPECT_THAT(ran.text, HasSubstr("2.500000000 s simulated."));
    EXPECT_THAT(ran.text, HasSubstr("the run was stopped before this step had ended"));
}

TEST_F(Program, ReplacesTheNumbersOfAScenario) {
    EXPECT_THAT(run("run ping.lab --set n=3").text, HasSubstr("3 packets transmitted"));
}

TEST_F(Program, ServesTheFilesOfAFolder) {
    write("www/index.html", "<b>hello</b>\n");
    write("www/sub/list.txt", "cat\n");
    write("web.lab",
          "host a\nhost b\nlink a b\nb serve http folder \"www\"\na$ curl -s b\n| <b>hello</b>\n"
          "a$ curl -s b/sub/list.txt\n| cat\n");
    const Ran ran = run("run web.lab");
    EXPECT_EQ(ran.status, 0) << ran.text;
}

TEST_F(Program, WritesCapturesAndReports) {
    const Ran ran = run("run ping.lab --pcap x.pcapng --at a --json x.json --junit x.xml --stats -q");
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.text, HasSubstr("\"events\""));
    EXPECT_THAT(read("x.json"), HasSubstr("ping statistics"));
    EXPECT_THAT(read("x.xml"), HasSubstr("<testsuite"));
    const Ran shown = run("dissect -Y 'icmp.type == 8' -c 1 x.pcapng");
    EXPECT_EQ(shown.status, 0);
    EXPECT_THAT(shown.text, HasSubstr("Echo (ping) request"));
    EXPECT_THAT(run("dissect -V -c 1 x.pcapng").text, HasSubstr("Address Resolution Protocol"));
    EXPECT_THAT(run("dissect --json -c 1 x.pcapng").text, HasSubstr("\"arp.opcode\""));
}

TEST_F(Program, ShowsItsReferencePages) {
    for (const char* page : {"lang", "commands", "protocols", "filters", "decisions"}) {
        const Ran ran = run(std::string("help ") + page);
        EXPECT_EQ(ran.status, 0) << page;
        EXPECT_GT(ran.text.size(), 1000u) << page;
    }
    EXPECT_THAT(run("help").text, HasSubstr("dissect"));
    EXPECT_THAT(run("help commands").text, HasSubstr("ping"));
    EXPECT_THAT(run("help lang").text, HasSubstr("expect"));
}

TEST_F(Program, TellsWhyAFrameExists) {
    const Ran ran = run("why ping.lab 2");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("a$ ping -c 10 b"));
    EXPECT_THAT(ran.text, HasSubstr("ping.lab:5: "));
    EXPECT_THAT(ran.text, HasSubstr("a does not have 10.0.0.2 in its ARP cache"));
}

TEST_F(Program, TellsWhichExpectationAsked) {
    write("x.lab", "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\nexpect a reaches b\n");
    const Ran ran = run("why x.lab 5");
    EXPECT_EQ(ran.status, 0) << ran.text;
    EXPECT_THAT(ran.text, HasSubstr("expect a reaches b\n    x.lab:4: "));
}

}  // namespace
}  // namespace layerlab::cli
