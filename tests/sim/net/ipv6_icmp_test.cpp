#include "tests/sim/net/frames_ipv6.hpp"

namespace layerlab::sim::test {
namespace {

struct Ipv6IcmpTest : Bench6, testing::Test {
    Buffer error_about(std::uint8_t type, std::uint8_t code, std::uint32_t rest, const Buffer& packet) {
        Buffer message(8);
        message[0] = type;
        message[1] = code;
        proto::store_be32(message.data() + 4, rest);
        message.insert(message.end(), packet.begin(), packet.end());
        return message;
    }
};

TEST_F(Ipv6IcmpTest, AClosedPortIsUnreachable) {
    const Buffer datagram = udp({far, 4000}, {own, 9}, buffer(4));
    inject(ipv6(far, own, 17, datagram));
    EXPECT_EQ(kinds(), "1/4");
}

TEST_F(Ipv6IcmpTest, ADatagramWithoutAChecksumIsDropped) {  // RFC 8200 section 8.1
    Buffer datagram = udp({far, 4000}, {own, 9}, buffer(4));
    proto::store_be16(datagram.data() + 6, 0);
    inject(ipv6(far, own, 17, datagram));
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::checksum), 1u);
}

TEST_F(Ipv6IcmpTest, NoErrorIsAnsweredByAnError) {
    const Buffer unknown = ipv6(own, far, 200, buffer(8));
    inject_icmp(far, own, error_about(1, 0, 0, unknown));
    inject_icmp(far, own, error_about(99, 0, 0, unknown));
    EXPECT_EQ(kinds(), "");
}

TEST_F(Ipv6IcmpTest, APathMtuIsRememberedForTenMinutesAndNeverBelow1280) {
    const Buffer sent = ipv6(own, far, 58, icmpv6(own, far, echo6()));
    inject_icmp(far, own, error_about(2, 0, 1400, sent));
    EXPECT_EQ(stack().mtu_to(far, simulator().now()), 1400);
    inject_icmp(far, own, error_about(2, 0, 1450, sent));  // never a larger one
    EXPECT_EQ(stack().mtu_to(far, simulator().now()), 1400);
    inject_icmp(far, own, error_about(2, 0, 68, sent));
    EXPECT_EQ(stack().mtu_to(far, simulator().now()), 1280);
    EXPECT_EQ(stack().mtu_to(far, simulator().now() + std::chrono::minutes(11)), 1500);
}

TEST_F(Ipv6IcmpTest, AnErrorAboutASegmentThatIsNotInFlightIsIgnored) {  // RFC 5927 section 4
    const auto outcome = start(host, [this](Process& self) -> Task<int> {
        auto socket = TcpSocket::start_connect(self, {far, 80});
        co_await self.sleep(std::chrono::seconds(1));
        co_return 0;
    });
    run_for(std::chrono::milliseconds(1));
    const auto sent = packets();
    ASSERT_EQ(sent.size(), 1u);
    Buffer other = sent[0];
    proto::store_be32(&other[44], proto::load_be32(&other[44]) + 5);  // its sequence number
    inject_icmp(far, own, error_about(2, 0, 1300, other));
    other.resize(46);  // cut before it
    inject_icmp(far, own, error_about(2, 0, 1300, other));
    EXPECT_EQ(stack().mtu_to(far, simulator().now()), 1500);
    EXPECT_EQ(stack().path_mtu_count(), 0u);
    inject_icmp(far, own, error_about(2, 0, 1300, sent[0]));
    EXPECT_EQ(stack().mtu_to(far, simulator().now()), 1300);
}

TEST_F(Ipv6IcmpTest, AnErrorAboutSomebodyElsesPacketChangesNothing) {
    inject_icmp(far, own, error_about(2, 0, 1300, ipv6(six("2001:db8::77"), far, 58, echo6())));
    EXPECT_EQ(stack().mtu_to(far, simulator().now()), 1500);
}

TEST_F(Ipv6IcmpTest, DiscoveryFromBeyondTheLinkIsRefused) {
    Buffer ns = wire::make_neighbor_solicitation(own, peer_mac());
    inject_icmp(far, own, ns, 254);
    EXPECT_EQ(kinds(), "");
    EXPECT_EQ(drops(DropReason::malformed), 1u);
    inject_icmp(far, own, ns, 255);
    EXPECT_EQ(kinds(), "136/0");
}

TEST_F(Ipv6IcmpTest, EveryTruncatedMessageIsSurvived) {
    for (int type = 0; type < 256; ++type)
        for (std::size_t n = 1; n < 48; n += 3) {
            Buffer message(n);
            message[0] = static_cast<std::uint8_t>(type);
            if (n < 4) message.resize(4);
            inject_icmp(near, own, message, 255);
        }
    kinds();
    inject_icmp(far, own, echo6());
    EXPECT_EQ(kinds(), "129/0");
}

}  // namespace
}  // namespace layerlab::sim::test
