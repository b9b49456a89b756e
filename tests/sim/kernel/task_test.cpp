#include "sim/kernel/task.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <string>

namespace layerlab::sim {
namespace {

// What a test resumes by hand.
struct Gate {
    std::coroutine_handle<> waiting;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) noexcept { waiting = h; }
    void await_resume() const noexcept {}
    void open() { std::exchange(waiting, {}).resume(); }
};

Task<int> twice(int n) { co_return 2 * n; }
Task<std::unique_ptr<int>> owned(Gate& gate) {
    co_await gate;
    co_return std::make_unique<int>(7);
}
Task<int> outer(Gate& gate, std::string& log) {
    log += "began ";
    const int a = co_await twice(4);
    const auto b = co_await owned(gate);
    log += "ended ";
    co_return a + *b;
}

TEST(Task, StartsOnlyWhenItIsResumedAndHandsItsResultUp) {
    Gate gate;
    std::string log;
    Task<int> task = outer(gate, log);
    EXPECT_EQ(log, "");
    task.handle().resume();
    EXPECT_EQ(log, "began ");
    EXPECT_FALSE(task.done());
    gate.open();
    EXPECT_TRUE(task.done());
    EXPECT_EQ(log, "began ended ");
    EXPECT_EQ(task.result(), 15);
}

Task<> holds(Gate& gate, std::shared_ptr<int> thing) {
    co_await gate;
    ++*thing;
}
Task<int> waits_for_it(Gate& gate, std::shared_ptr<int> thing) {
    co_await holds(gate, thing);
    co_return 0;
}

TEST(Task, DestroysWhatItsFramesHoldWhenItIsDestroyedHalfway) {
    Gate gate;
    auto thing = std::make_shared<int>(1);
    {
        Task<int> task = waits_for_it(gate, thing);
        task.handle().resume();
        EXPECT_GT(thing.use_count(), 2);
    }
    EXPECT_EQ(thing.use_count(), 1);
    EXPECT_EQ(*thing, 1);
}

TEST(Task, IsDoneWhenEmptyAndMovesWithoutRunning) {
    EXPECT_TRUE(Task<int>{}.done());
    Task<int> a = twice(1);
    Task<int> b = std::move(a);
    EXPECT_TRUE(a.done());
    EXPECT_FALSE(b.done());
    b.handle().resume();
    EXPECT_EQ(b.result(), 2);
}

// A long chain of awaited tasks that end at once must not use up the stack.
Task<int> count(int n) {
    int sum = 0;
    for (int i = 0; i < n; ++i) sum += co_await twice(1);
    co_return sum;
}
TEST(Task, AwaitsManyTasksOneAfterTheOther) {
    Task<int> task = count(1000);
    task.handle().resume();
    EXPECT_EQ(task.result(), 2000);
}

}  // namespace
}  // namespace layerlab::sim
