#include "sim/kernel/event_queue.hpp"

#include <algorithm>
#include <gtest/gtest.h>

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

TEST(EventQueue, SortsWhateverIsPushedInBetween) {
    EventQueue queue;
    Rng rng(1, "events");
    std::vector<Event> pending;
    const auto least = [&] {
        return std::min_element(pending.begin(), pending.end(),
                                [](const Event& a, const Event& b) { return a.before(b); });
    };
    for (std::uint64_t i = 0; i < 20000; ++i) {
        if (pending.empty() || rng.below(5) < (i < 10000 ? 3u : 2u)) {
            const Event e{time_at(static_cast<std::int64_t>(rng.below(50))), rng.below(1000) << 20 | i, 0, 0};
            pending.push_back(e);
            queue.push(e);
        } else {
            const auto first = least();
            ASSERT_EQ(queue.pop().key, first->key);
            pending.erase(first);
        }
        ASSERT_EQ(queue.size(), pending.size());
    }
}

}  // namespace
}  // namespace layerlab::sim
