#include "sim/net/stack.hpp"

#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::prefix;

// A host with two ports.
struct Two : test::TestWorld {
    Host& host = add_host("h");
    Stack& stack = host.stack();
    Two() {
        Switch& sw = add_switch("sw");
        connect(host, sw);
        connect(host, sw);
    }
    std::string routes() {
        std::string text;
        for (const auto& r : stack.routes().routes())
            text += r.prefix.to_string() + (r.is_on_link() ? "" : " via " + r.gateway.to_string()) + " dev " +
                    host.port_name(r.interface) + "; ";
        return text;
    }
};

TEST(Stack, ConnectsTheNetworkOfEachAddress) {
    Two w;
    w.stack.add_address(0, prefix("10.0.0.5/24"));
    w.stack.add_address(1, prefix("10.1.0.1/31"));
    w.stack.add_address(1, prefix("192.0.2.1/32"));
    EXPECT_EQ(w.routes(), "10.0.0.0/24 dev eth0; 10.1.0.0/31 dev eth1; ");
    EXPECT_TRUE(w.stack.is_own(address("192.0.2.1")));
    EXPECT_TRUE(w.stack.is_own(address("127.8.9.1")));
    EXPECT_FALSE(w.stack.is_own(address("10.0.0.6")));
}

TEST(Stack, KnowsTheBroadcastAddressesOfAPort) {
    Two w;
    w.stack.add_address(0, prefix("10.0.0.5/24"));
    w.stack.add_address(1, prefix("10.1.0.0/31"));
    EXPECT_TRUE(w.stack.is_broadcast(0, address("10.0.0.255")));
    EXPECT_FALSE(w.stack.is_broadcast(1, address("10.0.0.255")));
    EXPECT_TRUE(w.stack.is_broadcast(1, address("255.255.255.255")));
    EXPECT_FALSE(w.stack.is_broadcast(1, address("10.1.0.1")));  // RFC 3021
    EXPECT_FALSE(w.stack.is_broadcast(1, address("0.0.0.0")));
}

TEST(Stack, ChoosesTheSourceAddressThatSharesANetworkWithTheNextHop) {
    Two w;
    w.stack.add_address(0, prefix("10.0.0.5/24"));
    w.stack.add_address(0, prefix("10.7.0.5/24"));
    w.stack.add_address(1, prefix("192.168.1.5/24"));
    w.stack.set_default_gateway(address("10.7.0.1"), 0);
    EXPECT_EQ(w.stack.source_for(address("10.0.0.9")), address("10.0.0.5"));
    EXPECT_EQ(w.stack.source_for(address("10.7.0.9")), address("10.7.0.5"));
    EXPECT_EQ(w.stack.source_for(address("192.168.1.9")), address("192.168.1.5"));
    EXPECT_EQ(w.stack.source_for(address("8.8.8.8")), address("10.7.0.5"));
    EXPECT_EQ(w.stack.source_for(address("127.0.0.1")), address("127.0.0.1"));
    EXPECT_EQ(w.stack.source_for(address("10.0.0.5")), address("10.0.0.5"));
    w.stack.routes().remove({{}, 0});
    EXPECT_TRUE(w.stack.source_for(address("8.8.8.8")).is_zero());
}

TEST(Stack, RemovesOnlyWhatOneOfSeveralAddressesConnected) {
    Two w;
    w.stack.add_address(0, prefix("10.0.0.5/24"));
    w.stack.add_address(0, prefix("10.7.0.5/24"));
    w.stack.add_address(0, prefix("10.7.0.6/24"));
    w.stack.set_default_gateway(address("10.0.0.1"), 0);
    w.stack.remove_address(0, address("10.7.0.5"));
    EXPECT_EQ(w.routes(), "0.0.0.0/0 via 10.0.0.1 dev eth0; 10.0.0.0/24 dev eth0; 10.7.0.0/24 dev eth0; ");
    w.stack.remove_address(0, address("10.7.0.6"));
    EXPECT_EQ(w.routes(), "0.0.0.0/0 via 10.0.0.1 dev eth0; 10.0.0.0/24 dev eth0; ");
    w.stack.remove_address(0, address("10.9.9.9"));  // not there
    w.stack.remove_address(0, address("10.0.0.5"));  // the last one: the routes of the interface go with it
    EXPECT_EQ(w.routes(), "");
    EXPECT_FALSE(w.stack.is_own(address("10.0.0.5")));
}

