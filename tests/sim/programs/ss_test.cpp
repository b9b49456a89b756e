#include <gmock/gmock.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class Ss : public DnsWorld {};

TEST_F(Ss, LaysColumnsOutAsIproute2) {
    EXPECT_EQ(run(*desk, "ss -tuln").output, "Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n");
    EXPECT_EQ(run(*ns, "ss -tuln").output,
              "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
              "udp   UNCONN 0      0            0.0.0.0:53        0.0.0.0:*          \n"
              "tcp   LISTEN 0      128          0.0.0.0:53        0.0.0.0:*          \n");
    EXPECT_THAT(run(*ns, "ss -tlp").output, HasSubstr("0.0.0.0:domain      0.0.0.0:*    users:((\"named\"))"));
    EXPECT_THAT(run(*ns, "ss -s").output, HasSubstr("UDP\t  1         1         0        \n"));
    EXPECT_EQ(run(*ns, "ss -Z").status, 255);
}

}  // namespace
}  // namespace layerlab::sim::programs
