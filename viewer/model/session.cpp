#include "viewer/model/session.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "viewer/model/exports.hpp"
#include "viewer/model/layout.hpp"
#include "viewer/model/side_file.hpp"

namespace layerlab::viewer {

Session::Session(std::unique_ptr<Feed> feed, Files files)
    : files_(std::move(files)), feed_(std::move(feed)), list_(feed_->trace(), &indices_.flows) {
    changed();
    if (const Lab* l = lab()) edited_ = l->text;
    lay_out_devices();
    read_side_file();
}
Session::~Session() { write_side_file(); }

void Session::read_side_file() {
    if (!lab() || !files_.read) return;
    const auto text = files_.read(side_file_of(lab()->path));
    if (!text) return;  // nobody has arranged anything
    const auto applied = apply_side_file(*text, trace().topology(), view_);
    if (!applied) message_ = applied.error().message;
    colour_rules_.set(view_.colour_rules);
}

void Session::write_side_file() {
    if (!is_rearranged_ || !lab() || !files_.write) return;
    is_rearranged_ = false;
    const auto written = files_.write(side_file_of(lab()->path), to_side_file(trace().topology(), view_));
    if (!written) message_ = written.error().message;
}

void Session::replace_feed(std::unique_ptr<Feed> feed) {
    changed();
    is_indexed_ = false;
    write_side_file();
    feed_ = std::move(feed);
    const FrameViewSettings settings = list_.settings();
    list_ = FrameView(feed_->trace(), &indices_.flows);
    list_.set(settings);
    selected_ = {};
    bits_ = {};
    record_.reset();
    playing_ = following_ = false;
    answers_.clear();
    dismissed_.clear();
    hidden_from_ = 0;
    if (view_.places.size() != trace().topology().devices.size()) {
        view_.places.clear();
        view_.canvas_fits = true;
        laid_out_ = 0;
    }
    if (device_ >= trace().topology().devices.size()) device_ = sim::no_node;
    indices_ = {};
    lay_out_devices();
    read_side_file();
    go_to(Time{});
}

void Session::show(std::unique_ptr<Feed> feed) {
    view_.places.clear();
    device_ = sim::no_node;
    line_ = 0;
    histories_.clear();
    participants_.clear();
    predicting_ = false;
    list_.set({});
    replace_feed(std::move(feed));
    view_.canvas_fits = true;
    edited_ = lab() ? lab()->text : std::string();
}

void Session::select_first_story() {
    if (grows()) return apply(command::Follow{});
    for (FrameNumber n = 1; n <= trace().frame_count() && !trace().is_capture; ++n)
        if (!trace().remarks(n).empty()) return apply(command::SelectFrame{n});
    if (trace().frame_count() > 0) apply(command::SelectFrame{1});
}

// A capture's devices come while it is read: they stand beside a neighbour until there are half as many again.
void Session::lay_out_devices() {
    const Topology& topology = trace().topology();
    const std::size_t there = topology.devices.size(), placed = view_.places.size();
    if (placed > 0 && laid_out_ == there && placed == there) return;
    // What goes on for long stays where it is as soon as there is something to see.
    constexpr std::size_t few = 6;
    const bool is_settled = feed_->grows() ? placed > few : !feed_->ended() && there <= laid_out_ + laid_out_ / 2;
    if (placed == 0 || !is_settled) {
        view_.places = lay_out(topology);
        view_.canvas_fits = true;
        laid_out_ = there;
    } else {
        place_newcomers(topology, view_.places);
    }
}

void Session::go_to(Time t) {
    now_ = std::max(t, Time{});
    cursor_ = trace().records_until(now_);
    frames_ = trace().frames_until(now_);
    fraction_ = 0;
}

void Session::go_to_record(std::uint64_t cursor) {
    const Records log = trace().log();
    cursor = std::min(cursor, log.end());
    const Time t = cursor == 0 ? Time{} : log[cursor - 1].at;
    go_to(t);
    cursor_ = cursor;
    while (frames_ > 0 && trace().position(frames_) >= cursor_) --frames_;
}

void Session::select(FrameNumber number) {
    if (number == 0 || number > trace().frame_count()) {
        selected_ = {};
        return;
    }
    if (selected_.number != number) bits_ = {};
    Buffer scratch;
    const Bytes bytes = trace().bytes(number, scratch);
    selected_.number = number;
    selected_.bytes.assign(bytes.begin(), bytes.end());
    selected_.in = frame_in(trace(), number, selected_.bytes, &indices_.flows);
    proto::dissect::dissect_alone(selected_.in, selected_.dissection);
    const Record& r = trace().frame(number);
    device_ = r.node;
    if (r.line != 0) line_ = r.line;
}

void Session::changed() {
    static std::uint64_t newest = 0;
    revision_ = ++newest;
}

void Session::say(std::string message) {
    message_ = std::move(message);
    changed();
}

// Live, time goes on between the frames; a file's writer may rest as long as he likes.
void Session::follow(Duration wall) {
    constexpr Duration rest = std::chrono::seconds(2);
    Time to = now_ + wall;
    if (!feed_->counters()) to = std::min(to, trace().end() + rest);
    if (!feed_->grows()) following_ = playing_ = false;
    go_to(std::max(to, trace().end()));
}

void Session::play(Duration wall, bool was_at_end) {
    const double ns = static_cast<double>(wall.count()) * speed_ + fraction_;
    const double whole = std::floor(ns);
    Time to = speed_ == 0 ? trace().end() : now_ + Duration(static_cast<std::int64_t>(std::min(whole, 9e17)));
    if (to > trace().end()) {
        if (feed_->is_live() && was_at_end && speed_ > 0)
            to = feed_->run_on(to);
        else
            to = std::max(trace().end(), now_);
        if (!feed_->is_live() && feed_->ended() && to >= trace().end()) playing_ = false;
        following_ = feed_->grows();
    }
    const double left = ns - whole;
    go_to(to);
    fraction_ = left;
    if (predicting_ && cursor_ > hidden_from_) {
        go_to_record(hidden_from_);
        playing_ = false;
    }
}

void Session::tick(Duration wall, std::chrono::microseconds budget) {
    const bool is_calm = feed_->ended() && !playing_ && is_indexed_ && list_.looked_at() == trace().frame_count();
    if (!is_calm) changed();
    const bool follows = playing_ && now_ >= trace().end();
    if (!feed_->ended()) feed_->advance(budget);
    if (following_)
        follow(wall);
    else if (playing_)
        play(wall, follows);
    is_indexed_ = indices_.follow(trace(), lab(), budget);
    list_.advance(budget);
    lay_out_devices();
    constexpr auto calm = std::chrono::seconds(2);
    rearranged_for_ += wall;
    if (is_rearranged_ && rearranged_for_ > calm) write_side_file();
}

void Session::finish() {
    changed();
    while (!feed_->ended() && !feed_->is_waiting()) feed_->advance(std::chrono::milliseconds(100));
    while (!indices_.follow(trace(), lab(), std::chrono::seconds(1))) {
    }
    list_.finish();
    lay_out_devices();
}

bool Session::is_shown(const std::string& panel) const {
    const auto it = view_.shown.find(panel);
    return it != view_.shown.end() && it->second;
}

const std::vector<std::string>& Session::history(NodeId host) const {
    static const std::vector<std::string> nothing;
    const auto it = histories_.find(host);
    return it == histories_.end() ? nothing : it->second;
}

bool Session::is_edited() const {
    const Lab* l = lab();
    return l && l->text != edited_;
}

std::vector<std::uint32_t> Session::lesson_now() const {
    std::vector<std::uint32_t> items;
    const Lab* l = lab();
    if (!l) return items;
    for (std::uint32_t i = 0; i < l->lesson.size(); ++i)
        if (l->lesson[i].at <= now_ && !dismissed_.contains(i)) items.push_back(i);
    return items;
}

const std::string& Session::answer_to(std::uint32_t item) const {
    static const std::string nothing;
    const auto it = answers_.find(item);
    return it == answers_.end() ? nothing : it->second;
}

// --- commands ---

struct Session::Doer {
    Session& s;

