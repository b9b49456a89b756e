#include "sim/kernel/decisions.hpp"

#include <gtest/gtest.h>
#include <set>

#include "proto/base/address.hpp"

namespace layerlab::sim {
namespace {

struct Names final : PlaceNames {
    std::string node_name(NodeId node) const override { return "node" + std::to_string(node); }
    std::string port_name(NodeId, PortId port) const override { return "eth" + std::to_string(port); }
};

Record decided(Decision decision, std::uint64_t a = 0, std::uint64_t b = 0) {
    Record r;
    r.kind = RecordKind::decision;
    r.code = static_cast<std::uint8_t>(decision);
    r.node = 1;
    r.port = 2;
    r.a = a;
    r.b = b;
    return r;
}

std::string said(Decision decision, std::uint64_t a = 0, std::uint64_t b = 0) {
    return sentence(decided(decision, a, b), Names{});
}

TEST(Decisions, HaveNamesOfTheirOwnALayerAndASentenceAboutTheDevice) {
    std::set<std::string> names, sentences;
    for (std::size_t i = 0; i < decision_count; ++i) {
        const DecisionInfo& d = info(static_cast<Decision>(i));
        ASSERT_NE(d.name, nullptr) << "decision " << i << " is missing in the table";
        const std::string name = d.name, text = d.sentence;
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_TRUE(sentences.insert(text).second) << text;
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), name.npos) << name;
        EXPECT_GE(d.layer, 1) << name;
        EXPECT_LE(d.layer, 7) << name;
        EXPECT_EQ(text.rfind("{node}", 0), 0u) << name;
        EXPECT_NE(text.back(), '.') << name;
    }
}

TEST(Decisions, UseOnlyPlacesThatTheRendererKnows) {
    const std::set<std::string> known{"node", "port", "ip6"};
    const std::set<std::string> forms{"",     "ip",   "mac",  "prefix", "endpoint", "protocol",
                                      "port", "time", "icmp", "icmp6",  "tcpstate"};
    for (std::size_t i = 0; i < decision_count; ++i) {
        const std::string text = info(static_cast<Decision>(i)).sentence;
        for (std::size_t at = text.find('{'); at != text.npos; at = text.find('{', at + 1)) {
            const std::string what = text.substr(at + 1, text.find('}', at) - at - 1);
            if (known.count(what)) continue;
            ASSERT_TRUE(what[0] == 'a' || what[0] == 'b') << text;
            ASSERT_TRUE(what.size() == 1 || what[1] == ':') << text;
            EXPECT_TRUE(forms.count(what.size() > 2 ? what.substr(2) : "")) << text;
        }
    }
}

TEST(Decisions, RenderWithoutBracesWhateverTheNumbersAre) {
    for (std::size_t i = 0; i < decision_count; ++i)
        for (const std::uint64_t n : {std::uint64_t{0}, std::uint64_t{0x0a000001}, ~std::uint64_t{0}}) {
            const std::string text = said(static_cast<Decision>(i), n, n);
            EXPECT_EQ(text.find_first_of("{}"), text.npos) << text;
            EXPECT_EQ(text.rfind("node1", 0), 0u) << text;
        }
}

TEST(Decisions, ShowAnIpv6AddressOfBothNumbers) {
    EXPECT_EQ(said(Decision::no_route6, 0x2001'0db8'0000'0000u, 1), "node1 has no route to 2001:db8::1");
    EXPECT_EQ(said(Decision::http_answered, 1ull << 63 | 0x0001'0002'0003ull << 16 | 80, 200),
              "node1 answers the request of [..:1:2:3]:80 with status 200");
}

// Spot checks along the table, so that a line left out or put in does not shift the names.
TEST(Decisions, StandInTheOrderOfTheirEnumeration) {
    EXPECT_STREQ(info(Decision::mac_learned).name, "mac-learned");
    EXPECT_STREQ(info(Decision::arp_missed).name, "arp-missed");
    EXPECT_STREQ(info(Decision::ttl_expired).name, "ttl-expired");
    EXPECT_STREQ(info(Decision::nat_exhausted).name, "nat-exhausted");
    EXPECT_STREQ(info(Decision::udp_delivered).name, "udp-delivered");
    EXPECT_STREQ(info(Decision::tcp_other).name, "tcp-other");
    EXPECT_STREQ(info(Decision::dhcp_bound).name, "dhcp-bound");
    EXPECT_STREQ(info(Decision::http_answered).name, "http-answered");
}

TEST(Decisions, ShowTheirNumbersAsTheTemplateSays) {
    const std::uint64_t ip = 0x0a000005, mac = 0x0200'0000'0001;
    EXPECT_EQ(said(Decision::arp_learned, ip, mac),
              "node1 notes in its ARP cache that 10.0.0.5 is at 02:00:00:00:00:01");
    EXPECT_EQ(said(Decision::mac_moved, mac, 4), "node1 saw 02:00:00:00:00:01 behind eth4 before and now behind eth2");
    EXPECT_EQ(said(Decision::route_chosen, 0x0a000000ull << 8 | 24, ip),
              "node1 sends to 10.0.0.5 by the route 10.0.0.0/24 through eth2");
    EXPECT_EQ(said(Decision::forwarded, ip, 63), "node1 forwards to 10.0.0.5 through eth2, time to live now 63");
    EXPECT_EQ(said(Decision::nat_mapped, ip << 16 | 4000, 0xcb007101ull << 16 | 80),
              "node1 gives 10.0.0.5:4000 the outside address 203.0.113.1:80");
    EXPECT_EQ(said(Decision::nat_mapped_apart, ip << 16 | 4000, 0xcb007101ull << 16),
              "node1 needs a port for what 10.0.0.5:4000 sends to 203.0.113.1 alone: its mapping depends on that");
    EXPECT_EQ(said(Decision::nat_filtered, 0xcb007101ull << 16 | 4000, ip << 16 | 80),
              "node1 has a mapping for 203.0.113.1:4000, but nothing was sent through it to 10.0.0.5:80");
    EXPECT_EQ(said(Decision::nat_filtered_address, 0xcb007101ull << 16 | 4000, ip),
              "node1 has a mapping for 203.0.113.1:4000, but nothing was sent through it to any port of 10.0.0.5");
    EXPECT_EQ(said(Decision::icmp_error_sent, ip, 0x303), "node1 tells 10.0.0.5 by ICMP: port unreachable");
    EXPECT_EQ(said(Decision::icmp_error_sent, ip, 0xb00),
              "node1 tells 10.0.0.5 by ICMP: time to live exceeded in transit");
    EXPECT_EQ(said(Decision::checksum_bad, 17), "node1 drops it: the UDP checksum is wrong");
    EXPECT_EQ(said(Decision::tcp_state, 1, 3), "node1: the connection goes from SYN-SENT to ESTABLISHED");
    EXPECT_EQ(said(Decision::tcp_timeout_retransmit, 7, 1'000'000'000),
              "node1 waited 1000 ms for the acknowledgment of sequence 7 and sends it again");
}

}  // namespace
}  // namespace layerlab::sim
