#include "capture/interface_addresses.hpp"

#include <sched.h>
#include <sys/wait.h>

#include "tests/capture/sandbox_fixture.hpp"

namespace layerlab::capture {
namespace {

struct InterfaceAddresses : test::InSandbox {
    void SetUp() override { open({"amy", {{"eth0", proto::MacAddress{{2, 0, 0, 0, 1, 0}}, 1500}}, {}}); }
    // What the sandbox's own watch has told by now.
    const std::string& told() {
        run("true");
        return addresses_;
    }
    // The kernel takes its time with some of them.
    const std::string& told_at_last(const std::string& expected) {
        for (int turn = 0; turn < 50 && told() != expected; ++turn) run("sleep 0.1");
        return addresses_;
    }
};

TEST_F(InterfaceAddresses, AreOfBothFamilies) {
    ASSERT_EQ(run("ip link set lo up; ip address add 192.0.2.7/25 dev eth0").status, 0);
    ASSERT_EQ(run("ip -6 address add 2001:db8::7/64 dev eth0 nodad").status, 0);
    constexpr const char* both = "192.0.2.7/25 2001:db8::7/64 ";
    EXPECT_EQ(told_at_last(both), both);
    run("ip -6 address del 2001:db8::7/64 dev eth0");
    EXPECT_EQ(told_at_last("192.0.2.7/25 "), "192.0.2.7/25 ");
}

TEST_F(InterfaceAddresses, AreOwnOnesAlsoWhereThereIsAPeer) {
    ASSERT_EQ(run("ip address add 192.0.2.7 peer 192.0.2.8/32 dev eth0").status, 0);
    EXPECT_EQ(told(), "192.0.2.7/32 ");
}

TEST_F(InterfaceAddresses, CountOnceDuplicateDetectionIsOver) {
    ASSERT_EQ(run("ip -6 address add 2001:db8::7/64 dev eth0; ip link set eth0 up").status, 0);
    const std::string at_once = told();
    EXPECT_EQ(at_once.find("2001:db8::7"), at_once.npos) << at_once << " although it is tentative";
    const auto has = [&](const char* text) { return addresses_.find(text) != addresses_.npos; };
    const auto both = [&] { return has("2001:db8::7/64 ") && has("fe80::ff:fe00:100/64 "); };
    for (int turn = 0; turn < 50 && !both(); ++turn) run("sleep 0.1");
    EXPECT_TRUE(both()) << addresses_;
}

// In this process: a network namespace where nothing but the loopback interface is.
TEST(InterfaceAddressesHere, LeaveOutLoopbackAndDoNotBlock) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) ::_exit(77);
        char byte;
        const Descriptor watch = watch_interface_addresses();
        const bool waits = ::read(watch.get(), &byte, 1) < 0 && errno == EAGAIN;
        ::_exit(watch && waits && interface_addresses().empty() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "namespaces cannot be made here";
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace layerlab::capture
