#include "sim/scenario/checker.hpp"

#include <gtest/gtest.h>

#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

struct Fault {
    const char* name;
    const char* text;
    const char* told;
};

// clang-format off
constexpr Fault faults[] = {
    {"OneAddressTwice",
     R"(switch s
host a 10.0.0.1/24
host b 10.0.0.1/24
link a s
link b s)",
     R"(3:8: warning: a and b have one address, 10.0.0.1 | answers go to whichever ARP found last
  2:8: a has it here
)"},
    {"MasksThatDiffer",
     R"(switch s
host a 10.0.0.1/24
host b 10.0.0.2/16
link a s
link b s)",
     R"(3:8: warning: b has the prefix length /16, a on the same LAN has /24 | they do not agree who is reached directly
  2:8: a is here
)"},
    {"AGatewayOutsideTheSubnet",
     R"(switch s
host a 10.0.0.1/24 gateway 10.1.0.1
host b 10.0.0.2/24
link a s
link b s)",
     R"(2:20: warning: the gateway 10.1.0.1 of a is outside of its subnet 10.0.0.0/24 | a gateway is a neighbour
  2:8: a is 10.0.0.1/24 here
)"},
    {"ARouteByWayOfAStranger",
     R"(switch s
host a 10.0.0.1/24 route 10.2.0.0/16 via 10.1.0.1
host b 10.0.0.2/24
link a s
link b s)",
     R"(2:20: warning: 10.1.0.1 is in no subnet of this device | the next router is a neighbour
)"},
    {"ALoopOfSwitches",
     R"(switch s t u
link s t
link t u
link u s)",
     R"(4:6: warning: u and s close a loop of switches without spanning tree | one broadcast will circle for ever
  3:6: they are joined already, by way of this link
)"},
    {"TwoCablesBetweenTwoSwitches",
     R"(switch s t
link s.x t.x
link s.y t.y)",
     R"(3:6: warning: s and t close a loop of switches without spanning tree | one broadcast will circle for ever
  2:6: they are joined already, by way of this link
)"},
    {"ADeviceWithoutLink",
     R"(host a)",
     R"(1:6: warning: a is linked to nothing | as in: link a sw
)"},
    {"AServerWithoutClients",
     R"(server w
switch s
link w s
w serve http)",
     R"(4:3: warning: nobody can reach this server of w | no other host is linked with it
  1:8: w is declared here
)"},
    {"ALinuxDevice",
     R"(linux a
host b
link a b)",
     R"(1:7: error: a is a real Linux namespace, which takes part only with --real | its programs and its traffic are real: look at the file first, then: layerlab run --real FILE
)"},
    {"ANic",
     R"(nic a
host b
link a b)",
     R"(1:5: error: a is a real network interface, which takes part only with --real | its programs and its traffic are real: look at the file first, then: layerlab run --real FILE
)"},
};
// clang-format on

TEST(Checker, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(network_problems(f.text), f.told) << f.name;
}

TEST(Checker, HasNothingToSayOfASoundNetwork) {
    EXPECT_EQ(
        network_problems("switch s\nrouter gw 10.0.0.1/24\nhost a 10.0.0.2/24 gateway 10.0.0.1\nserver w 10.0.0.3/24\n"
                         "link a s\nlink w s\nlink gw s\nw serve http"),
        "");
}

TEST(Checker, OneAddressOnTwoLansIsNoFault) {
    EXPECT_EQ(network_problems("router r1 r2\nhost a 192.168.1.2/24\nhost b 192.168.1.2/24\n"
                               "link a r1.lan\nlink b r2.lan\nlink r1.wan r2.wan"),
              "");
}

}  // namespace
}  // namespace layerlab::sim::scenario
