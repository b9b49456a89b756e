#include "proto/dissect/ip.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

Octets fragment(const Octets& datagram, std::size_t first, std::size_t size) {
    Datagram d;
    d.fragment_offset = static_cast<std::uint16_t>(first);
    d.more_fragments = first + size < datagram.size();
    const auto at = datagram.begin() + static_cast<std::ptrdiff_t>(first);
    return ethernet_frame(0x0800, ipv4_packet(d, Octets(at, at + static_cast<std::ptrdiff_t>(size))));
}

const Octets datagram = udp_datagram({}, 1000, 2000, Octets(24, 'x'));  // 32 octets

TEST(Fragment, ShowsTheUpperLayersOnTheFrameThatCompletes) {
    Watcher w;
    EXPECT_EQ(w.see(fragment(datagram, 16, 16)).path(), "eth:ip:data");
    w.see(fragment(datagram, 0, 16));
    EXPECT_EQ(w.path(), "eth:ip:udp:data");
    EXPECT_EQ(w.value("udp.checksum.status"), "1");
    EXPECT_EQ(w.value("ip.reassembled.length"), "32");
    EXPECT_EQ(w.value("ip.fragment.count"), "2");
}

TEST(Fragment, ShowsTheFirstOneAsFarAsItGoesWithoutReassembly) {
    Options options;
    options.reassemble_ip = false;
    Watcher w(options);
    w.see(fragment(datagram, 0, 16));
    EXPECT_EQ(w.path(), "eth:ip:udp:data");
    EXPECT_EQ(w.value("udp.checksum.status"), "2");
    EXPECT_FALSE(w.last().malformed);
    EXPECT_EQ(w.see(fragment(datagram, 16, 16)).path(), "eth:ip:data");
}

}  // namespace
}  // namespace layerlab::proto::dissect
