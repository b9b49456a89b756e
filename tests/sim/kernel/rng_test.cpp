#include "sim/kernel/rng.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace layerlab::sim {
namespace {

// Computed apart from this code, from the published xoshiro256** and SplitMix64.
TEST(Rng, GivesTheNumbersOfItsAlgorithmOnEveryMachine) {
    Rng unnamed(1, "");
    EXPECT_EQ(unnamed.next(), 0xaaaa'8f0a'8af1'f1d6u);
    EXPECT_EQ(unnamed.next(), 0xabba'50cf'13b8'3affu);
    EXPECT_EQ(unnamed.next(), 0x97f5'a03c'5637'b824u);
    Rng host(42, "host a");
    EXPECT_EQ(host.next(), 0xe028'85a6'8a06'1042u);
    EXPECT_EQ(host.next(), 0xc4ca'a949'd374'cac6u);
    EXPECT_EQ(host.next(), 0x077e'ddfa'ee8d'8095u);
}

TEST(Rng, GivesEachNameAndEachSeedAStreamOfItsOwn) {
    EXPECT_NE(Rng(1, "a").next(), Rng(1, "b").next());
    EXPECT_NE(Rng(1, "a").next(), Rng(2, "a").next());
    EXPECT_EQ(Rng(1, "a").next(), Rng(1, "a").next());
    EXPECT_NE(Rng(0, "").next(), 0u);
}

TEST(Rng, StaysBelowItsBoundAndReachesEveryNumberEquallyOften) {
    Rng rng(7, "dice");
    std::vector<int> counts(6);
    for (int i = 0; i < 60000; ++i) ++counts[rng.below(6)];
    for (const int n : counts) EXPECT_NEAR(n, 10000, 400);
    EXPECT_EQ(rng.below(0), 0u);
    EXPECT_EQ(rng.below(1), 0u);
    const std::uint64_t large = (std::uint64_t{3} << 62) + 1;  // a bound for which a quarter must be drawn again
    int upper = 0;
    for (int i = 0; i < 9000; ++i) {
        const std::uint64_t n = rng.below(large);
        ASSERT_LT(n, large);
        upper += n >= std::uint64_t{1} << 63;
    }
    EXPECT_NEAR(upper, 3000, 200);
}

TEST(Rng, LetsThingsHappenWithTheirProbability) {
    Rng rng(7, "loss");
    int n = 0;
    for (int i = 0; i < 100000; ++i) {
        n += rng.happens(10'000'000);  // one in a hundred
        ASSERT_FALSE(rng.happens(0));
        ASSERT_TRUE(rng.happens(1'000'000'000));
    }
    EXPECT_NEAR(n, 1000, 120);
}

}  // namespace
}  // namespace layerlab::sim
