#include "sim/scenario/golden.hpp"

#include <fmt/format.h>

#include "sim/kernel/stats.hpp"

namespace layerlab::sim::scenario {

void GoldenTrace::on_frame(const FrameEntry& entry) {
    std::string line = fmt::format("{:>6} {}", entry.number, frame_line(names_, entry.record, entry.bytes));
    for (const Record& r : entry.remarks) {
        if (r.kind != RecordKind::frame_dropped) continue;
        line += " [x ";
        if (r.port != entry.record.port && r.port != no_port) line += place_name(names_, r.node, r.port) + ' ';
        line += to_string(static_cast<DropReason>(r.code));
        line += ']';
    }
    line += '\n';
    sink_(line);
}

}  // namespace layerlab::sim::scenario
