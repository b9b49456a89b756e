#include "capture/sandbox_keeper.hpp"

#include <csignal>

#include "tests/capture/sandbox_fixture.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;
using testing::Not;

struct SandboxKeeper : test::InSandbox {
    void SetUp() override { open({"amy", {}, {}}); }
};

TEST_F(SandboxKeeper, SaysHowAProgramEnded) {
    EXPECT_EQ(run("exit 7").status, 7);
    EXPECT_EQ(run("kill -TERM $$").status, 128 + SIGTERM);
    EXPECT_EQ(run("no-such-program").status, 127);
    const test::Said both = run("echo out; echo err >&2");
    EXPECT_EQ(both.text, "out\nerr\n");
}

TEST_F(SandboxKeeper, SignalsAProgramWithAllThatItStarted) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const Descriptor output(ends[0]);
    Descriptor theirs(ends[1]);
    ASSERT_TRUE(sandbox_->run(9, "sleep 1000 & sleep 1000; echo never", theirs));
    theirs.close();
    sandbox_->signal(9, SIGKILL);
    EXPECT_EQ(await(9), 128 + SIGKILL);
    pollfd ready{output.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&ready, 1, 5000), 1);
    EXPECT_NE(ready.revents & POLLHUP, 0);
}

TEST_F(SandboxKeeper, ShowsProgramsNobodyOutside) {
    const test::Said processes = run("ls /proc | grep -c '^[0-9]'");
    EXPECT_LE(std::stoi(processes.text), 5) << processes.text;
}

TEST_F(SandboxKeeper, LetsNobodyGainPrivileges) {
    EXPECT_THAT(run("grep NoNewPrivs /proc/self/status").text, HasSubstr("1"));
    // CAP_SYS_ADMIN, CAP_SYS_MODULE, CAP_SYS_PTRACE and the like are gone for good; what networks need is there.
    EXPECT_THAT(run("grep CapBnd /proc/self/status").text, HasSubstr("00000000000034e9"));
    EXPECT_NE(run("mount -t tmpfs x /tmp").status, 0);
    EXPECT_NE(run("mount -o remount,rw /").status, 0);
    EXPECT_EQ(run("hostname bob").status, 1);
}

TEST_F(SandboxKeeper, HasACleanEnvironment) {
    const test::Said environment = run("env | sort");
    EXPECT_THAT(environment.text, HasSubstr("HOME=/tmp\n"));
    EXPECT_THAT(environment.text, Not(HasSubstr("SSH")));
    EXPECT_EQ(run("ls /proc/self/fd | wc -l").text, "4\n") << "0, 1, 2 and the folder itself";
}

}  // namespace
}  // namespace layerlab::capture