    // time
    void operator()(const command::Play& c) const {
        s.playing_ = c.on;
        s.following_ = c.on && s.grows() && s.now_ >= s.trace().end();
        if (s.grows()) return;
        if (c.on && s.now_ >= s.trace().end() && !s.feed_->is_live()) s.go_to(Time{});
    }
    void operator()(const command::Follow& c) const {
        s.playing_ = s.following_ = c.on && s.grows();
        if (s.following_) s.go_to(s.trace().end());
    }
    void operator()(const command::SetSpeed& c) const { s.speed_ = std::clamp(c.speed, 0.0, 1e6); }
    void operator()(const command::Seek& c) const { s.go_to(std::min(c.to, s.end())); }
    void operator()(const command::Step& c) const {
        s.playing_ = false;
        const Records log = s.trace().log();
        const auto is_wanted = [&](std::uint64_t n) {
            const RecordKind kind = log[n].kind;
            switch (c.unit) {
                case command::StepUnit::event: return true;
                case command::StepUnit::frame: return kind <= RecordKind::frame_dropped && log[n].size > 0;
                case command::StepUnit::decision: return kind == RecordKind::decision;
                case command::StepUnit::drop: return kind == RecordKind::frame_dropped;
            }
            return false;
        };
        if (c.back) {
            // To before the record stood on, and back to behind the one before it.
            std::uint64_t n = s.cursor_ > 0 ? s.cursor_ - 1 : 0;
            while (n > 0 && !is_wanted(n - 1)) --n;
            s.go_to_record(n);
            if (n > 0) s.show_record(n - 1);
            return;
        }
        for (std::uint64_t n = s.cursor_; n < log.end(); ++n)
            if (is_wanted(n)) {
                s.go_to_record(n + 1);
                s.show_record(n);
                return;
            }
    }

