#include "proto/wire/dhcpv6.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::wire {
namespace {

Dhcpv6Message full() {
    Dhcpv6Message m;
    m.type = Dhcpv6Type::reply;
    m.id = 0xabcdef;
    m.client_duid = duid_of(MacAddress::parse("02:00:00:00:00:01").value());
    m.server_duid = duid_of(MacAddress::parse("02:00:00:00:00:02").value());
    m.iaid = 5;
    m.t1 = 10;
    m.t2 = 20;
    m.addresses = {{Ipv6Address::parse("2001:db8::100").value(), 30, 40}};
    m.requested = {23, 24};
    m.elapsed = 7;
    m.has_elapsed = true;
    m.preference = 9;
    m.status = Dhcpv6Status::success;
    m.dns_servers = {Ipv6Address::parse("2001:db8::53").value()};
    m.domain = "lab.example.org";
    return m;
}

TEST(Dhcpv6, AMessageComesBackAsItWas) {
    const std::vector<std::uint8_t> bytes = encode_dhcpv6(full());
    const auto m = decode_dhcpv6(bytes);
    ASSERT_TRUE(m);
    EXPECT_EQ(m->id, 0xabcdefu);
    EXPECT_EQ(m->client_duid, full().client_duid);
    EXPECT_EQ(m->iaid, 5u);
    EXPECT_EQ(m->addresses.at(0).address, full().addresses[0].address);
    EXPECT_EQ(m->addresses.at(0).valid, 40u);
    EXPECT_EQ(m->requested, full().requested);
    EXPECT_EQ(m->elapsed, 7);
    EXPECT_EQ(m->dns_servers, full().dns_servers);
    EXPECT_EQ(m->domain, "lab.example.org");
    EXPECT_EQ(encode_dhcpv6(*m), bytes);
}

TEST(Dhcpv6, EveryCutMessageIsRefusedOrShorter) {
    const std::vector<std::uint8_t> bytes = encode_dhcpv6(full());
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        const auto m = decode_dhcpv6(Bytes(bytes).first(n));
        if (m) {
            EXPECT_LE(encode_dhcpv6(*m).size(), n);
        }
    }
    EXPECT_FALSE(decode_dhcpv6(std::vector<std::uint8_t>{99, 0, 0, 0}));
}

}  // namespace
}  // namespace layerlab::proto::wire
