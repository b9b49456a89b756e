#include "proto/wire/icmpv6.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

Octets icmpv6_frame(Octets message) {
    Octets packet{0x60, 0, 0, 0, 0, static_cast<std::uint8_t>(message.size()), 58, 255};
    Ipv6Address source{}, destination{};
    source.octets[0] = destination.octets[0] = 0xfe;
    destination.octets[15] = 2;
    const auto sum =
        ChecksumSum{}.add_pseudo(source, destination, 58, static_cast<std::uint32_t>(message.size())).add(message);
    store_be16(message.data() + 2, sum.checksum());
    packet.insert(packet.end(), source.octets.begin(), source.octets.end());
    packet.insert(packet.end(), destination.octets.begin(), destination.octets.end());
    return ethernet_frame(0x86dd, packet + message);
}

Octets solicitation() {
    Octets message{135, 0, 0, 0, 0, 0, 0, 0};
    message.resize(24);
    message[8] = 0xfe, message[9] = 0x80, message[23] = 9;
    return message;
}

TEST(Icmpv6, ShowsANeighborSolicitationWithItsOption) {
    Watcher w;
    w.see(icmpv6_frame(solicitation() + Octets{1, 1, 2, 0, 0, 0, 0, 1}));
    EXPECT_EQ(w.value("icmpv6.nd.ns.target_address"), "fe80::9");
    EXPECT_EQ(w.value("icmpv6.opt.linkaddr"), "02:00:00:00:00:01");
    EXPECT_EQ(w.value("icmpv6.checksum.status"), "1");
}

TEST(Icmpv6, RefusesAnOptionOfNoLength) {
    Watcher w;
    w.see(icmpv6_frame(solicitation() + Octets{1, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(w.note("_ws.malformed"), "malformed: option of length 0");
}

TEST(Icmpv6, ShowsAnEcho) {
    Watcher w;
    w.see(icmpv6_frame({128, 0, 0, 0, 0, 5, 0, 6, 'x'}));
    EXPECT_EQ(w.path(), "eth:ipv6:icmpv6:data");
    EXPECT_EQ(w.value("icmpv6.echo.identifier"), "5");
    EXPECT_EQ(w.value("icmpv6.echo.sequence_number"), "6");
}

}  // namespace
}  // namespace layerlab::proto::dissect
