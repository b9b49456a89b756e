#include "proto/machine/stable_address.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

TEST(StableAddress, StaysTheSameOnOneNetworkAndDiffersOnAnother) {
    const SipKey key{1, 2};
    const Ipv6Prefix home = Ipv6Prefix::parse("2001:db8:1::/64").value(),
                     work = Ipv6Prefix::parse("2001:db8:2::/64").value();
    EXPECT_EQ(stable_interface_id(home, "eth0", 0, key), stable_interface_id(home, "eth0", 0, key));
    EXPECT_NE(stable_interface_id(home, "eth0", 0, key), stable_interface_id(work, "eth0", 0, key));
    EXPECT_NE(stable_interface_id(home, "eth0", 0, key), stable_interface_id(home, "eth1", 0, key));
    EXPECT_NE(stable_interface_id(home, "eth0", 0, key), stable_interface_id(home, "eth0", 1, key));
    EXPECT_NE(stable_interface_id(home, "eth0", 0, key), stable_interface_id(home, "eth0", 0, {3, 4}));
}

}  // namespace
}  // namespace layerlab::proto::machine
