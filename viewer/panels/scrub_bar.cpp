// Time below: how busy the run is over its whole length, with marks for drops, notes and failed expectations. Click or
// drag to go to an instant; click a mark to go to what it is about.
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

struct Bar {
    float left, right, top, base, marks;  // the profile stands on `base`, the marks are around `marks`
    std::int64_t end;                     // nanoseconds

    float x(Time t) const {
        const double part = static_cast<double>(proto::nanoseconds(t)) / static_cast<double>(end);
        return left + static_cast<float>(std::clamp(part, 0.0, 1.0)) * (right - left);
    }
    Time time(float at) const {
        const double part = std::clamp(static_cast<double>((at - left) / (right - left)), 0.0, 1.0);
        return proto::time_at(static_cast<std::int64_t>(part * static_cast<double>(end)));
    }
};

// Frames per stretch, stacked by kind; heights by the square root, so that single frames are seen beside storms.
void draw_profile(const Session& session, const Look& look, const Bar& bar) {
    const Palette& p = look.colours();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const Activity& activity = session.indices().activity;
    const float step = look.gap(0.375f), wide = step - 1;
    const auto columns = static_cast<std::size_t>(std::max(1.0f, (bar.right - bar.left) / step));
    std::vector<std::array<double, frame_kinds>> counts(columns);
    double most = 1;
    for (std::size_t i = 0; i < columns; ++i) {
        const float x = bar.left + static_cast<float>(i) * step;
        const Time to = i + 1 == columns ? proto::time_at(bar.end + 1) : bar.time(x + step);
        counts[i] = activity.between(bar.time(x), to);
        double sum = 0;
        for (const double n : counts[i]) sum += n;
        most = std::max(most, sum);
    }
    const float now = bar.x(session.now()), room = bar.base - bar.top;
    for (std::size_t i = 0; i < columns; ++i) {
        double sum = 0;
        for (const double n : counts[i]) sum += n;
        if (sum <= 0) continue;
        const float x = bar.left + static_cast<float>(i) * step;
        const float height = std::max(2 * look.scale, static_cast<float>(std::sqrt(sum / most)) * room);
        const bool is_future = x > now;
        float y = bar.base;
        for (std::size_t k = 0; k < frame_kinds; ++k) {
            if (counts[i][k] <= 0) continue;
            const float part = height * static_cast<float>(counts[i][k] / sum);
            const Colour fill = colour_of(static_cast<FrameKind>(k));
            list->AddRectFilled({x, y - part}, {x + wide, y}, colour(is_future ? mix(fill, p.panel, 0.5) : fill));
            y -= part;
        }
    }
}

enum class MarkKind { drop, note, failure };
struct Mark {
    MarkKind kind;
    Time at;
    std::uint64_t position = 0;  // of the record; of a failure, its place among the checks
};

// All that can be drawn apart, what is important last.
std::vector<Mark> marks_of(const Session& session, const Bar& bar) {
    std::vector<Mark> marks;
    const auto& losses = session.indices().activity.losses();
    for (auto it = losses.begin(); it != losses.end();) {
        marks.push_back({MarkKind::drop, it->at, it->position});
        const Time next = bar.time(bar.x(it->at) + 1.5f);
        it = std::partition_point(it + 1, losses.end(), [&](const Activity::Mark& m) { return m.at < next; });
    }
    for (const Activity::Mark& m : session.indices().activity.notes())
        marks.push_back({MarkKind::note, m.at, m.position});
    if (const Lab* lab = session.lab())
        for (std::size_t i = 0; i < lab->checks.size(); ++i)
            if (!lab->checks[i].holds) marks.push_back({MarkKind::failure, lab->checks[i].at, i});
    return marks;
}

void draw_mark(const Look& look, const Bar& bar, const Mark& mark, bool is_hovered) {
    const Palette& p = look.colours();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float x = bar.x(mark.at), y = bar.marks, r = look.gap(is_hovered ? 0.75f : 0.5f);
    switch (mark.kind) {
        case MarkKind::drop:
            list->AddLine({x, y - r}, {x, y + r}, colour({0xD55E00}), (is_hovered ? 3.0f : 2.0f) * look.scale);
            break;
        case MarkKind::note: list->AddCircleFilled({x, y}, r * 0.9f, colour(p.accent)); break;
        case MarkKind::failure: {
            const float width = (is_hovered ? 3.0f : 2.25f) * look.scale;
            list->AddLine({x - r, y - r}, {x + r, y + r}, colour(p.bad), width);
            list->AddLine({x - r, y + r}, {x + r, y - r}, colour(p.bad), width);
            break;
        }
    }
}

