#include "capture/sandbox.hpp"

#include <csignal>
#include <fcntl.h>

#include "tests/capture/sandbox_fixture.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

struct SandboxTest : test::InSandbox {
    void SetUp() override { open({"amy", {{"eth0", proto::MacAddress{{2, 0, 0, 0, 1, 0}}, 1400}}, {}}); }
};

TEST_F(SandboxTest, HasANameAndANetworkOfItsOwn) {
    EXPECT_EQ(run("hostname").text, "amy\n");
    const test::Said links = run("ip -o link");
    EXPECT_EQ(links.status, 0);
    EXPECT_THAT(links.text, HasSubstr("eth0: <BROADCAST,MULTICAST> mtu 1400"));
    EXPECT_THAT(links.text, HasSubstr("02:00:00:00:01:00"));
    EXPECT_EQ(std::count(links.text.begin(), links.text.end(), '\n'), 2) << links.text;  // lo is the other
}

TEST_F(SandboxTest, TellsItsAddressesWhenTheyChange) {
    EXPECT_EQ(run("ip link set eth0 up && ip address add 192.0.2.7/25 dev eth0").status, 0);
    EXPECT_EQ(run("true").status, 0);  // what was said before is heard by now
    EXPECT_EQ(addresses_, "192.0.2.7/25 ");
    run("ip address del 192.0.2.7/25 dev eth0");
    run("true");
    EXPECT_EQ(addresses_, "");
}

TEST_F(SandboxTest, EndsWithEverythingInIt) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const Descriptor output(ends[0]);
    Descriptor theirs(ends[1]);
    ASSERT_TRUE(sandbox_->run(1, "setsid sleep 1000 & sleep 1000", theirs));
    theirs.close();
    pollfd ready{output.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&ready, 1, 50), 0) << "they hold the pipe";
    sandbox_.reset();
    ASSERT_EQ(::poll(&ready, 1, 5000), 1);
    EXPECT_NE(ready.revents & POLLHUP, 0) << "nobody holds it now";
}

TEST_F(SandboxTest, RunsOnATerminalThatBecomesTheProgramsOwn) {
    const Descriptor master(::posix_openpt(O_RDWR | O_NOCTTY));
    ASSERT_TRUE(master);
    ASSERT_EQ(::grantpt(master.get()) | ::unlockpt(master.get()), 0);
    std::array<char, 128> name;
    ASSERT_EQ(::ptsname_r(master.get(), name.data(), name.size()), 0);
    const Descriptor slave(::open(name.data(), O_RDWR | O_NOCTTY));
    ASSERT_TRUE(slave);
    ASSERT_TRUE(sandbox_->run_on_terminal(5, "test -t 0 && test -t 1 && test -t 2 && exec 3</dev/tty", slave));
    EXPECT_EQ(await(5), 0);
}

TEST_F(SandboxTest, RefusesALineThatIsTooLong) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const Descriptor output(ends[0]), theirs(ends[1]);
    EXPECT_FALSE(sandbox_->run(1, std::string(70'000, 'x'), theirs));
}

TEST(SandboxOpening, SaysWhichNameIsNone) {
    const auto opened = Sandbox::open({"amy", {{"a-name-that-is-too-long", {}, 1500}}, {}});
    ASSERT_FALSE(opened);
    if (opened.error().message.find("namespaces") != std::string::npos) GTEST_SKIP() << opened.error().message;
    EXPECT_THAT(opened.error().message, testing::AnyOf(HasSubstr("longer than"), HasSubstr("/dev/net/tun")));
}

}  // namespace
}  // namespace layerlab::capture
