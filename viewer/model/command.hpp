// What the user wants: panels put these into a list, and the session carries them out between two pictures. Nothing
// else changes the session.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "proto/base/field.hpp"
#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

struct Point {
    float x = 0, y = 0;
    friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
    friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
    friend Point operator*(Point a, float f) { return {a.x * f, a.y * f}; }
    friend bool operator==(Point, Point) = default;
};

enum class Theme : std::uint8_t { dark, light };

// 0xRRGGBB.
struct Colour {
    std::uint32_t rgb = 0;
    friend bool operator==(Colour, Colour) = default;
};
struct ColourRule {  // frames that match this display filter have this colour
    std::string filter;
    Colour colour;
    friend bool operator==(const ColourRule&, const ColourRule&) = default;
};

namespace command {

// --- time ---
struct Play {
    bool on = true;
};
struct SetSpeed {  // virtual seconds per second; 0: as fast as it can
    double speed = 1;
};
struct Seek {
    Time to;
};
struct Follow {  // what still comes: stand at the newest frame and stay there
    bool on = true;
};
enum class StepUnit : std::uint8_t { event, frame, decision, drop };
struct Step {
    StepUnit unit = StepUnit::frame;
    bool back = false;
};

// --- what is selected ---
struct SelectFrame {  // also goes to its time
    FrameNumber number = 0;
};
struct SelectDevice {
    NodeId node = sim::no_node;
};
struct SelectRecord {  // a decision, a drop, a note: its frame, its device, its time
    std::uint64_t position = 0;
};
struct SelectBits {                        // of the selected frame's bytes, or of a reassembled buffer
    std::uint32_t offset = 0, length = 0;  // in bits
    std::uint16_t source = 0;
    const proto::FieldInfo* field = nullptr;  // where one was meant
};
struct SelectLayer {  // OSI, 1..7
    int layer = 0;
};

// --- the list ---
struct SetFilter {
    std::string text;
};
struct ShowOnlyCausedBy {  // 0: show everything
    sim::CauseId root = 0;
};
struct ShowOnlyAt {  // no_node: everywhere
    NodeId node = sim::no_node;
};
struct ShowArrivals {  // rows for arrivals too, not only for sendings and drops
    bool on = false;
};
struct ShowOnlyDrops {  // none: not only drops
    sim::DropReason reason = sim::DropReason::none;
};
struct MoveSelection {  // in the list, by rows
    int rows = 1;
};

struct SetColourRules {
    std::vector<ColourRule> rules;
};

// --- canvas ---
struct MoveDevice {
    NodeId node;
    Point to;  // in the canvas' own units
};
struct SetCanvasView {  // the point in the middle, and pixels per unit
    Point centre;
    float zoom = 1;
};
struct FitCanvas {};

// --- panels ---
struct ShowPanel {  // by its name; opens a tab, brings it to the front
    std::string name;
};
struct HidePanel {
    std::string name;
};
struct SetSplit {  // where a splitter stands, 0..1 of its room
    std::string name;
    float at = 0.5f;
};
struct SetTheme {
    Theme theme = Theme::dark;
};
struct Present {  // big type
    bool on = true;
};
struct ShowKeys {
    bool on = true;
};

// --- terminal ---
struct TypeLine {
    NodeId host;
    std::string line;
};
struct InterruptCommand {
    NodeId host;
};

// --- the .lab ---
struct EditText {
    std::string text;
};
struct Save {};
struct RunAgain {};
struct GoToLine {  // shows it in the source panel
    std::uint32_t line_code = 0;
};

// --- teaching ---
struct Predict {  // hides the next decision until answered
    bool on = true;
};
struct Answer {  // of question `item` of the lesson, or of the hidden decision where item is none
    std::uint32_t item = none;
    std::string text;
};
struct DismissLesson {
    std::uint32_t item = none;
};

// --- sequence, plots ---
struct SetParticipants {  // of the sequence diagram; empty: chosen by itself
    std::vector<NodeId> nodes;
};
struct Export {  // writes a file beside the source: "sequence.svg", "sequence.mmd", "plot.csv", "plot.svg"
    std::string what;
};
struct SetPlot {  // which series: "link 3", "flow 12", "cwnd 12", "queue 3" (plots.hpp)
    std::string series;
};

struct Open {
    std::string path;
};
struct Quit {};

}  // namespace command

using Command =
    std::variant<command::Play, command::Follow, command::SetSpeed, command::Seek, command::Step, command::SelectFrame,
                 command::SelectDevice, command::SelectRecord, command::SelectBits, command::SelectLayer,
                 command::SetFilter, command::ShowOnlyCausedBy, command::ShowOnlyAt, command::ShowArrivals,
                 command::ShowOnlyDrops, command::MoveSelection, command::MoveDevice, command::SetCanvasView,
                 command::FitCanvas, command::ShowPanel, command::HidePanel, command::SetSplit, command::SetTheme,
                 command::Present, command::SetColourRules, command::ShowKeys, command::TypeLine,
                 command::InterruptCommand, command::EditText, command::Save, command::RunAgain, command::GoToLine,
                 command::Predict, command::Answer, command::DismissLesson, command::SetParticipants, command::Export,
                 command::SetPlot, command::Open, command::Quit>;
using Commands = std::vector<Command>;

}  // namespace layerlab::viewer
