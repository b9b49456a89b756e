// The packet list: Wireshark's columns, the display filter above. Only the rows that are seen are dissected.
#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/text.hpp"
#include "sim/kernel/stats.hpp"
#include "viewer/panels/filter_box.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

namespace dissect = proto::dissect;

void filter_row(const Session& session, Commands& commands, const Look& look) {
    const FrameViewSettings& now = session.list().settings();
    const float right = look.gap(now.drop != sim::DropReason::none ? 45 : session.trace().is_capture ? 24 : 33);
    draw_filter_box(session, commands, look, std::max(look.gap(16), ImGui::GetContentRegionAvail().x - right));
    ImGui::SameLine();
    const bool is_capture = session.trace().is_capture;
    if (session.grows()) {
        if (button(look, "Newest", session.following(), "Stand at the newest frame and follow (End)"))
            commands.push_back(command::Follow{!session.following()});
        ImGui::SameLine(0, look.gap(0.25f));
    } else if (!is_capture) {
        if (button(look, "Arrivals", now.arrivals, "Rows for arrivals too, not only for sendings and drops"))
            commands.push_back(command::ShowArrivals{!now.arrivals});
        ImGui::SameLine(0, look.gap(0.25f));
    }
    const bool has_device = session.device() != sim::no_node;
    if (button(look, "At device", now.at != sim::no_node, "Only what the selected device sends and receives") &&
        (has_device || now.at != sim::no_node))
        commands.push_back(command::ShowOnlyAt{now.at == sim::no_node ? session.device() : sim::no_node});
    ImGui::SameLine(0, look.gap(0.25f));
    if (now.drop != sim::DropReason::none) {
        const std::string label = fmt::format("{} x", sim::to_string(now.drop));
        if (button(look, label.c_str(), true, "Only frames that were dropped for this reason; click to show all"))
            commands.push_back(command::ShowOnlyDrops{});
        ImGui::SameLine(0, look.gap(0.25f));
    }
    const FrameNumber n = session.selected().number;
    if (is_capture) return ImGui::NewLine();
    if (button(look, "Caused", now.caused_by != 0, "Only what this packet caused (c)") &&
        (n != 0 || now.caused_by != 0))
        commands.push_back(command::ShowOnlyCausedBy{now.caused_by != 0 ? 0 : session.trace().frame(n).packet});
}

// An arrival without a row of its own is marked where the frame was sent.
FrameNumber row_of_selected(const Session& session) {
    const FrameNumber n = session.selected().number;
    const bool has_row = n == 0 || session.list().settings().arrivals || session.list().settings().at != sim::no_node ||
                         session.list().settings().drop != sim::DropReason::none ||
                         session.trace().frame(n).kind != RecordKind::frame_delivered;
    const FrameNumber sent = has_row ? 0 : session.trace().partner(n);
    return sent != 0 ? sent : n;
}

struct Cells {
    dissect::Columns columns;
    std::string place, drop;
    std::optional<Colour> own;  // by a colour rule
};

Cells cells_of(const Session& session, FrameNumber number) {
    static Buffer scratch;
    static dissect::Dissection dissection;
    const Trace& trace = session.trace();
    const Bytes bytes = trace.bytes(number, scratch);
    const dissect::FrameIn in = frame_in(trace, number, bytes, &session.indices().flows);
    dissect::dissect_alone(in, dissection);
    Cells cells;
    cells.columns = dissect::columns_of(in, dissection);
    cells.columns.time = proto::to_seconds(trace.time(number));
    cells.own = session.colour_rules().colour_of(dissection, bytes);
    cells.place = trace.place(trace.frame(number));
    const Record& r = trace.frame(number);
    if (r.kind == RecordKind::frame_dropped) cells.drop = to_string(static_cast<sim::DropReason>(r.code));
    for (const std::uint32_t remark : trace.remarks(number)) {
        const Record& m = trace.log()[remark];
        if (m.kind == RecordKind::frame_dropped) cells.drop = to_string(static_cast<sim::DropReason>(m.code));
    }
    return cells;
}