std::string describe(const Session& session, const Mark& mark) {
    const Trace& trace = session.trace();
    if (mark.kind == MarkKind::failure) {
        const auto& check = session.lab()->checks[mark.position];
        return fmt::format("{}  failed: {}\nexpected {}\nhappened {}", spaced_time(mark.at), check.text, check.expected,
                           check.happened);
    }
    const Record& r = trace.log()[mark.position];
    if (mark.kind == MarkKind::drop)
        return fmt::format("{}  dropped at {}: {}", spaced_time(mark.at), trace.place(r),
                           sim::to_string(static_cast<sim::DropReason>(r.code)));
    Buffer scratch;
    const Bytes text = trace.log().bytes(mark.position, scratch);
    return fmt::format("{}  {}", spaced_time(mark.at),
                       std::string_view(reinterpret_cast<const char*>(text.data()), text.size()));
}

void go_to(Commands& commands, const Mark& mark) {
    if (mark.kind == MarkKind::failure) {
        commands.push_back(command::Seek{mark.at});
        commands.push_back(command::ShowPanel{"checks"});
    } else {
        commands.push_back(command::SelectRecord{mark.position});
    }
}

// The time above the pointer, on a plate of its own.
void bubble(const Look& look, const Bar& bar, float x, float top, Time t) {
    const Palette& p = look.colours();
    ImDrawList* list = ImGui::GetForegroundDrawList();
    const std::string words = spaced_time(t);
    const ImVec2 size = measure(look.mono, words);
    const float pad = look.gap();
    const float left = std::clamp(x - size.x / 2, bar.left, std::max(bar.left, bar.right - size.x));
    const ImVec2 low{left - pad, top - size.y - pad * 1.5f}, high{left + size.x + pad, top - pad * 0.5f};
    list->AddRectFilled(low, high, colour(p.panel), look.gap(0.75f));
    list->AddRect(low, high, colour(p.line), look.gap(0.75f));
    list->AddText(look.mono, look.mono->FontSize, {left, low.y + pad / 2}, colour(p.text), words.c_str());
}

}  // namespace

void draw_scrub_bar(const Session& session, Commands& commands, const Look& look) {
    const Palette& p = look.colours();
    const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const std::string end_words = spaced_time(session.end());
    const float words = measure(look.mono_small, end_words).x;
    const Bar bar{at.x + look.gap(2),         at.x + std::max(look.gap(6), size.x - look.gap(3.5f) - words),
                  at.y + look.gap(0.75f),     at.y + size.y - look.gap(2),
                  at.y + size.y - look.gap(), std::max<std::int64_t>(1, proto::nanoseconds(session.end()))};
    list->AddLine({at.x, at.y}, {at.x + size.x, at.y}, colour(p.line));
    draw_profile(session, look, bar);
    const float now = bar.x(session.now());
    list->AddLine({bar.left, bar.base}, {bar.right, bar.base}, colour(p.line), 2 * look.scale);
    list->AddLine({bar.left, bar.base}, {now, bar.base}, colour(p.accent), 2 * look.scale);
    draw_text(list, look.mono_small, {bar.right + look.gap(1.5f), bar.base - look.mono_small->FontSize / 2}, p.muted,
              end_words);

    ImGui::SetCursorScreenPos({bar.left, at.y});
    ImGui::InvisibleButton("scrub", {std::max(1.0f, bar.right - bar.left), size.y});
    const bool is_active = ImGui::IsItemActive(), is_hovered = ImGui::IsItemHovered();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    std::optional<Mark> hovered;
    float nearest = look.gap(0.625f);
    const std::vector<Mark> marks = marks_of(session, bar);
    const bool is_at_marks = is_hovered && mouse.y > bar.base - look.gap(0.25f);
    for (const Mark& mark : marks) {
        draw_mark(look, bar, mark, false);
        const float d = std::abs(bar.x(mark.at) - mouse.x);
        if (!is_at_marks || d > nearest) continue;
        nearest = d;
        hovered = mark;
    }
    list->AddLine({now, bar.top}, {now, bar.base}, colour(p.accent), 2 * look.scale);
    list->AddCircleFilled({now, bar.base}, look.gap(0.625f), colour(p.accent));
    list->AddCircle({now, bar.base}, look.gap(0.625f) + 1, colour(p.panel), 0, 1.5f);

    const bool is_dragged = is_active && ImGui::IsMouseDragging(0, 2);
    if (hovered && !is_dragged) {
        draw_mark(look, bar, *hovered, true);
        tooltip(look, describe(session, *hovered));
        if (ImGui::IsItemActivated()) go_to(commands, *hovered);
        return;
    }
    if (is_active && (ImGui::IsItemActivated() || is_dragged)) commands.push_back(command::Seek{bar.time(mouse.x)});
    if (is_hovered || is_active) bubble(look, bar, mouse.x, at.y, bar.time(mouse.x));
}

}  // namespace layerlab::viewer
