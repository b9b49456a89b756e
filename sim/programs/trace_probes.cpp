#include "sim/programs/trace_probes.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::sim::programs {
namespace {
constexpr Duration precision = std::chrono::milliseconds(1);  // added to a measured time before it is multiplied
}

TraceProbes::TraceProbes(const TraceSettings& settings)
    : settings_(settings),
      probes_(std::size_t{settings.max_hops} * settings.probes_per_hop),
      printed_(std::size_t{settings.first_hop - 1} * settings.probes_per_hop),
      end_(probes_.size()) {}

std::optional<TraceProbes::Next> TraceProbes::next() const {
    unsigned open = 0;
    for (std::size_t n = printed_; n < end_; ++n) {
        if (probes_[n].done) continue;
        if (!probes_[n].sent) return Next{n, static_cast<unsigned>(n / settings_.probes_per_hop) + 1};
        if (++open >= settings_.at_once) return std::nullopt;
    }
    return std::nullopt;
}

void TraceProbes::sent(std::size_t number, Time now) {
    probes_[number].sent = true;
    probes_[number].sent_at = now;
}

void TraceProbes::answered(std::size_t number, const IpAddress& from, Time at, bool is_final, std::string mark) {
    Probe& probe = probes_[number];
    if (!probe.sent || probe.done) return;
    probe.done = true;
    probe.final = is_final;
    probe.from = from;
    probe.answered_at = at;
    probe.mark = std::move(mark);
    note_end();
}

// The hop of the first final probe is the last one.
void TraceProbes::note_end() {
    for (std::size_t n = printed_; n < end_; ++n)
        if (probes_[n].final) end_ = std::min(end_, (n / settings_.probes_per_hop + 1) * settings_.probes_per_hop);
}

Duration TraceProbes::patience(std::size_t number) const {
    const std::size_t hop = number / settings_.probes_per_hop * settings_.probes_per_hop;
    const auto scaled = [&](const Probe& probe, int factor) {
        return std::min(settings_.wait, (probe.answered_at - probe.sent_at + precision) * factor);
    };
    const auto measured = [](const Probe& probe) { return probe.done && probe.from; };
    if (settings_.here > 0)
        for (std::size_t n = hop; n < hop + settings_.probes_per_hop; ++n)
            if (measured(probes_[n])) return scaled(probes_[n], settings_.here);
    if (settings_.near > 0)
        for (std::size_t n = hop + settings_.probes_per_hop; n < probes_.size() && probes_[n].sent; ++n)
            if (measured(probes_[n])) return scaled(probes_[n], settings_.near);
    return settings_.wait;
}

Time TraceProbes::expire(Time now) {
    Time next = proto::never;
    for (std::size_t n = printed_; n < end_; ++n) {
        Probe& probe = probes_[n];
        if (!probe.sent || probe.done) continue;
        const Time until = probe.sent_at + patience(n);
        if (until <= now)
            probe.done = true;
        else
            next = std::min(next, until);
    }
    return next;
}

std::vector<std::size_t> TraceProbes::take_printable() {
    std::vector<std::size_t> numbers;
    while (printed_ < end_ && probes_[printed_].done) numbers.push_back(printed_++);
    return numbers;
}

std::string TraceProbes::text(std::size_t number, const std::string& place) const {
    const Probe& probe = probes_[number];
    const std::size_t in_hop = number % settings_.probes_per_hop;
    std::string out;
    if (in_hop == 0) out = fmt::format("\n{:2} ", number / settings_.probes_per_hop + 1);
    if (!probe.from) return out + " *";
    bool is_new = true;
    for (std::size_t n = number; n > number - in_hop; --n)
        if (probes_[n - 1].from) {
            is_new = !(*probes_[n - 1].from == *probe.from);
            break;
        }
    if (is_new) out += place;
    const std::int64_t us = (probe.answered_at - probe.sent_at) / std::chrono::microseconds(1);
    out += fmt::format("  {}.{:03} ms", us / 1000, us % 1000);
    if (!probe.mark.empty()) out += " " + probe.mark;
    return out;
}

std::string unreachable_mark6(std::uint8_t code) {
    switch (code) {
        case 0: return "!N";
        case 1: return "!X";
        case 2: return "!S";
        case 3: return "!H";
        case 4: return {};
        default: return fmt::format("!<{}>", code);
    }
}

std::string unreachable_mark(std::uint8_t code, std::uint16_t mtu) {
    switch (code) {
        case 0:
        case 6:
        case 11: return "!N";
        case 1:
        case 7:
        case 8:
        case 12: return "!H";
        case 2: return "!P";
        case 3: return {};
        case 4: return fmt::format("!F-{}", mtu);
        case 5: return "!S";
        case 9:
        case 10:
        case 13: return "!X";
        case 14: return "!V";
        case 15: return "!C";
        default: return fmt::format("!<{}>", code);
    }
}

}  // namespace layerlab::sim::programs
