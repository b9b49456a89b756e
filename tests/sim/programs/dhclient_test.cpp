#include <gmock/gmock.h>

#include "tests/sim/programs/dhcp_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class DhclientCommand : public DhcpWorld {};

TEST_F(DhclientCommand, AcquiresAndReleasesInIscsWords) {
    serve("192.168.1.100", "192.168.1.150");
    const std::string mac = amy->ports()[0].mac.to_string();
    const Ran got = run(*amy, "dhclient -v eth0");
    EXPECT_EQ(got.status, 0);
    EXPECT_THAT(got.output, MatchesRegex("Internet Systems Consortium DHCP Client 4.4.3-P1\n(.|\n)*"
                                         "Listening on LPF/eth0/" +
                                         mac + "\nSending on   LPF/eth0/" + mac +
                                         "\nSending on   Socket/fallback\n"
                                         "DHCPDISCOVER on eth0 to 255.255.255.255 port 67 interval [0-9]+\n"
                                         "DHCPOFFER of 192.168.1.100 from 192.168.1.1\n"
                                         "DHCPREQUEST for 192.168.1.100 on eth0 to 255.255.255.255 port 67\n"
                                         "DHCPACK of 192.168.1.100 from 192.168.1.1\n"
                                         "bound to 192.168.1.100 -- renewal in 1799 seconds.\n"));
    EXPECT_THAT(run(*amy, "ip a show eth0").output,
                HasSubstr("inet 192.168.1.100/24 brd 192.168.1.255 scope global dynamic eth0\n"
                          "       valid_lft 3599sec preferred_lft 3599sec\n"));
    EXPECT_THAT(run(*amy, "ipconfig /all").output,
                HasSubstr("   Lease Expires . . . . . . . . . . : Thursday, January 1, 2026 1:00:00 AM\n"));
    EXPECT_EQ(run(*amy, "ipconfig /renew").status, 0);
    EXPECT_EQ(address_of(*amy), "192.168.1.100/24");
    EXPECT_THAT(run(*amy, "dhclient -v -r eth0").output,
                HasSubstr("DHCPRELEASE of 192.168.1.100 on eth0 to 192.168.1.1 port 67\n"));
    EXPECT_EQ(address_of(*amy), "");
    EXPECT_EQ(run(*amy, "dhclient -r").output, "");
}

TEST_F(DhclientCommand, GoesOnInTheBackgroundWithoutAServer) {
    const Ran ran = run(*amy, "dhclient -v");
    EXPECT_THAT(ran.output, HasSubstr("No DHCPOFFERS received.\n"));
    serve("192.168.1.100", "192.168.1.150");
    pass(std::chrono::minutes(5));
    EXPECT_EQ(address_of(*amy), "192.168.1.100/24");
}

}  // namespace
}  // namespace layerlab::sim::programs
