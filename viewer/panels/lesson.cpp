// What the teacher wrote: notes and questions that have been reached, the newest first, and predict mode. The newest
// one floats over the network as a small card too.
#include "viewer/model/lesson.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "viewer/model/layout.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

class Lesson {
  public:
    Lesson(const Session& session, Commands& commands, const Look& look)
        : session_(session), commands_(commands), look_(look), p_(look.colours()), lab_(*session.lab()) {}

    void draw() {
        predict_switch();
        std::vector<std::uint32_t> items = session_.lesson_now();
        if (items.empty())
            return empty_state(look_, lab_.lesson.empty()
                                          ? "This scenario tells nothing. A line like note \"...\" in its script would."
                                          : "No note has been reached yet. Press space: the lesson goes on.");
        ImGui::BeginChild("items");
        std::reverse(items.begin(), items.end());
        for (std::size_t i = 0; i < items.size(); ++i) {
            ImGui::PushID(static_cast<int>(items[i]));
            item(items[i], i == 0 ? look_.heading : look_.text);
            ImGui::PopID();
            const ImVec2 at = ImGui::GetCursorScreenPos();
            if (i + 1 < items.size())
                ImGui::GetWindowDrawList()->AddLine(at, {at.x + ImGui::GetContentRegionAvail().x, at.y},
                                                    colour(p_.line));
            ImGui::Dummy({0, look_.gap()});
        }
        ImGui::EndChild();
    }

    // One item: its moment, its text, and what can be answered.
    void item(std::uint32_t index, ImFont* font) {
        const LessonItem& item = lab_.lesson[index];
        const bool is_question = item.kind == LessonItem::Kind::question;
        text(look_.small, p_.muted, fmt::format("{} at {}", is_question ? "Question" : "Note", spaced_time(item.at)));
        paragraph(font, p_.text, item.text);
        if (is_question) answers(index, item);
        if (button(look_, "Show the moment", false, "Goes to when this was said"))
            commands_.push_back(command::Seek{item.at});
        ImGui::SameLine(0, look_.gap(0.5f));
        if (button(look_, "Dismiss")) commands_.push_back(command::DismissLesson{index});
    }

  private:
    void answers(std::uint32_t index, const LessonItem& item) {
        const std::string& given = session_.answer_to(index);
        ImGui::PushStyleVar(ImGuiStyleVar_ButtonTextAlign, ImVec2{0, 0.5f});
        ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, 1.0f);
        if (item.answers.size() == 1) {
            if (given.empty()) {
                if (ImGui::Button("Show the answer")) commands_.push_back(command::Answer{index, item.answers[0]});
            } else {
                paragraph(look_.text, p_.good, item.answers[0]);
            }
        } else {
            for (const std::size_t i : order_of_answers(item)) answer(index, item, i, given);
            if (!given.empty() && !is_right(item, given))
                text(look_.text, p_.bad, "Not quite. Look again, and try another one.");
            if (is_right(item, given)) text(look_.text, p_.good, "Right.");
        }
        ImGui::PopStyleVar(2);
    }

    void answer(std::uint32_t index, const LessonItem& item, std::size_t i, const std::string& given) {
        const std::string& says = item.answers[i];
        const bool is_given = given == says, is_good = is_given && is_right(item, given);
        const float width = ImGui::GetContentRegionAvail().x - look_.gap(0.5f);
        const float wrap = std::max(look_.gap(10), width - look_.gap(5));
        const ImVec2 words =
            look_.text->CalcTextSizeA(look_.text->FontSize, 1e9f, wrap, says.data(), says.data() + says.size());
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::PushID(static_cast<int>(i));
        if (is_given) ImGui::PushStyleColor(ImGuiCol_Border, colour(is_good ? p_.good : p_.bad));
        if (ImGui::Button("##answer", {width, words.y + look_.gap(1.5f)}))
            commands_.push_back(command::Answer{index, says});
        if (is_given) ImGui::PopStyleColor();
        ImGui::PopID();
        ImDrawList* list = ImGui::GetWindowDrawList();
        const ImVec2 c{at.x + look_.gap(1.75f), at.y + look_.gap(0.75f) + look_.text->FontSize / 2};
        const Colour ink = is_given ? is_good ? p_.good : p_.bad : p_.muted;
        list->AddCircle(c, look_.gap(0.625f), colour(ink), 0, 1.5f * look_.scale);
        if (is_given) list->AddCircleFilled(c, look_.gap(0.375f), colour(ink));
        list->AddText(look_.text, look_.text->FontSize, {at.x + look_.gap(3.5f), at.y + look_.gap(0.75f)},
                      colour(p_.text), says.data(), says.data() + says.size(), wrap);
    }

    void predict_switch() {
        const bool on = session_.predicting();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = look_.gap(2.5f), width = look_.gap(4.5f);
        if (ImGui::InvisibleButton("predict", {width + look_.gap() + measure(look_.bold, "Predict").x, height}))
            commands_.push_back(command::Predict{!on});
        const bool is_hot = ImGui::IsItemHovered() || ImGui::IsItemFocused();
        ImDrawList* list = ImGui::GetWindowDrawList();
        list->AddRectFilled(at, {at.x + width, at.y + height},
                            colour(on       ? p_.accent
                                   : is_hot ? p_.muted
                                            : p_.line),
                            height / 2);
        list->AddCircleFilled({at.x + (on ? width - height / 2 : height / 2), at.y + height / 2}, height * 0.38f,
                              colour(p_.panel));
        draw_text(list, look_.bold, {at.x + width + look_.gap(), at.y + (height - look_.bold->FontSize) / 2}, p_.text,
                  "Predict");
        paragraph(look_.small, p_.muted,
                  on ? "Time stops before the next decision. Say what the device will do, then see."
                     : "Hides each next decision until you have said what it will be (p).");
        const ImVec2 line = ImGui::GetCursorScreenPos();
        list->AddLine(line, {line.x + ImGui::GetContentRegionAvail().x, line.y}, colour(p_.line));
        ImGui::Dummy({0, look_.gap()});
    }

    const Session& session_;
    Commands& commands_;
    const Look& look_;
    const Palette& p_;
    const Lab& lab_;
};