    // selection
    void operator()(const command::SelectFrame& c) const {
        if (c.number == 0 || c.number > s.trace().frame_count()) return s.select(0);
        s.select(c.number);
        s.record_ = s.trace().position(c.number);
        s.go_to_record(*s.record_ + 1);
    }
    void operator()(const command::SelectDevice& c) const { s.device_ = c.node; }
    void operator()(const command::SelectRecord& c) const {
        if (c.position >= s.trace().log().end()) return;
        s.go_to_record(c.position + 1);
        s.show_record(c.position);
    }
    void operator()(const command::SelectBits& c) const { s.bits_ = {c.offset, c.length, c.source, c.field}; }
    void operator()(const command::SelectLayer& c) const { s.layer_ = std::clamp(c.layer, 0, 7); }

    // list
    void operator()(const command::SetFilter& c) const {
        change_list([&](FrameViewSettings& l) { l.filter = c.text; });
    }
    void operator()(const command::ShowOnlyCausedBy& c) const {
        change_list([&](FrameViewSettings& l) { l.caused_by = c.root; });
    }
    void operator()(const command::ShowOnlyAt& c) const {
        change_list([&](FrameViewSettings& l) { l.at = c.node; });
    }
    void operator()(const command::ShowArrivals& c) const {
        change_list([&](FrameViewSettings& l) { l.arrivals = c.on; });
    }
    void operator()(const command::ShowOnlyDrops& c) const {
        change_list([&](FrameViewSettings& l) { l.drop = c.reason; });
    }
    void operator()(const command::MoveSelection& c) const {
        const auto& rows = s.list_.rows();
        if (rows.empty()) return;
        const auto here = static_cast<std::int64_t>(s.list_.row_at(std::max<FrameNumber>(s.selected_.number, 1)));
        const std::int64_t to = s.selected_.number == 0 ? 0 : here + c.rows;
        (*this)(command::SelectFrame{rows[static_cast<std::size_t>(
            std::clamp<std::int64_t>(to, 0, static_cast<std::int64_t>(rows.size()) - 1))]});
    }
    template <class Change>
    void change_list(Change change) const {
        FrameViewSettings settings = s.list_.settings();
        change(settings);
        s.list_.set(settings);
    }

    // canvas and panels
    void operator()(const command::MoveDevice& c) const {
        if (c.node < s.view_.places.size()) s.view_.places[c.node] = c.to;
        rearrange();
    }
    void rearrange() const {
        s.is_rearranged_ = true;
        s.rearranged_for_ = {};
    }
    void operator()(const command::SetCanvasView& c) const {
        s.view_.canvas_centre = c.centre;
        s.view_.canvas_zoom = std::clamp(c.zoom, 0.02f, 8.0f);
        s.view_.canvas_fits = false;
    }
    void operator()(const command::FitCanvas&) const { s.view_.canvas_fits = true; }
    void operator()(const command::ShowPanel& c) const { s.view_.shown[c.name] = true; }
    void operator()(const command::HidePanel& c) const { s.view_.shown[c.name] = false; }
    void operator()(const command::SetSplit& c) const {
        s.view_.splits[c.name] = std::clamp(c.at, 0.05f, 0.95f);
        rearrange();
    }
    void operator()(const command::SetColourRules& c) const {
        s.view_.colour_rules = c.rules;
        s.colour_rules_.set(c.rules);
        rearrange();
    }
    void operator()(const command::SetTheme& c) const { s.view_.theme = c.theme; }
    void operator()(const command::Present& c) const { s.view_.presenting = c.on; }
    void operator()(const command::ShowKeys& c) const { s.view_.keys_shown = c.on; }

