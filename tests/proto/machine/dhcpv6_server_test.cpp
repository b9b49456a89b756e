#include "proto/machine/dhcpv6_server.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

using wire::Dhcpv6Message;
using wire::Dhcpv6Status;
using wire::Dhcpv6Type;

Ipv6Address six(const char* text) { return Ipv6Address::parse(text).value(); }

struct Dhcpv6ServerTest : testing::Test {
    Dhcpv6Server server{[] {
        Dhcpv6ServerConfig c;
        c.duid = {0, 3, 0, 1, 9};
        c.first = six("2001:db8::100");
        c.last = six("2001:db8::101");
        c.lease = 800s;
        c.dns_servers = {six("2001:db8::53")};
        return c;
    }()};
    Dhcpv6Message message(Dhcpv6Type type, std::uint8_t client) {
        Dhcpv6Message m;
        m.type = type;
        m.id = 1;
        m.client_duid = {0, 3, 0, 1, client};
        m.iaid = 1;
        m.requested = {23};
        const bool names_server = type == Dhcpv6Type::request || type == Dhcpv6Type::renew ||
                                  type == Dhcpv6Type::release || type == Dhcpv6Type::decline;
        if (names_server) m.server_duid = {0, 3, 0, 1, 9};
        return m;
    }
    std::string got(Time now, Dhcpv6Type type, std::uint8_t client) {
        const auto answer = server.on_message(now, message(type, client));
        if (!answer) return "nothing";
        if (answer->ia_status) return "status " + std::to_string(static_cast<int>(*answer->ia_status));
        return answer->addresses.empty() ? "no address" : answer->addresses[0].address.to_string();
    }
};

TEST_F(Dhcpv6ServerTest, GivesEachClientItsOwnAddressAndKeepsIt) {
    EXPECT_EQ(got(Time(0s), Dhcpv6Type::solicit, 1), "2001:db8::100");
    EXPECT_EQ(got(Time(0s), Dhcpv6Type::solicit, 2), "2001:db8::101");
    EXPECT_EQ(got(Time(1s), Dhcpv6Type::request, 1), "2001:db8::100");
    EXPECT_EQ(got(Time(2s), Dhcpv6Type::request, 2), "2001:db8::101");
    EXPECT_EQ(got(Time(3s), Dhcpv6Type::solicit, 3), "status 2");
    EXPECT_EQ(got(Time(400s), Dhcpv6Type::renew, 1), "2001:db8::100");
}

TEST_F(Dhcpv6ServerTest, TellsLifetimesAndTimes) {
    const auto answer = server.on_message(Time(0s), message(Dhcpv6Type::request, 1));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->type, Dhcpv6Type::reply);
    EXPECT_EQ(answer->addresses[0].valid, 800u);
    EXPECT_EQ(answer->addresses[0].preferred, 500u);
    EXPECT_EQ(answer->t1, 250u);
    EXPECT_EQ(answer->t2, 400u);
    EXPECT_EQ(answer->dns_servers.size(), 1u);
}

TEST_F(Dhcpv6ServerTest, AReleasedAddressIsFreeAndADeclinedOneIsNot) {
    got(Time(0s), Dhcpv6Type::request, 1);
    got(Time(0s), Dhcpv6Type::request, 2);
    EXPECT_EQ(got(Time(1s), Dhcpv6Type::release, 1), "no address");
    EXPECT_EQ(got(Time(2s), Dhcpv6Type::solicit, 3), "2001:db8::100");
    EXPECT_EQ(got(Time(3s), Dhcpv6Type::decline, 2), "no address");
    EXPECT_EQ(got(Time(4s), Dhcpv6Type::solicit, 4), "status 2");
}

TEST_F(Dhcpv6ServerTest, AnExpiredLeaseCanBeGivenToAnother) {
    got(Time(0s), Dhcpv6Type::request, 1);
    got(Time(0s), Dhcpv6Type::request, 2);
    EXPECT_EQ(got(Time(801s), Dhcpv6Type::solicit, 3), "2001:db8::100");
}

TEST_F(Dhcpv6ServerTest, AnswersOnlyWhatIsForIt) {
    Dhcpv6Message other = message(Dhcpv6Type::request, 1);
    other.server_duid = {0, 3, 0, 1, 77};
    EXPECT_FALSE(server.on_message(Time(0s), other));
    Dhcpv6Message nobody = message(Dhcpv6Type::solicit, 1);
    nobody.client_duid.clear();
    EXPECT_FALSE(server.on_message(Time(0s), nobody));
    EXPECT_FALSE(server.on_message(Time(0s), message(Dhcpv6Type::advertise, 1)));
    EXPECT_EQ(got(Time(0s), Dhcpv6Type::renew, 8), "status 3");
    EXPECT_EQ(got(Time(0s), Dhcpv6Type::rebind, 8), "nothing");
}

TEST_F(Dhcpv6ServerTest, TellsTheRestWithoutAnAddress) {
    Dhcpv6Message m = message(Dhcpv6Type::information_request, 1);
    m.iaid.reset();
    const auto answer = server.on_message(Time(0s), m);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->dns_servers.size(), 1u);
    EXPECT_TRUE(answer->addresses.empty());
    EXPECT_TRUE(server.bindings().empty());
}

}  // namespace
}  // namespace layerlab::proto::machine
