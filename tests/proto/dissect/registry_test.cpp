#include "proto/dissect/registry.hpp"

#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {
namespace {

TEST(Registry, FindsAProtocolByName) {
    EXPECT_EQ(find_protocol("tcp"), &tcp);
    EXPECT_EQ(find_protocol("no-such-protocol"), nullptr);
}

TEST(Registry, GivesEveryProtocolANameATitleAndADissector) {
    for (const Protocol* protocol : protocols()) {
        EXPECT_GT(std::strlen(protocol->name()), 0u);
        EXPECT_GT(std::strlen(protocol->title()), 0u) << protocol->name();
        EXPECT_NE(protocol->dissect, nullptr) << protocol->name();
    }
}

TEST(Registry, HasOneTypeForEachFieldName) {
    std::map<std::string, FieldType> types;
    for (const Protocol* protocol : protocols())
        for (const FieldInfo* field : protocol->fields) {
            const auto [at, fresh] = types.emplace(field->name, field->type);
            EXPECT_EQ(at->second, field->type) << field->name;
        }
}

// Some of Wireshark's have capital letters: "sip.Method".
TEST(Registry, NamesFieldsWithLettersDigitsAndDots) {
    for (const Protocol* protocol : protocols())
        for (const FieldInfo* field : protocol->fields)
            for (const char* c = field->name; *c; ++c)
                EXPECT_TRUE(std::strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c))
                    << field->name;
}

TEST(Registry, FindsEveryNumberOfItsTables) {
    EXPECT_EQ(by_ether_type(0x0800), &ipv4);
    EXPECT_EQ(by_ether_type(0x88cc), &lldp);
    EXPECT_EQ(by_ether_type(0x1234), nullptr);
    EXPECT_EQ(by_ip_protocol(6), &tcp);
    EXPECT_EQ(by_ip_protocol(112), &vrrp);
    EXPECT_EQ(by_llc_sap(0x42), &stp);
    EXPECT_EQ(by_cisco_pid(0x2000), &cdp);
    EXPECT_EQ(by_link_type(127), &radiotap);
    EXPECT_EQ(by_tcp_port(443, 50000), &tls);
    EXPECT_EQ(by_udp_port(68, 50000), &dhcp);
    EXPECT_EQ(by_udp_port(547, 50000), &dhcpv6);
    EXPECT_EQ(by_udp_port(5060, 50000), &sip);
}

TEST(Registry, PrefersTheLowerPort) {
    EXPECT_EQ(by_udp_port(53, 5353), by_udp_port(53, 9999));
    EXPECT_EQ(by_udp_port(9999, 53), by_udp_port(53, 9999));
    EXPECT_EQ(by_udp_port(9998, 9999), nullptr);
}

}  // namespace
}  // namespace layerlab::proto::dissect
