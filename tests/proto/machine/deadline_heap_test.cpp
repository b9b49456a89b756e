#include "proto/machine/deadline_heap.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>

#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

TEST(DeadlineHeap, HasNoDeadlineWhenItIsEmpty) { EXPECT_EQ(DeadlineHeap{}.next(), never); }

TEST(DeadlineHeap, AgreesWithASortedSet) {
    Random random(3);
    DeadlineHeap heap;
    std::set<std::pair<Time, std::uint32_t>> model;
    std::map<std::uint32_t, Time> times;
    for (int step = 0; step < 20000; ++step) {
        const std::uint32_t slot = random() % 60;
        if (times.count(slot)) model.erase({times[slot], slot});
        if (random() % 3 == 0) {
            heap.remove(slot);
            times.erase(slot);
        } else {
            times[slot] = time_at(random() % 20);
            model.insert({times[slot], slot});
            heap.set(slot, times[slot]);
        }
        ASSERT_EQ(heap.size(), model.size());
        ASSERT_EQ(heap.next(), model.empty() ? never : model.begin()->first);
        if (!model.empty()) {
            ASSERT_EQ(heap.next_slot(), model.begin()->second);
        }
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
