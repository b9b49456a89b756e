#include "sim/programs/dhcpv6_service.hpp"

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

}  // namespace
}  // namespace layerlab::sim::programs
