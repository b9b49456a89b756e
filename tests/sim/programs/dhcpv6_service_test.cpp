#include "sim/programs/dhcpv6_service.hpp"

#include <gmock/gmock.h>

#include "sim/net/ipv6_stack.hpp"
#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;

struct Dhcpv6ServiceTest : ShellWorld {
    Host& client = add("client", nullptr);
    Host& server = add("server", nullptr);

    Dhcpv6ServiceTest() {
        Context context{world.simulator(), client.id()};
        client.stack().make_ipv6().enable(context, 0, false);
        Dhcpv6ServerPort port;
        port.config.first = *Ipv6Address::parse("2001:db8::100");
        port.config.last = *Ipv6Address::parse("2001:db8::1ff");
        port.config.lease = 800s;
        port.config.dns_servers = {*Ipv6Address::parse("2001:db8::53")};
        start(server, "dhcp6", make_dhcpv6_server({port}));
    }
    std::string address() {
        for (const auto& a : client.stack().make_ipv6().interfaces()[0].addresses.all())
            if (a.origin == proto::machine::Ipv6AddressOrigin::dhcp && a.is_usable()) return a.prefix.to_string();
        return {};
    }
};

TEST_F(Dhcpv6ServiceTest, AClientGetsAnAddressAndKeepsIt) {
    start(client, "dhclient6", make_dhcpv6_client({{0, true}}));
    pass(10s);
    EXPECT_EQ(address(), "2001:db8::100/128");
    ASSERT_EQ(client.settings().dns_servers.size(), 1u);
    EXPECT_EQ(client.settings().dns_servers[0].to_string(), "2001:db8::53");
    pass(1h);
    EXPECT_EQ(address(), "2001:db8::100/128");
}

TEST_F(Dhcpv6ServiceTest, AClientWaitsForARouterToSayThatAddressesAreManaged) {
    start(client, "dhclient6", make_dhcpv6_client({{0, false}}));
    pass(10s);
    EXPECT_EQ(address(), "");
}

TEST_F(Dhcpv6ServiceTest, AnAddressWithoutAServerEnds) {
    start(client, "dhclient6", make_dhcpv6_client({{0, true}}));
    pass(10s);
    Context context{world.simulator(), server.id()};
    server.set_up(context, false);
    pass(900s);
    EXPECT_EQ(address(), "");
}

TEST_F(Dhcpv6ServiceTest, DhclientAcquiresAndReleasesInIscsWords) {
    pass(3s);
    const Ran got = run(client, "dhclient -6 -v eth0");
    EXPECT_EQ(got.status, 0);
    EXPECT_THAT(got.output, testing::MatchesRegex("Internet Systems Consortium DHCP Client 4.4.3-P1\n(.|\n)*"
                                                  "Listening on Socket/eth0\nSending on   Socket/eth0\n"
                                                  "PRC: Soliciting for leases .INIT.\\.\n"
                                                  "XMT: Forming Solicit, 0 ms elapsed\\.\n(.|\n)*"
                                                  "XMT: Solicit on eth0, interval 1[0-9]*ms\\.\n"
                                                  "RCV: Advertise message on eth0 from fe80:(.|\n)*"
                                                  "RCV:  . . X-- IAADDR 2001:db8::100\n(.|\n)*"
                                                  "XMT: Request on eth0, interval [0-9]*ms\\.\n"
                                                  "RCV: Reply message on eth0 from fe80:(.|\n)*"
                                                  "PRC: Bound to lease\\.\n"));
    pass(2s);
    EXPECT_EQ(address(), "2001:db8::100/128");
    EXPECT_THAT(run(client, "dhclient -6 -r -v eth0").output,
                testing::HasSubstr("XMT:  | X-- Release Address 2001:db8::100\n"));
    EXPECT_EQ(address(), "");
    EXPECT_EQ(run(client, "dhclient -6 eth0").output, "");
    pass(2s);
    EXPECT_EQ(address(), "2001:db8::100/128");
}

}  // namespace
}  // namespace layerlab::sim::programs