// Where the canvas stands: the room of that name within the window.
const ImGuiWindow* canvas_window() {
    for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
        if (window->WasActive && std::strstr(window->Name, "/canvas_") && window->ParentWindow == window->RootWindow)
            return window;
    return nullptr;
}

// How much of the devices and their labels lies below a rectangle of the screen.
float hidden_below(const Session& session, const Look& look, const ImGuiWindow& canvas, ImVec2 low, ImVec2 high) {
    const View& view = session.view();
    const float pixels = view.canvas_zoom * look.scale;
    const ImVec2 middle{canvas.Pos.x + canvas.Size.x / 2, canvas.Pos.y + canvas.Size.y / 2};
    float sum = 0;
    for (std::size_t i = 0; i < view.places.size() && i < session.trace().topology().devices.size(); ++i) {
        const DeviceRoom room = room_of(session.trace().topology().devices[i]);
        const float x = middle.x + (view.places[i].x - view.canvas_centre.x) * pixels;
        const float y = middle.y + (view.places[i].y - view.canvas_centre.y) * pixels;
        const float width =
            std::min(high.x, x + room.half_width * pixels) - std::max(low.x, x - room.half_width * pixels);
        const float height = std::min(high.y, y + room.below * pixels) - std::max(low.y, y - room.above * pixels);
        if (width > 0 && height > 0) sum += width * height;
    }
    return sum;
}

// The corner of the canvas where a card of this size hides least; the lower left where none does.
ImVec2 free_corner(const Session& session, const Look& look, const ImGuiWindow& canvas, ImVec2 size, float margin) {
    const ImVec2 corners[] = {{0, 1}, {1, 1}, {1, 0}, {0, 0}};
    ImVec2 best{};
    float least = 1e30f;
    for (const ImVec2 corner : corners) {
        const ImVec2 low{canvas.Pos.x + margin + corner.x * (canvas.Size.x - 2 * margin - size.x),
                         canvas.Pos.y + margin + corner.y * (canvas.Size.y - 2 * margin - size.y)};
        const float hidden = hidden_below(session, look, canvas, low, {low.x + size.x, low.y + size.y});
        if (hidden >= least) continue;
        least = hidden;
        best = low;
    }
    return best;
}

}  // namespace

void draw_lesson(const Session& session, Commands& commands, const Look& look) {
    if (!session.lab()) return empty_state(look, "A capture teaches nothing by itself. Open a .lab with notes.");
    Lesson(session, commands, look).draw();
}

void draw_lesson_card(const Session& session, Commands& commands, const Look& look) {
    if (!session.lab() || session.is_shown("lesson")) return;
    const std::vector<std::uint32_t> items = session.lesson_now();
    const ImGuiWindow* canvas = canvas_window();
    if (items.empty() || !canvas) return;
    const float margin = look.gap(1.5f);
    const float width = std::min(look.gap(44), canvas->Size.x - 2 * margin);
    const float most = canvas->Size.y - 2 * margin;
    if (width < look.gap(20) || most < look.gap(10)) return;
    const ImGuiWindow* card = ImGui::FindWindowByName("Lesson card");
    const ImVec2 size = card ? card->Size : ImVec2{width, look.gap(8)};
    ImGui::SetNextWindowPos(free_corner(session, look, *canvas, size, margin));
    ImGui::SetNextWindowSizeConstraints({width, 0}, {width, most});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, look.gap(0.75f));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0f);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{look.gap(1.5f), look.gap(1.25f)});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, colour(look.colours().panel, 0.98f));
    ImGui::Begin("Lesson card", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing);
    Lesson(session, commands, look).item(items.back(), look.text);
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(3);
}

}  // namespace layerlab::viewer
