#include "sim/pkt/parser.hpp"

#include <gmock/gmock.h>

#include "proto/wire/tcp.hpp"

namespace layerlab::sim::pkt {
namespace {

using namespace std::chrono_literals;
using proto::wire::TcpFlags;
using testing::HasSubstr;

Script parsed(std::string_view text) {
    auto script = parse("x.pkt", text);
    EXPECT_TRUE(script) << script.error().message;
    return script ? std::move(*script) : Script{};
}
std::string wrong(std::string_view text) {
    const auto script = parse("x.pkt", text);
    return script ? "nothing" : script.error().message;
}
const TcpSpec& tcp(const Event& e) { return std::get<TcpSpec>(std::get<PacketEvent>(e.what).what); }

TEST(PktParser, ReadsTimes) {
    const Script s = parsed(
        "0 close(3) = 0\n+.1 close(3) = 0\n1.25~1.5 > . 1:1(0) ack 1\n+0~+.5 > . 1:1(0) ack 1\n"
        "+0...0.1 read(3, ..., 10) = 10\n* > . 1:1(0) ack 1\n");
    ASSERT_EQ(s.events.size(), 6u);
    EXPECT_FALSE(s.events[0].when.is_relative);
    EXPECT_TRUE(s.events[1].when.is_relative);
    EXPECT_EQ(s.events[1].when.at, 100ms);
    EXPECT_EQ(s.events[2].when.at, 1250ms);
    EXPECT_EQ(s.events[2].when.until, Duration(1500ms));
    EXPECT_EQ(s.events[3].when.until, Duration(500ms));
    EXPECT_EQ(s.events[4].when.blocks_until, Duration(100ms));
    EXPECT_TRUE(s.events[5].when.is_any);
    EXPECT_EQ(s.events[4].line, 5u);
}

TEST(PktParser, ReadsCalls) {
    const Script s = parsed(
        "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
        "+0 read(3, ..., 100) = -1 EAGAIN (Resource temporarily unavailable)\n"
        "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
        "+0 bind(3, {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr(\"192.0.2.1\")}, 16) = 0\n"
        "+0 poll([{fd=3, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1\n"
        "+0 sendmsg(3, {msg_name(...)=..., msg_iov(2)=[{..., 40}, {..., 20}], msg_flags=0}, MSG_EOR) = 60\n");
    const auto call = [&](std::size_t i) -> const CallEvent& { return std::get<CallEvent>(s.events.at(i).what); };
    EXPECT_EQ(call(0).arguments[0].kind, Expression::Kind::anything);
    EXPECT_EQ(call(0).arguments[1].number, 1 | 04000);
    EXPECT_EQ(call(0).result.number, 3);
    EXPECT_EQ(call(1).result.number, -1);
    EXPECT_EQ(call(1).error, "EAGAIN");
    EXPECT_EQ(call(2).arguments[3].names, (std::vector<std::string>{"onoff", "linger"}));
    EXPECT_EQ(call(3).arguments[1].items[1].items[0].number, 8080);
    EXPECT_EQ(call(3).arguments[1].items[2].items[0].text, "192.0.2.1");
    EXPECT_EQ(call(4).arguments[0].items[0].items[1].number, 5);
    EXPECT_EQ(call(5).arguments[1].names, (std::vector<std::string>{"msg_name", "msg_iov", "msg_flags"}));
    EXPECT_EQ(call(5).arguments[1].items[1].items[1].items[1].number, 20);
}

TEST(PktParser, ReadsSegmentsWithTheirOptions) {
    const Script s = parsed(
        "0 < S 0:0(0) win 32767 <mss 1000,sackOK,TS val 7 ecr 0,nop,wscale 3>\n"
        "+0 > S. 0:0(0) ack 1 <...>\n"
        "+0 > P. 1:101(100) ack 1\n"
        "+0 < [ect0] FWE. 5:5(0) ack 101 win 10 urg 2 <nop,nop,sack 1:2 3:4>\n");
    EXPECT_EQ(tcp(s.events[0]).flags, TcpFlags::syn);
    ASSERT_TRUE(tcp(s.events[0]).options);
    EXPECT_EQ(tcp(s.events[0]).options->size(), 5u);
    EXPECT_FALSE(tcp(s.events[1]).options) << "any";
    EXPECT_EQ(tcp(s.events[2]).options->size(), 0u) << "none";
    EXPECT_EQ(tcp(s.events[2]).payload, 100u);
    const PacketEvent& last = std::get<PacketEvent>(s.events[3].what);
    EXPECT_TRUE(last.to_host);
    EXPECT_EQ(last.ecn, std::uint8_t{2});
    EXPECT_EQ(tcp(s.events[3]).flags, TcpFlags::fin | TcpFlags::cwr | TcpFlags::ece | TcpFlags::ack);
    EXPECT_EQ(tcp(s.events[3]).urgent, std::uint16_t{2});
    EXPECT_EQ(tcp(s.events[3]).options->back().blocks.size(), 2u);
}

TEST(PktParser, ReadsCookies) {
    const Script s = parsed("0 < S 0:0(0) win 1000 <FO 0aff,FOEXP 12345678,FO,nop>\n");
    const auto& options = std::get<TcpSpec>(std::get<PacketEvent>(s.events.at(0).what).what).options.value();
    EXPECT_EQ(options.at(0).bytes, (std::vector<std::uint8_t>{34, 4, 0x0a, 0xff}));
    EXPECT_EQ(options.at(1).bytes, (std::vector<std::uint8_t>{254, 8, 0xf9, 0x89, 0x12, 0x34, 0x56, 0x78}));
    EXPECT_EQ(options.at(2).bytes, (std::vector<std::uint8_t>{34, 2}));
    for (const char* cookie : {"FO 123", "FO 12xy", "FO 0000000000000000000000000000000000"})
        EXPECT_FALSE(parse("x.pkt", "0 < S 0:0(0) win 1000 <" + std::string(cookie) + ">\n")) << cookie;
}

TEST(PktParser, ReadsUdpAndIcmp) {
    const Script s = parsed(
        "0 > udp (100)\n+0 < icmp unreachable frag_needed mtu 1200 [1:1461(1460)]\n"
        "+0 < icmp unreachable port_unreachable [udp (100)]\n");
    EXPECT_EQ(std::get<UdpSpec>(std::get<PacketEvent>(s.events[0].what).what).payload, 100u);
    const IcmpSpec& first = std::get<IcmpSpec>(std::get<PacketEvent>(s.events[1].what).what);
    EXPECT_EQ(first.type, 3);
    EXPECT_EQ(first.code, 4);
    EXPECT_EQ(first.mtu, 1200u);
    EXPECT_EQ(std::get<TcpSpec>(*first.quoted).payload, 1460u);
}

TEST(PktParser, SkipsWhatNeedsAShellOrPython) {
    const Script s =
        parsed("--tolerance_usecs=10000\n// a note\n`sysctl -q x=1`\n+0 `true`\n+0 %{ assert 1 }%\n/* so */\n");
    ASSERT_EQ(s.options.size(), 1u);
    EXPECT_EQ(s.options[0].second, "10000");
    ASSERT_EQ(s.events.size(), 3u);
    for (const Event& e : s.events) EXPECT_TRUE(std::holds_alternative<SkippedEvent>(e.what));
}

TEST(PktParser, SaysWhereItIsWrong) {
    EXPECT_EQ(wrong("0 close(3) = 0\n+x close(3) = 0\n"), "x.pkt:2:2: a time is expected");
    EXPECT_THAT(wrong("0 < Q 0:0(0)"), HasSubstr("x.pkt:1:5: flags"));
    EXPECT_THAT(wrong("0 > . 1:5(3) ack 1"), HasSubstr("do not fit the length"));
    EXPECT_THAT(wrong("0 socket(..., SOCK_RAWER, 0) = 3"), HasSubstr("SOCK_RAWER is no constant"));
    EXPECT_THAT(wrong("0 read(3, ..., 1) = -1 EHUH (x)"), HasSubstr("EHUH"));
    EXPECT_THAT(wrong("0 > . 1:1(0) ack 1 <mss>"), HasSubstr("a size up to 65535"));
    EXPECT_THAT(wrong("0 close(3"), HasSubstr("\")\" is expected"));
    EXPECT_THAT(wrong("/* no end"), HasSubstr("no end"));
    EXPECT_THAT(wrong("0 f(" + std::string(100, '[') + ") = 0"), HasSubstr("nested too deeply"));
}

TEST(PktParser, SurvivesEveryTruncation) {
    const std::string text =
        "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 < S 0:0(0) win 1 <mss 1,sack 1:2>\n"
        "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0 `x` %{ }%";
    for (std::size_t n = 0; n <= text.size(); ++n) (void)parse("x.pkt", text.substr(0, n));
    EXPECT_TRUE(parse("x.pkt", text.substr(0, 43)));
}

}  // namespace
}  // namespace layerlab::sim::pkt
