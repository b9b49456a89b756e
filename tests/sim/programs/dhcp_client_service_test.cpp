#include "sim/programs/dhcp_client_service.hpp"

#include <gtest/gtest.h>

#include "tests/sim/programs/dhcp_world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using proto::machine::DhcpClientState;

class DhcpClientService : public DhcpWorld {};

TEST_F(DhcpClientService, SetsAddressGatewayAndServers) {
    serve("192.168.1.100", "192.168.1.150");
    start(*amy, "dhclient", make_dhcp_client({0}));
    EXPECT_TRUE(amy->stack().interfaces()[0].takes_any_address);
    pass(2s);
    EXPECT_EQ(address_of(*amy), "192.168.1.100/24");
    EXPECT_FALSE(amy->stack().interfaces()[0].takes_any_address);
    EXPECT_EQ(amy->stack().routes().find(ip("8.8.8.8"))->gateway, ip("192.168.1.1"));
    EXPECT_EQ(amy->settings().dns_servers, std::vector<IpAddress>{ip("192.168.1.53")});
    EXPECT_EQ(amy->settings().search_domain, "lab.test");
    ASSERT_TRUE(amy->settings().dhcp_client);
    EXPECT_EQ(amy->settings().dhcp_client->find(0)->state, DhcpClientState::bound);
    EXPECT_EQ(run(*amy, "ping -c 1 192.168.1.1").status, 0);
}

TEST_F(DhcpClientService, RenewsInTimeAndGivesUpWhenTheServerIsGone) {
    serve("192.168.1.100", "192.168.1.150");
    start(*amy, "dhclient", make_dhcp_client({0}));
    pass(3h);
    EXPECT_EQ(address_of(*amy), "192.168.1.100/24");
    EXPECT_GT(amy->settings().dhcp_client->find(0)->bound, 4u);
    Context context{world.simulator(), gw->id()};
    gw->set_up(context, false);
    pass(2h);
    EXPECT_EQ(address_of(*amy), "");
    EXPECT_TRUE(amy->settings().dns_servers.empty());
    EXPECT_EQ(amy->stack().routes().find(ip("8.8.8.8")), nullptr);
}

TEST_F(DhcpClientService, DeclinesAnAddressThatSomebodyHas) {
    add("squatter", "192.168.1.100/24");
    serve("192.168.1.100", "192.168.1.150");
    start(*amy, "dhclient", make_dhcp_client({0}));
    pass(30s);
    EXPECT_EQ(address_of(*amy), "192.168.1.101/24");
}

TEST_F(DhcpClientService, MakesTheNameOfTheHostKnownWhileItHasTheAddress) {
    serve("192.168.1.100", "192.168.1.150");
    EXPECT_EQ(run(*gw, "ping -c 1 amy").status, 2);
    start(*amy, "dhclient", make_dhcp_client({0}));
    pass(2s);
    EXPECT_EQ(run(*gw, "ping -c 1 amy").status, 0);
    EXPECT_EQ(world.names().find(ip("192.168.1.100")), "amy");
    Context context{world.simulator(), amy->id()};
    amy->set_up(context, false);
    EXPECT_EQ(world.names().find("amy"), std::nullopt);
    EXPECT_EQ(world.names().find(ip("192.168.1.100")), std::nullopt);
    amy->set_up(context, true);
    start(*amy, "dhclient", make_dhcp_client({0}));
    pass(2s);
    EXPECT_EQ(world.names().find("amy"), ip("192.168.1.100"));
    run(*amy, "dhclient -r");
    EXPECT_EQ(world.names().find("amy"), std::nullopt);
}

TEST_F(DhcpClientService, LosesEverythingWithoutPower) {
    serve("192.168.1.100", "192.168.1.150");
    start(*amy, "dhclient", make_dhcp_client({0}));
    pass(2s);
    Context context{world.simulator(), amy->id()};
    amy->set_up(context, false);
    EXPECT_EQ(address_of(*amy), "");
    EXPECT_FALSE(amy->settings().dhcp_client);
    pass(1min);
}

}  // namespace
}  // namespace layerlab::sim::programs
