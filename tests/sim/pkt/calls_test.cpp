#include "sim/pkt/calls.hpp"

#include <gmock/gmock.h>

#include "sim/pkt/parser.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::pkt {
namespace {

using testing::HasSubstr;

struct PktCalls : testing::Test {
    PktCalls() {
        host.add_port(World::automatic_mac(host.id(), 0));
        process = &host.spawn(
            world.simulator(), "script", {"script"},
            [](Process& p) -> Task<int> {
                co_await p.sleep_until(proto::never);
                co_return 0;
            },
            0, 0, true);
        host.run_pending(world.simulator());
        posix.emplace(*process);
    }
    // What is wrong with the call, or nothing.
    std::string outcome(const std::string& line) {
        const auto script = parse("x.pkt", "0 " + line);
        if (!script) return script.error().message;
        const auto& call = std::get<CallEvent>(script->events.at(0).what);
        const auto attempt = prepare(call, *posix, descriptors);
        if (!attempt) return attempt.error().message;
        const MaybeAnswer answer = (*attempt)();
        return answer ? mismatch(call, *answer, *posix, descriptors) : "it blocks";
    }

    World world{1};
    Host& host = world.add_host("host");
    Process* process = nullptr;
    std::optional<Posix> posix;
    Descriptors descriptors;
};

TEST_F(PktCalls, KeepDescriptorsApartByTheScriptsNumbers) {
    EXPECT_EQ(outcome("socket(..., SOCK_STREAM, IPPROTO_TCP) = 7"), "");
    EXPECT_EQ(outcome("socket(..., SOCK_DGRAM, IPPROTO_UDP) = 8"), "");
    EXPECT_EQ(descriptors.at(7).fd, 3);
    EXPECT_EQ(descriptors.at(8).fd, 4);
    EXPECT_EQ(outcome("getsockopt(8, SOL_SOCKET, SO_TYPE, [2], [4]) = 0"), "");
    EXPECT_EQ(outcome("close(7) = 0"), "");
    EXPECT_EQ(descriptors.count(7), 0u);
    EXPECT_EQ(outcome("close(7) = -1 EBADF (x)"), "");
}

TEST_F(PktCalls, FailWithoutABufferOrWithAnotherProtocol) {
    EXPECT_EQ(outcome("socket(..., SOCK_STREAM, IPPROTO_UDP) = -1 EPROTONOSUPPORT (x)"), "");
    EXPECT_EQ(outcome("socket(..., SOCK_DGRAM, IPPROTO_TCP) = -1 EPROTONOSUPPORT (x)"), "");
    EXPECT_EQ(outcome("socket(..., SOCK_STREAM, IPPROTO_UDP) = -1"), "");
    EXPECT_EQ(outcome("socket(..., SOCK_STREAM, 0) = 3"), "");
    EXPECT_EQ(outcome("write(3, NULL, 1000) = -1 EFAULT (x)"), "");
    EXPECT_EQ(outcome("recv(3, NULL, 1000, 0) = -1 EFAULT (x)"), "");
}

TEST_F(PktCalls, SayWhatIsWrong) {
    EXPECT_EQ(outcome("socket(..., SOCK_STREAM, IPPROTO_TCP) = 3"), "");
    EXPECT_EQ(outcome("getsockopt(3, SOL_SOCKET, SO_TYPE, [2], [4]) = 0"), "it gave the value 1 instead of 2");
    EXPECT_EQ(outcome("close(3) = 5"), "it returned 0 instead of 5");
    EXPECT_THAT(outcome("read(3) = 0"), HasSubstr("too few arguments"));
    EXPECT_THAT(outcome("read(3, ..., \"x\") = 0"), HasSubstr("a number is expected"));
    EXPECT_THAT(outcome("write(3, ..., 99999999999) = 0"), HasSubstr("too many"));
    EXPECT_EQ(outcome("sing(3) = 0"), "sing is no call that is known here");
}

}  // namespace
}  // namespace layerlab::sim::pkt
