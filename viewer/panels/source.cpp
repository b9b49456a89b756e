// The scenario's text: in colours, with its faults underlined in place, the line of what is selected marked. A click on
// a line goes to the first thing that came of it. "Edit" makes it a text to type in.
#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include "sim/scenario/output_check.hpp"
#include "viewer/model/lab_text.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

namespace scenario = sim::scenario;

// What ImGui does not keep: which file is shown, and whether one edits.
struct Kept {
    const Lab* lab = nullptr;
    std::uint16_t file = 0;
    std::uint32_t line_seen = 0;
    bool edits = false, wants_focus = false;
    std::string typed;
    LineIndex index;
};
Kept& kept() {
    static Kept k;
    return k;
}

class SourceText {
  public:
    SourceText(const Session& session, Commands& commands, const Look& look)
        : session_(session), commands_(commands), look_(look), p_(look.colours()), k_(kept()), lab_(*session.lab()) {}

    void draw() {
        if (k_.lab != &lab_) {
            k_.lab = &lab_;
            k_.file = 0;
            k_.line_seen = 0;
        }
        const std::uint32_t line = session_.line();
        const bool has_moved = line != k_.line_seen;
        k_.line_seen = line;
        if (has_moved && line != 0) {
            const scenario::Place place = scenario::place_of(line);
            if (place.file < lab_.scenario.sources.size()) k_.file = place.file;
        }
        k_.index.follow(session_.trace());
        heading();
        const float below = problems_height();
        if (k_.edits && k_.file == 0)
            edit(below);
        else
            show(below, has_moved);
        problems();
    }

  private:
    std::string_view text_shown() const {
        if (k_.file != 0) return lab_.scenario.sources.file(k_.file).text;
        return session_.edited();
    }
    bool is_main() const { return k_.file == 0; }

    void heading() {
        const float room = look_.gap(lab_.scenario.sources.size() > 1 ? 34 : 26);
        const std::string path = is_main() ? lab_.path : lab_.scenario.sources.file(k_.file).path;
        const std::string name = path.substr(path.find_last_of('/') + 1);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        ImGui::AlignTextToFramePadding();
        const float dot = session_.is_edited() ? look_.gap(1.5f) : 0;
        if (dot > 0) {
            ImGui::GetWindowDrawList()->AddCircleFilled({at.x + look_.gap(0.5f), at.y + ImGui::GetFrameHeight() / 2},
                                                        look_.gap(0.375f), colour(p_.accent));
            if (ImGui::IsMouseHoveringRect(at, {at.x + dot, at.y + ImGui::GetFrameHeight()}))
                tooltip(look_, "Changed, and not saved or run yet");
        }
        draw_text(ImGui::GetWindowDrawList(), look_.bold, {at.x + dot, at.y + look_.gap(0.5f)}, p_.text, name,
                  std::max(look_.gap(4), width - room - dot));
        ImGui::Dummy({1, ImGui::GetFrameHeight()});
        ImGui::SameLine(std::max(look_.gap(6), ImGui::GetWindowContentRegionMax().x - room));
        if (lab_.scenario.sources.size() > 1) {
            if (button(look_, "Files", false, "The files that this one imports")) ImGui::OpenPopup("files");
            if (ImGui::BeginPopup("files")) {
                for (std::uint16_t i = 0; i < lab_.scenario.sources.size(); ++i)
                    if (ImGui::MenuItem(lab_.scenario.sources.file(i).path.c_str(), nullptr, i == k_.file)) k_.file = i;
                ImGui::EndPopup();
            }
            ImGui::SameLine(0, look_.gap(0.25f));
        }
        if (button(look_, "Edit", k_.edits && is_main(), "Type in the text")) {
            k_.edits = !k_.edits;
            k_.wants_focus = k_.edits;
            k_.file = 0;
        }
        ImGui::SameLine(0, look_.gap(0.25f));
        if (button(look_, "Save", false, "Ctrl+S")) commands_.push_back(command::Save{});
        ImGui::SameLine(0, look_.gap(0.25f));
        if (button(look_, "Run again", session_.is_edited(), "F5: runs the text as it stands here"))
            commands_.push_back(command::RunAgain{});
        const ImGuiIO& io = ImGui::GetIO();
        if (io.KeyCtrl && ImGui::IsKeyPressed('S', false)) commands_.push_back(command::Save{});
        const ImVec2 line = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddLine(line, {line.x + width, line.y}, colour(p_.line));
        ImGui::Dummy({0, look_.gap(0.25f)});
    }

