// What has been typed and printed at each host, from the record log: the script's commands and one's own. As a terminal
// shows it, at any time of the run.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/kernel/recorder.hpp"
#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

struct TerminalLine {
    enum class Kind : std::uint8_t { prompt, output, status };
    Kind kind = Kind::output;
    std::string text;            // a prompt's with the host's name and "$ "
    std::uint64_t position = 0;  // of the record that began it
    std::uint32_t line = 0;      // of the scenario, 0: typed
    friend bool operator==(const TerminalLine&, const TerminalLine&) = default;
};

struct Transcript {
    std::vector<TerminalLine> lines;
    std::uint32_t running = 0;  // commands that have not ended
};

class Transcripts final : public sim::RecordReader {
  public:
    // Subscribed when the log is, so that both count records alike.
    void on_record(const Record& record, Bytes bytes) override;

    // What stands there before record `cursor`. Valid until the next call.
    const Transcript& at(NodeId host, std::uint64_t cursor) const;
    // Hosts where something was typed or printed before `cursor`, the latest first.
    std::vector<NodeId> hosts(std::uint64_t cursor) const;

  private:
    struct Piece {
        std::uint64_t position;
        RecordKind kind;
        std::uint32_t line;
        std::uint64_t status;
        std::string text;
    };
    std::map<NodeId, std::vector<Piece>> pieces_;
    std::uint64_t records_ = 0;

    struct Shown {
        NodeId host = sim::no_node;
        std::size_t pieces = 0;
        Transcript transcript;
    };
    mutable Shown shown_;
};

// A line cut into rows of at most `columns` characters: where each begins (UTF-8 is kept whole). At least one row.
std::vector<std::uint32_t> wrapped_rows(std::string_view line, std::uint32_t columns);

// What all of the words have in common at their beginning.
std::string common_beginning(const std::vector<std::string>& words);

}  // namespace layerlab::viewer