    // terminal: a command is typed where the run stands, at its end
    void operator()(const command::TypeLine& c) const {
        if (!s.feed_->is_live() || c.line.empty()) return;
        auto& history = s.histories_[c.host];
        if (history.empty() || history.back() != c.line) history.push_back(c.line);
        s.go_to(s.trace().end());
        s.feed_->type(c.host, c.line);
        s.go_to(s.trace().end());
        s.playing_ = true;
    }
    void operator()(const command::InterruptCommand& c) const { s.feed_->interrupt(c.host); }

    // the .lab
    void operator()(const command::EditText& c) const { s.edited_ = c.text; }
    void operator()(const command::Save&) const {
        const Lab* l = s.lab();
        if (!l || !s.files_.write) return;
        const auto written = s.files_.write(l->path, s.edited_);
        s.message_ = written ? fmt::format("{} has been saved", l->path) : written.error().message;
    }
    void operator()(const command::RunAgain&) const {
        const Lab* l = s.lab();
        if (!l) return;
        s.replace_feed(simulate(l->path, s.edited_, s.files_));
    }
    void operator()(const command::GoToLine& c) const {
        s.line_ = c.line_code;
        s.view_.shown["source"] = true;
    }

    // teaching
    void operator()(const command::Predict& c) const {
        s.predicting_ = c.on;
        s.hidden_from_ = s.next_decision(s.cursor_);
    }
    void operator()(const command::Answer& c) const {
        if (c.item != none) {
            s.answers_[c.item] = c.text;
            return;
        }
        const std::uint64_t answered = s.hidden_from_;
        if (answered >= s.trace().log().end()) return;
        s.hidden_from_ = s.next_decision(answered + 1);
        (*this)(command::SelectRecord{answered});
    }
    void operator()(const command::DismissLesson& c) const { s.dismissed_[c.item] = true; }

    void operator()(const command::SetParticipants& c) const { s.participants_ = c.nodes; }
    void operator()(const command::SetPlot& c) const { s.plot_ = c.series; }
    void operator()(const command::Export& c) const {
        if (!s.files_.write) return;
        const auto text = export_text(s, c.what);
        const auto written = text ? s.files_.write(c.what, *text) : proto::Result<void>(tl::unexpected(text.error()));
        s.message_ = written ? fmt::format("{} has been written", c.what) : written.error().message;
    }
    void operator()(const command::Open& c) const { s.opens_ = c.path; }
    void operator()(const command::Quit&) const { s.quits_ = true; }
};

void Session::show_record(std::uint64_t position) {
    record_ = position;
    const Record& r = trace().log()[position];
    if (const FrameNumber n = trace().frame_of_record(position)) select(n);
    if (r.node != sim::no_node) device_ = r.node;
    if (r.line != 0) line_ = r.line;
}

std::uint64_t Session::next_decision(std::uint64_t from) const {
    const Records log = trace().log();
    while (from < log.end() && log[from].kind != RecordKind::decision) ++from;
    return from;
}

void Session::apply(const Command& command) {
    message_.clear();
    changed();
    // Who looks at something wants to stand still.
    using namespace command;
    const bool looks = std::holds_alternative<Seek>(command) || std::holds_alternative<Step>(command) ||
                       std::holds_alternative<SelectFrame>(command) || std::holds_alternative<SelectRecord>(command) ||
                       std::holds_alternative<MoveSelection>(command);
    if (looks && grows()) playing_ = following_ = false;
    std::visit(Doer{*this}, command);
}

void Session::apply(const Commands& commands) {
    for (const Command& command : commands) apply(command);
}

}  // namespace layerlab::viewer
