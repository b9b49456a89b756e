#include "sim/kernel/event_queue.hpp"

#include <gtest/gtest.h>
#include <queue>

#include "sim/kernel/rng.hpp"

namespace layerlab::sim {
namespace {

using proto::time_at;

TEST(EventQueue, GivesEventsByTimeAndEqualTimesByKey) {
    EventQueue queue;
    queue.push({time_at(5), 2, 1, 0});
    queue.push({time_at(5), 1, 2, 0});
    queue.push({time_at(3), 9, 3, 0});
    EXPECT_EQ(queue.first().target, 3u);
    EXPECT_EQ(queue.pop().target, 3u);
    EXPECT_EQ(queue.pop().target, 2u);
    EXPECT_EQ(queue.pop().target, 1u);
    EXPECT_TRUE(queue.empty());
}

// Pushes and pops at random, never before what was popped last; looks at the first now and then, which must not matter.
// `distances`: how far ahead events are pushed, in nanoseconds.
void expect_sorted(std::uint64_t seed, const std::vector<std::uint64_t>& distances) {
    EventQueue queue;
    Rng rng(seed, "events");
    const auto later = [](const Event& a, const Event& b) { return b.before(a); };
    std::priority_queue<Event, std::vector<Event>, decltype(later)> expected(later);
    std::int64_t now = 0;
    for (std::uint64_t i = 0; i < 60000; ++i) {
        const std::uint64_t pushes_of_five = i / 10000 % 2 == 0 ? 3 : 2;  // grows, then is emptied, three times
        if (expected.empty() || rng.below(5) < pushes_of_five) {
            const std::uint64_t distance = distances[rng.below(distances.size())];
            const auto ahead = static_cast<std::int64_t>(rng.below(3) == 0 ? distance : rng.below(distance + 1));
            const Event e{time_at(now + ahead), rng.below(1000) << 20 | i, static_cast<ActorId>(i), 3};
            expected.push(e);
            queue.push(e);
        } else {
            if (rng.below(3) == 0) {
                ASSERT_EQ(queue.first().key, expected.top().key);
            }
            const Event e = queue.pop();
            ASSERT_EQ(e.at, expected.top().at) << i;
            ASSERT_EQ(e.key, expected.top().key) << i;
            ASSERT_EQ(e.target, expected.top().target);
            expected.pop();
            now = proto::nanoseconds(e.at);
        }
        ASSERT_EQ(queue.size(), expected.size());
        ASSERT_EQ(queue.empty(), expected.empty());
        if (!queue.empty() && rng.below(50) == 0) {  // time passes up to the next event, as run_until() lets it
            const std::int64_t next = proto::nanoseconds(queue.first().at);
            now += static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(next - now) + 1));
        }
    }
}

TEST(EventQueue, SortsEventsThatLieCloseTogether) { expect_sorted(1, {0, 1, 50, 1023, 1024, 1025}); }

TEST(EventQueue, SortsEventsAtAllDistances) {
    constexpr std::uint64_t turn = 4096 * 1024;  // one turn of the wheel
    expect_sorted(2, {0, 1000, 100'000, turn - 1024, turn - 1, turn, turn + 1, turn + 1024, 2 * turn});
    expect_sorted(3, {5'000, turn, 10 * turn + 17, 1'000'000'000, 100'000'000'000});
    expect_sorted(4, {1'000'000'000'000'000});
}

TEST(EventQueue, TakesAnEventBeforeTheOneThatWasLookedAt) {
    EventQueue queue;
    queue.push({time_at(5'000'000'000), 1, 1, 0});
    EXPECT_EQ(queue.first().target, 1u);
    queue.push({time_at(7), 2, 2, 0});
    queue.push({time_at(3'000'000), 3, 3, 0});
    EXPECT_EQ(queue.pop().target, 2u);
    EXPECT_EQ(queue.pop().target, 3u);
    EXPECT_EQ(queue.pop().target, 1u);
}

}  // namespace
}  // namespace layerlab::sim
