// Curves over time. The wheel zooms about the pointer, dragging moves, a double click shows the whole run again; a
// click goes to that instant.
#include "viewer/model/plots.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

// What is seen of the run, as parts of its length; ImGui keeps it.
struct Span {
    float from = 0, to = 1;
};
Span span_now() {
    const ImGuiStorage* kept = ImGui::GetStateStorage();
    return {kept->GetFloat(ImGui::GetID("from"), 0), kept->GetFloat(ImGui::GetID("to"), 1)};
}
void keep(Span span) {
    const float length = std::clamp(span.to - span.from, 1e-5f, 1.0f);
    const float from = std::clamp(span.from, 0.0f, 1 - length);
    ImGui::GetStateStorage()->SetFloat(ImGui::GetID("from"), from);
    ImGui::GetStateStorage()->SetFloat(ImGui::GetID("to"), from + length);
}

// Where there is something to be seen of a series, with a little air.
void show_stretch(const Session& session, const PlotChoice& choice) {
    if (choice.to == proto::never) return keep({});
    const auto end = static_cast<float>(std::max<std::int64_t>(1, proto::nanoseconds(session.end())));
    const float from = static_cast<float>(proto::nanoseconds(choice.from)) / end;
    const float to = static_cast<float>(proto::nanoseconds(choice.to)) / end, air = (to - from) * 0.04f;
    keep({std::max(0.0f, from - air), std::min(1.0f, to + air)});
}

// A plot is made anew only when what it shows has changed.
const Plot& plot_of(const Session& session, Time from, Time to, std::size_t bins) {
    struct Made {
        const Trace* trace = nullptr;
        std::uint64_t records = 0;
        std::string series;
        Time from, to;
        std::size_t bins = 0;
        bool operator==(const Made&) const = default;
    };
    static Made made;
    static Plot plot;
    const Made wanted{&session.trace(), session.trace().log().end(), session.plot(), from, to, bins};
    if (made != wanted) {
        plot = make_plot(session.trace(), session.indices(), session.plot(), from, to, bins);
        made = wanted;
    }
    return plot;
}

void picker(const Session& session, Commands& commands, const Look& look, const std::string& title) {
    ImGui::SetNextItemWidth(std::max(look.gap(20), ImGui::GetContentRegionAvail().x - look.gap(19)));
    if (ImGui::BeginCombo("##series", title.c_str(), ImGuiComboFlags_HeightLarge)) {
        const std::string now = session.plot().empty() ? "packets" : session.plot();
        for (const PlotChoice& choice : plot_choices(session.trace(), session.indices())) {
            ImGui::PushID(choice.series.c_str());
            if (ImGui::Selectable(choice.title.c_str(), choice.series == now)) {
                commands.push_back(command::SetPlot{choice.series});
                show_stretch(session, choice);
            }
            ImGui::PopID();
        }
        ImGui::EndCombo();
    }
    ImGui::SameLine();
    if (button(look, "All", false, "The whole run (double click)")) keep({});
    ImGui::SameLine(0, look.gap(0.25f));
    if (button(look, "CSV", false, "Writes plot.csv")) commands.push_back(command::Export{"plot.csv"});
    ImGui::SameLine(0, look.gap(0.25f));
    if (button(look, "SVG", false, "Writes plot.svg")) commands.push_back(command::Export{"plot.svg"});
}

struct Frame {  // of the curves on the screen
    ImVec2 low, high;
    double from, to, top;  // seconds; the greatest value

    float x(double at) const { return low.x + static_cast<float>((at - from) / (to - from)) * (high.x - low.x); }
    float y(double value) const { return high.y - static_cast<float>(value / top) * (high.y - low.y); }
    double time(float at) const { return from + static_cast<double>((at - low.x) / (high.x - low.x)) * (to - from); }
};

void draw_axes(const Look& look, const Frame& f, std::string_view unit) {
    const Palette& p = look.colours();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const double up = tick_step(f.top, static_cast<int>((f.high.y - f.low.y) / look.gap(7)) + 1);
    for (double v = 0; v <= f.top * 1.0001; v += up) {
        list->AddLine({f.low.x, f.y(v)}, {f.high.x, f.y(v)}, colour(p.line));
        const std::string words = with_prefix(v, unit);
        const ImVec2 size = measure(look.mono_small, words);
        draw_text(list, look.mono_small, {f.low.x - size.x - look.gap(), f.y(v) - size.y / 2}, p.muted, words);
    }
    const double across = tick_step(f.to - f.from, static_cast<int>((f.high.x - f.low.x) / look.gap(12)) + 1);
    for (double t = std::ceil(f.from / across) * across; t <= f.to; t += across) {
        const std::string words = with_prefix(t, "s");
        const ImVec2 size = measure(look.mono_small, words);
        list->AddLine({f.x(t), f.high.y}, {f.x(t), f.high.y + look.gap(0.5f)}, colour(p.line));
        draw_text(list, look.mono_small, {std::min(f.x(t) - size.x / 2, f.high.x - size.x), f.high.y + look.gap(0.75f)},
                  p.muted, words);
    }
}

void draw_line(const Look& look, const Frame& f, const PlotLine& line) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float width = 1.75f * look.scale;
    for (std::size_t i = 0; i < line.points.size(); ++i) {
        const PlotPoint& p = line.points[i];
        const double until = i + 1 < line.points.size() ? line.points[i + 1].at : f.to;
        const float x0 = f.x(std::max(p.at, f.from)), x1 = f.x(std::min(until, f.to)), y = f.y(p.value);
        if (x1 < f.low.x || x0 > f.high.x) continue;
        if (line.is_area && p.value > 0) list->AddRectFilled({x0, y}, {x1, f.high.y}, colour(line.colour, 0.22f));
        list->AddLine({x0, y}, {x1, y}, colour(line.colour), width);
        if (i + 1 < line.points.size())
            list->AddLine({x1, y}, {x1, f.y(line.points[i + 1].value)}, colour(line.colour), width);
    }
}

