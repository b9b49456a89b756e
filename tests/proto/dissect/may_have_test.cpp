#include "proto/dissect/may_have.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/filter.hpp"
#include "proto/dissect/registry.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

Octets arp_frame() {
    return ethernet_frame(0x0806,
                          {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2});
}
Octets icmp_frame(Octets message) {
    store_be16(message.data() + 2, internet_checksum(message));
    Datagram d;
    d.protocol = 1;
    return ethernet_frame(0x0800, ipv4_packet(d, message));
}
Octets fragment() {
    Datagram d;
    d.more_fragments = true;
    return ethernet_frame(0x0800, ipv4_packet(d, Octets(16, 0)));
}
Octets echo() { return icmp_frame({8, 0, 0, 0, 0, 1, 0, 1, 'a', 'b'}); }
Octets port_unreachable() {
    return icmp_frame(Octets{3, 3, 0, 0, 0, 0, 0, 0} + ipv4_packet({}, udp_datagram({}, 1000, 53, {})));
}

bool may_match(const char* filter, const Octets& frame) {
    return may_have_one_of(compile_filter(filter)->needs_one_of(), frame);
}

TEST(MayHave, SparesFramesThatAreClearlySomethingElse) {
    EXPECT_FALSE(may_match("tcp.port == 80", arp_frame()));
    EXPECT_FALSE(may_match("ip.src == 10.0.0.1", arp_frame()));
    EXPECT_FALSE(may_match("arp", tcp_frame({})));
    EXPECT_FALSE(may_match("icmp or arp", tcp_frame({})));
    EXPECT_FALSE(may_match("dhcp", tcp_frame({})));
    EXPECT_FALSE(may_match("tcp", udp_frame(1000, 2000, octets("abc"))));
    EXPECT_FALSE(may_match("icmp", udp_frame(1000, 2000, octets("abc"))));
    EXPECT_FALSE(may_match("udp", echo()));
}

TEST(MayHave, SparesNoFrameThatMayMatch) {
    EXPECT_TRUE(may_match("icmp", echo()));
    EXPECT_TRUE(may_match("udp", port_unreachable())) << "it quotes a datagram";
    EXPECT_TRUE(may_match("tcp", fragment()));
    EXPECT_TRUE(may_match("arp", udp_frame(1000, 4789, octets("abcdefgh"))));
    EXPECT_TRUE(may_match("tcp", ethernet_frame(0x8100, {0, 1, 8, 0})));
    EXPECT_TRUE(may_match("eth.src == 02:00:00:00:00:01", arp_frame()));
    EXPECT_TRUE(may_match("not tcp", arp_frame()));
    EXPECT_TRUE(may_match("", arp_frame()));
    EXPECT_TRUE(may_match("tcp", Octets(5, 0)));
}

// Every protocol that a frame has may be in it, whole or cut off.
TEST(MayHave, AgreesWithTheDissector) {
    const Octets encapsulated = Octets{8, 0, 0, 0, 0, 0, 1, 0} + arp_frame();
    for (const Octets& whole :
         {arp_frame(), echo(), port_unreachable(), fragment(), tcp_frame({}), udp_frame(1000, 4789, encapsulated),
          udp_frame(1000, 53, Octets(12, 0)), udp_frame(68, 67, Octets(240, 1)),
          ethernet_frame(0x8100, Octets{0, 1, 8, 6} + Octets(28, 0))}) {
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            const Octets frame(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            FrameIn in;
            in.bytes = frame;
            in.original_length = frame.size();
            Dissection d;
            dissect_alone(in, d);
            for (const Layer& layer : d.layers) {
                const std::array<const Protocol*, 1> one{layer.protocol};
                EXPECT_TRUE(may_have_one_of(one, frame)) << layer.protocol->name() << " in " << size << " bytes";
            }
        }
    }
}

}  // namespace
}  // namespace layerlab::proto::dissect