void row(const Session& session, Commands& commands, const Look& look, FrameNumber number, bool is_future) {
    const Palette& p = look.colours();
    const Cells cells = cells_of(session, number);
    const bool is_selected = row_of_selected(session) == number;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    ImGui::PushID(static_cast<int>(number));
    if (ImGui::Selectable("##row", is_selected, ImGuiSelectableFlags_SpanAllColumns))
        commands.push_back(command::SelectFrame{number});
    ImGui::PopID();
    if (cells.own) {  // the whole row, quietly
        ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, colour(*cells.own, is_future ? 0.06f : 0.16f));
    }
    ImGui::SameLine(0, 0);
    const Colour ink = is_future ? mix(p.muted, p.panel, 0.35) : p.text, quiet = is_future ? ink : p.muted;
    text(look.mono, quiet, fmt::format("{}", number));
    ImGui::TableNextColumn();
    text(look.mono, quiet, cells.columns.time);
    ImGui::TableNextColumn();
    text(look.mono, quiet, cells.place);
    ImGui::TableNextColumn();
    text(look.mono, ink, cells.columns.source);
    ImGui::TableNextColumn();
    text(look.mono, ink, cells.columns.destination);
    ImGui::TableNextColumn();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Colour chip = cells.own.value_or(protocol_colour(cells.drop.empty() ? cells.columns.protocol : "drop"));
    const ImVec2 size = draw_chip(ImGui::GetWindowDrawList(), look, at, cells.columns.protocol,
                                  is_future ? mix(chip, p.panel, 0.55) : chip);
    ImGui::Dummy(size);
    ImGui::TableNextColumn();
    text(look.mono, quiet, cells.columns.length);
    ImGui::TableNextColumn();
    if (!cells.drop.empty()) {
        text(look.bold, p.bad, "dropped: " + cells.drop);
        ImGui::SameLine();
    }
    text(look.text, ink, cells.columns.info);
}

}  // namespace

void draw_packets(const Session& session, Commands& commands, const Look& look) {
    filter_row(session, commands, look);
    const auto& rows = session.list().rows();
    if (rows.empty()) {
        const bool looks = session.is_loading() || session.list().looked_at() < session.trace().frame_count();
        const bool has_frames = session.trace().frame_count() > 0;
        return empty_state(look, session.grows() && !has_frames ? "Waiting for the first frame ..."
                                 : looks                        ? "Looking for frames ..."
                                 : has_frames                   ? "No frame matches. Change the filter, or clear it."
                                              : "No frames yet. Press space to run, or open a .lab or a capture.");
    }
    const float width = ImGui::GetContentRegionAvail().x;
    constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_Hideable | ImGuiTableFlags_Resizable |
                                      ImGuiTableFlags_NoBordersInBody | ImGuiTableFlags_SizingFixedFit;
    if (!ImGui::BeginTable(session.trace().is_capture ? "capture" : "run", 8, flags, {0, 0})) return;
    const float digit = measure(look.mono, "0").x;
    const bool is_capture = session.trace().is_capture;
    ImGui::TableSetupScrollFreeze(0, 1);
    ImGui::TableSetupColumn("No.", 0, digit * 7);
    ImGui::TableSetupColumn("Time", 0, digit * 13);
    ImGui::TableSetupColumn("Where", 0, digit * 11);
    ImGui::TableSetupColumn("Source", 0, digit * 17);
    ImGui::TableSetupColumn("Destination", 0, digit * 17);
    ImGui::TableSetupColumn("Protocol", 0, look.gap(9));
    ImGui::TableSetupColumn("Length", 0, digit * 6);
    ImGui::TableSetupColumn("Info", ImGuiTableColumnFlags_WidthStretch);
    // Where there is little room, what is said elsewhere too makes way for the Info column.
    ImGui::TableSetColumnEnabled(2, !is_capture && (width > look.gap(98) || session.list().settings().arrivals));
    ImGui::TableSetColumnEnabled(6, width > look.gap(80));
    ImGui::PushFont(look.small);
    ImGui::PushStyleColor(ImGuiCol_Text, colour(look.colours().muted));
    ImGui::TableHeadersRow();
    ImGui::PopStyleColor();
    ImGui::PopFont();

    // Keep the selected row in sight when it has changed.
    static FrameNumber shown = 0;
    const FrameNumber selected = row_of_selected(session);
    const float height = look.text->FontSize + look.gap(0.5f);
    if (selected != shown && selected != 0) {
        shown = selected;
        const float y = static_cast<float>(session.list().row_at(selected)) * height;
        const float top = ImGui::GetScrollY(), room = ImGui::GetWindowHeight() - 2 * height;
        if (y < top || y > top + room - height) ImGui::SetScrollY(std::max(0.0f, y - room / 2));
    }
    // At the newest row while it is followed; whoever scrolls up wants to read.
    if (session.following()) {
        const bool is_over = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
        const bool drags =
            ImGui::IsMouseDown(0) && is_over && ImGui::GetScrollY() < ImGui::GetScrollMaxY() - 3 * height;
        if (drags || (is_over && ImGui::GetIO().MouseWheel > 0))
            commands.push_back(command::Follow{false});
        else
            ImGui::SetScrollY(std::max(0.0f, static_cast<float>(rows.size() + 2) * height));
    }
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(rows.size()), height);
    while (clipper.Step())
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const FrameNumber n = rows[static_cast<std::size_t>(i)];
            row(session, commands, look, n, n > session.frames_so_far());
        }
    ImGui::EndTable();
}

}  // namespace layerlab::viewer
