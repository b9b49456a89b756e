#include <gmock/gmock.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class Netstat : public DnsWorld {};

TEST_F(Netstat, ListsListeningSockets) {
    EXPECT_EQ(run(*ns, "netstat -tulpn").output,
              "Active Internet connections (only servers)\n"
              "Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    \n"
              "tcp        0      0 0.0.0.0:53              0.0.0.0:*               LISTEN      named               \n"
              "udp        0      0 0.0.0.0:53              0.0.0.0:*                           named               \n");
    EXPECT_THAT(run(*ns, "netstat -tl").output,
                HasSubstr("tcp        0      0 0.0.0.0:domain          0.0.0.0:*               LISTEN     \n"));
}

TEST_F(Netstat, ShowsRoutesInterfacesAndCounters) {
    run(*desk, "nslookup www.example.com");
    EXPECT_THAT(run(*desk, "netstat -rn").output, HasSubstr("MSS Window  irtt Iface\n192.0.2.0 "));
    EXPECT_THAT(run(*desk, "netstat -i").output, HasSubstr("\neth0             1500        3      0      0 0  "));
    EXPECT_THAT(run(*desk, "netstat -s").output, HasSubstr("Udp:\n    2 packets received\n"));
    EXPECT_EQ(run(*desk, "netstat -Z").status, 4);
}

}  // namespace
}  // namespace layerlab::sim::programs
