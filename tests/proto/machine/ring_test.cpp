#include "proto/machine/ring.hpp"

#include <deque>
#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

TEST(Ring, IsAQueueThatGrowsAndWraps) {
    Ring<int> ring;
    std::deque<int> model;
    for (int i = 0; i < 1000; ++i) {
        ring.push_back(i);
        model.push_back(i);
        if (i % 3 != 0) {
            EXPECT_EQ(ring.front(), model.front());
            ring.pop_front();
            model.pop_front();
        }
        ASSERT_EQ(ring.size(), model.size());
        ASSERT_EQ(ring.empty(), model.empty());
        for (std::size_t k = 0; k < model.size(); ++k) ASSERT_EQ(ring[k], model[k]);
    }
    EXPECT_EQ(ring.back(), 999);
    ring.pop_back();
    EXPECT_EQ(ring.back(), 998);
    ring.clear();
    EXPECT_TRUE(ring.empty());
}

TEST(Ring, InsertsAnywhere) {
    for (std::size_t size = 0; size < 20; ++size)
        for (std::size_t at = 0; at <= size; ++at) {
            Ring<int> ring;
            std::deque<int> model;
            for (std::size_t i = 0; i < size + 5; ++i) {
                ring.push_back(static_cast<int>(i));
                model.push_back(static_cast<int>(i));
            }
            for (int i = 0; i < 5; ++i) {
                ring.pop_front();
                model.pop_front();
            }
            ring.insert(at, -1);
            model.insert(model.begin() + static_cast<std::ptrdiff_t>(at), -1);
            ASSERT_EQ(ring.size(), model.size());
            for (std::size_t k = 0; k < model.size(); ++k) ASSERT_EQ(ring[k], model[k]) << size << " at " << at;
        }
}

}  // namespace
}  // namespace layerlab::proto::machine
