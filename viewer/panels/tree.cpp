// The selected frame as a tree of layers and fields. A field marks its bytes; bytes mark their field.
#include "proto/dissect/text.hpp"
#include "viewer/panels/panel.hpp"
#include "viewer/panels/selection.hpp"

namespace layerlab::viewer {
namespace {

namespace dissect = proto::dissect;

void row(const Session& session, Commands& commands, const Look& look, const dissect::Item& item, std::size_t index,
         const std::string& label, bool is_heading) {
    const Palette& p = look.colours();
    const bool is_marked = marks(session.bits(), item);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = look.text->FontSize + look.gap(0.5f), width = ImGui::GetContentRegionAvail().x;
    ImGui::PushID(static_cast<int>(index));
    if (ImGui::Selectable("##item", is_marked, 0, {0, height})) commands.push_back(bits_of(item));
    if (is_marked && ImGui::IsWindowAppearing()) ImGui::SetScrollHereY();
    ImGui::PopID();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float indent = static_cast<float>(item.level) * look.gap(2);
    const float y = at.y + (height - look.text->FontSize) / 2;
    const Colour ink = item.generated ? p.muted : p.text;
    draw_text(list, is_heading ? look.bold : look.text, {at.x + look.gap() + indent, y}, ink, label,
              width - indent - look.gap(2));
}

}  // namespace

void draw_tree(const Session& session, Commands& commands, const Look& look) {
    const SelectedFrame& frame = session.selected();
    if (frame.number == 0)
        return empty_state(look, "Choose a frame in the list: its layers and fields are shown here.");
    ImGui::BeginChild("tree");
    const dissect::Dissection& d = frame.dissection;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0, 0});
    for (std::size_t l = 0; l < d.layers.size(); ++l) {
        const std::size_t first = d.layers[l].first_item;
        const std::size_t end = l + 1 < d.layers.size() ? d.layers[l + 1].first_item : d.items.size();
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const Colour hue = look.colours().layer[osi_layer(*d.layers[l].protocol)];
        const float height = look.text->FontSize + look.gap(0.5f);
        ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + ImGui::GetContentRegionAvail().x, at.y + height},
                                                  colour(hue), look.gap(0.5f));
        if (first < d.items.size())
            row(session, commands, look, d.items[first], first, dissect::layer_text(d, l), true);
        for (std::size_t i = first + 1; i < end; ++i)
            row(session, commands, look, d.items[i], i, dissect::item_text(d.items[i]), false);
        ImGui::Dummy({0, look.gap(0.5f)});
    }
    ImGui::PopStyleVar();
    ImGui::EndChild();
}

}  // namespace layerlab::viewer
