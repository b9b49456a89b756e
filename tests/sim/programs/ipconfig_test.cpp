#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class Ipconfig : public ShellWorld {};

TEST_F(Ipconfig, PrintsAsWindows) {
    Host& pc = add("pc", "10.0.0.2/24", "10.0.0.1");
    EXPECT_EQ(run(pc, "ipconfig").output,
              "\nWindows IP Configuration\n\n\nEthernet adapter eth0:\n\n"
              "   Connection-specific DNS Suffix  . : \n"
              "   IPv4 Address. . . . . . . . . . . : 10.0.0.2\n"
              "   Subnet Mask . . . . . . . . . . . : 255.255.255.0\n"
              "   Default Gateway . . . . . . . . . : 10.0.0.1\n\n");
    EXPECT_THAT(run(pc, "ipconfig /all").output, HasSubstr("   Host Name . . . . . . . . . . . . : pc\n"));
    EXPECT_THAT(run(pc, "ipconfig /flushdns").output, HasSubstr("Successfully flushed the DNS Resolver Cache."));
    EXPECT_EQ(run(pc, "ipconfig /renew").status, 1);
    EXPECT_EQ(run(pc, "ipconfig /nosuch").status, 1);
}

}  // namespace
}  // namespace layerlab::sim::programs
