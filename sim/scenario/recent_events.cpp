#include "sim/scenario/recent_events.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

#include "sim/kernel/stats.hpp"
#include "sim/scenario/frame_text.hpp"

namespace layerlab::sim::scenario {
namespace {

bool is_telling(const Record& r) { return r.kind == RecordKind::decision || r.kind == RecordKind::frame_dropped; }

std::string line_of(const Record& r, const PlaceNames& names) {
    const std::string time = proto::to_seconds(r.at);
    if (r.kind == RecordKind::decision) return fmt::format("{} {}", time, sentence(r, names));
    const auto reason = static_cast<DropReason>(r.code);
    return fmt::format("{} {} drops a packet ({}): {}", time, place_name(names, r.node, r.port), to_string(reason),
                       explain(reason));
}

}  // namespace

void RecentEvents::on_record(const Record& record, Bytes) {
    // What was sent says which packet led to which.
    if (is_telling(record) || record.kind == RecordKind::frame_sent) log_.on_record(record, {});
}

std::vector<std::string> RecentEvents::caused_by(CauseId id, const PlaceNames& names) const {
    std::unordered_set<CauseId> family{id};
    std::vector<std::string> lines;
    std::vector<std::uint64_t> found;
    for (std::uint64_t n = log_.first(); n < log_.end(); ++n) {
        const Record& r = log_[n];
        const bool is_child = family.contains(r.cause);
        if (is_child && r.packet != proto::no_packet) family.insert(r.packet);
        if (is_telling(r) && (is_child || family.contains(r.packet))) found.push_back(n);
    }
    for (std::size_t i = found.size() - std::min(found.size(), most_shown); i < found.size(); ++i)
        lines.push_back(line_of(log_[found[i]], names));
    return lines;
}

std::vector<std::string> RecentEvents::at(NodeId node, const PlaceNames& names) const {
    std::vector<std::string> lines;
    for (std::uint64_t n = log_.end(); n > log_.first() && lines.size() < most_shown; --n)
        if (const Record& r = log_[n - 1]; is_telling(r) && r.node == node) lines.push_back(line_of(r, names));
    std::reverse(lines.begin(), lines.end());
    return lines;
}

}  // namespace layerlab::sim::scenario
