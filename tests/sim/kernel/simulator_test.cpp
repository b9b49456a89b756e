#include "sim/kernel/simulator.hpp"

#include <functional>
#include <gtest/gtest.h>
#include <string>

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using proto::time_at;

struct Scripted final : Actor {
    std::function<void(Simulator&, std::uint32_t)> act;
    void on_event(Simulator& simulator, std::uint32_t kind) override { act(simulator, kind); }
};

struct Log {
    std::string text;
    Scripted a, b;
    Simulator simulator{1};
    Log() {
        a.act = [this](Simulator& s, std::uint32_t kind) { note("a", s, kind); };
        b.act = [this](Simulator& s, std::uint32_t kind) { note("b", s, kind); };
        simulator.add(a);
        simulator.add(b);
    }
    void note(const char* who, Simulator& s, std::uint32_t kind) {
        text += who + std::to_string(kind) + "@" + std::to_string(proto::nanoseconds(s.now())) + " ";
    }
};

TEST(Simulator, RunsEventsByTimeThenByActorThenInTheOrderOfAsking) {
    Log log;
    log.simulator.schedule(log.b, time_at(10), 1);
    log.simulator.schedule(log.a, time_at(10), 2);
    log.simulator.schedule(log.b, time_at(5), 3);
    log.simulator.schedule(log.a, time_at(10), 4);
    EXPECT_EQ(log.simulator.next_event(), time_at(5));
    log.simulator.run_until(time_at(100));
    EXPECT_EQ(log.text, "b3@5 a2@10 a4@10 b1@10 ");
    EXPECT_EQ(log.simulator.now(), time_at(100));
    EXPECT_EQ(log.simulator.stats().events, 4u);
    EXPECT_TRUE(log.simulator.idle());
    EXPECT_EQ(log.simulator.next_event(), proto::never);
}

TEST(Simulator, RunsEventsAtTheEndOfTheSpanButNoneBehindIt) {
    Log log;
    log.simulator.schedule(log.a, time_at(10));
    log.simulator.schedule(log.a, time_at(11));
    log.simulator.run_until(time_at(10));
    EXPECT_EQ(log.text, "a0@10 ");
    EXPECT_EQ(log.simulator.now(), time_at(10));
}

TEST(Simulator, TreatsThePastAsNow) {
    Log log;
    log.simulator.run_until(time_at(50));
    log.simulator.schedule(log.a, time_at(10));
    EXPECT_TRUE(log.simulator.step());
    EXPECT_EQ(log.text, "a0@50 ");
    EXPECT_FALSE(log.simulator.step());
}

TEST(Simulator, StopsAtOnceAndGoesOnWhenAskedTo) {
    Log log;
    log.a.act = [&](Simulator& s, std::uint32_t kind) {
        log.note("a", s, kind);
        s.stop();
    };
    log.simulator.schedule(log.a, time_at(10));
    log.simulator.schedule(log.b, time_at(10));
    log.simulator.run_until(time_at(100));
    EXPECT_EQ(log.text, "a0@10 ");
    EXPECT_TRUE(log.simulator.stopped());
    EXPECT_EQ(log.simulator.now(), time_at(10));
    log.simulator.run_until(time_at(100));
    EXPECT_EQ(log.text, "a0@10 b0@10 ");
}

TEST(Simulator, RunsWhatIsScheduledForTheSameMomentWithinTheMoment) {
    Log log;
    int left = 3;
    log.a.act = [&](Simulator& s, std::uint32_t kind) {
        log.note("a", s, kind);
        if (left-- > 0) s.schedule(log.a, s.now());
    };
    log.simulator.schedule(log.a, time_at(7));
    log.simulator.run_until(time_at(7));
    EXPECT_EQ(log.text, "a0@7 a0@7 a0@7 a0@7 ");
}

TEST(Simulator, GivesEachOwnerItsRandomStream) {
    const Simulator one(5), other(6);
    EXPECT_EQ(one.rng("x").next(), Rng(5, "x").next());
    EXPECT_NE(one.rng("x").next(), other.rng("x").next());
}

}  // namespace
}  // namespace layerlab::sim