void legend(const Look& look, const Plot& plot) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    float x = ImGui::GetCursorScreenPos().x;
    const float y = ImGui::GetCursorScreenPos().y, right = x + ImGui::GetContentRegionAvail().x;
    for (const PlotLine& line : plot.lines) {
        const float side = look.gap(1.25f);
        const ImVec2 words = measure(look.small, line.name);
        if (x + side + words.x > right) break;
        list->AddRectFilled({x, y + words.y / 2 - side / 2}, {x + side, y + words.y / 2 + side / 2},
                            colour(line.colour), look.gap(0.375f));
        draw_text(list, look.small, {x + side + look.gap(0.75f), y}, look.colours().text, line.name);
        x += side + words.x + look.gap(3);
    }
    ImGui::Dummy({0, look.small->FontSize + look.gap(0.5f)});
}

void readout(const Look& look, const Frame& f, const Plot& plot, float mouse) {
    const double at = f.time(mouse);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddLine({mouse, f.low.y}, {mouse, f.high.y}, colour(look.colours().muted, 0.6f));
    std::string words = fmt::format("{:.9f} s", at);
    for (const PlotLine& line : plot.lines) {
        const PlotPoint* point = value_at(line, at);
        if (!point) continue;
        words += fmt::format("\n{}  {}", line.name, with_prefix(point->value, plot.unit));
        list->AddCircleFilled({mouse, f.y(point->value)}, look.gap(0.5f), colour(line.colour));
    }
    tooltip(look, words);
}

void handle_pointer(Commands& commands, const Frame& f, Span span) {
    const ImGuiIO& io = ImGui::GetIO();
    const float room = std::max(1.0f, f.high.x - f.low.x), length = span.to - span.from;
    if (ImGui::IsItemHovered() && io.MouseWheel != 0) {
        const float part = std::clamp((io.MousePos.x - f.low.x) / room, 0.0f, 1.0f);
        const float next = std::min(1.0f, length * std::pow(0.8f, io.MouseWheel));
        const float fixed = span.from + part * length;
        keep({fixed - part * next, fixed + (1 - part) * next});
    }
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) return keep({});
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0)) {
        const float by = -io.MouseDelta.x / room * length;
        keep({span.from + by, span.to + by});
    } else if (ImGui::IsItemDeactivated() && ImGui::IsItemHovered() && io.MouseDragMaxDistanceSqr[0] < 9) {
        commands.push_back(command::Seek{proto::time_at(static_cast<std::int64_t>(f.time(io.MousePos.x) * 1e9))});
    }
}

}  // namespace

void draw_plots(const Session& session, Commands& commands, const Look& look) {
    const Palette& p = look.colours();
    const double end = std::max(1e-9, static_cast<double>(proto::nanoseconds(session.end())) / 1e9);
    const Span span = span_now();
    const Time from = proto::time_at(static_cast<std::int64_t>(static_cast<double>(span.from) * end * 1e9));
    const Time to = proto::time_at(static_cast<std::int64_t>(std::ceil(static_cast<double>(span.to) * end * 1e9)));
    const float margin = look.gap(11);
    const float room = ImGui::GetContentRegionAvail().x - margin - look.gap();
    if (room < look.gap(10)) return;
    const Plot& plot = plot_of(session, from, to, static_cast<std::size_t>(room / look.gap(0.5f)));
    panel_heading(look, "Plots");
    picker(session, commands, look, plot.title.empty() ? "Choose what to plot" : plot.title);
    if (session.trace().frame_count() == 0)
        return empty_state(look, "No frames yet. Press space to run, or open a .lab or a capture.");
    if (plot.lines.empty()) return empty_state(look, "Nothing was recorded of this. Choose another series above.");
    legend(look, plot);

    const ImVec2 at = ImGui::GetCursorScreenPos(), size = ImGui::GetContentRegionAvail();
    const float height = std::min(size.y - look.gap(3), look.gap(60));
    if (height < look.gap(8)) return;
    double most = 0;
    for (const PlotLine& line : plot.lines)
        for (const PlotPoint& point : line.points) most = std::max(most, point.value);
    Frame f{{at.x + margin, at.y + look.gap()}, {at.x + margin + room, at.y + height}, 0, 0, 0};
    f.from = static_cast<double>(proto::nanoseconds(plot.from)) / 1e9;
    f.to = static_cast<double>(proto::nanoseconds(plot.to)) / 1e9;
    f.top = most > 0 ? most * 1.06 : 1;
    draw_axes(look, f, plot.unit);
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->PushClipRect({f.low.x, f.low.y - 2}, {f.high.x, f.high.y + 1}, true);
    for (const PlotLine& line : plot.lines) draw_line(look, f, line);
    const float now = f.x(static_cast<double>(proto::nanoseconds(session.now())) / 1e9);
    list->AddLine({now, f.low.y}, {now, f.high.y}, colour(p.accent), 1.5f * look.scale);
    list->PopClipRect();
    ImGui::SetCursorScreenPos({f.low.x, at.y});
    ImGui::InvisibleButton("curves", {room, height});
    handle_pointer(commands, f, span);
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    if (ImGui::IsItemHovered() && mouse.x >= f.low.x && mouse.x <= f.high.x) readout(look, f, plot, mouse.x);
}

}  // namespace layerlab::viewer
