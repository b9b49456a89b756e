// Options are played through scripts, as the calls are.
#include <gtest/gtest.h>

#include "sim/pkt/interpreter.hpp"
#include "sim/pkt/parser.hpp"
#include "sim/pkt/posix.hpp"

namespace layerlab::sim::pkt {
namespace {

std::string outcome(const std::string& calls) {
    const auto script = parse("x.pkt", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n" + calls);
    if (!script) return script.error().message;
    const Verdict verdict = play(*script, {});
    return verdict.passed() ? "" : verdict.failures[0].actual;
}

TEST(PktPosixOptions, AreReadBackAsTheKernelKeepsThem) {
    EXPECT_EQ(outcome("+0 setsockopt(3, SOL_SOCKET, SO_SNDBUF, [20000], 4) = 0\n"
                      "+0 getsockopt(3, SOL_SOCKET, SO_SNDBUF, [40000], [4]) = 0\n"),
              "");
    EXPECT_EQ(outcome("+0 setsockopt(3, SOL_TCP, TCP_NODELAY, [7], 4) = 0\n"
                      "+0 getsockopt(3, SOL_TCP, TCP_NODELAY, [1], [4]) = 0\n"),
              "");
    EXPECT_EQ(outcome("+0 getsockopt(3, SOL_TCP, TCP_KEEPCNT, [8], [4]) = 0\n"), "it gave the value 9 instead of 8");
    EXPECT_EQ(outcome("+0 getsockopt(3, SOL_TCP, TCP_CONGESTION, [\"reno\"], [16]) = 0\n"),
              "it gave \"cubic\" instead of \"reno\"");
    EXPECT_EQ(outcome("+0 getsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, [8]) = 0\n"),
              "it gave {onoff=0, linger=0}");
}

TEST(PktPosixOptions, AreRefusedWhereTheyMakeNoSense) {
    EXPECT_EQ(outcome("+0 setsockopt(3, SOL_TCP, TCP_KEEPIDLE, [0], 4) = -1 EINVAL (x)\n"), "");
    EXPECT_EQ(outcome("+0 setsockopt(3, SOL_TCP, TCP_MAXSEG, [40000], 4) = -1 EINVAL (x)\n"), "");
    EXPECT_EQ(outcome("+0 setsockopt(3, SOL_TCP, TCP_SYNCNT, [200], 4) = -1 EINVAL (x)\n"), "");
    EXPECT_EQ(outcome("+0 setsockopt(3, SOL_TCP, 9999, [1], 4) = -1 ENOPROTOOPT (x)\n"), "");
    EXPECT_EQ(outcome("+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, \"vegas\", 5) = -1 ENOENT (x)\n"), "");
    EXPECT_EQ(outcome("+0 setsockopt(9, SOL_TCP, TCP_NODELAY, [1], 4) = -1 EBADF (x)\n"), "");
}

}  // namespace
}  // namespace layerlab::sim::pkt
