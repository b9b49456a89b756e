#include "viewer/panels/filter_box.hpp"

#include <algorithm>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include "proto/dissect/filter_complete.hpp"

namespace layerlab::viewer {
namespace {

namespace dissect = proto::dissect;

// What belongs to the field while it is being typed in; ImGui has one such field at a time.
struct Typing {
    std::string text;
    int cursor = 0;
    int chosen = 0;        // of the candidates
    bool takes = false;    // Tab: put the chosen candidate into the text
    bool is_open = false;  // candidates are shown
};
Typing typing;

dissect::FilterCompletion candidates() {
    const auto cursor = std::min(static_cast<std::size_t>(std::max(typing.cursor, 0)), typing.text.size());
    auto completion = dissect::complete_filter(typing.text, cursor);
    // What is there already, whole, needs no help.
    const std::string_view word =
        std::string_view(typing.text).substr(completion.from, completion.to - completion.from);
    if (word.empty() || (completion.candidates.size() == 1 && completion.candidates[0].text == word))
        completion.candidates.clear();
    return completion;
}

int on_edit(ImGuiInputTextCallbackData* data) {
    if (data->EventFlag == ImGuiInputTextFlags_CallbackAlways) typing.cursor = data->CursorPos;
    if (data->EventFlag == ImGuiInputTextFlags_CallbackHistory)
        typing.chosen += data->EventKey == ImGuiKey_DownArrow ? 1 : -1;
    if (data->EventFlag != ImGuiInputTextFlags_CallbackCompletion) return 0;
    const auto completion = candidates();
    if (completion.candidates.empty()) return 0;
    const auto i =
        static_cast<std::size_t>(std::clamp(typing.chosen, 0, static_cast<int>(completion.candidates.size()) - 1));
    data->DeleteChars(static_cast<int>(completion.from), static_cast<int>(completion.to - completion.from));
    data->InsertChars(static_cast<int>(completion.from), completion.candidates[i].text.c_str());
    return 0;
}

void mark_fault(const Session& session, const Look& look, ImVec2 begin, float bottom) {
    const auto& error = session.list().error();
    if (!error) return;
    const std::string_view filter = session.list().settings().filter;
    const std::size_t from = std::min(error->offset, filter.size());
    const std::size_t to = std::min(std::max(error->offset + error->length, from + 1), filter.size());
    const float x0 = begin.x + measure(look.mono, filter.substr(0, from)).x;
    const float x1 = std::max(x0 + look.gap(), begin.x + measure(look.mono, filter.substr(0, to)).x);
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float y = bottom - look.gap(0.25f), step = look.gap(0.375f);
    const ImU32 red = colour(look.colours().bad);
    for (float x = x0; x < x1; x += 2 * step) {
        list->AddLine({x, y}, {x + step, y - step * 0.7f}, red, 1.5f);
        list->AddLine({x + step, y - step * 0.7f}, {x + 2 * step, y}, red, 1.5f);
    }
}

void floating(const Look& look, const char* id, ImVec2 at, auto contents) {
    ImGui::SetNextWindowPos(at);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0f);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{look.gap(), look.gap()});
    ImGui::Begin(id, nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing |
                     ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_Tooltip);
    ImGui::PushFont(look.text);
    contents();
    ImGui::PopFont();
    ImGui::End();
    ImGui::PopStyleVar(2);
}

void show_candidates(const Look& look, const dissect::FilterCompletion& completion, ImVec2 at) {
    constexpr int most = 10;
    const int count = static_cast<int>(completion.candidates.size());
    typing.chosen = std::clamp(typing.chosen, 0, count - 1);
    const int first = std::clamp(typing.chosen - most / 2, 0, std::max(0, count - most));
    float widest = 0;
    for (int i = first; i < std::min(count, first + most); ++i)
        widest = std::max(widest, measure(look.mono, completion.candidates[static_cast<std::size_t>(i)].text).x);
    floating(look, "##candidates", at, [&] {
        for (int i = first; i < std::min(count, first + most); ++i) {
            const auto& candidate = completion.candidates[static_cast<std::size_t>(i)];
            text(look.mono, i == typing.chosen ? look.colours().accent : look.colours().text, candidate.text);
            ImGui::SameLine(widest + look.gap(3));
            text(look.small, look.colours().muted, candidate.title);
        }
        if (count > most) text(look.small, look.colours().muted, "Tab takes, arrows choose");
    });
}

}  // namespace

void draw_filter_box(const Session& session, Commands& commands, const Look& look, float width) {
    const Palette& p = look.colours();
    const auto& error = session.list().error();
    if (ImGui::GetActiveID() != ImGui::GetID("##filter")) typing.text = session.list().settings().filter;
    const ImGuiIO& io = ImGui::GetIO();
    const bool comes_by_key = ImGui::IsKeyPressed('/', false) && !io.WantTextInput && !io.KeyShift;
    if (comes_by_key) ImGui::SetKeyboardFocusHere();
    ImGui::PushFont(look.mono);
    ImGui::SetNextItemWidth(width);
    const ImVec2 box = ImGui::GetCursorScreenPos();
    ImGui::PushStyleColor(ImGuiCol_Text, colour(error ? p.bad : p.text));
    constexpr ImGuiInputTextFlags flags = ImGuiInputTextFlags_CallbackAlways | ImGuiInputTextFlags_CallbackCompletion |
                                          ImGuiInputTextFlags_CallbackHistory;
    const bool edited =
        ImGui::InputTextWithHint("##filter", "display filter: tcp.flags.syn == 1", &typing.text, flags, on_edit);
    ImGui::PopStyleColor();
    ImGui::PopFont();
    const bool is_typing = ImGui::IsItemActive();
    const ImVec2 below{ImGui::GetItemRectMin().x, ImGui::GetItemRectMax().y + look.gap(0.5f)};
    if (edited) {
        while (!typing.text.empty() && typing.text.front() == '/') typing.text.erase(0, 1);  // the key that led here
        typing.chosen = 0;
        commands.push_back(command::SetFilter{typing.text});
    }
    mark_fault(session, look, {box.x + ImGui::GetStyle().FramePadding.x, box.y}, ImGui::GetItemRectMax().y);
    const bool is_hovered = ImGui::IsItemHovered();
    if (is_typing) {
        const auto completion = candidates();
        if (!completion.candidates.empty()) return show_candidates(look, completion, below);
    }
    if (error && (is_typing || is_hovered))
        floating(look, "##fault", below, [&] {
            text(look.text, p.bad, error->message);
            if (!error->hint.empty()) text(look.small, p.muted, error->hint);
        });
}

}  // namespace layerlab::viewer
