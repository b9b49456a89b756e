#include "capture/packet_socket.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <poll.h>
#include <vector>

#include "proto/base/checksum.hpp"
#include "tests/capture/cable.hpp"
#include "tests/capture/in_own_network.hpp"

namespace layerlab::capture {
namespace {

using proto::Bytes;
using test::in_own_network;
using Frames = std::vector<std::vector<std::uint8_t>>;

const std::string cable = test::cable("v0", "v1");

std::vector<std::uint8_t> frame_with(std::uint8_t mark, std::size_t size = 60) {
    std::vector<std::uint8_t> frame(size, mark);
    const std::uint8_t head[] = {2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8, 0x88, 0xb5};  // an experimental type
    std::copy(std::begin(head), std::end(head), frame.begin());
    return frame;
}

// All that comes within a second, at most so many.
Frames received(PacketSocket& socket, std::size_t most, std::string* fault = nullptr) {
    Frames all;
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    while (all.size() < most && std::chrono::steady_clock::now() < patience) {
        pollfd ready{socket.descriptor(), POLLIN, 0};
        ::poll(&ready, 1, 50);
        const auto wrong = socket.read(most, [&](Bytes b) { all.emplace_back(b.begin(), b.end()); });
        if (wrong && fault) *fault = *wrong;
        if (wrong) break;
    }
    return all;
}

TEST(PacketSocket, CarriesFramesForWhomeverBothWays) {
    in_own_network(cable, [] {
        auto a = PacketSocket::open("v0"), b = PacketSocket::open("v1");
        ASSERT_TRUE(a && b);
        EXPECT_EQ(a->mtu(), 1500u);
        ASSERT_TRUE(a->write(frame_with(1)));
        EXPECT_EQ(received(*b, 1), Frames{frame_with(1)});
        ASSERT_TRUE(b->write(frame_with(2, 1514)));
        EXPECT_EQ(received(*a, 1), Frames{frame_with(2, 1514)});
    });
}

TEST(PacketSocket, DoesNotHearItself) {
    in_own_network(cable, [] {
        auto a = PacketSocket::open("v0");
        ASSERT_TRUE(a);
        ASSERT_TRUE(a->write(frame_with(1)));
        EXPECT_EQ(received(*a, 1), Frames{});
    });
}

TEST(PacketSocket, PutsTagsBack) {  // which the kernel takes off what it receives
    in_own_network(cable, [] {
        auto a = PacketSocket::open("v0"), b = PacketSocket::open("v1");
        ASSERT_TRUE(a && b);
        for (const int type : {0x8100, 0x88a8}) {
            auto tagged = frame_with(3);
            std::uint8_t tag[] = {0, 0, 0x60, 0x07};
            proto::store_be16(tag, static_cast<std::uint16_t>(type));
            tagged.insert(tagged.begin() + 12, std::begin(tag), std::end(tag));
            ASSERT_TRUE(b->write(tagged));
            EXPECT_EQ(received(*a, 1), Frames{tagged});
        }
    });
}

TEST(PacketSocket, FinishesWhatTheKernelLeavesToTheCard) {
    // A datagram of a real kernel: its checksum is open, because a veth pair needs none.
    const std::string streams = cable +
                                " && ip address add 192.0.2.1/24 dev v1 && "
                                "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:09 dev v1";
    in_own_network(streams, [] {
        auto a = PacketSocket::open("v0");
        ASSERT_TRUE(a);
        ASSERT_EQ(std::system("bash -c 'echo datagram >/dev/udp/192.0.2.2/9'"), 0);
        bool seen = false;
        for (const auto& frame : received(*a, 20)) {
            if (frame.size() < 42 || frame[23] != 17) continue;
            seen = true;
            const Bytes udp = Bytes(frame).subspan(34, proto::load_be16(&frame[38]));
            EXPECT_TRUE(proto::ChecksumSum{}
                            .add_pseudo(proto::Ipv4Address::load(&frame[26]), proto::Ipv4Address::load(&frame[30]), 17,
                                        udp.size())
                            .add(udp)
                            .is_valid());
        }
        EXPECT_TRUE(seen);
    });
}

TEST(PacketSocket, SaysWhenItsInterfaceGoesAway) {
    in_own_network(cable, [] {
        auto a = PacketSocket::open("v0");
        ASSERT_TRUE(a);
        std::string fault;
        ASSERT_EQ(std::system("ip link set v0 down"), 0);
        EXPECT_EQ(received(*a, 1, &fault), Frames{});
        EXPECT_EQ(fault, "is down");
        EXPECT_FALSE(a->write(frame_with(1)));
        ASSERT_EQ(std::system(("ip link set v0 up; " + test::until_up("v0") + "; " + test::until_up("v1")).c_str()), 0);
        auto b = PacketSocket::open("v1");
        ASSERT_TRUE(b);
        ASSERT_TRUE(b->write(frame_with(4)));
        EXPECT_EQ(received(*a, 1), Frames{frame_with(4)}) << "it is back";
        fault.clear();
        ASSERT_EQ(std::system("ip link del v0"), 0);
        EXPECT_EQ(received(*a, 1, &fault), Frames{});
        EXPECT_EQ(fault, "is down");
        EXPECT_FALSE(a->write(frame_with(1)));
        EXPECT_EQ(received(*a, 1), Frames{}) << "said once";
    });
}

TEST(PacketSocket, TakesOnlyWhatCanBeUsed) {
    in_own_network(cable + " && ip link set lo up && ip link add v2 type veth peer name v3", [] {
        EXPECT_THAT(PacketSocket::open("nothing").error().message, testing::HasSubstr("there is no such interface"));
        EXPECT_THAT(PacketSocket::open("").error().message, testing::HasSubstr("there is no such interface"));
        EXPECT_THAT(PacketSocket::open("a-name-much-too-long").error().message,
                    testing::HasSubstr("there is no such interface"));
        EXPECT_EQ(PacketSocket::open("lo").error().message, "lo is no Ethernet interface");
        EXPECT_EQ(PacketSocket::open("v2").error().message, "v2 is down");
        EXPECT_EQ(PacketSocket::open("v2").error().hint, "ip link set v2 up");
    });
}

}  // namespace
}  // namespace layerlab::capture
