#include "viewer/model/talkers.hpp"

#include <gtest/gtest.h>

#include "tests/viewer/lab_session.hpp"

namespace layerlab::viewer {
namespace {

HostAddress v4(std::uint32_t number) {
    HostAddress a;
    a.kind = HostAddress::Kind::ipv4;
    proto::store_be32(a.octets.data(), number);
    return a;
}

TEST(Talkers, GiveTheFirstOnesDevicesAndTheRestOne) {
    Topology topology;
    Talkers talkers;
    constexpr std::uint32_t many = 100'000;
    for (std::uint32_t i = 1; i <= many; ++i) talkers.add({v4(0x0a00'0000 + i), v4(0x0a00'0000)}, topology);
    EXPECT_EQ(topology.devices.size(), Talkers::first_shown + 1);
    EXPECT_LE(talkers.count(), Talkers::most_talkers);
    EXPECT_LT(talkers.memory(), std::uint64_t{40} << 20);
    EXPECT_EQ(topology.devices.back().name, "others");
}

TEST(Talkers, GiveWhoeverIsBusyADeviceAndMoveNobody) {
    Topology topology;
    Talkers talkers;
    for (std::uint32_t i = 1; i <= 100; ++i) talkers.add({v4(i << 8), v4(0x0a00'0000)}, topology);
    const std::uint32_t early = talkers.add({v4(1 << 8), v4(0x0a00'0000)}, topology);
    const NodeId before = talkers.way(early).from;
    const std::uint32_t late = talkers.add({v4(99 << 8), v4(0x0a00'0000)}, topology);
    EXPECT_EQ(topology.devices[talkers.way(late).from].name, "others");
    for (int i = 0; i < 100; ++i) talkers.add({v4(99 << 8), v4(0x0a00'0000)}, topology);
    EXPECT_EQ(topology.devices[talkers.way(late).from].name, "0.0.99.0") << "frames of before, too";
    EXPECT_EQ(talkers.way(early).from, before);
    const Talkers::Way way = talkers.way(late);
    EXPECT_EQ(topology.peer(way.from, way.port).node, way.to);
}

TEST(Talkers, KeepTheDirection) {
    Topology topology;
    Talkers talkers;
    const auto there = talkers.way(talkers.add({v4(1), v4(2)}, topology));
    const auto back = talkers.way(talkers.add({v4(2), v4(1)}, topology));
    EXPECT_EQ(there.from, back.to);
    EXPECT_EQ(there.to, back.from);
    EXPECT_EQ(topology.cables.size(), 1u);
}

TEST(Talkers, CallHostsByTheNamesOfDnsAnswers) {
    Topology topology;
    Talkers talkers;
    const auto way = talkers.way(talkers.add({v4(0x0102'0304), v4(2)}, topology));
    talkers.name(v4(0x0102'0304), "www.example.org", topology);
    talkers.name(v4(0x0102'0304), "another.example.org", topology);
    EXPECT_EQ(topology.devices[way.from].name, "www.example.org");
    EXPECT_EQ(topology.devices[way.from].address, "1.2.3.4");
    talkers.name(v4(0x0909'0909), "later.example.org", topology);
    const auto later = talkers.way(talkers.add({v4(0x0909'0909), v4(2)}, topology));
    EXPECT_EQ(topology.devices[later.from].name, "later.example.org");
}

TEST(Talkers, AreTwoWhereSomebodyTalksToHimself) {
    // IPv4 from 127.0.0.1 to itself, TCP from port 40000 to 80
    std::vector<std::uint8_t> packet(40);
    packet[0] = 0x45;
    packet[9] = 6;
    packet[12] = packet[16] = 127;
    packet[15] = packet[19] = 1;
    proto::store_be16(&packet[20], 40000);
    proto::store_be16(&packet[22], 80);
    const FrameEnds ends = ends_of(packet, capture::LinkType::raw_ip);
    EXPECT_EQ(ends.from.text(), "127.0.0.1");
    EXPECT_EQ(ends.to.text(), "127.0.0.1:80");
}

TEST(FrameEnds, AreIpAddressesAlsoOfArp) {
    const FrameEnds ends = ends_of(test::arp_request(1, 2), capture::LinkType::ethernet);
    EXPECT_EQ(ends.from.text(), "10.0.0.1");
    EXPECT_EQ(ends.to.text(), "Broadcast");
    EXPECT_TRUE(ends.to.is_group());
}

TEST(FrameEnds, StandAnyBytes) {
    for (const auto type : {capture::LinkType::ethernet, capture::LinkType::linux_sll, capture::LinkType::linux_sll2,
                            capture::LinkType::null_loopback, capture::LinkType::raw_ip, capture::LinkType{999}})
        for (std::size_t size = 0; size < 70; ++size)
            EXPECT_FALSE(ends_of(std::vector<std::uint8_t>(size, 0x45), type).from.text().empty()) << size;
}

}  // namespace
}  // namespace layerlab::viewer
