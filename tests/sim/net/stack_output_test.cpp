// The way down: headers, routes, ARP, groups and broadcasts.
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

// Sends one datagram to port 9 and tells what send_to() said.
std::string send(Bench& w, const char* to, std::size_t size = 20, IpOptions options = {}) {
    const auto outcome = w.run(w.host, [&](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 5000});
        self.print(to_string(socket->send_to(self, {address(to), 9}, buffer(size), options)));
        co_return 0;
    });
    w.run_for(1ms);
    return outcome.output;
}

TEST(StackOutput, WritesASoundHeaderWithIdentificationsThatCount) {
    Bench w;
    IpOptions options;
    options.ttl = 7;
    options.tos = 0x28;
    options.dont_fragment = true;
    EXPECT_EQ(send(w, "10.0.0.2", 20, options), "Success");
    EXPECT_EQ(send(w, "10.0.0.2"), "Success");
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 2u);
    const Buffer& p = packets[0];
    EXPECT_TRUE(proto::ipv4_header_is_valid(p.data()));
    EXPECT_EQ(p.size(), 48u);
    EXPECT_EQ(p[0], 0x45);
    EXPECT_EQ(p[1], 0x28);
    EXPECT_EQ(proto::load_be16(p.data() + 6), 0x4000);
    EXPECT_EQ(p[8], 7);
    EXPECT_EQ(p[9], 17);
    EXPECT_EQ(Ipv4Address::load(p.data() + 12), w.own);
    EXPECT_EQ(packets[1][8], 64);
    EXPECT_EQ(proto::load_be16(packets[1].data() + 4), proto::load_be16(p.data() + 4) + 1);
    EXPECT_EQ(proto::load_be16(packets[1].data() + 6), 0);
}

TEST(StackOutput, AsksForTheMacFirstAndThenSendsWhatWaited) {
    Bench w(false);
    send(w, "10.0.0.2");
    send(w, "10.0.0.2");
    ASSERT_EQ(w.peer.seen.size(), 1u);
    const Buffer request = w.peer.seen[0].bytes;
    EXPECT_EQ(MacAddress::load(request.data()), proto::broadcast_mac);
    EXPECT_EQ(proto::load_be16(request.data() + 20), 1);
    EXPECT_EQ(Ipv4Address::load(request.data() + 28), w.own);
    EXPECT_EQ(Ipv4Address::load(request.data() + 38), w.far);
    Buffer reply = test::arp_request(w.peer_mac(), w.far, w.own);
    reply[7] = 2;
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0806, reply));
    ASSERT_EQ(w.peer.seen.size(), 3u);
    EXPECT_EQ(MacAddress::load(w.peer.seen[1].bytes.data()), w.peer_mac());
    EXPECT_EQ(w.packets().size(), 2u);
    send(w, "10.0.0.2");
    EXPECT_EQ(w.packets().size(), 1u);
}

TEST(StackOutput, AsksThreeTimesAndThenGivesUp) {
    Bench w(false);
    send(w, "10.0.0.2");
    w.run_for(10s);
    EXPECT_EQ(w.peer.seen.size(), 3u);
    EXPECT_EQ(w.drops(DropReason::no_neighbor), 1u);
}

TEST(StackOutput, KnowsTheMacsOfGroupsAndBroadcasts) {
    Bench w;
    w.host.stack().set_default_gateway(w.far, 0);
    send(w, "224.129.2.3");  // not to the gateway
    send(w, "10.0.0.255");
    IpOptions out;
    out.out_port = 0;
    send(w, "255.255.255.255", 20, out);
    ASSERT_EQ(w.peer.seen.size(), 3u);
    EXPECT_EQ(MacAddress::load(w.peer.seen[0].bytes.data()).to_string(), "01:00:5e:01:02:03");
    EXPECT_EQ(MacAddress::load(w.peer.seen[1].bytes.data()), proto::broadcast_mac);
    EXPECT_EQ(MacAddress::load(w.peer.seen[2].bytes.data()), proto::broadcast_mac);
}

