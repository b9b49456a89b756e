#include "sim/net/process.hpp"

#include <algorithm>

#include "sim/net/host.hpp"

namespace layerlab::sim {
namespace {
constexpr std::size_t most_output = 16u << 20;
}

WaitPoint::~WaitPoint() {
    for (Entry* e = first_; e != nullptr; e = e->next) e->point = nullptr;
}

void WaitPoint::notify(CauseId cause) {
    while (first_ != nullptr) first_->process->wake(Wake::ready, cause);  // leaves the list
}

void WaitPoint::add(Entry& entry) {
    Entry** last = &first_;
    while (*last != nullptr) last = &(*last)->next;
    entry.next = nullptr;
    *last = &entry;
}

void WaitPoint::remove(Entry& entry) {
    Entry** at = &first_;
    while (*at != &entry) at = &(*at)->next;
    *at = entry.next;
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
    for (WaitPoint* point : points) {
        WaitPoint::Entry& entry = entries_[entry_count_++];
        entry = {this, point, nullptr};
        point->add(entry);
    }
    if (deadline != proto::never) host_.set_timer(simulator(), *this, deadline);
    return true;
}

void Process::leave_points() {
    for (std::size_t i = 0; i < entry_count_; ++i)
        if (entries_[i].point != nullptr) entries_[i].point->remove(entries_[i]);
    entry_count_ = 0;
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
