#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class Arp : public ShellWorld {};

TEST_F(Arp, PrintsBothForms) {
    Host& pc1 = add("pc1", "10.0.0.1/24");
    Host& pc2 = add("pc2", "10.0.0.2/24");
    const std::string mac = pc2.ports()[0].mac.to_string();
    EXPECT_EQ(run(pc1, "arp -a").output, "");
    run(pc1, "ping -c 1 pc2");
    run(pc1, "ping -c 1 10.0.0.9");
    EXPECT_EQ(run(pc1, "arp -a").output,
              "pc2 (10.0.0.2) at " + mac + " [ether] on eth0\n? (10.0.0.9) at <incomplete> on eth0\n");
    EXPECT_EQ(run(pc1, "arp -n").output,
              "Address                  HWtype  HWaddress           Flags Mask            Iface\n"
              "10.0.0.2                 ether   " +
                  mac +
                  "   C                     eth0\n"
                  "10.0.0.9                         (incomplete)                              eth0\n");
    EXPECT_EQ(run(pc1, "arp -n 10.0.0.99").output, "10.0.0.99 (10.0.0.99) -- no entry\n");
}

TEST_F(Arp, SetsAndDeletesEntries) {
    Host& pc1 = add("pc1", "10.0.0.1/24");
    EXPECT_EQ(run(pc1, "arp -s 10.0.0.66 52:54:00:00:00:66").status, 0);
    EXPECT_EQ(run(pc1, "arp -an").output, "? (10.0.0.66) at 52:54:00:00:00:66 [ether] PERM on eth0\n");
    EXPECT_EQ(run(pc1, "arp -d 10.0.0.66").status, 0);
    const Ran gone = run(pc1, "arp -d 10.0.0.66");
    EXPECT_EQ(gone.output, "No ARP entry for 10.0.0.66\n");
    EXPECT_EQ(gone.status, 255);
}

}  // namespace
}  // namespace layerlab::sim::programs
