// All expectations with their verdicts at the current time. A failed one says what was expected and what happened; a
// click goes to that moment, or lists the packets that an expectation of packets is about.
#include <fmt/format.h>
#include <imgui.h>

#include "sim/kernel/stats.hpp"
#include "viewer/model/check_list.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

namespace scenario = sim::scenario;

class Checks {
  public:
    Checks(const Session& session, Commands& commands, const Look& look)
        : session_(session), commands_(commands), look_(look), p_(look.colours()), lab_(*session.lab()) {}

    void draw() {
        // What is judged at the end of the run is judged for who stands behind its last record.
        const bool is_over = !session_.is_loading() && session_.now() >= session_.trace().end();
        const std::vector<CheckItem> items = checks_at(lab_, is_over ? proto::never : session_.now());
        if (items.empty() && lab_.warnings.empty())
            return empty_state(look_, "This scenario expects nothing. A line like \"expect 2 at gw: icmp\" would.");
        heading(count(items));
        ImGui::BeginChild("checks");
        for (std::size_t i = 0; i < items.size(); ++i) {
            ImGui::PushID(static_cast<int>(i));
            if (!items[i].command.empty() && (i == 0 || items[i - 1].command_line != items[i].command_line))
                text(look_.mono_small, p_.muted, items[i].command);
            item(items[i]);
            ImGui::PopID();
        }
        warnings();
        ImGui::EndChild();
    }

  private:
    void heading(const CheckCounts& c) const {
        const auto part = [&](Colour ink, std::size_t n, const char* what) {
            text(look_.bold, ink, fmt::format("{} {}", n, what));
            ImGui::SameLine(0, look_.gap(2));
        };
        part(c.failed > 0 ? p_.bad : p_.muted, c.failed, "failed");
        part(c.holds > 0 ? p_.good : p_.muted, c.holds, c.holds == 1 ? "holds" : "hold");
        part(p_.muted, c.pending, "not yet judged");
        ImGui::NewLine();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddLine(at, {at.x + ImGui::GetContentRegionAvail().x, at.y}, colour(p_.line));
        ImGui::Dummy({0, look_.gap(0.25f)});
    }

    // A check mark, a cross, a ring: told apart without their colours.
    void draw_sign(ImDrawList* list, ImVec2 c, Verdict verdict) const {
        const float s = look_.gap(0.5f), w = 2 * look_.scale;
        if (verdict == Verdict::holds) {
            const ImVec2 points[] = {{c.x - s, c.y}, {c.x - s * 0.3f, c.y + s * 0.7f}, {c.x + s, c.y - s * 0.8f}};
            list->AddPolyline(points, 3, colour(p_.good), 0, w);
        } else if (verdict == Verdict::failed) {
            list->AddLine({c.x - s * 0.8f, c.y - s * 0.8f}, {c.x + s * 0.8f, c.y + s * 0.8f}, colour(p_.bad), w);
            list->AddLine({c.x - s * 0.8f, c.y + s * 0.8f}, {c.x + s * 0.8f, c.y - s * 0.8f}, colour(p_.bad), w);
        } else {
            list->AddCircle(c, s * 0.7f, colour(p_.muted), 0, 1.5f * look_.scale);
        }
    }

    void item(const CheckItem& item) {
        const float left = look_.gap(2.5f), width = ImGui::GetContentRegionAvail().x;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float wrap = std::max(look_.gap(12), width - left - look_.gap());
        const ImVec2 words = look_.mono->CalcTextSizeA(look_.mono->FontSize, 1e9f, wrap, item.text.data(),
                                                       item.text.data() + item.text.size());
        const float height = words.y + look_.gap();
        if (ImGui::Selectable("##check", false, ImGuiSelectableFlags_AllowItemOverlap, {0, height})) go_to(item);
        if (ImGui::IsItemHovered()) tooltip(look_, hint(item));
        ImDrawList* list = ImGui::GetWindowDrawList();
        draw_sign(list, {at.x + look_.gap(), at.y + look_.gap(0.5f) + look_.mono->FontSize / 2}, item.verdict);
        list->AddText(look_.mono, look_.mono->FontSize, {at.x + left, at.y + look_.gap(0.5f)},
                      colour(item.verdict == Verdict::pending ? p_.muted : p_.text), item.text.data(),
                      item.text.data() + item.text.size(), wrap);
        ImGui::Indent(left);
        if (item.verdict == Verdict::failed && item.result) failure(*item.result, item.judged);
        ImGui::Unindent(left);
    }

