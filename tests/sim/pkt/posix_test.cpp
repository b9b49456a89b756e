// The calls are played through scripts: a peer on the wire is needed for most of what they can say.
#include "sim/pkt/posix.hpp"

#include <gmock/gmock.h>

#include "sim/pkt/interpreter.hpp"
#include "sim/pkt/parser.hpp"

namespace layerlab::sim::pkt {
namespace {

struct Case {
    const char* name;
    const char* script;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class PktPosix : public testing::TestWithParam<Case> {};

TEST_P(PktPosix, AnswersAsLinux) {
    const auto script = parse("x.pkt", GetParam().script);
    ASSERT_TRUE(script) << script.error().message;
    const Verdict v = play(*script, {});
    for (const Failure& f : v.failures) ADD_FAILURE() << f.line << ": " << f.expected << " | " << f.actual;
}

// clang-format off
constexpr Case cases[] = {
    {"UnknownDescriptor", "0 read(9, ..., 1) = -1 EBADF (x)\n+0 close(9) = -1 EBADF (x)\n"},
    {"NotConnected", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 read(3, ..., 1) = -1 ENOTCONN (x)\n"
                     "+0 write(3, ..., 1) = -1 EPIPE (x)\n+0 shutdown(3, SHUT_WR) = -1 ENOTCONN (x)\n"
                     "+0 accept(3, ..., ...) = -1 EINVAL (x)\n"},
    {"Connecting", "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
                   "+0 connect(3, ..., ...) = -1 EINPROGRESS (x)\n+0 > S 0:0(0) <...>\n"
                   "+0 connect(3, ..., ...) = -1 EALREADY (x)\n+0 write(3, ..., 1) = -1 EAGAIN (x)\n"
                   "+0 poll([{fd=3, events=POLLIN|POLLOUT, revents=0}], 1, 0) = 0\n"
                   "+.1 < S. 0:0(0) ack 1 win 5000\n+0 > . 1:1(0) ack 1\n"
                   "+0 poll([{fd=3, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1\n"
                   "+0 connect(3, ..., ...) = 0\n+0 connect(3, ..., ...) = -1 EISCONN (x)\n"},
    {"BlockingConnect", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n0...0.1 connect(3, ..., ...) = 0\n"
                        "+0 > S 0:0(0) <...>\n+.1 < S. 0:0(0) ack 1 win 5000\n+0 > . 1:1(0) ack 1\n"},
    {"EndOfStream", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
                    "+0 < S 0:0(0) win 32767\n+0 > S. 0:0(0) ack 1 <...>\n+.1 < . 1:1(0) ack 1 win 32767\n"
                    "+0 poll([{fd=3, events=POLLIN, revents=POLLIN}], 1, 0) = 1\n+0 accept(3, ..., ...) = 4\n"
                    "+0 < FP. 1:11(10) ack 1 win 32767\n* > . 1:1(0) ack 12\n"
                    "+0 poll([{fd=4, events=POLLIN|POLLRDHUP, revents=POLLIN|POLLRDHUP}], 1, 0) = 1\n"
                    "+0 recv(4, ..., 4, MSG_PEEK) = 4\n+0 ioctl(4, SIOCINQ, [10]) = 0\n+0 read(4, ..., 4) = 4\n"
                    "+0 read(4, ..., 100) = 6\n+0 read(4, ..., 100) = 0\n"
                    "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 12\n+0 write(4, ..., 1) = -1 EPIPE (x)\n"},
    {"Udp", "0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n+0 write(3, ..., 1) = -1 EDESTADDRREQ (x)\n"
            "+0 bind(3, ..., ...) = 0\n+0 connect(3, ..., ...) = 0\n+0 fcntl(3, F_GETFL) = 2\n"
            "+0 write(3, ..., 70000) = -1 EMSGSIZE (x)\n+0 write(3, ..., 10) = 10\n+0 > udp (10)\n"
            "+0 < udp (30)\n+0 read(3, ..., 20) = 20\n"},
    {"Options", "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 getsockopt(3, SOL_SOCKET, SO_TYPE, [1], [4]) = 0\n"
                "+0 setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0\n+0 getsockopt(3, SOL_TCP, TCP_NODELAY, [1], [4]) = 0\n"
                },
};
// clang-format on

INSTANTIATE_TEST_SUITE_P(Calls, PktPosix, testing::ValuesIn(cases),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace layerlab::sim::pkt
