#include "sim/net/process.hpp"

#include <algorithm>

#include "sim/net/host.hpp"

namespace layerlab::sim {
namespace {
constexpr std::size_t most_output = 16u << 20;
}

WaitPoint::~WaitPoint() {
    for (Process* p : waiting_) std::erase(p->points_, this);
}

void WaitPoint::notify(CauseId cause) {
    while (!waiting_.empty()) waiting_.front()->wake(Wake::ready, cause);  // leaves the list
}

Process::Process(Host& host, std::string name, std::vector<std::string> arguments)
    : host_(host), name_(std::move(name)), arguments_(std::move(arguments)) {}

Process::~Process() {
    leave_points();
    host_.clear_timer(*this);
}

Simulator& Process::simulator() const { return *host_.simulator_; }

Context Process::context() const { return Context{simulator(), host_.id(), cause_, line_}; }

void Process::start(Main main, CauseId cause, std::uint32_t line) {
    main_ = std::move(main);
    command_ = cause_ = cause;
    line_ = line;
    task_ = main_(*this);
    waiting_ = task_.handle();
    ready_ = true;
    host_.make_ready(*this);
}

bool Process::suspend(std::coroutine_handle<> handle, const WaitPoints& points, Time deadline) {
    if (interrupted_ || (deadline <= now() && points.size() == 0)) {
        woken_ = interrupted_ ? Wake::interrupted : Wake::timeout;
        return false;
    }
    waiting_ = handle;
    points_.assign(points.begin(), points.end());
    for (WaitPoint* point : points_) point->waiting_.push_back(this);
    if (deadline != proto::never) host_.set_timer(simulator(), *this, deadline);
    return true;
}

void Process::leave_points() {
    for (WaitPoint* point : points_) std::erase(point->waiting_, this);
    points_.clear();
}

void Process::wake(Wake why, CauseId cause) {
    leave_points();
    host_.clear_timer(*this);
    if (ready_ || ended_) return;
    ready_ = true;
    woken_ = why;
    cause_ = cause;
    host_.make_ready(*this);
}

void Process::on_timer(Context&) { wake(Wake::timeout, command_); }

void Process::interrupt() {
    interrupted_ = true;
    wake(Wake::interrupted, command_);
}

void Process::resume() {
    ready_ = false;
    const std::coroutine_handle<> next = std::exchange(waiting_, {});
    next.resume();
    if (!task_.done()) return;
    exit_status_ = task_.result();
    ended_ = true;
    task_ = {};
    end_.notify(command_);
    if (on_end) on_end(*this);
}

void Process::print(std::string_view text) {
    if (output_.size() >= most_output) return;
    output_ += text;
    if (output_.size() >= most_output) output_ += "\n[output cut]\n";
    if (!simulator().recording()) return;
    Record r;
    r.at = now();
    r.packet = command_;
    r.cause = cause_;
    r.node = host_.id();
    r.line = line_;
    r.kind = RecordKind::output;
    simulator().recorder().record(r, proto::as_bytes(text));
}

}  // namespace layerlab::sim
