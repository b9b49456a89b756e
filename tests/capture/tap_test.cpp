#include "capture/tap.hpp"

#include <array>
#include <cerrno>

#include "tests/capture/sandbox_fixture.hpp"

namespace layerlab::capture {
namespace {

struct Tap : test::InSandbox {
    void SetUp() override {
        open({"amy", {{"eth0", proto::MacAddress{{2, 0, 0, 0, 1, 0}}, 1500}}, {}});
        if (IsSkipped()) return;
        run("echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6");
        ASSERT_EQ(run("ip link set eth0 up && ip address add 192.0.2.7/24 dev eth0").status, 0);
    }

    const Descriptor& tap() { return sandbox_->taps()[0]; }
    // The next frame, within five seconds.
    std::string next_frame() {
        pollfd ready{tap().get(), POLLIN, 0};
        if (::poll(&ready, 1, 5000) != 1) return "nothing";
        std::array<char, 2000> frame;
        const ssize_t n = ::read(tap().get(), frame.data(), frame.size());
        return n < 0 ? "an error" : std::string(frame.data(), static_cast<std::size_t>(n));
    }
};

// An ARP request of 192.0.2.1 (02:00:00:00:02:00) for 192.0.2.7, and what its answer begins with.
const std::string request(
    "\xff\xff\xff\xff\xff\xff\x02\0\0\0\x02\0\x08\x06\0\x01\x08\0\x06\x04\0\x01\x02\0\0\0\x02\0"
    "\xc0\0\x02\x01\0\0\0\0\0\0\xc0\0\x02\x07",
    42);
const std::string answer("\x02\0\0\0\x02\0\x02\0\0\0\x01\0\x08\x06\0\x01\x08\0\x06\x04\0\x02", 22);

TEST_F(Tap, CarriesWholeFramesBothWays) {
    ASSERT_EQ(::write(tap().get(), request.data(), request.size()), static_cast<ssize_t>(request.size()));
    const std::string frame = next_frame();
    EXPECT_EQ(frame.substr(0, answer.size()), answer);
    EXPECT_EQ(frame.size(), 42u);
}

TEST_F(Tap, DoesNotBlock) {
    char byte;
    EXPECT_EQ(::read(tap().get(), &byte, 1), -1);
    EXPECT_EQ(errno, EAGAIN);
}

TEST_F(Tap, LosesItsCarrierAndGetsItBack) {
    set_tap_carrier(tap(), false);
    EXPECT_EQ(run("cat /sys/class/net/eth0/carrier").text, "0\n");
    set_tap_carrier(tap(), true);
    EXPECT_EQ(run("cat /sys/class/net/eth0/carrier").text, "1\n");
}

}  // namespace
}  // namespace layerlab::capture
