// What was said in the selected frame's connection, client and server on grounds of their own.
#include "viewer/model/stream.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

struct Line {
    std::uint32_t piece, begin, length;
};

// The stream of the last picture and its lines: made again only when something else is selected, or more has come.
struct Kept {
    const Trace* trace = nullptr;
    PacketId packet = 0;
    FrameNumber frames = 0;
    std::size_t columns = 0;
    StreamText stream;
    std::vector<Line> lines;
};

void cut_into_lines(Kept& kept) {
    kept.lines.clear();
    for (std::uint32_t i = 0; i < kept.stream.pieces.size(); ++i) {
        const std::string& text = kept.stream.pieces[i].text;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            const std::size_t length = std::min(end - at, kept.columns);
            kept.lines.push_back({i, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(length)});
            at += length;
            if (at < text.size() && text[at] == '\n') ++at;
        }
    }
}

const Kept& stream_now(const Session& session, std::size_t columns) {
    static Kept kept;
    const Trace& trace = session.trace();
    const FrameNumber n = session.selected().number;
    const PacketId packet = trace.frame(n).packet;
    constexpr FrameNumber enough_news = 5000;
    const bool has_news =
        session.is_loading() ? trace.frame_count() > kept.frames + enough_news : trace.frame_count() != kept.frames;
    if (kept.trace != &trace || kept.packet != packet || has_news) {
        kept.trace = &trace;
        kept.packet = packet;
        kept.frames = trace.frame_count();
        kept.stream = stream_of(trace, n);
        kept.columns = 0;
    }
    if (kept.columns != columns) {
        kept.columns = columns;
        cut_into_lines(kept);
    }
    return kept;
}

}  // namespace

void draw_stream(const Session& session, Commands& commands, const Look& look) {
    const Palette& p = look.colours();
    if (session.selected().number == 0)
        return empty_state(look, "Choose a frame in the list: what its connection carries is shown here.");
    const float digit = measure(look.mono_small, "0").x;
    const float room = ImGui::GetContentRegionAvail().x - look.gap(3);
    const Kept& kept = stream_now(session, static_cast<std::size_t>(std::max(20.0f, room / digit)));
    const StreamText& s = kept.stream;
    if (!s.is_there) return empty_state(look, "This frame belongs to no TCP connection and no UDP exchange.");
    const Colour client = mix(p.layer[7], p.panel, 0.2), server = mix(p.layer[3], p.panel, 0.2);
    const auto side = [&](const char* what, const std::string& end, std::size_t bytes, Colour ground) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const std::string words = fmt::format("{} {}  {} bytes", what, end, bytes);
        const ImVec2 size = measure(look.small, words);
        ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + size.x + look.gap(), at.y + size.y + look.gap(0.25f)},
                                                  colour(ground), look.gap(0.5f));
        draw_text(ImGui::GetWindowDrawList(), look.small, {at.x + look.gap(0.5f), at.y + look.gap(0.125f)}, p.text,
                  words);
        ImGui::Dummy({size.x + look.gap(), size.y + look.gap(0.25f)});
    };
    side("client", s.client, s.client_bytes, client);
    side("server", s.server, s.server_bytes, server);
    ImGui::PushFont(look.small);
    const bool is_set = session.list().settings().filter == s.filter;
    if (button(look, "Filter this stream", is_set, s.filter.c_str()))
        commands.push_back(command::SetFilter{is_set ? std::string() : s.filter});
    ImGui::PopFont();
    if (s.is_cut) {
        ImGui::SameLine();
        text(look.small, p.muted, "the first 1 MiB");
    }
    ImGui::BeginChild("text");
    if (kept.lines.empty()) text(look.small, p.muted, "No payload in this stream.");
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
    const float height = look.mono_small->FontSize + look.gap(0.375f), width = ImGui::GetContentRegionAvail().x;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(kept.lines.size()), height);
    while (clipper.Step())
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const Line& line = kept.lines[static_cast<std::size_t>(i)];
            const StreamPiece& piece = s.pieces[line.piece];
            const ImVec2 at = ImGui::GetCursorScreenPos();
            ImGui::PushID(i);
            if (ImGui::InvisibleButton("line", {width, height})) commands.push_back(command::SelectFrame{piece.frame});
            ImGui::PopID();
            ImDrawList* list = ImGui::GetWindowDrawList();
            list->AddRectFilled(at, {at.x + width, at.y + height}, colour(piece.from_client ? client : server));
            if (ImGui::IsItemHovered()) list->AddRectFilled(at, {at.x + 3, at.y + height}, colour(p.accent));
            draw_text(list, look.mono_small, {at.x + look.gap(), at.y + look.gap(0.125f)}, p.text,
                      std::string_view(piece.text).substr(line.begin, line.length));
        }
    ImGui::PopStyleVar();
    ImGui::EndChild();
}

}  // namespace layerlab::viewer
