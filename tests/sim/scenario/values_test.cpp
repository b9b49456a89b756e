#include "sim/scenario/values.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::scenario {
namespace {

template <class T>
std::string fault(const Result<T>& r) {
    return r ? "fine" : r.error().message + (r.error().hint.empty() ? "" : " | ") + r.error().hint;
}

TEST(Values, TimesHaveUnits) {
    EXPECT_EQ(parse_duration("10us").value(), Duration(10'000));
    EXPECT_EQ(parse_duration("1.5ms").value(), Duration(1'500'000));
    EXPECT_EQ(parse_duration("2min").value(), Duration(120'000'000'000));
    EXPECT_EQ(parse_duration("0s").value(), Duration(0));
    EXPECT_EQ(fault(parse_duration("5")), "\"5\" has no unit | a time such as 5ms; the units are ns us ms s min h d");
    EXPECT_EQ(fault(parse_duration("5m")), "\"m\" is not a unit of a time | the units are ns us ms s min h d");
    EXPECT_EQ(fault(parse_duration("5MS")), "\"MS\" is not a unit of a time | did you mean \"ms\"?");
    EXPECT_EQ(fault(parse_duration("0.5ns")), "\"0.5ns\" is finer than can be counted | whole multiples of 1ns");
    EXPECT_EQ(fault(parse_duration("99999999999d")), "\"99999999999d\" is too big");
    EXPECT_EQ(fault(parse_duration("99999999999999999999999s")), "\"99999999999999999999999s\" is too big");
    for (const char* text : {"", "ms", ".5ms", "5.ms", "-5ms", "1..2ms", "5 ms"})
        EXPECT_NE(fault(parse_duration(text)), "fine") << text;
}

TEST(Values, RatesAreBitsPerSecond) {
    EXPECT_EQ(parse_rate("1Gbps")->bits_per_second, 1'000'000'000u);
    EXPECT_EQ(parse_rate("9.6kbps")->bits_per_second, 9'600u);
    EXPECT_EQ(fault(parse_rate("0bps")), "a rate of 0 carries nothing | `down` takes a link down");
    EXPECT_EQ(fault(parse_rate("1gbps")), "\"gbps\" is not a unit of a rate | did you mean \"Gbps\"?");
}

TEST(Values, SizesAreDecimalOrBinary) {
    EXPECT_EQ(parse_size("64kB").value(), 64'000u);
    EXPECT_EQ(parse_size("8MiB").value(), 8u << 20);
    EXPECT_EQ(parse_size("1.5KiB").value(), 1536u);
    EXPECT_EQ(fault(parse_size("10")),
              "\"10\" has no unit | a size such as 64kB; the units are B kB MB GB TB KiB MiB GiB TiB");
}

TEST(Values, QueuesCountPacketsOrBytes) {
    EXPECT_EQ(parse_queue_size("100p").value(), (QueueSize{100, true}));
    EXPECT_EQ(parse_queue_size("64kB").value(), (QueueSize{64'000, false}));
    EXPECT_EQ(fault(parse_queue_size("0p")), "\"0\" is not a number of packets | a whole number from 1 to 1000000000");
    EXPECT_EQ(fault(parse_queue_size("100")), "\"100\" has no unit | 100p for packets, or a size such as 64kB");
    EXPECT_EQ(fault(parse_queue_size("0B")), "a queue of 0 holds nothing | at least 1p");
}

TEST(Values, ChancesAreIntegersAllTheWay) {
    EXPECT_EQ(parse_chance("100%")->parts_per_billion, 1'000'000'000u);
    EXPECT_EQ(parse_chance("0.0000001%")->parts_per_billion, 1u);
    EXPECT_EQ(fault(parse_chance("0.00000001%")),
              "\"0.00000001%\" is finer than can be counted | whole multiples of 0.0000001%");
    EXPECT_EQ(fault(parse_chance("1")), "\"1\" has no unit | a percentage such as 1%");
    EXPECT_EQ(fault(parse_chance("101%")), "\"101%\" is more than 100%");
}

TEST(Values, RangesDoNotEndBeforeTheyBegin) {
    EXPECT_EQ(parse_port_range("1000-2000")->last, 2000);
    EXPECT_EQ(parse_port_range("80")->last, 80);
    EXPECT_EQ(fault(parse_port_range("80-70")), "\"70\" is not a port | a whole number from 80 to 65535");
    EXPECT_EQ(parse_count("1..3")->max, 3u);
    EXPECT_EQ(parse_count("some")->min, 1u);
    EXPECT_EQ(parse_count("none")->max, 0u);
    EXPECT_EQ(fault(parse_count("3..1")), "\"3..1\" ends before it begins");
    EXPECT_EQ(fault(parse_count("many")), "\"many\" is not a number of packets | some, none, 3 or 1..2");
    EXPECT_EQ(parse_address_range("10.0.0.1-10.0.0.9")->last.to_string(), "10.0.0.9");
    EXPECT_EQ(fault(parse_address_range("10.0.0.9-10.0.0.1")),
              "\"10.0.0.9-10.0.0.1\" ends before it begins | a range such as 192.168.1.100-192.168.1.150");
}

TEST(Values, TheClockIsADateAndATime) {
    EXPECT_EQ(parse_clock("2026-01-01T00:00:00Z").value(), 1'767'225'600);
    EXPECT_EQ(parse_clock("1969-12-31T23:59:59Z").value(), -1);
    for (const char* text : {"2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01", "2026-01-01 00:00:00Z"})
        EXPECT_NE(fault(parse_clock(text)), "fine") << text;
}

TEST(Values, AddressesAreKnownByTheirShape) {
    EXPECT_TRUE(looks_like_ipv4("10.0.0.1/24"));
    EXPECT_TRUE(looks_like_ipv4("10.0"));
    EXPECT_FALSE(looks_like_ipv4("gw.wan"));
    EXPECT_FALSE(looks_like_ipv4("10"));
    EXPECT_TRUE(looks_like_ipv6("2001:db8::1/64"));
    EXPECT_TRUE(looks_like_ipv6("::"));
    EXPECT_FALSE(looks_like_ipv6("b:9"));
    EXPECT_FALSE(looks_like_ipv6("gw:1:2"));
}

}  // namespace
}  // namespace layerlab::sim::scenario
