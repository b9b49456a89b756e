#include "viewer/model/capture_thread.hpp"

#include "proto/wire/dns_message.hpp"
#include "viewer/model/flow.hpp"

namespace layerlab::viewer {
namespace {

using capture::Frame;

template <class Address>
HostAddress host(HostAddress::Kind kind, const Address& address) {
    HostAddress a;
    a.kind = kind;
    address.store(a.octets.data());
    return a;
}

// The question is what somebody wanted; aliases on the way to the address say less.
void add_names(proto::Bytes bytes, capture::LinkType type, std::vector<CaptureThread::Name>& names) {
    const auto flow = flow_of(bytes, type);
    if (!flow || flow->is_tcp() || flow->from.port != proto::wire::dns_port) return;
    const auto message = proto::wire::decode_dns_message(flow->payload);
    if (!message || !message->header.response || message->questions.empty()) return;
    std::string name = message->questions[0].name.to_string();
    if (name.size() > 1 && name.back() == '.') name.pop_back();
    for (const auto& record : message->answers) {
        if (const auto* v4 = std::get_if<proto::Ipv4Address>(&record.data))
            names.push_back({host(HostAddress::Kind::ipv4, *v4), name});
        if (const auto* v6 = std::get_if<proto::Ipv6Address>(&record.data))
            names.push_back({host(HostAddress::Kind::ipv6, *v6), name});
    }
}

}  // namespace

CaptureThread::CaptureThread(OpenPlaced open, std::shared_ptr<capture::Patience> patience)
    : open_(std::move(open)), patience_(std::move(patience)) {
    patience_->before_wait = [this] {
        if (auto done = hand_over(); !done) failure_ = done.error().message;
    };
    thread_ = std::thread([this] { run(); });
}

CaptureThread::~CaptureThread() {
    {
        const std::lock_guard lock(mutex_);
        patience_->stop = leaves_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void CaptureThread::run() {
    const auto done = read_all();
    const bool was_stopped = patience_->stop;
    const auto rest = hand_over();
    source_.reset();  // here, where it may still wait: a live capture finishes its file
    const std::lock_guard lock(mutex_);
    // Who is stopped in the middle of a record has nothing to complain of.
    if (!done && !was_stopped) problem_ = done.error().message;
    if (problem_.empty() && !rest) problem_ = rest.error().message;
    ended_ = true;
    changed_.notify_all();
}

proto::Result<void> CaptureThread::read_all() {
    auto source = open_();
    if (!source) return tl::unexpected(std::move(source.error()));
    source_ = std::move(*source);
    auto file = source_->reader();
    if (!file) return tl::unexpected(std::move(file.error()));
    {
        const std::lock_guard lock(mutex_);
        file_ = std::move(*file);
    }
    while (!leaves_) {
        auto frame = source_->next();
        if (!frame) return tl::unexpected(std::move(frame.error()));
        if (!*frame) return {};
        note(**frame, source_->place());
        if (!failure_.empty()) return proto::fail(failure_);
        if (own_.entries.size() < batch_size) continue;
        if (auto done = hand_over(); !done) return done;
    }
    return {};
}

void CaptureThread::note(const Frame& f, std::uint64_t place) {
    Entry e;
    e.row.place = place;
    e.row.time = proto::nanoseconds(f.time);
    e.row.link_type = f.link_type;
    e.row.kind = kind_of(f.bytes, f.link_type);
    e.has_time = f.has_time;
    e.ends = ends_of(f.bytes, f.link_type);
    if (e.row.kind == FrameKind::dns) add_names(f.bytes, f.link_type, own_.names);
    own_.entries.push_back(e);
}

// Waits while whoever takes them is far behind.
proto::Result<void> CaptureThread::hand_over() {
    if (own_.empty()) return {};
    if (source_)
        if (auto done = source_->settle(); !done) return done;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return batches_.size() < most_batches || leaves_; });
    batches_.push_back(std::exchange(own_, {}));
    changed_.notify_all();
    return {};
}

CaptureThread::Batch CaptureThread::take(std::chrono::microseconds wait) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [&] { return !batches_.empty() || ended_; });
    if (batches_.empty()) return {};
    Batch batch = std::move(batches_.front());
    batches_.pop_front();
    changed_.notify_all();
    return batch;
}

std::optional<capture::PlacedFrames> CaptureThread::take_file() {
    const std::lock_guard lock(mutex_);
    return std::exchange(file_, std::nullopt);
}

bool CaptureThread::has_ended() const {
    const std::lock_guard lock(mutex_);
    return ended_ && batches_.empty();
}

bool CaptureThread::is_waiting() const {
    const std::lock_guard lock(mutex_);
    return patience_->waits && batches_.empty();
}

std::string CaptureThread::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

}  // namespace layerlab::viewer
