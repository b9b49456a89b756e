#include "proto/machine/neighbor_cache.hpp"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>

#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

using Packet = std::unique_ptr<int>;  // can only be moved, like the handle of a packet
using Cache = NeighborCache<Packet>;

constexpr Time start = time_at(0);
constexpr Ipv4Address us{0x0a000001}, amy{0x0a000002}, bob{0x0a000003};
const MacAddress amy_mac = MacAddress::from_number(0x5254'0000'0002);
const MacAddress bob_mac = MacAddress::from_number(0x5254'0000'0003);

// Writes down what the cache wants.
struct Log {
    std::string text;
    int changes = 0;

    void request(const Ipv4Address& target, const MacAddress* unicast_to, const Packet* cause) {
        text += (unicast_to ? "probe " : "ask ") + target.to_string();
        if (cause) text += " for " + std::to_string(**cause);
        text += "\n";
    }
    void resolved(const Ipv4Address&, const MacAddress& mac, Packet&& packet) {
        text += "send " + std::to_string(*packet) + " to " + mac.to_string() + "\n";
        packet.reset();
    }
    void unreachable(const Ipv4Address& target, Packet&& packet) {
        text += "unreachable " + target.to_string() + " " + std::to_string(*packet) + "\n";
        packet.reset();
    }
    void overflowed(const Ipv4Address&, Packet&& packet) {
        text += "overflow " + std::to_string(*packet) + "\n";
        packet.reset();
    }
    void changed(const Cache::View&) { ++changes; }
    std::string take() { return std::exchange(text, ""); }
};

Packet packet(int n) { return std::make_unique<int>(n); }
ArpMessage reply_from(Ipv4Address ip, MacAddress mac) {
    return {.is_reply = true, .sender_mac = mac, .sender_ip = ip, .target_ip = us, .for_us = true, .to_our_mac = true};
}
ArpMessage request_from(Ipv4Address ip, MacAddress mac, Ipv4Address target) {
    return {.is_reply = false,
            .sender_mac = mac,
            .sender_ip = ip,
            .target_ip = target,
            .for_us = target == us,
            .to_our_mac = false};
}
NeighborState state_of(const Cache& cache, Time now, Ipv4Address ip) { return cache.entry(now, ip)->state; }

// Runs the cache's timers up to a time.
void run(Cache& cache, Time until, Log& log) {
    while (cache.next_deadline() <= until) cache.on_deadline(cache.next_deadline(), log);
}

TEST(NeighborCache, AsksOnceAndSendsWhatWaitedInOrder) {
    Cache cache;
    Log log;
    EXPECT_EQ(cache.resolve(start, amy), nullptr);
    cache.park(start, amy, packet(1), log);
    cache.park(start, amy, packet(2), log);
    EXPECT_EQ(log.take(), "ask 10.0.0.2 for 1\n");
    EXPECT_EQ(state_of(cache, start, amy), NeighborState::incomplete);
    EXPECT_EQ(cache.on_arp(start + 1ms, reply_from(amy, amy_mac), log), NeighborEffect::completed);
    EXPECT_EQ(log.take(), "send 1 to 52:54:00:00:00:02\nsend 2 to 52:54:00:00:00:02\n");
    EXPECT_EQ(*cache.resolve(start + 2ms, amy), amy_mac);
    EXPECT_EQ(state_of(cache, start + 2ms, amy), NeighborState::reachable);
    EXPECT_EQ(cache.next_deadline(), never);
}

TEST(NeighborCache, GivesUpAfterThreeRequestsASecondApart) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    run(cache, start + 2s, log);
    cache.park(start + 2s, amy, packet(2), log);
    EXPECT_EQ(log.take(), "ask 10.0.0.2 for 1\nask 10.0.0.2 for 1\nask 10.0.0.2 for 1\n");
    EXPECT_EQ(cache.next_deadline(), start + 3s);
    run(cache, start + 3s, log);
    EXPECT_EQ(log.take(), "unreachable 10.0.0.2 1\nunreachable 10.0.0.2 2\n");
    EXPECT_EQ(state_of(cache, start + 3s, amy), NeighborState::failed);
    EXPECT_EQ(cache.next_deadline(), never);
    cache.park(start + 4s, amy, packet(3), log);
    EXPECT_EQ(log.take(), "ask 10.0.0.2 for 3\n") << "a failed neighbor is asked anew";
}

TEST(NeighborCache, DropsTheOldestWhenTooManyWait) {
    Cache cache;
    Log log;
    for (int i = 0; i <= static_cast<int>(Cache::max_waiting); ++i) cache.park(start, amy, packet(i), log);
    EXPECT_EQ(log.take(), "ask 10.0.0.2 for 0\noverflow 0\n");
    EXPECT_EQ(cache.entry(start, amy)->waiting, Cache::max_waiting);
}

