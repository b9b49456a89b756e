#include "sim/programs/ping_text.hpp"

#include <gmock/gmock.h>

#include "sim/net/context.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

TEST(PingText, PrintsTimesWithThreeDigits) {
    EXPECT_EQ(ping_time_text(57), "0.057 ms");
    EXPECT_EQ(ping_time_text(1234), "1.23 ms");
    EXPECT_EQ(ping_time_text(12'345), "12.3 ms");
    EXPECT_EQ(ping_time_text(123'456), "123 ms");
}

// The figures of a real run: 0.144, 0.061 and 0.057 ms.
TEST(PingText, SumsUpAsIputilsDoes) {
    PingStatistics s;
    for (const std::int64_t us : {144, 61, 57}) {
        s.on_sent();
        s.acknowledge(static_cast<std::uint16_t>(s.transmitted()));
        s.on_reply(false);
        s.on_time(us);
    }
    EXPECT_EQ(s.summary("203.0.113.10", 406'000, true, false),
              "\n--- 203.0.113.10 ping statistics ---\n"
              "3 packets transmitted, 3 received, 0% packet loss, time 406ms\n"
              "rtt min/avg/max/mdev = 0.057/0.087/0.144/0.040 ms\n");
}

TEST(PingText, TellsErrorsDuplicatesAndThePipe) {
    PingStatistics s;
    for (int i = 0; i < 5; ++i) s.on_sent();
    for (std::uint16_t i = 1; i <= 5; ++i) {
        s.acknowledge(i);
        s.on_error();
    }
    EXPECT_EQ(s.summary("10.0.0.5", 1'275'000, true, false),
              "\n--- 10.0.0.5 ping statistics ---\n"
              "5 packets transmitted, 0 received, +5 errors, 100% packet loss, time 1275ms\npipe 5\n");
    s.on_reply(false);
    s.on_reply(true);
    EXPECT_THAT(s.summary("x", 0, false, false), HasSubstr("1 received, +1 duplicates, +5 errors, 80% packet loss"));
}

TEST(PingText, NamesIcmpErrors) {
    const std::vector<std::uint8_t> too_big{3, 4, 0, 0, 0, 0, 0x05, 0x78};
    EXPECT_EQ(icmp_error_text(too_big), "Frag needed and DF set (mtu = 1400)");
    const std::vector<std::uint8_t> ttl{11, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(icmp_error_text(ttl), "Time to live exceeded");
    EXPECT_EQ(icmp_error_text(Bytes(ttl).first(3)), "Bad ICMP message");
}

}  // namespace
}  // namespace layerlab::sim::programs
