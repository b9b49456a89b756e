// Where a trace comes from: a scenario that is simulated, or a capture that is read. Works in slices between the
// pictures, so that nothing needs a lock.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture/live.hpp"
#include "capture/placed_source.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/folders.hpp"
#include "sim/scenario/recordings.hpp"
#include "sim/scenario/runner.hpp"
#include "viewer/model/table_history.hpp"
#include "viewer/model/terminal.hpp"
#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

// What a teacher wrote for those who look: shown when it is reached.
struct LessonItem {
    enum class Kind : std::uint8_t { note, question };
    Kind kind = Kind::note;
    Time at{};
    std::string text;
    std::vector<std::string> answers;  // of a question
    sim::scenario::Place place;
};

// What a scenario has beside its frames. The text is what the source panel shows and edits.
struct Lab {
    std::string path;
    std::string title;
    std::string text;
    sim::scenario::Scenario scenario;
    sim::scenario::Plan plan;
    std::vector<sim::scenario::Diagnostic> diagnostics;
    bool is_sound = false;  // no errors: it can run

    std::vector<sim::scenario::CheckResult> checks;      // so far, in the order in which they were judged
    std::vector<sim::scenario::CommandResult> commands;  // that have ended
    std::vector<LessonItem> lesson;
    std::vector<std::string> warnings;
};

class Feed {
  public:
    virtual ~Feed() = default;
    virtual Trace& trace() = 0;
    virtual Lab* lab() { return nullptr; }
    virtual const TableHistory* tables() const { return nullptr; }
    virtual const Transcripts* transcripts() const { return nullptr; }
    // Works for about so long; false when there is nothing left to do.
    virtual bool advance(std::chrono::microseconds budget) = 0;
    virtual bool ended() const = 0;
    virtual std::string problem() const { return {}; }  // "capture.pcap: byte 292: ..."

    // Of a capture that goes on: more frames may come at any time.
    virtual bool grows() const { return false; }
    virtual bool is_waiting() const { return false; }  // all that is there by now has been read
    virtual std::string name() const { return {}; }    // of the file or the interface
    virtual std::optional<capture::LiveCounters> counters() const { return std::nullopt; }

    // Of a simulation that has ended: it can be run on, and its hosts take commands.
    virtual bool is_live() const { return false; }
    // Returns how far it came.
    virtual Time run_on(Time until) { return until; }
    // Types a line at a host's shell, now at the end of the trace. Output arrives as records.
    virtual void type(NodeId /*host*/, const std::string& /*line*/) {}
    virtual void interrupt(NodeId /*host*/) {}  // Ctrl-C
    virtual std::vector<std::string> complete(NodeId /*host*/, const std::string& /*line*/) const { return {}; }
};

// What lies outside of the program: the texts of imports, folders that are served, saving.
struct Files {
    sim::scenario::ReadFile read;
    sim::scenario::ReadFolder read_folder;
    sim::scenario::OpenRecording open_recording;
    std::function<proto::Result<void>(const std::string& path, const std::string& text)> write;
};

// A trace takes at most this much memory; a feed that would need more stops there and says so.
inline constexpr std::uint64_t most_trace_memory = std::uint64_t{6} << 30;

// A scenario's text; `path` names it in messages and tells where its imports are.
// A text with errors gives a feed without frames whose lab() has the diagnostics.

std::unique_ptr<Feed> simulate(std::string path, std::string text, const Files& files);

// Frames of a capture. Its devices are those who talk, by their addresses (talkers.hpp).
using OpenPlaced = std::function<proto::Result<std::unique_ptr<capture::PlacedSource>>()>;
struct CaptureInput {
    std::string name;  // of the file or the interface
    OpenPlaced open;   // called by the thread that reads
    std::shared_ptr<capture::Patience> patience = std::make_shared<capture::Patience>();
    bool grows = false;    // it is live, or followed
    bool has_end = false;  // though it grows, somebody will stop it
    std::function<capture::LiveCounters()> counters{};
};
std::unique_ptr<Feed> read_capture(CaptureInput input);
std::unique_ptr<Feed> read_capture(std::string name, std::unique_ptr<capture::FrameSource> source);

}  // namespace layerlab::viewer
