// What happened lately, for failed expectations: decisions and dropped frames of a short stretch of the record log.
#pragma once

#include <string>
#include <vector>

#include "sim/kernel/decisions.hpp"
#include "sim/kernel/recorder.hpp"

namespace layerlab::sim::scenario {

class RecentEvents final : public RecordReader {
  public:
    // Keeps about the newest mebibyte of records, without bytes.
    RecentEvents() : log_(1u << 20) {}

    void on_record(const Record& record, Bytes bytes) override;
    // The last few decisions and drops that a command or check of the script caused, as sentences with their times,
    // the newest last.
    std::vector<std::string> caused_by(CauseId id, const PlaceNames& names) const;
    // The last few that happened at a device.
    std::vector<std::string> at(NodeId node, const PlaceNames& names) const;

  private:
    static constexpr std::size_t most_shown = 6;

    RecordLog log_;
};

}  // namespace layerlab::sim::scenario