TEST(StackOutput, SendsAGroupOnTheLinkToTheMacOfRfc1112) {
    Bench w;
    IpOptions out;
    out.out_port = 0;
    send(w, "224.129.2.3", 20, out);
    ASSERT_EQ(w.peer.seen.size(), 1u);
    EXPECT_EQ(MacAddress::load(w.peer.seen[0].bytes.data()).to_string(), "01:00:5e:01:02:03");
}

TEST(StackOutput, SendsThroughTheGatewayWhatIsNotOnTheLink) {
    Bench w;
    EXPECT_EQ(send(w, "8.8.8.8"), "Network is unreachable");
    EXPECT_EQ(w.drops(DropReason::no_route), 1u);
    w.host.stack().set_default_gateway(w.far, 0);
    EXPECT_EQ(send(w, "8.8.8.8"), "Success");
    ASSERT_EQ(w.peer.seen.size(), 1u);
    EXPECT_EQ(MacAddress::load(w.peer.seen[0].bytes.data()), w.peer_mac());
    EXPECT_EQ(Ipv4Address::load(w.packets()[0].data() + 16), address("8.8.8.8"));
}

TEST(StackOutput, GoesToAGivenMacWithoutAskingArp) {
    Bench w(false);
    IpOptions options;
    options.out_port = 0;
    options.source = w.own;
    options.to_mac = MacAddress::from_number(0x0200'0000'1234);
    send(w, "10.0.0.200", 20, options);
    ASSERT_EQ(w.peer.seen.size(), 1u);
    EXPECT_EQ(MacAddress::load(w.peer.seen[0].bytes.data()), *options.to_mac);
}

TEST(StackOutput, CutsWhatIsTooLargeUnlessItMustNotBeCut) {
    Bench w;
    IpOptions whole;
    whole.dont_fragment = true;
    EXPECT_EQ(send(w, "10.0.0.2", 1473, whole), "Message too long");
    EXPECT_EQ(w.drops(DropReason::mtu), 1u);
    EXPECT_EQ(send(w, "10.0.0.2", 1472, whole), "Success");
    EXPECT_EQ(w.packets().size(), 1u);
    EXPECT_EQ(send(w, "10.0.0.2", 1473), "Success");
    EXPECT_EQ(w.packets().size(), 2u);
    EXPECT_EQ(send(w, "10.0.0.2", 65507), "Success");
    EXPECT_EQ(send(w, "10.0.0.2", 65508), "Message too long");
    IpOptions recorded;
    recorded.record_route = true;  // no room for the option in the total length
    EXPECT_EQ(send(w, "10.0.0.2", 65507, recorded), "Message too long");
    EXPECT_EQ(send(w, "10.0.0.2", 65467, recorded), "Success");
}

TEST(StackOutput, AnnouncesAnAddressByAGratuitousArp) {
    Bench w;
    Context context = w.at_host();
    w.host.stack().send_arp(context, 0, false, w.own, w.own, {}, proto::broadcast_mac);
    w.run_for(1ms);
    ASSERT_EQ(w.peer.seen.size(), 1u);
    const Buffer& f = w.peer.seen[0].bytes;
    EXPECT_EQ(f.size(), 60u);
    EXPECT_EQ(MacAddress::load(f.data()), proto::broadcast_mac);
    EXPECT_EQ(Ipv4Address::load(f.data() + 28), w.own);
    EXPECT_EQ(Ipv4Address::load(f.data() + 38), w.own);
}

TEST(StackOutput, CountsFramesAndBytesOfTheInterface) {
    Bench w;
    send(w, "10.0.0.2", 100);
    EXPECT_EQ(w.host.stack().interfaces()[0].counters.sent_packets, 1u);
    EXPECT_EQ(w.host.stack().interfaces()[0].counters.sent_bytes, 142u);
    EXPECT_EQ(w.host.stack().counters().udp_sent, 1u);
    EXPECT_EQ(w.host.stack().counters().ip_sent, 1u);
}

}  // namespace
}  // namespace layerlab::sim