TEST(Stack, ConnectsTheNewNetworkOnlyWhenThePrefixOfAnAddressChanges) {
    Two w;
    w.stack.add_address(0, prefix("10.0.0.5/24"));
    w.stack.add_address(0, prefix("10.0.0.5/16"));
    EXPECT_EQ(w.routes(), "10.0.0.0/16 dev eth0; ");
    w.stack.add_address(0, prefix("10.0.7.6/24"));
    w.stack.add_address(0, prefix("10.0.7.7/24"));
    w.stack.add_address(0, prefix("10.0.7.7/32"));  // the other address still connects it
    EXPECT_EQ(w.routes(), "10.0.0.0/16 dev eth0; 10.0.7.0/24 dev eth0; ");
}

TEST(Stack, LosesTheRoutesOfAnInterfaceThatIsSwitchedOffAndConnectsItsNetworksAgain) {
    Two w;
    w.stack.add_address(0, prefix("10.0.0.5/24"));
    w.stack.add_address(1, prefix("192.168.1.5/24"));
    w.stack.set_default_gateway(address("10.0.0.1"), 0);
    Context context{w.simulator(), w.host.id()};
    w.stack.set_interface_up(context, 0, false);
    EXPECT_EQ(w.routes(), "192.168.1.0/24 dev eth1; ");
    w.stack.add_address(0, prefix("10.7.0.5/24"));
    EXPECT_EQ(w.routes(), "192.168.1.0/24 dev eth1; ");
    w.stack.set_interface_up(context, 0, true);
    EXPECT_EQ(w.routes(), "10.0.0.0/24 dev eth0; 10.7.0.0/24 dev eth0; 192.168.1.0/24 dev eth1; ");
}

TEST(Stack, ReplacesTheDefaultGateway) {
    Two w;
    w.stack.add_address(1, prefix("10.0.0.5/24"));
    w.stack.set_default_gateway(address("10.0.0.1"), 0);
    w.stack.set_default_gateway(address("10.0.0.2"), 0);
    EXPECT_EQ(w.routes(), "0.0.0.0/0 via 10.0.0.2 dev eth1; 10.0.0.0/24 dev eth1; ");
}

TEST(Stack, TellsWhenItsAddressesChange) {
    Two w;
    int changes = 0;
    w.host.on_address_change = [&] { ++changes; };
    w.stack.add_address(0, prefix("10.0.0.5/24"));
    w.stack.add_address(0, prefix("10.0.0.5/16"), true);  // the same address with another length replaces it
    EXPECT_EQ(w.stack.interfaces()[0].addresses.size(), 1u);
    w.stack.remove_address(0, address("10.0.0.5"));
    EXPECT_EQ(changes, 3);
}

TEST(Stack, ListsItsSocketsAsSsDoes) {
    test::Bench w;
    w.start(w.host,
            [](Process& self) -> Task<int> {
                auto listener = TcpListener::open(self, 80);
                auto udp = UdpSocket::open(self, {address("10.0.0.1"), 53});
                auto client = TcpSocket::start_connect(self, {address("10.0.0.2"), 8080});
                co_await self.sleep(100ms);
                co_return 0;
            },
            {"server"});
    const auto rows = w.host.stack().sockets();
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].state, "LISTEN");
    EXPECT_EQ(rows[0].local.to_string(), "0.0.0.0:80");
    EXPECT_EQ(rows[0].process, "server");
    EXPECT_EQ(rows[1].state, "SYN-SENT");
    EXPECT_EQ(rows[1].remote.to_string(), "10.0.0.2:8080");
    EXPECT_TRUE(rows[1].is_tcp);
    EXPECT_EQ(rows[2].state, "UNCONN");
    EXPECT_EQ(rows[2].local.to_string(), "10.0.0.1:53");
}

TEST(Stack, FlushesTheArpCacheOfAPortThatLosesItsCarrierButKeepsPermanentEntries) {
    test::Bench w(false);
    const auto arp = [&] { return w.host.stack().interfaces()[0].neighbors.size(); };
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0806, test::arp_request(w.peer_mac(), w.far, w.own)));
    EXPECT_EQ(arp(), 1u);
    Context context = w.at_host();
    EXPECT_TRUE(w.host.stack().set_permanent_neighbor(context, address("10.0.0.3"), w.peer_mac()));
    LinkSettings settings;
    settings.up = false;
    w.links()[0]->change(context, settings);
    EXPECT_EQ(arp(), 1u);
    w.host.set_up(context, false);
    EXPECT_EQ(arp(), 0u);
}

TEST(Stack, StaysSmallWhileItIsIdle) {
    test::Bench w;
    EXPECT_LE(sizeof(Host), 1536u);
    EXPECT_TRUE(w.host.stack().sockets().empty());
}

}  // namespace
}  // namespace layerlab::sim
