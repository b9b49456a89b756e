// What the viewer knows while it runs: the trace and where in time one stands, what is selected, what is shown. Panels
// read it and never change it; commands change it, all in apply(). Nothing here draws.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "viewer/model/colour_rules.hpp"
#include "viewer/model/command.hpp"
#include "viewer/model/feed.hpp"
#include "viewer/model/frame_view.hpp"
#include "viewer/model/indices.hpp"

namespace layerlab::viewer {

// The frame in hand, dissected.
struct SelectedFrame {
    FrameNumber number = 0;  // 0: none
    std::vector<std::uint8_t> bytes;
    proto::dissect::FrameIn in;
    proto::dissect::Dissection dissection;
};

// A stretch of bits of the selected frame: what tree, bytes and bit diagrams mark together.
struct SelectedBits {
    std::uint32_t offset = 0, length = 0;  // length 0: none
    std::uint16_t source = 0;
    const proto::FieldInfo* field = nullptr;
};

// How things lie on the screen; kept between runs in the side file.
struct View {
    std::map<std::string, float> splits;  // by the splitter's name
    std::map<std::string, bool> shown;    // panels that are open
    std::vector<ColourRule> colour_rules;
    std::vector<Point> places;  // of the devices, on the canvas
    Point canvas_centre;
    float canvas_zoom = 1;
    bool canvas_fits = true;  // fit at the next picture
    Theme theme = Theme::dark;
    bool presenting = false;
    bool keys_shown = false;
};

class Session {
  public:
    explicit Session(std::unique_ptr<Feed> feed, Files files = {});
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // --- for the host: between two pictures ---
    void apply(const Command& command);
    void apply(const Commands& commands);
    // Moves time while playing, and lets the feed and the list work for about `budget`.
    void tick(Duration wall, std::chrono::microseconds budget = std::chrono::milliseconds(6));
    // Everything that is there: the feed to its end and all rows. For screenshots and tests.
    void finish();
    // Another file: everything about the one before is forgotten.
    void show(std::unique_ptr<Feed> feed);
    // Why a file could not be opened, and the like: shown until the next command.
    void say(std::string message);
    bool wants_to_quit() const { return quits_; }
    // What `command::Open` asked for, once; empty: nothing. The host opens it.
    std::string take_wish_to_open() { return std::exchange(opens_, {}); }
    // Selects the first frame that a device had something to say about.
    void select_first_story();

    // Another number whenever anything may look different; no two sessions have the same. For what is costly to work
    // out again for each picture.
    std::uint64_t revision() const { return revision_; }

    // --- what there is ---
    const Trace& trace() const { return feed_->trace(); }
    const Lab* lab() const { return feed_->lab(); }
    const TableHistory* tables() const { return feed_->tables(); }
    bool is_loading() const { return !feed_->ended(); }
    bool is_live() const { return feed_->is_live(); }
    std::string problem() const { return feed_->problem(); }
    bool grows() const { return feed_->grows(); }  // a live capture, or a file that is followed
    std::string name() const { return feed_->name(); }
    std::optional<capture::LiveCounters> counters() const { return feed_->counters(); }

    // --- time ---
    Time now() const { return now_; }
    // Records before this one have happened. Within one moment, steps stand between its records.
    std::uint64_t cursor() const { return cursor_; }
    FrameNumber frames_so_far() const { return frames_; }  // up to now
    bool playing() const { return playing_; }
    bool following() const { return following_; }  // stands at the end of what still grows
    double speed() const { return speed_; }
    Time end() const { return std::max(trace().end(), now_); }

    // --- selection ---
    const SelectedFrame& selected() const { return selected_; }
    NodeId device() const { return device_; }
    const SelectedBits& bits() const { return bits_; }
    int layer() const { return layer_; }  // 1..7; 0: none
    std::optional<std::uint64_t> selected_record() const { return record_; }
    std::uint32_t line() const { return line_; }  // line_code in the source, 0: none

    // --- the list ---
    const FrameView& list() const { return list_; }
    const View& view() const { return view_; }
    const Indices& indices() const { return indices_; }
    const ColourRules& colour_rules() const { return colour_rules_; }
    bool is_shown(const std::string& panel) const;

    // --- terminal ---
    const Transcripts* transcripts() const { return feed_->transcripts(); }
    const std::vector<std::string>& history(NodeId host) const;
    std::vector<std::string> complete(NodeId host, const std::string& line) const {
        return feed_->complete(host, line);
    }

    // --- the .lab ---
    const std::string& edited() const { return edited_; }
    bool is_edited() const;

    // --- teaching ---
    bool predicting() const { return predicting_; }
    // In predict mode, decisions from this record on are hidden until answered.
    std::uint64_t hidden_from() const { return predicting_ ? hidden_from_ : ~std::uint64_t{0}; }
    // Lesson items that have been reached and not been dismissed, as indices of Lab::lesson.
    std::vector<std::uint32_t> lesson_now() const;
    const std::string& answer_to(std::uint32_t item) const;

    const std::vector<NodeId>& participants() const { return participants_; }
    const std::string& plot() const { return plot_; }
    // What the last command had to say: "sequence.svg has been written". Empty most of the time.
    const std::string& message() const { return message_; }

  private:
    struct Doer;  // one function per command
    void changed();
    void follow(Duration wall);
    void play(Duration wall, bool was_at_end);
    void go_to(Time t);
    void go_to_record(std::uint64_t cursor);
    void select(FrameNumber number);
    void show_record(std::uint64_t position);
    std::uint64_t next_decision(std::uint64_t from) const;
    void replace_feed(std::unique_ptr<Feed> feed);
    void lay_out_devices();  // those that have no place yet
    void read_side_file();
    void write_side_file();

    Files files_;
    std::uint64_t revision_ = 0;
    bool is_indexed_ = false;  // everything that is there
    std::unique_ptr<Feed> feed_;
    Indices indices_;
    FrameView list_;
    View view_;
    ColourRules colour_rules_;  // of the view, ready to be used
    std::size_t laid_out_ = 0;  // devices whose places the layout has chosen
    bool is_rearranged_ = false;
    Duration rearranged_for_{};  // not written yet for so long
    Time now_{};
    std::uint64_t cursor_ = 0;
    FrameNumber frames_ = 0;
    bool playing_ = false, following_ = false, quits_ = false, predicting_ = false;
    double speed_ = 1;
    double fraction_ = 0;  // of a nanosecond
    SelectedFrame selected_;
    NodeId device_ = sim::no_node;
    SelectedBits bits_;
    int layer_ = 0;
    std::optional<std::uint64_t> record_;
    std::uint32_t line_ = 0;
    std::map<NodeId, std::vector<std::string>> histories_;
    std::string edited_, opens_, message_, plot_;
    std::uint64_t hidden_from_ = 0;
    std::map<std::uint32_t, std::string> answers_;
    std::map<std::uint32_t, bool> dismissed_;
    std::vector<NodeId> participants_;
};

}  // namespace layerlab::viewer