    // --- editing ---

    void edit(float below) {
        if (ImGui::GetActiveID() != ImGui::GetID("##text")) k_.typed = session_.edited();
        ImGui::PushFont(look_.mono);
        if (k_.wants_focus) ImGui::SetKeyboardFocusHere();
        k_.wants_focus = false;
        const auto lines = static_cast<std::size_t>(std::count(k_.typed.begin(), k_.typed.end(), '\n')) + 1;
        const float gutter =
            measure(look_.mono, "0").x * static_cast<float>(fmt::to_string(lines).size() + 1) + look_.gap(0.5f);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const ImVec2 size{ImGui::GetContentRegionAvail().x - gutter, ImGui::GetContentRegionAvail().y - below};
        ImGui::SetCursorScreenPos({at.x + gutter, at.y});
        if (ImGui::InputTextMultiline("##text", &k_.typed, size, ImGuiInputTextFlags_AllowTabInput))
            commands_.push_back(command::EditText{k_.typed});
        ImGui::PopFont();
        line_numbers(at, {gutter, size.y}, lines);
    }

    // Beside the text that is edited: they follow the scrolling of its own window.
    void line_numbers(ImVec2 at, ImVec2 size, std::size_t lines) {
        const auto& inner = ImGui::GetCurrentWindow()->DC.ChildWindows;
        if (inner.empty()) return;
        const float height = look_.mono->FontSize;
        const float top = inner.back()->DC.CursorStartPos.y + ImGui::GetStyle().FramePadding.y;
        ImDrawList* list = ImGui::GetWindowDrawList();
        list->PushClipRect(at, {at.x + size.x, at.y + size.y}, true);
        const auto first = static_cast<std::size_t>(std::max(0.0f, (at.y - top) / height));
        for (std::size_t i = first; i < lines; ++i) {
            const float y = top + height * static_cast<float>(i);
            if (y > at.y + size.y) break;
            const std::string label = fmt::to_string(i + 1);
            const bool is_marked = scenario::place_of(session_.line()).line == i + 1;
            draw_text(list, look_.mono, {at.x + size.x - measure(look_.mono, label).x - look_.gap(0.75f), y},
                      is_marked ? p_.text : p_.muted, label);
        }
        list->PopClipRect();
    }

    // --- reading ---

    Colour ink(LabTokenKind kind) const {
        const bool dark = look_.theme == Theme::dark;
        switch (kind) {
            case LabTokenKind::keyword: return p_.accent;
            case LabTokenKind::device: return dark ? Colour{0xE8B04B} : Colour{0x8A5A00};
            case LabTokenKind::number: return dark ? Colour{0xB99CFF} : Colour{0x6A3FC4};
            case LabTokenKind::string: return p_.good;
            case LabTokenKind::comment:
            case LabTokenKind::output: return p_.muted;
            case LabTokenKind::prompt: return dark ? Colour{0xE8B04B} : Colour{0x8A5A00};
            case LabTokenKind::filter: return dark ? Colour{0x56C7D6} : Colour{0x0B6B7A};
            default: return p_.text;
        }
    }

