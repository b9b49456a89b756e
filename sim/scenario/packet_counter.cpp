#include "sim/scenario/packet_counter.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "proto/dissect/may_have.hpp"
#include "sim/net/interface.hpp"
#include "sim/scenario/output_check.hpp"

namespace layerlab::sim::scenario {
namespace {

constexpr std::uint32_t anywhere = 0;

constexpr std::uint64_t place_key(NodeId node, sim::PortId port) { return std::uint64_t{node} << 16 | port; }

DropReason drop_reason(std::string_view word) {
    for (std::size_t i = 1; i < drop_reasons; ++i)
        if (word == to_string(static_cast<DropReason>(i))) return static_cast<DropReason>(i);
    return DropReason::none;
}

std::string packets(std::uint64_t n) {
    return n == 0 ? "no packet" : n == 1 ? "1 packet" : fmt::format("{} packets", n);
}

std::string expected_count(const PacketExpectation& e) {
    if (e.max == std::numeric_limits<std::uint64_t>::max()) return "at least " + packets(e.min);
    if (e.min == e.max) return packets(e.min);
    return fmt::format("{} to {}", e.min, packets(e.max));
}

}  // namespace

void PacketCounter::Recent::add(const Record& record, Bytes bytes) {
    Seen& seen = frames[count++ % most_shown];
    seen.record = record;
    seen.bytes.assign(bytes.begin(), bytes.end());
}

PacketCounter::PacketCounter(const Scenario& scenario, const Plan& plan)
    : scenario_(scenario),
      plan_(plan),
      names_(scenario, plan),
      tallies_(scenario.packet_expectations.size()),
      sites_(1) {
    for (std::uint32_t i = 0; i < tallies_.size(); ++i) {
        const PacketExpectation& e = scenario.packet_expectations[i];
        tallies_[i].drop = drop_reason(e.drop);
        if (!e.drop.empty()) continue;
        if (auto filter = proto::dissect::compile_filter(e.filter.text)) tallies_[i].filter = std::move(*filter);
        add_sites(i);
    }
}

void PacketCounter::add_sites(std::uint32_t expectation) {
    const PacketExpectation& e = scenario_.packet_expectations[expectation];
    if (e.at_device == no_id) return add_site(place_key(no_node, no_port), expectation);
    if (e.at_port.id == lo_id) return add_site(place_key(e.at_device, loopback_port), expectation);
    const auto ports = plan_.ports_of(e.at_device);
    for (std::size_t i = 0; i < ports.size(); ++i)
        if (e.at_port.id == no_id || e.at_port.id == ports[i].id)
            add_site(place_key(e.at_device, static_cast<sim::PortId>(i)), expectation);
}

void PacketCounter::add_site(std::uint64_t place, std::uint32_t expectation) {
    std::uint32_t number = anywhere;
    if (place != place_key(no_node, no_port)) {
        const auto [it, is_new] = site_by_place_.try_emplace(place, static_cast<std::uint32_t>(sites_.size()));
        if (is_new) sites_.emplace_back();
        number = it->second;
    }
    Tally& tally = tallies_[expectation];
    tally.sites.push_back(number);
    Site& site = sites_[number];
    site.about.push_back(expectation);
    if (!site.dissector && tally.filter && tally.filter->is_stateful()) site.dissector.emplace();
}

bool PacketCounter::is_of_check(const Record& record) {
    if (record.packet == proto::no_packet) return is_check(record.cause);
    if (is_check(record.cause) || of_checks_.contains(record.cause)) {
        of_checks_.insert(record.packet);
        return true;
    }
    return of_checks_.contains(record.packet);
}

void PacketCounter::on_record(const Record& record, Bytes bytes) {
    const bool is_sent = record.kind == RecordKind::frame_sent;
    const bool is_dropped = record.kind == RecordKind::frame_dropped;
    // A packet that waits for ARP leads to the question before it is sent: a decision names it first.
    if (record.kind == RecordKind::decision && (is_check(record.cause) || !of_checks_.empty())) is_of_check(record);
    if (tallies_.empty() || (!is_sent && !is_dropped && record.kind != RecordKind::frame_delivered)) return;
    if (is_of_check(record)) return;
    if (is_dropped) return on_drop(record, bytes);
    if (is_sent && !sites_[anywhere].about.empty() && sent_.insert(record.packet)) on_frame(anywhere, record, bytes);
    if (site_by_place_.empty()) return;
    const auto it = site_by_place_.find(place_key(record.node, record.port));
    if (it != site_by_place_.end()) on_frame(it->second, record, bytes);
}

void PacketCounter::on_frame(std::uint32_t number, const Record& record, Bytes bytes) {
    Site& site = sites_[number];
    site.recent.add(record, bytes);
    proto::dissect::FrameIn in;
    in.number = ++site.frames;
    in.time = record.at + std::chrono::seconds(scenario_.clock_unix_seconds);
    in.bytes = bytes;
    in.original_length = bytes.size();
    const proto::dissect::Dissection* dissection = site.dissector ? &site.dissector->dissect(in) : nullptr;
    for (const std::uint32_t i : site.about) {
        Tally& tally = tallies_[i];
        if (!tally.filter || tally.packets.contains(record.packet)) continue;
        if (dissection == nullptr) {
            if (!proto::dissect::may_have_one_of(tally.filter->needs_one_of(), bytes)) continue;
            ++dissected_;
            alone_.clear();
            proto::dissect::dissect_alone(in, alone_);
            dissection = &alone_;
        }
        if (tally.filter->matches(*dissection, bytes)) count(tally, record, bytes);
    }
}

void PacketCounter::on_drop(const Record& record, Bytes bytes) {
    bool wanted = false;
    for (std::size_t i = 0; i < tallies_.size(); ++i) {
        Tally& tally = tallies_[i];
        if (tally.drop == DropReason::none) continue;
        wanted = true;
        if (record.code == static_cast<std::uint8_t>(tally.drop) &&
            happens_at(scenario_.packet_expectations[i], record))
            count(tally, record, bytes);
    }
    if (wanted) drops_.add(record, bytes);
}

bool PacketCounter::is_at(const PacketExpectation& e, NodeId node, sim::PortId port) const {
    if (e.at_device != node) return false;
    if (e.at_port.id == no_id) return true;
    if (e.at_port.id == lo_id) return port == loopback_port;
    const auto ports = plan_.ports_of(node);
    return port < ports.size() && ports[port].id == e.at_port.id;
}

bool PacketCounter::happens_at(const PacketExpectation& e, const Record& record) const {
    if (e.at_device == no_id || is_at(e, record.node, record.port)) return true;
    const auto reason = static_cast<DropReason>(record.code);
    if ((reason != DropReason::loss && reason != DropReason::corrupt) || record.node >= scenario_.devices.size())
        return false;
    const auto ports = plan_.ports_of(record.node);
    if (record.port >= ports.size()) return false;
    const PortId other = ports[record.port].id ^ 1u;
    return scenario_.end(other).device == e.at_device && (e.at_port.id == no_id || e.at_port.id == other);
}

void PacketCounter::count(Tally& tally, const Record& record, Bytes bytes) {
    if (record.packet != proto::no_packet && !tally.packets.insert(record.packet)) return;
    ++tally.count;
    if (tally.matches.size() < most_shown) tally.matches.push_back({record, {bytes.begin(), bytes.end()}});
}

// The packets that matched, or else the last ones that were there.
std::vector<std::string> PacketCounter::nearest(std::size_t expectation) const {
    const Tally& tally = tallies_[expectation];
    std::vector<const Seen*> shown;
    for (const Seen& seen : tally.matches) shown.push_back(&seen);
    const auto add_recent = [&](const Recent& recent) {
        for (std::size_t i = 0; i < std::min(recent.count, most_shown); ++i) shown.push_back(&recent.frames[i]);
    };
    if (shown.empty()) {
        for (const std::uint32_t site : tally.sites) add_recent(sites_[site].recent);
        if (tally.drop != DropReason::none) add_recent(drops_);
        std::stable_sort(shown.begin(), shown.end(),
                         [](const Seen* a, const Seen* b) { return a->record.at < b->record.at; });
        if (shown.size() > most_shown) shown.erase(shown.begin(), shown.end() - most_shown);
    }
    std::vector<std::string> lines;
    if (shown.empty()) return lines;
    lines.push_back(tally.matches.empty()                ? "the last packets there:"
                    : tally.count > tally.matches.size() ? fmt::format("the first {} of them:", tally.matches.size())
                                                         : "the packets that matched:");
    for (const Seen* seen : shown) lines.push_back(frame_line(names_, seen->record, seen->bytes));
    return lines;
}

CheckResult PacketCounter::result(std::size_t expectation, Time at) const {
    const PacketExpectation& e = scenario_.packet_expectations[expectation];
    const Tally& tally = tallies_[expectation];
    CheckResult r;
    r.place = e.place;
    r.text = statement_text(scenario_.sources, e.place);
    r.at = at;
    const bool is_usable = tally.filter.has_value() || tally.drop != DropReason::none;
    r.holds = is_usable && tally.count >= e.min && tally.count <= e.max;
    if (r.holds) return r;
    std::string where;
    if (e.at_port.id == lo_id)
        where = " at " + scenario_.devices[e.at_device].name + ".lo";
    else if (e.at_port.id != no_id)
        where = " at " + scenario_.full_port_name(e.at_port.id);
    else if (e.at_device != no_id)
        where = " at " + scenario_.devices[e.at_device].name;
    r.expected = expected_count(e) + (e.drop.empty() ? "" : " dropped") + where + ": " +
                 (e.drop.empty() ? e.filter.text : std::string(e.drop));
    r.happened = is_usable ? packets(tally.count) : "the filter cannot be used";
    r.context = nearest(expectation);
    return r;
}

std::vector<CheckResult> PacketCounter::results(Time at) const {
    std::vector<CheckResult> all;
    all.reserve(tallies_.size());
    for (std::size_t i = 0; i < tallies_.size(); ++i) all.push_back(result(i, at));
    return all;
}

}  // namespace layerlab::sim::scenario
