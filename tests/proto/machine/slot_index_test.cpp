#include "proto/machine/slot_index.hpp"

#include <gtest/gtest.h>
#include <map>

#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

TEST(SlotIndex, FindsNothingWhenItIsEmpty) {
    SlotIndex index;
    EXPECT_EQ(index.find(1, [](std::uint32_t) { return true; }), SlotIndex::none);
    index.erase(1, 1);
    EXPECT_EQ(index.size(), 0u);
}

TEST(SlotIndex, AgreesWithAMapEvenWhenHashesCollide) {
    for (std::uint64_t distinct_hashes : {5u, 1000000u}) {
        Random random(1);
        SlotIndex index;
        std::map<int, std::uint32_t> model;
        std::map<std::uint32_t, int> key_of_slot;
        const auto hash = [&](int key) { return mixed(static_cast<std::uint64_t>(key) % distinct_hashes); };
        for (int step = 0; step < 20000; ++step) {
            const int key = static_cast<int>(random() % 300);
            const std::uint32_t got =
                index.find(hash(key), [&](std::uint32_t slot) { return key_of_slot.at(slot) == key; });
            const auto want = model.find(key);
            ASSERT_EQ(got, want == model.end() ? SlotIndex::none : want->second);
            if (want != model.end()) {
                index.erase(hash(key), got);
                model.erase(want);
            } else {
                const auto slot = static_cast<std::uint32_t>(step);
                key_of_slot[slot] = key;
                model[key] = slot;
                index.insert(hash(key), slot);
            }
            ASSERT_EQ(index.size(), model.size());
        }
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