    void show(float below, bool has_moved) {
        const std::vector<std::string_view> lines = sim::scenario::lines_of(text_shown());
        std::vector<std::string> devices;
        for (const auto& device : lab_.scenario.devices) devices.push_back(device.name);
        std::sort(devices.begin(), devices.end());
        const float height = look_.mono->FontSize + look_.gap(0.5f), digit = measure(look_.mono, "0").x;
        const float gutter = digit * static_cast<float>(fmt::to_string(lines.size()).size() + 2);
        ImGui::BeginChild("lines", {0, ImGui::GetContentRegionAvail().y - below}, false,
                          ImGuiWindowFlags_HorizontalScrollbar);
        const scenario::Place marked = scenario::place_of(session_.line());
        if (has_moved && session_.line() != 0 && marked.file == k_.file) {
            const float y = static_cast<float>(marked.line) * height, top = ImGui::GetScrollY();
            const float room = ImGui::GetWindowHeight();
            if (y < top + 2 * height || y > top + room - 2 * height) ImGui::SetScrollY(std::max(0.0f, y - room / 3));
        }
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
        std::size_t widest = 0;
        for (const std::string_view line : lines) widest = std::max(widest, line.size());
        const float width = std::max(ImGui::GetContentRegionAvail().x, gutter + digit * static_cast<float>(widest + 4));
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(lines.size()), height);
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
                const auto n = static_cast<std::uint32_t>(i);
                line_row(lines[n], n + 1, devices, {width, height}, gutter,
                         session_.line() != 0 && marked.file == k_.file && marked.line == n + 1);
            }
        ImGui::PopStyleVar();
        ImGui::EndChild();
    }

    void line_row(std::string_view line, std::uint32_t number, const std::vector<std::string>& devices, ImVec2 size,
                  float gutter, bool is_marked) {
        scenario::Place place;
        place.line = number;
        place.file = k_.file;
        const std::uint32_t code = scenario::line_code(place);
        const auto first = k_.index.first(code);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::PushID(static_cast<int>(number));
        if (ImGui::InvisibleButton("line", size) && first) commands_.push_back(command::SelectRecord{*first});
        const bool is_hovered = ImGui::IsItemHovered();
        ImGui::PopID();
        ImDrawList* list = ImGui::GetWindowDrawList();
        if (is_marked || (is_hovered && first))
            list->AddRectFilled(at, {at.x + size.x, at.y + size.y}, colour(is_marked ? p_.selected : p_.hover));
        if (is_marked) list->AddRectFilled(at, {at.x + look_.gap(0.375f), at.y + size.y}, colour(p_.accent));
        const float y = at.y + look_.gap(0.25f);
        const std::string label = fmt::to_string(number);
        const bool has_happened = first && *first < session_.cursor();
        draw_text(list, look_.mono, {at.x + gutter - measure(look_.mono, label).x - measure(look_.mono, "0").x, y},
                  has_happened ? p_.text : p_.muted, label);
        const float x = at.x + gutter;
        for (const LabToken& token : tokens_of(line, devices))
            draw_text(list, look_.mono, {x + measure(look_.mono, line.substr(0, token.begin)).x, y}, ink(token.kind),
                      line.substr(token.begin, token.end - token.begin));
        faults(line, number, {x, at.y}, size.y, is_hovered);
    }

    void faults(std::string_view line, std::uint32_t number, ImVec2 at, float height, bool is_hovered) const {
        if (is_main() && session_.is_edited()) return;  // they are about another text
        for (const scenario::Diagnostic& d : lab_.diagnostics) {
            if (d.place.line != number || d.place.file != k_.file) continue;
            const std::size_t begin = std::min<std::size_t>(d.place.column > 0 ? d.place.column - 1 : 0, line.size());
            const std::size_t length = std::max<std::size_t>(d.place.length, 1);
            const float x0 = at.x + measure(look_.mono, line.substr(0, begin)).x;
            const float x1 = std::max(x0 + look_.gap(), at.x + measure(look_.mono, line.substr(0, begin + length)).x);
            const float y = at.y + height - look_.gap(0.25f), step = look_.gap(0.375f);
            for (float x = x0; x < x1; x += 2 * step) {
                ImDrawList* list = ImGui::GetWindowDrawList();
                list->AddLine({x, y}, {x + step, y - step * 0.7f}, colour(hue(d)), 1.5f * look_.scale);
                list->AddLine({x + step, y - step * 0.7f}, {x + 2 * step, y}, colour(hue(d)), 1.5f * look_.scale);
            }
            if (is_hovered) tooltip(look_, d.hint.empty() ? d.message : d.message + "\n" + d.hint);
        }
    }
    Colour hue(const scenario::Diagnostic& d) const {
        if (d.severity == scenario::Severity::error) return p_.bad;
        return look_.theme == Theme::dark ? Colour{0xE8B04B} : Colour{0x8A5A00};
    }

    // --- the list of what is wrong ---

    float problems_height() const {
        if (lab_.diagnostics.empty()) return 0;
        const float row = look_.small->FontSize + look_.gap(0.75f);
        const auto n = static_cast<float>(std::min<std::size_t>(lab_.diagnostics.size(), 6) + 1);
        return std::min(n * row + look_.gap(), ImGui::GetContentRegionAvail().y * 0.4f);
    }

    void problems() {
        if (lab_.diagnostics.empty()) return;
        const ImVec2 line = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddLine(line, {line.x + ImGui::GetContentRegionAvail().x, line.y}, colour(p_.line));
        ImGui::BeginChild("problems");
        const auto errors = std::count_if(lab_.diagnostics.begin(), lab_.diagnostics.end(),
                                          [](const auto& d) { return d.severity == scenario::Severity::error; });
        const auto warnings = static_cast<std::ptrdiff_t>(lab_.diagnostics.size()) - errors;
        std::string says;
        if (errors > 0) says = fmt::format("{} error{}", errors, errors == 1 ? "" : "s");
        if (warnings > 0)
            says += fmt::format("{}{} warning{}", says.empty() ? "" : ", ", warnings, warnings == 1 ? "" : "s");
        if (session_.is_edited()) says += " in the text that was run last";
        text(look_.small, p_.muted, says);
        int id = 0;
        for (const scenario::Diagnostic& d : lab_.diagnostics) problem(d, id++);
        ImGui::EndChild();
    }

    void problem(const scenario::Diagnostic& d, int id) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = look_.small->FontSize + look_.gap(0.375f), width = ImGui::GetContentRegionAvail().x;
        ImGui::PushID(id);
        if (ImGui::Selectable("##problem", false, 0, {0, height})) {
            k_.edits = false;
            commands_.push_back(command::GoToLine{scenario::line_code(d.place)});
        }
        if (ImGui::IsItemHovered()) tooltip(look_, d.hint.empty() ? d.message : d.message + "\n" + d.hint);
        ImGui::PopID();
        ImDrawList* list = ImGui::GetWindowDrawList();
        const float y = at.y + look_.gap(0.1875f);
        list->AddCircleFilled({at.x + look_.gap(0.5f), at.y + height / 2}, look_.gap(0.375f), colour(hue(d)));
        const std::string where = fmt::format("line {}", d.place.line);
        const float w = draw_text(list, look_.small, {at.x + look_.gap(1.5f), y}, p_.muted, where);
        draw_text(list, look_.small, {at.x + look_.gap(2.5f) + w, y}, p_.text, d.message, width - w - look_.gap(3));
    }

    const Session& session_;
    Commands& commands_;
    const Look& look_;
    const Palette& p_;
    Kept& k_;
    const Lab& lab_;
};

}  // namespace

void draw_source(const Session& session, Commands& commands, const Look& look) {
    if (!session.lab()) return empty_state(look, "A capture has no scenario. Open a .lab: its text is shown here.");
    SourceText(session, commands, look).draw();
}

}  // namespace layerlab::viewer
