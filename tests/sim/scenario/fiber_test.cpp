#include "sim/scenario/fiber.hpp"

#include <gmock/gmock.h>

namespace layerlab::sim::scenario {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

Time at(Duration d) { return proto::time_at(0) + d; }

struct AFiber : testing::Test {
    Simulator simulator{1};
    Fiber fiber{simulator}, other{simulator};
    Signal signal;
    std::vector<Duration> woken;

    void note() { woken.push_back(simulator.now() - proto::time_at(0)); }
};

TEST_F(AFiber, SleepsInVirtualTime) {
    const auto work = [](AFiber& t) -> Task<> {
        t.note();
        co_await t.fiber.sleep(3s);
        t.note();
        co_await t.fiber.sleep_until(at(10s));
        t.note();
    };
    fiber.start(work(*this), at(1s));
    simulator.run_until(at(5s));
    EXPECT_FALSE(fiber.done());
    simulator.run_until(at(20s));
    EXPECT_TRUE(fiber.done());
    EXPECT_THAT(woken, ElementsAre(1s, 4s, 10s));
}

TEST_F(AFiber, WakesWhenTheSignalIsRaised) {
    const auto work = [](AFiber& t) -> Task<> {
        co_await t.fiber.wait(t.signal);
        t.note();
    };
    const auto raise = [](AFiber& t) -> Task<> {
        co_await t.other.sleep(2s);
        t.signal.raise();
    };
    fiber.start(work(*this), at(0s));
    other.start(raise(*this), at(0s));
    simulator.run_until(at(1s));
    EXPECT_FALSE(fiber.done());
    simulator.run_until(at(9s));
    EXPECT_THAT(woken, ElementsAre(2s));
    EXPECT_TRUE(simulator.idle());
}

TEST_F(AFiber, WakesAtTheDeadlineOfAWait) {
    const auto work = [](AFiber& t) -> Task<> {
        co_await t.fiber.wait(t.signal, at(2s));
        t.note();
        co_await t.fiber.sleep(5s);
        t.note();
    };
    fiber.start(work(*this), at(0s));
    simulator.run_until(at(3s));
    signal.raise();  // it has left already
    simulator.run_until(at(9s));
    EXPECT_THAT(woken, ElementsAre(2s, 7s));
}

TEST_F(AFiber, IsNotWokenByADeadlineOfAnEarlierWait) {
    const auto work = [](AFiber& t) -> Task<> {
        co_await t.fiber.wait(t.signal, at(2s));
        t.note();
        co_await t.fiber.wait(t.signal, at(6s));
        t.note();
    };
    fiber.start(work(*this), at(0s));
    simulator.run_until(at(1s));
    signal.raise();
    simulator.run_until(at(9s));
    EXPECT_THAT(woken, ElementsAre(1s, 6s));
}

TEST_F(AFiber, WakesOnceWhenSignalAndDeadlineMeet) {
    const auto work = [](AFiber& t) -> Task<> {
        co_await t.fiber.wait(t.signal, at(1s));
        t.note();
        co_await t.fiber.sleep(1s);
        t.note();
    };
    const auto raise = [](AFiber& t) -> Task<> {
        t.signal.raise();
        co_return;
    };
    fiber.start(work(*this), at(0s));
    other.start(raise(*this), at(1s));
    simulator.run_until(at(9s));
    EXPECT_THAT(woken, ElementsAre(1s, 2s));
}

TEST_F(AFiber, SharesASignalWithOthers) {
    const auto work = [](AFiber& t, Fiber& self) -> Task<> {
        co_await self.wait(t.signal);
        t.note();
    };
    fiber.start(work(*this, fiber), at(0s));
    other.start(work(*this, other), at(0s));
    simulator.run_until(at(1s));
    signal.raise();
    simulator.run_until(at(1s));
    EXPECT_THAT(woken, ElementsAre(1s, 1s));
}

}  // namespace
}  // namespace layerlab::sim::scenario
