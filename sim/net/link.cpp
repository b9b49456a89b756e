#include "sim/net/link.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/wire/congestion_mark.hpp"

namespace layerlab::sim {
namespace {

constexpr std::uint32_t frame_overhead = 24;   // preamble 8, frame check sequence 4, gap 12
constexpr std::uint32_t ethernet_header = 18;  // with one VLAN tag, which the MTU does not count

}  // namespace

Link::Link(Simulator& simulator, Node& a, PortId port_a, Node& b, PortId port_b, const LinkSettings& settings)
    : settings_(settings) {
    const auto set = [&](Direction& d, Node& from, PortId from_port, Node& to, PortId to_port) {
        d.link = this;
        d.from = &from;
        d.to = &to;
        d.from_port = from_port;
        d.to_port = to_port;
        simulator.add(d);
    };
    set(directions_[0], a, port_a, b, port_b);
    set(directions_[1], b, port_b, a, port_a);
    for (std::uint8_t side = 0; side < 2; ++side) {
        const Direction& d = directions_[side];
        Port& port = d.from->ports()[d.from_port];
        port.channel = this;
        port.side = side;
        port.mtu = settings.mtu;
    }
}

void Link::transmit(Context& context, std::uint8_t side, PacketRef&& frame) {
    directions_[side].transmit(context, std::move(frame));
}

void Link::change(Context& context, const LinkSettings& settings) {
    const bool was_up = settings_.up;
    const bool rate_changes = settings_.rate != settings.rate;
    settings_ = settings;
    for (Direction& d : directions_) {
        d.from->ports()[d.from_port].mtu = settings.mtu;
        if (was_up && !settings.up) d.cut(context.simulator);
        if (rate_changes) d.forget_carry();
    }
    if (was_up == settings.up) return;
    for (Direction& d : directions_) {
        Context at_node{context.simulator, d.from->id(), context.cause, context.line};
        d.from->on_carrier(at_node, d.from_port, settings.up);
    }
}

Rng& Link::Direction::luck(Simulator& simulator) {
    if (!luck_) {
        const std::string name = fmt::format("link {}.{} {}.{}", from->id(), from_port, to->id(), to_port);
        luck_ = std::make_unique<Rng>(simulator.seed(), name);
    }
    return *luck_;
}

Duration Link::Direction::serialisation(std::uint32_t size) {
    const std::uint64_t rate = link->settings_.rate.bits_per_second;
    if (rate == 0) return Duration{};
    if (rate == 1'000'000'000) return Duration((size + frame_overhead) * 8);
    const std::uint64_t total = (size + frame_overhead) * 8ull * 1'000'000'000ull + carry_;
    carry_ = total % rate;
    return Duration(static_cast<std::int64_t>(total / rate));
}

bool Link::Direction::queue_is_full(Time now, std::uint32_t size) {
    while (!waiting_.empty() && waiting_.front().start <= now) waiting_bytes_ -= waiting_.pop_front().size;
    const LinkSettings& s = link->settings_;
    return (s.queue_packets != 0 && waiting_.size() >= s.queue_packets) ||
           (s.queue_bytes != 0 && waiting_bytes_ + size > s.queue_bytes);
}

void Link::Direction::mark_if_long(Context& context, PacketRef& frame) {
    const LinkSettings& s = link->settings_;
    const bool is_long = (s.mark_packets != 0 && waiting_.size() >= s.mark_packets) ||
                         (s.mark_bytes != 0 && waiting_bytes_ >= s.mark_bytes);
    if (!is_long || !proto::wire::can_carry_congestion(frame.bytes())) return;
    frame.make_unique();
    proto::wire::mark_congestion(frame.writable());
    context.decide(Decision::link_marked, from_port, frame.id(), waiting_.size(), waiting_bytes_);
}

void Link::Direction::transmit(Context& context, PacketRef&& frame) {
    Simulator& simulator = context.simulator;
    const LinkSettings& s = link->settings_;
    const Time now = simulator.now();
    const std::uint32_t size = frame.size();
    if (!s.up) [[unlikely]]
        return context.drop(from_port, frame, DropReason::link_down);
    if (size > s.mtu + ethernet_header) [[unlikely]]
        return context.drop(from_port, frame, DropReason::mtu);
    Time start = now;
    if (free_at_ > now) {
        begin_waiting(simulator);
        if (queue_is_full(now, size)) return context.drop(from_port, frame, DropReason::queue);
        if (s.mark_packets != 0 || s.mark_bytes != 0) [[unlikely]]
            mark_if_long(context, frame);
        start = free_at_;
    } else if (free_at_ < now) {
        carry_ = 0;  // the fraction of a nanosecond has passed too
    }
    free_at_ = start + serialisation(size);
    Time arrives = free_at_ + s.delay;
    Fate fate = Fate::arrives;
    if (s.impairments.any()) [[unlikely]] {
        arrives = impaired(simulator, frame, start, arrives, fate);
    } else {
        arrives = std::max(arrives, last_arrival_);  // a shorter delay never overtakes
    }
    enqueue(simulator, start, arrives, fate, std::move(frame));
}

// Decides what the impairments do to this frame; a duplicate is enqueued behind it here.
Time Link::Direction::impaired(Simulator& simulator, PacketRef& frame, Time start, Time arrives, Fate& fate) {
    const Impairments& i = link->settings_.impairments;
    Rng& rng = luck(simulator);
    if (i.jitter > Duration{}) {
        const auto width = static_cast<std::uint64_t>(i.jitter.count()) * 2 + 1;
        arrives += Duration(static_cast<std::int64_t>(rng.below(width))) - i.jitter;
        arrives = std::max(arrives, free_at_);
    }
    if (i.reorder && rng.happens(i.reorder))  // held back, so that later frames overtake
        arrives += Duration(static_cast<std::int64_t>(
            rng.below(static_cast<std::uint64_t>(link->settings_.delay.count()) + 1'000'000)));
    if (i.loss && rng.happens(i.loss)) {
        fate = Fate::lost;
    } else if (i.corrupt && rng.happens(i.corrupt)) {
        fate = Fate::corrupt;
    }
    if (i.duplicate && rng.happens(i.duplicate)) {
        PacketRef copy = simulator.packets().make(frame.bytes());
        copy.set_identity(from->next_packet_id(), frame.id());
        enqueue(simulator, start, arrives, fate, std::move(frame));
        frame = std::move(copy);
        fate = Fate::arrives;
    }
    return arrives;
}

void Link::Direction::enqueue(Simulator& simulator, Time start, Time arrives, Fate fate, PacketRef&& frame) {
    const Time now = simulator.now();
    if (start > now) {
        const std::uint32_t size = frame.size();
        waiting_.push_back({start, size, now, simulator.recording() ? frame : PacketRef{}});
        waiting_bytes_ += size;
        if (simulator.recording() && start < pending_begin_) {
            pending_begin_ = start;
            simulator.schedule(*this, start, begin);
        }
    } else {
        begun(simulator, frame);
    }
    ++simulator.stats().frames;
    flight_.push_back({arrives, std::move(frame), fate});
    if (arrives < last_arrival_) [[unlikely]] {
        std::size_t place = flight_.size() - 1;
        while (place > 0 && flight_.at(place - 1).arrival > arrives) --place;
        flight_.move_last_to(place);
    } else {
        last_arrival_ = arrives;
    }
    const Time first = flight_.front().arrival;
    if (first < pending_) {
        pending_ = first;
        simulator.schedule(*this, first, arrival);
    }
}

// The transmission of a frame begins.
void Link::Direction::begun(Simulator& simulator, const PacketRef& frame, Duration waited) {
    if (simulator.recording()) [[unlikely]]
        record(simulator, RecordKind::frame_sent, frame, from->id(), from_port, false, waited);
}

// Those whose transmission has begun by now.
void Link::Direction::begin_waiting(Simulator& simulator) {
    if (!simulator.recording()) return;
    while (!waiting_.empty() && waiting_.front().start <= simulator.now()) {
        const Waiting w = waiting_.pop_front();
        waiting_bytes_ -= w.size;
        if (w.frame) begun(simulator, w.frame, simulator.now() - w.since);
    }
}

void Link::Direction::on_event(Simulator& simulator, std::uint32_t kind) {
    const Time now = simulator.now();
    if (kind == begin) {
        if (now >= pending_begin_) pending_begin_ = proto::never;
        begin_waiting(simulator);
        if (!waiting_.empty() && waiting_.front().start < pending_begin_) {
            pending_begin_ = waiting_.front().start;
            simulator.schedule(*this, pending_begin_, begin);
        }
        return;
    }
    if (now >= pending_) pending_ = proto::never;
    while (!flight_.empty() && flight_.front().arrival <= now) deliver(simulator, flight_.pop_front());
    if (!flight_.empty() && flight_.front().arrival < pending_) {
        pending_ = flight_.front().arrival;
        simulator.schedule(*this, pending_, arrival);
    }
}

void Link::Direction::deliver(Simulator& simulator, InFlight in_flight) {
    PacketRef& frame = in_flight.frame;
    Context context{simulator, to->id(), frame.id()};
    bool damaged = false;
    if (in_flight.fate != Fate::arrives) [[unlikely]] {
        if (in_flight.fate == Fate::lost) return context.drop(to_port, frame, DropReason::loss);
        if (!link->settings_.impairments.corrupt_undetected) return context.drop(to_port, frame, DropReason::corrupt);
        frame.make_unique();
        const std::uint64_t bit = luck(simulator).below(frame.size() * 8ull);
        frame.writable()[bit / 8] ^= static_cast<std::uint8_t>(0x80u >> bit % 8);
        damaged = true;
    }
    if (!to->is_up()) [[unlikely]]
        return context.drop(to_port, frame, DropReason::device_down);
    ++simulator.stats().hops;
    if (simulator.recording()) [[unlikely]]
        record(simulator, RecordKind::frame_delivered, frame, to->id(), to_port, damaged);
    to->on_frame(context, to_port, std::move(frame));
}

void Link::Direction::cut(Simulator& simulator) {
    begin_waiting(simulator);
    Context context{simulator, from->id()};
    while (!flight_.empty()) context.drop(from_port, flight_.pop_front().frame, DropReason::link_down);
    while (!waiting_.empty()) waiting_.pop_front();
    waiting_bytes_ = 0;
    free_at_ = last_arrival_ = simulator.now();
}

void Link::Direction::record(Simulator& simulator, RecordKind kind, const PacketRef& frame, NodeId node, PortId port,
                             bool damaged, Duration waited) {
    Record r;
    r.at = simulator.now();
    r.packet = frame.id();
    r.cause = frame.cause();
    r.node = node;
    r.port = port;
    r.kind = kind;
    r.code = damaged ? 1 : 0;
    r.a = static_cast<std::uint64_t>(waited.count());
    simulator.recorder().record(r, frame.bytes());
}

}  // namespace layerlab::sim
