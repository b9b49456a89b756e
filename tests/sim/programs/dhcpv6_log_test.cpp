#include "sim/programs/dhcpv6_log.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using proto::wire::Dhcpv6Message;
using proto::wire::Dhcpv6Type;

const proto::Ipv6Address address = *proto::Ipv6Address::parse("2001:db8:1::100");

// Both as dhclient 4.4.3 wrote it to our server, but for the lines about lifetimes that our client does not ask for.
TEST(Dhcpv6Log, TellsWhatIsSent) {
    Dhcpv6Message m;
    m.type = Dhcpv6Type::solicit;
    m.iaid = 1;
    EXPECT_EQ(dhcpv6_sent_text(m, "eth0", 1030ms),
              "PRC: Soliciting for leases (INIT).\nXMT: Forming Solicit, 0 ms elapsed.\nXMT:  X-- IA_NA 00:00:00:01\n"
              "XMT: Solicit on eth0, interval 1030ms.\n");
    m.elapsed = 103;
    EXPECT_EQ(dhcpv6_sent_text(m, "eth0", 2s),
              "XMT: Forming Solicit, 1030 ms elapsed.\nXMT:  X-- IA_NA 00:00:00:01\n"
              "XMT: Solicit on eth0, interval 2000ms.\n");
    m.elapsed = 0;
    m.type = Dhcpv6Type::release;
    m.addresses = {{address, 0, 0}};
    EXPECT_EQ(dhcpv6_sent_text(m, "eth0", 980ms),
              "XMT: Forming Release, 0 ms elapsed.\nXMT:  X-- IA_NA 00:00:00:01\n"
              "XMT:  | X-- Release Address 2001:db8:1::100\nXMT:  V IA_NA appended.\n"
              "XMT: Release on eth0, interval 980ms.\n");
}

TEST(Dhcpv6Log, TellsWhatIsReceived) {
    Dhcpv6Message m;
    m.type = Dhcpv6Type::advertise;
    m.iaid = 1;
    m.t1 = 5;
    m.t2 = 8;
    m.addresses = {{address, 10, 20}};
    m.server_duid = {0, 3, 0, 1, 2, 0, 0, 0, 0, 2};
    EXPECT_EQ(dhcpv6_received_text(m, "eth0", *proto::Ipv6Address::parse("fe80::ff:fe00:2"), 1'795'309'448),
              "RCV: Advertise message on eth0 from fe80::ff:fe00:2.\n"
              "RCV:  X-- IA_NA 00:00:00:01\n"
              "RCV:  | X-- starts 1795309448\n"
              "RCV:  | X-- t1 - renew  +5\n"
              "RCV:  | X-- t2 - rebind +8\n"
              "RCV:  | X-- [Options]\n"
              "RCV:  | | X-- IAADDR 2001:db8:1::100\n"
              "RCV:  | | | X-- Preferred lifetime 10.\n"
              "RCV:  | | | X-- Max lifetime 20.\n"
              "RCV:  X-- Server ID: 00:03:00:01:02:00:00:00:00:02\n"
              "RCV:  Advertisement recorded.\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
