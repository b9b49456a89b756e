#include "proto/wire/ipv6.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

// From 2001:db8::1 to 2001:db8::2.
Octets ipv6_frame(std::uint8_t next, const Octets& payload) {
    Octets packet{0x61, 0x23, 0x45, 0x67, 0, static_cast<std::uint8_t>(payload.size()), next, 64};
    for (const std::uint8_t last : {std::uint8_t{1}, std::uint8_t{2}})
        packet = packet + Octets{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last};
    return ethernet_frame(0x86dd, packet + payload);
}

TEST(Ipv6, ShowsTheHeader) {
    Watcher w;
    w.see(ipv6_frame(59, {}));
    EXPECT_EQ(w.value("ipv6.tclass"), "18");
    EXPECT_EQ(w.value("ipv6.flow"), std::to_string(0x34567));
    EXPECT_EQ(w.value("ipv6.src"), "2001:db8::1");
    EXPECT_EQ(w.path(), "eth:ipv6");
}

TEST(Ipv6, WalksTheChainOfExtensionHeaders) {
    Watcher w;
    w.see(ipv6_frame(0, {60, 0, 5, 2, 0, 0, 1, 0, 17, 0, 1, 4, 0, 0, 0, 0, 0, 1, 0, 2, 0, 8, 0, 0}));
    EXPECT_EQ(w.path(), "eth:ipv6:ipv6.hopopts:ipv6.dstopts:udp");
    EXPECT_EQ(w.value("ipv6.opt.router_alert"), "0");
    EXPECT_EQ(w.value("udp.checksum.status"), "0");  // must not be zero over IPv6
}

TEST(Ipv6, PutsFragmentsTogether) {
    Watcher w;
    EXPECT_EQ(w.see(ipv6_frame(44, {17, 0, 0, 1, 0, 0, 0, 9, 0, 1, 0, 2, 0, 16, 0, 0})).path(),
              "eth:ipv6:ipv6.fraghdr:data");
    w.see(ipv6_frame(44, {17, 0, 0, 8, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_EQ(w.path(), "eth:ipv6:ipv6.fraghdr:udp:data");
    EXPECT_EQ(w.value("ipv6.reassembled.length"), "16");
    EXPECT_EQ(w.value("ipv6.fraghdr.offset"), "1");
}

TEST(Ipv6, SaysWhenAnOptionIsTooLong) {
    Watcher w;
    w.see(ipv6_frame(0, {59, 0, 1, 200, 0, 0, 0, 0}));
    EXPECT_EQ(w.note("_ws.malformed"), "malformed: option length 200 > 4");
}

TEST(Ipv6, SaysWhenAnAuthenticationHeaderIsTooShort) {
    Watcher w;
    w.see(ipv6_frame(51, {59, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2}));
    EXPECT_EQ(w.note("_ws.malformed"), "malformed: length 8 < 12");
}

}  // namespace
}  // namespace layerlab::proto::dissect