    std::string hint(const CheckItem& item) const {
        std::string says = fmt::format("line {}", item.place.line);
        if (item.verdict != Verdict::pending)
            says += ", judged at " + spaced_time(item.at);
        else if (item.will_be_judged)
            says += ", will be judged at " + spaced_time(item.at);
        if (item.judged > 1) says += fmt::format(", {} times", item.judged);
        if (item.packets) says += "\nA click lists these packets.";
        return says;
    }

    void labelled(const char* label, const std::string& what, Colour ink) const {
        if (what.empty()) return;
        text(look_.small, p_.muted, label);
        ImGui::SameLine(look_.gap(12));
        paragraph(look_.text, ink, what);
    }
    void failure(const scenario::CheckResult& r, std::uint32_t judged) const {
        labelled("expected", r.expected, p_.text);
        labelled("happened", r.happened, p_.bad);
        labelled("at", spaced_time(r.at) + (judged > 1 ? ", for the first time" : ""), p_.text);
        if (!r.context.empty()) text(look_.small, p_.muted, "what led there");
        for (const std::string& line : r.context) paragraph(look_.mono_small, p_.text, line);
        ImGui::Dummy({0, look_.gap(0.5f)});
    }

    // To its moment and its line; of packets, to those it counts.
    void go_to(const CheckItem& item) {
        if (item.verdict != Verdict::pending || item.will_be_judged) commands_.push_back(command::Seek{item.at});
        if (!item.packets) return commands_.push_back(command::GoToLine{scenario::line_code(item.place)});
        const scenario::PacketExpectation& e = lab_.scenario.packet_expectations[*item.packets];
        commands_.push_back(command::SetFilter{e.filter.text});
        commands_.push_back(command::ShowOnlyDrops{reason_of(e.drop)});
        const bool is_anywhere = e.at_device == scenario::no_id;
        commands_.push_back(command::ShowOnlyAt{is_anywhere ? sim::no_node : NodeId{e.at_device}});
        commands_.push_back(command::ShowArrivals{!is_anywhere});
        if (!e.drop.empty()) select_first_drop(e);
    }
    static sim::DropReason reason_of(std::string_view word) {
        for (int i = 1; i <= static_cast<int>(sim::DropReason::malformed); ++i)
            if (word == sim::to_string(static_cast<sim::DropReason>(i))) return static_cast<sim::DropReason>(i);
        return sim::DropReason::none;
    }
    void select_first_drop(const scenario::PacketExpectation& e) {
        const auto reason = static_cast<std::uint8_t>(reason_of(e.drop));
        for (const Activity::Mark& mark : session_.indices().activity.drops()) {
            const Record& r = session_.trace().log()[mark.position];
            if (r.code != reason || (e.at_device != scenario::no_id && r.node != e.at_device)) continue;
            return commands_.push_back(command::SelectRecord{mark.position});
        }
    }

    void warnings() const {
        if (lab_.warnings.empty()) return;
        ImGui::Dummy({0, look_.gap()});
        panel_heading(look_, "Warnings");
        for (const std::string& warning : lab_.warnings) paragraph(look_.text, p_.text, warning);
    }

    const Session& session_;
    Commands& commands_;
    const Look& look_;
    const Palette& p_;
    const Lab& lab_;
};

}  // namespace

void draw_checks(const Session& session, Commands& commands, const Look& look) {
    if (!session.lab())
        return empty_state(look, "A capture expects nothing. Open a .lab: its expectations are judged here.");
    Checks(session, commands, look).draw();
}

}  // namespace layerlab::viewer
