// Whatever arrives at a connected host, nothing crashes, its tables keep their bounds, and it recovers.
#include "tests/sim/programs/host_storm.hpp"

#include <gtest/gtest.h>
#include <random>

namespace layerlab::sim::test {
namespace {

Buffer random_bytes(std::uint32_t seed, std::size_t n) {
    std::mt19937 engine(seed);
    Buffer bytes(n);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(engine());
    return bytes;
}

// A datagram to the victim's echo service and back.
bool answers(HostStorm& storm, Endpoint to) {
    bool heard = false;
    storm.world().run(storm.peer(), [&, to](Process& self) -> Task<int> {
        Result<UdpSocket> socket = UdpSocket::open(self);
        for (int tries = 0; tries < 5 && !heard; ++tries) {
            socket->send_to(self, to, buffer(10));
            const auto datagram = co_await receive(self, *socket, self.now() + std::chrono::seconds(2));
            heard = datagram && datagram->bytes == buffer(10);
        }
        co_return 0;
    });
    return heard;
}

TEST(HostStorm, AConnectedHostKeepsItsBoundsAndRecovers) {
    for (std::uint32_t seed = 1; seed <= 12; ++seed) {
        SCOPED_TRACE(seed);
        const Buffer input = random_bytes(seed, 3000);
        HostStorm storm{Bytes(input)};
        EXPECT_GT(storm.bytes_echoed(), 0u) << "it was connected";
        ASSERT_EQ(storm.run(), "");
        EXPECT_GT(storm.frames_sent(), 100u);
        storm.rest_for(std::chrono::minutes(5));
        EXPECT_EQ(storm.bounds_fault(), "");
        EXPECT_TRUE(answers(storm, {address("10.0.0.1"), 7}));
        const std::uint64_t before = storm.bytes_echoed();
        storm.rest_for(std::chrono::seconds(30));
        EXPECT_GT(storm.bytes_echoed(), before) << "connections are made again";
    }
}

// Each flood alone, for so long that a table without a bound would show.
TEST(HostStorm, EveryFloodIsBounded) {
    for (std::uint8_t kind = 0; kind < 9; ++kind) {
        SCOPED_TRACE(static_cast<int>(kind));
        Buffer input;
        for (std::uint8_t i = 0; i < 20; ++i) {
            const Buffer flood{8, kind, 0, i};
            input.insert(input.end(), flood.begin(), flood.end());
            if (kind == 0) input.insert(input.end(), 600, i);  // what an ARP message is, byte by byte
        }
        HostStorm storm{Bytes(input)};
        ASSERT_EQ(storm.run(), "");
        EXPECT_GE(storm.frames_sent(), 300u * 20u);
    }
}

}  // namespace
}  // namespace layerlab::sim::test
