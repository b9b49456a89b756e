#include "sim/programs/dhcp_server_service.hpp"

#include <gtest/gtest.h>

#include "tests/sim/programs/dhcp_world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;

class DhcpServerService : public DhcpWorld {};

TEST_F(DhcpServerService, GivesEachClientAnAddressUntilNoneIsLeft) {
    serve("192.168.1.100", "192.168.1.101");
    Host& bob = add("bob", nullptr);
    Host& eve = add("eve", nullptr);
    start(*amy, "dhclient", make_dhcp_client({0}));
    pass(2s);
    start(bob, "dhclient", make_dhcp_client({0}));
    pass(2s);
    start(eve, "dhclient", make_dhcp_client({0}));
    pass(20s);
    EXPECT_EQ(address_of(*amy), "192.168.1.100/24");
    EXPECT_EQ(address_of(bob), "192.168.1.101/24");
    EXPECT_EQ(address_of(eve), "");
    run(bob, "dhclient -r eth0");
    pass(2min);
    EXPECT_EQ(address_of(eve), "192.168.1.101/24");
}

}  // namespace
}  // namespace layerlab::sim::programs
