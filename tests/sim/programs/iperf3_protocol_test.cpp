#include "sim/programs/iperf3_protocol.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;

TEST(Iperf3Protocol, WritesParametersAsTheRealOneDoes) {
    Iperf3Parameters p;
    p.time = 2s;
    p.length = 131072;
    EXPECT_EQ(
        to_json(p),
        R"({"tcp":true,"omit":0,"time":2,"num":0,"blockcount":0,"parallel":1,"len":131072,"pacing_timer":1000,"client_version":"3.12"})");
}

TEST(Iperf3Protocol, ReadsParametersOfTheRealOne) {  // iperf 3.12 -u -R -P 2 -t 1
    const auto p = parse_iperf3_parameters(
        R"({"udp":true,"omit":0,"time":1,"num":0,"blockcount":0,"parallel":2,"reverse":true,"len":32768,"bandwidth":1048576,"pacing_timer":1000,"client_version":"3.12"})");
    ASSERT_TRUE(p.has_value());
    EXPECT_TRUE(p->udp && p->reverse);
    EXPECT_EQ(p->streams, 2u);
    EXPECT_EQ(p->length, 32768u);
    EXPECT_EQ(p->rate, 1048576u);
    EXPECT_EQ(p->time, 1s);
    EXPECT_EQ(parse_iperf3_parameters(R"({"tcp":true,"parallel":100000,"len":-5})")->streams, 1u);
    EXPECT_FALSE(parse_iperf3_parameters("[]").has_value());
}

TEST(Iperf3Protocol, ReadsResultsOfTheRealOne) {  // iperf 3.12, the receiver of a TCP test
    const auto r = parse_iperf3_results(
        R"({"cpu_util_total":8.13,"cpu_util_user":0,"cpu_util_system":8.13,"sender_has_retransmits":18446744073709551615,"congestion_used":"bbr","streams":[{"id":1,"bytes":711983104,"retransmits":18446744073709551615,"jitter":0,"errors":0,"packets":0,"start_time":0,"end_time":2.006374}]})");
    ASSERT_TRUE(r.has_value());
    EXPECT_FALSE(r->has_retransmits);
    ASSERT_EQ(r->streams.size(), 1u);
    EXPECT_EQ(r->streams[0].bytes, 711983104u);
    EXPECT_EQ(r->streams[0].retransmits, -1);
    EXPECT_DOUBLE_EQ(r->streams[0].end_time, 2.006374);
    const auto again = parse_iperf3_results(to_json(*r));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->streams[0].bytes, 711983104u);
}

}  // namespace
}  // namespace layerlab::sim::programs
