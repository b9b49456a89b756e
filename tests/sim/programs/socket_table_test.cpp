#include "sim/programs/socket_table.hpp"

#include <gmock/gmock.h>

#include "tests/sim/programs/dns_world.hpp"

namespace layerlab::sim::programs {
namespace {

class SocketTable : public DnsWorld {};

TEST_F(SocketTable, ChoosesByProtocolAndState) {
    SocketChoice choice;
    EXPECT_TRUE(chosen_sockets(*ns, choice).empty());
    choice.listening = true;
    EXPECT_EQ(chosen_sockets(*ns, choice).size(), 2u);
    choice.udp = false;
    ASSERT_EQ(chosen_sockets(*ns, choice).size(), 1u);
    EXPECT_TRUE(chosen_sockets(*ns, choice)[0].is_tcp);
    EXPECT_EQ(port_text(53, false, false), "domain");
    EXPECT_EQ(port_text(53, false, true), "53");
    EXPECT_EQ(port_text(54'321, true, false), "54321");
}

}  // namespace
}  // namespace layerlab::sim::programs
