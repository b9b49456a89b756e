#include "capture/frame_ring.hpp"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace layerlab::capture {
namespace {

std::vector<std::uint8_t> frame_of(std::size_t size, std::uint64_t seed) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(seed * 31 + i);
    return bytes;
}

TEST(FrameRing, GivesFramesBackInTheirOrder) {
    FrameRing ring(1);
    EXPECT_EQ(ring.capacity(), 4096u);
    EXPECT_FALSE(ring.front());
    const auto one = frame_of(60, 1), two = frame_of(0, 2);
    ASSERT_TRUE(ring.push({proto::time_at(5), 1500, one}));
    ASSERT_TRUE(ring.push({proto::time_at(6), 0, two}));
    auto front = ring.front();
    ASSERT_TRUE(front);
    EXPECT_EQ(front->time, proto::time_at(5));
    EXPECT_EQ(front->original_length, 1500u);
    EXPECT_TRUE(std::equal(one.begin(), one.end(), front->bytes.begin(), front->bytes.end()));
    EXPECT_TRUE(ring.front());  // it stays the front until it is taken
    ring.pop();
    front = ring.front();
    ASSERT_TRUE(front);
    EXPECT_TRUE(front->bytes.empty());
    ring.pop();
    EXPECT_FALSE(ring.front());
}

TEST(FrameRing, SaysWhenThereIsNoRoom) {
    FrameRing ring(4096);
    const auto bytes = frame_of(1008, 3);  // 1024 with its head
    for (unsigned i = 0; i < 4; ++i) EXPECT_TRUE(ring.push({proto::time_at(i), 1008, bytes}));
    EXPECT_FALSE(ring.push({proto::time_at(4), 0, {}}));
    ASSERT_TRUE(ring.front());
    ring.pop();
    EXPECT_TRUE(ring.push({proto::time_at(4), 1008, bytes}));
    EXPECT_FALSE(ring.push({proto::time_at(5), 1008, bytes}));
    const auto larger = frame_of(4096, 3);
    FrameRing empty(4096);
    EXPECT_FALSE(empty.push({proto::time_at(0), 4096, larger}));  // never fits
}

TEST(FrameRing, WrapsAroundAtEverySize) {
    FrameRing ring(4096);
    std::uint64_t put = 0, taken = 0;
    for (unsigned round = 0; round < 3000; ++round) {
        for (;;) {
            const auto bytes = frame_of(put * 37 % 700, put);
            if (!ring.push({proto::time_at(static_cast<std::int64_t>(put)), 9, bytes})) break;
            ++put;
        }
        for (unsigned i = 0; i <= round % 5; ++i) {
            const auto front = ring.front();
            if (!front) break;
            const auto wanted = frame_of(taken * 37 % 700, taken);
            ASSERT_EQ(proto::nanoseconds(front->time), static_cast<std::int64_t>(taken));
            ASSERT_TRUE(std::equal(wanted.begin(), wanted.end(), front->bytes.begin(), front->bytes.end())) << taken;
            ring.pop();
            ++taken;
        }
    }
    EXPECT_GT(taken, 5000u);
}

TEST(FrameRing, CarriesAMillionFramesBetweenTwoThreads) {
    constexpr std::uint64_t count = 1'000'000;
    FrameRing ring(1 << 16);
    std::thread puts([&ring] {
        std::vector<std::uint8_t> bytes(300);
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::size_t size = i * 7 % 300;
            bytes[0] = static_cast<std::uint8_t>(i);
            bytes[size] = static_cast<std::uint8_t>(i >> 3);
            while (!ring.push({proto::time_at(static_cast<std::int64_t>(i)), 1, proto::Bytes(bytes).first(size + 1)}))
                std::this_thread::yield();
        }
    });
    std::uint64_t wrong = 0;
    for (std::uint64_t i = 0; i < count;) {
        const auto front = ring.front();
        if (!front) {
            std::this_thread::yield();
            continue;
        }
        const std::size_t size = i * 7 % 300;
        if (proto::nanoseconds(front->time) != static_cast<std::int64_t>(i) || front->bytes.size() != size + 1 ||
            front->bytes[size] != static_cast<std::uint8_t>(i >> 3))
            ++wrong;
        ring.pop();
        ++i;
    }
    puts.join();
    EXPECT_EQ(wrong, 0u);
    EXPECT_FALSE(ring.front());
}

}  // namespace
}  // namespace layerlab::capture
