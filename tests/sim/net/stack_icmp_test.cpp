// ICMP: answers, errors, and when there must be none (RFC 1122 section 3.2.2, RFC 1812 section 4.3.2).
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

TEST(Icmp, AnswersAnEchoRequestWithItsOwnDataAndTypeOfService) {
    Bench w;
    Buffer packet = test::ipv4(w.far, w.own, 1, test::echo_request(buffer(99)));
    packet[1] = 0x20;
    proto::store_be16(packet.data() + 10, 0);
    proto::store_be16(packet.data() + 10, proto::internet_checksum(proto::Bytes(packet).first(20)));
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, packet));
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 1u);
    const Buffer& reply = packets[0];
    EXPECT_EQ(test::icmp_kind(reply), "0/0");
    EXPECT_EQ(reply[1], 0x20);
    EXPECT_EQ(reply[8], 64);
    EXPECT_EQ(proto::internet_checksum(proto::Bytes(reply).subspan(20)), 0);
    EXPECT_EQ(Buffer(reply.begin() + 24, reply.end()), Buffer(packet.begin() + 24, packet.end()));
}

TEST(Icmp, AnswersNoEchoRequestToABroadcast) {
    Bench w;
    for (const char* to : {"10.0.0.255", "255.255.255.255"})
        w.inject(test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0800,
                                test::ipv4(w.far, address(to), 1, test::echo_request({}))));
    EXPECT_TRUE(w.packets().empty());
    EXPECT_EQ(w.host.stack().counters().icmp_received, 2u);
}

TEST(Icmp, DropsMessagesThatAreShortOrDamaged) {
    Bench w;
    w.inject_ip(1, buffer(7));
    Buffer message = test::echo_request(buffer(8));
    message[9] ^= 4;
    w.inject_ip(1, message);
    EXPECT_EQ(w.drops(DropReason::malformed), 1u);
    EXPECT_EQ(w.drops(DropReason::checksum), 1u);
    EXPECT_TRUE(w.packets().empty());
}

TEST(Icmp, QuotesAsMuchOfThePacketAsFitsInto576Bytes) {
    Bench w;
    w.inject_ip(17, test::udp({w.far, 9}, {w.own, 9}, buffer(1000)));
    w.inject_ip(17, test::udp({w.far, 9}, {w.own, 9}, buffer(10)));
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 2u);
    EXPECT_EQ(test::icmp_kind(packets[0]), "3/3");
    EXPECT_EQ(packets[0].size(), 576u);
    EXPECT_EQ(packets[1].size(), 20u + 8 + 38);
    EXPECT_EQ(packets[0][1], 0xc0);
    EXPECT_EQ(packets[0][28], 0x45);
    EXPECT_EQ(proto::internet_checksum(proto::Bytes(packets[0]).subspan(20)), 0);
}

TEST(Icmp, SaysNothingAboutBroadcastsErrorsLaterFragmentsAndSendersThatAreNobody) {
    Bench w;
    const Buffer datagram = test::udp({w.far, 9}, {w.own, 9}, buffer(10));
    // To a broadcast address in a unicast frame.
    w.inject(test::ethernet(
        w.host_mac(), w.peer_mac(), 0x0800,
        test::ipv4(w.far, address("10.0.0.255"), 17, test::udp({w.far, 9}, {address("10.0.0.255"), 9}, {}))));
    // From no, a group's and the broadcast address.
    for (const char* from : {"0.0.0.0", "224.0.0.1", "255.255.255.255"})
        w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800,
                                test::ipv4(address(from), w.own, 17, test::udp({address(from), 9}, {w.own, 9}, {}))));
    // About an ICMP error that cannot be delivered, as a router.
    w.host.stack().forwards = true;
    Buffer error = test::ipv4(w.far, address("172.16.0.1"), 1, Buffer{11, 0, 0xf4, 0xff, 0, 0, 0, 0});
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, error));
    // About a later fragment that is not for us.
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800,
                            test::ipv4(w.far, address("172.16.0.1"), 17, datagram, {0x0010})));
    EXPECT_TRUE(w.packets().empty());
    // But about an echo request it does.
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800,
                            test::ipv4(w.far, address("172.16.0.1"), 1, test::echo_request({}))));
    EXPECT_EQ(w.packets().size(), 1u);
}

