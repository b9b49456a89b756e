// A running program on a host: one coroutine that waits for sockets, time and Ctrl-C, and prints.
//
//     Task<int> ping(Process& self) {
//         ...
//         const Wake wake = co_await self.wait({&socket.readable()}, deadline);
//         if (wake == Wake::interrupted) ...
//         self.print("64 bytes from ...\n");
//         co_return 0;
//     }
//
// Destroying a process (its host goes down) destroys the coroutine's frame and with it the sockets it owns.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/task.hpp"
#include "sim/net/node.hpp"

namespace layerlab::sim {

class Host;
class Process;

enum class Wake : std::uint8_t { ready, timeout, interrupted };

// Something that can become ready: a socket has data, a connection has room, a child has ended.
class WaitPoint {
  public:
    WaitPoint() = default;
    WaitPoint(const WaitPoint&) = delete;
    WaitPoint& operator=(const WaitPoint&) = delete;
    ~WaitPoint();
    // Wakes everybody who waits here; they look for themselves what there is. `cause` is what made it ready.
    void notify(CauseId cause);

  private:
    friend class Process;
    // That a process waits at a point; the process keeps it.
    struct Entry {
        Process* process = nullptr;
        WaitPoint* point = nullptr;
        Entry* next = nullptr;
    };
    void add(Entry& entry);
    void remove(Entry& entry);
    Entry* first_ = nullptr;  // in the order of coming
};

// Up to four points to wait at, written {&a, &b}. (gcc 12 refuses a std::initializer_list within co_await.)
class WaitPoints {
  public:
    WaitPoints(WaitPoint* a = nullptr, WaitPoint* b = nullptr, WaitPoint* c = nullptr, WaitPoint* d = nullptr)
        : points_{a, b, c, d},
          size_(d   ? 4u
                : c ? 3u
                : b ? 2u
                : a ? 1u
                    : 0u) {}
    WaitPoint* const* begin() const { return points_.data(); }
    WaitPoint* const* end() const { return points_.data() + size_; }
    std::size_t size() const { return size_; }

  private:
    std::array<WaitPoint*, 4> points_;
    std::size_t size_;
};

class Process final : public Timer {
  public:
    // A program: its main coroutine; the exit status is the result. `self` outlives it.
    using Main = std::function<Task<int>(Process& self)>;

    Process(Host& host, std::string name, std::vector<std::string> arguments);
    ~Process() override;

    Host& host() const { return host_; }
    const std::string& name() const { return name_; }
    const std::vector<std::string>& arguments() const { return arguments_; }  // [0] is the command's name
    Simulator& simulator() const;
    Time now() const { return simulator().now(); }
    // The context for what this process does now: its cause is what woke it last.
    Context context() const;

    // --- for the program ---
    struct Wait {
        Process& process;
        WaitPoints points;
        Time deadline;
        bool await_ready() const noexcept { return false; }
        bool await_suspend(std::coroutine_handle<> handle) const { return process.suspend(handle, points, deadline); }
        Wake await_resume() const { return process.woken_; }
    };
    // Suspends until one of the points is notified, the deadline passes or Ctrl-C is pressed. May wake without need:
    // look and wait again. After an interruption further waits return `interrupted` at once.
    Wait wait(WaitPoints points, Time deadline = proto::never) { return Wait{*this, points, deadline}; }
    Wait sleep(Duration d) { return Wait{*this, {}, now() + d}; }
    Wait sleep_until(Time t) { return Wait{*this, {}, t}; }

    // Standard output and error together, as on a terminal. Bounded: what is more than 16 MiB is cut with a note.
    void print(std::string_view text);
    bool interrupted() const { return interrupted_; }
    // A program that must do something before it ends on Ctrl-C (ping prints its statistics) takes the interruption:
    // further waits work again.
    void take_interruption() { interrupted_ = false; }

    // --- for the host ---
    void start(Main main, CauseId cause, std::uint32_t line);
    void interrupt();  // Ctrl-C
    bool ended() const { return ended_; }
    int exit_status() const { return exit_status_; }
    const std::string& output() const { return output_; }
    WaitPoint& end() { return end_; }
    void on_timer(Context& context) override;
    void resume();
    std::uint32_t line() const { return line_; }
    CauseId command() const { return command_; }

    std::function<void(Process&)> on_end;  // called once, from the host's loop
    bool is_daemon = false;                // a server: never waited for

  private:
    friend class WaitPoint;
    bool suspend(std::coroutine_handle<> handle, const WaitPoints& points, Time deadline);
    void wake(Wake why, CauseId cause);
    void leave_points();

    Host& host_;
    std::string name_;
    std::vector<std::string> arguments_;
    Main main_;  // owns the closure that the coroutine refers to
    Task<int> task_;
    std::coroutine_handle<> waiting_;
    std::array<WaitPoint::Entry, 4> entries_;
    std::size_t entry_count_ = 0;
    WaitPoint end_;
    std::string output_;
    CauseId command_ = 0;  // what started it
    CauseId cause_ = 0;    // what woke it last
    std::uint32_t line_ = 0;
    int exit_status_ = 0;
    Wake woken_ = Wake::ready;
    bool interrupted_ = false;
    bool ready_ = false;  // in the host's list of processes to resume
    bool ended_ = false;
};

}  // namespace layerlab::sim
