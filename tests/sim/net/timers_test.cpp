#include "sim/net/timers.hpp"

#include <array>
#include <gtest/gtest.h>

#include "sim/kernel/rng.hpp"

namespace layerlab::sim {
namespace {

using proto::time_at;

struct Idle final : Timer {
    void on_timer(Context&) override {}
};

TEST(TimerHeap, GivesTimersInTheOrderOfTimeAndOfSetting) {
    TimerHeap heap;
    Idle a, b, c;
    EXPECT_EQ(heap.next(), proto::never);
    heap.set(a, time_at(10));
    heap.set(b, time_at(5));
    heap.set(c, time_at(10));
    EXPECT_EQ(heap.next(), time_at(5));
    EXPECT_EQ(heap.take_due(time_at(4)), nullptr);
    EXPECT_EQ(heap.take_due(time_at(10)), &b);
    EXPECT_FALSE(b.is_set());
    EXPECT_EQ(b.at(), proto::never);
    heap.set(a, time_at(10));  // set anew: now behind c
    EXPECT_EQ(heap.take_due(time_at(10)), &c);
    EXPECT_EQ(heap.take_due(time_at(10)), &a);
    EXPECT_EQ(heap.take_due(time_at(10)), nullptr);
}

TEST(TimerHeap, ClearsByNeverAndTwiceWithoutHarm) {
    TimerHeap heap;
    Idle a, b;
    heap.set(a, time_at(1));
    heap.set(b, time_at(2));
    heap.set(a, proto::never);
    EXPECT_FALSE(a.is_set());
    heap.clear(a);
    EXPECT_EQ(heap.next(), time_at(2));
    heap.clear(b);
    EXPECT_EQ(heap.next(), proto::never);
}

TEST(TimerHeap, FindsTheNextOneAmongManyThatAreSetMovedAndCleared) {
    TimerHeap heap;
    std::array<Idle, 60> timers;
    Rng rng(1, "timers");
    for (int step = 0; step < 20000; ++step) {
        Idle& t = timers[rng.below(timers.size())];
        if (rng.below(4) == 0)
            heap.clear(t);
        else
            heap.set(t, time_at(static_cast<std::int64_t>(rng.below(1000))));
        if (rng.below(8) == 0) heap.take_due(time_at(500));
        Time least = proto::never;
        for (const Idle& i : timers)
            if (i.is_set()) least = std::min(least, i.at());
        ASSERT_EQ(heap.next(), least) << step;
    }
}

}  // namespace
}  // namespace layerlab::sim