TEST(Icmp, SendsABurstOfSixErrorsToOneHostAndThenOneASecond) {
    Bench w;
    const Buffer datagram = test::udp({w.far, 9}, {w.own, 9}, {});
    for (int i = 0; i < 20; ++i) w.inject_ip(17, datagram);
    EXPECT_EQ(w.packets().size(), 6u);
    w.run_for(1s);
    for (int i = 0; i < 5; ++i) w.inject_ip(17, datagram);
    EXPECT_EQ(w.packets().size(), 1u);
    for (int i = 0; i < 20; ++i) w.inject_ip(1, test::echo_request({}));  // answers are not limited
    EXPECT_EQ(w.packets().size(), 20u);
}

// Sends a datagram, has `answer` come back and tells what the socket heard of it.
std::string heard(Bench& w, const std::function<Buffer(const Buffer& sent)>& answer) {
    const auto outcome = w.start(w.host, [&](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self);
        socket->send_to(self, {w.far, 9}, buffer(100));
        co_await receive(self, *socket, self.now() + 1s);
        if (const auto error = socket->take_error())
            self.print(std::to_string(error->type) + "/" + std::to_string(error->code) + " from " +
                       error->from.to_string() + " mtu " + std::to_string(error->mtu));
        co_return 0;
    });
    w.run_for(1ms);
    w.inject_ip(1, answer(w.packets().back()));
    w.run_for(2s);
    return outcome->output;
}
Buffer error_about(std::uint8_t type, std::uint8_t code, std::uint32_t rest, const Buffer& quoted) {
    Buffer message;
    proto::ByteWriter out(message);
    out.u8(type);
    out.u8(code);
    out.be16(0);
    out.be32(rest);
    out.bytes(quoted);
    out.patch_be16(2, proto::internet_checksum(message));
    return message;
}

TEST(Icmp, TellsTheSocketThatAnErrorIsAbout) {
    Bench w;
    EXPECT_EQ(heard(w, [](const Buffer& sent) { return error_about(3, 3, 0, sent); }), "3/3 from 10.0.0.2 mtu 0");
    EXPECT_EQ(heard(w,
                    [](const Buffer& sent) {
                        return error_about(11, 0, 0, {sent.begin(), sent.begin() + 28});
                    }),
              "11/0 from 10.0.0.2 mtu 0");
}

TEST(Icmp, DoesNotBelieveErrorsAboutWhatItNeverSent) {
    Bench w;
    EXPECT_EQ(heard(w,
                    [](Buffer sent) {
                        sent[12] = 99;  // another sender
                        return error_about(3, 3, 0, sent);
                    }),
              "");
    EXPECT_EQ(heard(w, [](const Buffer& sent) { return error_about(3, 3, 0, {sent.begin(), sent.begin() + 24}); }), "");
    EXPECT_EQ(heard(w,
                    [](Buffer sent) {
                        sent[21] ^= 1;  // another port
                        return error_about(3, 3, 0, sent);
                    }),
              "");
}

TEST(Icmp, RemembersAPathMtuForTenMinutesButNoneBelow552) {
    Bench w;
    Stack& stack = w.host.stack();
    heard(w, [](const Buffer& sent) { return error_about(3, 4, 1400, sent); });
    EXPECT_EQ(stack.mtu_to(w.far, w.simulator().now()), 1400);
    EXPECT_EQ(stack.mtu_to(address("10.0.0.3"), w.simulator().now()), 1500);
    EXPECT_EQ(stack.mtu_to(w.own, w.simulator().now()), 65535);
    heard(w, [](const Buffer& sent) { return error_about(3, 4, 68, sent); });
    EXPECT_EQ(stack.mtu_to(w.far, w.simulator().now()), 552);
    w.run_for(11min);
    EXPECT_EQ(stack.mtu_to(w.far, w.simulator().now()), 1500);
}

}  // namespace
}  // namespace layerlab::sim