TEST(NeighborCache, ProbesAStaleNeighborFiveSecondsAfterItWasUsed) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    cache.on_arp(start, reply_from(amy, amy_mac), log);
    log.take();
    EXPECT_EQ(state_of(cache, start + 30s, amy), NeighborState::stale);
    EXPECT_EQ(*cache.resolve(start + 40s, amy), amy_mac) << "stale is still usable";
    EXPECT_EQ(state_of(cache, start + 40s, amy), NeighborState::delay);
    run(cache, start + 45s, log);
    EXPECT_EQ(log.take(), "probe 10.0.0.2\n");
    cache.on_arp(start + 45s, reply_from(amy, amy_mac), log);
    EXPECT_EQ(state_of(cache, start + 45s, amy), NeighborState::reachable);
    EXPECT_EQ(cache.next_deadline(), never);
}

TEST(NeighborCache, LosesANeighborThatDoesNotAnswerProbes) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    cache.on_arp(start, reply_from(amy, amy_mac), log);
    log.take();
    cache.resolve(start + 30s, amy);
    run(cache, start + 60s, log);
    EXPECT_EQ(log.take(), "probe 10.0.0.2\nprobe 10.0.0.2\nprobe 10.0.0.2\n");
    EXPECT_EQ(cache.resolve(start + 60s, amy), nullptr);
}

TEST(NeighborCache, NeedsNoProbeWhenTrafficConfirmsTheNeighbor) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    cache.on_arp(start, reply_from(amy, amy_mac), log);
    log.take();
    cache.resolve(start + 31s, amy);
    cache.confirm(start + 32s, amy);
    run(cache, start + 60s, log);
    EXPECT_EQ(log.take(), "");
    EXPECT_EQ(state_of(cache, start + 61s, amy), NeighborState::reachable);
}

TEST(NeighborCache, LearnsWhoAsksForUs) {
    Cache cache;
    Log log;
    EXPECT_EQ(cache.on_arp(start, request_from(bob, bob_mac, us), log), NeighborEffect::created);
    EXPECT_EQ(state_of(cache, start, bob), NeighborState::stale);
    EXPECT_EQ(log.take(), "");
}

TEST(NeighborCache, LearnsNobodyFromARequestForSomebodyElse) {
    Cache cache;
    Log log;
    EXPECT_EQ(cache.on_arp(start, request_from(bob, bob_mac, amy), log), NeighborEffect::ignored);
    EXPECT_EQ(cache.on_arp(start, reply_from(bob, bob_mac), log), NeighborEffect::ignored) << "nobody asked";
    EXPECT_EQ(cache.on_arp(start, request_from({}, bob_mac, us), log), NeighborEffect::ignored) << "an address probe";
    EXPECT_EQ(cache.size(), 0u);
}

TEST(NeighborCache, FollowsAGratuitousArpOfAKnownNeighborOnly) {
    Cache cache;
    Log log;
    EXPECT_EQ(cache.on_arp(start, request_from(amy, bob_mac, amy), log), NeighborEffect::ignored);
    cache.park(start, amy, packet(1), log);
    cache.on_arp(start, reply_from(amy, amy_mac), log);
    EXPECT_EQ(cache.on_arp(start, request_from(amy, bob_mac, amy), log), NeighborEffect::moved);
    EXPECT_EQ(*cache.resolve(start, amy), bob_mac);
}

TEST(NeighborCache, BelievesTheFirstOfTwoAnswersForASecond) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    cache.on_arp(start, reply_from(amy, amy_mac), log);
    EXPECT_EQ(cache.on_arp(start + 1ms, reply_from(amy, bob_mac), log), NeighborEffect::ignored);
    EXPECT_EQ(cache.on_arp(start + 1s, reply_from(amy, bob_mac), log), NeighborEffect::moved);
}

TEST(NeighborCache, HearsayDoesNotMakeAReachableNeighborStale) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    cache.on_arp(start, reply_from(amy, amy_mac), log);
    EXPECT_EQ(cache.on_arp(start + 2s, request_from(amy, amy_mac, bob), log), NeighborEffect::refreshed);
    EXPECT_EQ(state_of(cache, start + 2s, amy), NeighborState::reachable);
}

TEST(NeighborCache, ARequestFromTheOneWeAskForIsAnAnswerToo) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    log.take();
    EXPECT_EQ(cache.on_arp(start, request_from(amy, amy_mac, us), log), NeighborEffect::completed);
    EXPECT_EQ(log.take(), "send 1 to 52:54:00:00:00:02\n");
    EXPECT_EQ(state_of(cache, start, amy), NeighborState::delay) << "used, but not confirmed";
}

TEST(NeighborCache, KeepsPermanentEntries) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    log.take();
    EXPECT_TRUE(cache.set_permanent(start, amy, amy_mac, log));
    EXPECT_EQ(log.take(), "send 1 to 52:54:00:00:00:02\n");
    EXPECT_EQ(cache.on_arp(start + 5s, reply_from(amy, bob_mac), log), NeighborEffect::ignored);
    cache.flush(log);
    EXPECT_EQ(*cache.resolve(start + 10h, amy), amy_mac);
    EXPECT_EQ(cache.next_deadline(), never);
    EXPECT_TRUE(cache.remove(amy, log));
    EXPECT_EQ(cache.size(), 0u);
}

TEST(NeighborCache, HandsBackWhatWaitsWhenItIsFlushed) {
    Cache cache;
    Log log;
    cache.park(start, amy, packet(1), log);
    cache.park(start, bob, packet(2), log);
    log.take();
    cache.flush(log);
    EXPECT_EQ(log.take(), "unreachable 10.0.0.2 1\nunreachable 10.0.0.3 2\n");
    EXPECT_EQ(cache.next_deadline(), never);
    EXPECT_EQ(cache.size(), 0u);
}

TEST(NeighborCache, EvictsFailedAndStaleNeighborsWhenItIsFull) {
    Cache cache(16);
    Log log;
    const auto neighbor = [](std::uint32_t i) { return Ipv4Address{0x0a000100 + i}; };
    for (std::uint32_t i = 0; i < 8; ++i) cache.on_arp(start, request_from(neighbor(i), amy_mac, us), log);
    for (std::uint32_t i = 8; i < 16; ++i) cache.park(start, neighbor(i), packet(static_cast<int>(i)), log);
    log.take();
    cache.park(start, amy, packet(99), log);
    EXPECT_EQ(log.take(), "ask 10.0.0.2 for 99\n");
    EXPECT_FALSE(cache.entry(start, neighbor(0)).has_value());
    EXPECT_TRUE(cache.entry(start, neighbor(8)).has_value());
    EXPECT_LE(cache.size(), 16u);
}

TEST(NeighborCache, IsSmallWhenItIsEmpty) { EXPECT_LE(sizeof(Cache), 192u); }

TEST(NeighborCache, ShowsStatesAsIpNeighDoes) {
    EXPECT_STREQ(to_string(NeighborState::reachable), "REACHABLE");
    EXPECT_STREQ(to_string(NeighborState::permanent), "PERMANENT");
}

// Every packet leaves exactly once, sent or given back, whatever happens; known MACs are those last taught.
TEST(NeighborCache, LosesNoPacketInRandomTraffic) {
    for (std::uint32_t limit : {4u, 64u}) {
        Random random(limit);
        struct Counter {
            std::map<int, int> left;
            void request(const Ipv4Address&, const MacAddress*, const Packet*) {}
            void resolved(const Ipv4Address&, const MacAddress&, Packet&& p) { ++left[*p]; }
            void unreachable(const Ipv4Address&, Packet&& p) { ++left[*p]; }
            void overflowed(const Ipv4Address&, Packet&& p) { ++left[*p]; }
            void changed(const Cache::View&) {}
        } out;
        Cache cache(limit);
        Time now = start;
        int sent = 0;
        for (int step = 0; step < 20000; ++step) {
            now += std::chrono::milliseconds(random() % 300);
            const Ipv4Address ip{0x0a000010 + static_cast<std::uint32_t>(random() % 40)};
            const MacAddress mac = MacAddress::from_number(0x5254'0000'0000u + random() % 3);
            while (cache.next_deadline() <= now) cache.on_deadline(cache.next_deadline(), out);
            switch (random() % 6) {
                case 0: cache.on_arp(now, reply_from(ip, mac), out); break;
                case 1: cache.on_arp(now, request_from(ip, mac, us), out); break;
                case 2:
                    if (random() % 50 == 0) cache.flush(out);
                    cache.confirm(now, ip);
                    break;
                default:
                    if (!cache.resolve(now, ip)) cache.park(now, ip, packet(sent++), out);
            }
            ASSERT_LE(cache.size(), limit);
            ASSERT_EQ(cache.entries(now).size(), cache.size());
        }
        cache.flush(out);
        ASSERT_EQ(out.left.size(), static_cast<std::size_t>(sent));
        for (const auto& [id, times] : out.left) ASSERT_EQ(times, 1) << id;
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
