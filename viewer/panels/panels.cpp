#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

constexpr Panel all[] = {
    {"canvas", "Network", Room::centre, "", draw_canvas},
    {"packets", "Packets", Room::list, "/", draw_packets},
    {"osi", "Layers", Room::side, "1-7", draw_osi},
    {"tree", "Tree", Room::side_tab, "t", draw_tree},
    {"bytes", "Bytes", Room::side_tab, "b", draw_bytes},
    {"inspector", "Device", Room::side_tab, "i", draw_inspector},
    {"journey", "Journey", Room::side_tab, "g", draw_journey},
    {"stream", "Stream", Room::side_tab, "s", draw_stream},
    {"source", "Source", Room::drawer, "Shift+S", draw_source},
    {"terminal", "Terminal", Room::drawer, "Shift+T", draw_terminal},
    {"sequence", "Sequence", Room::drawer, "Shift+Q", draw_sequence},
    {"plots", "Plots", Room::drawer, "Shift+P", draw_plots},
    {"checks", "Checks", Room::drawer, "Shift+C", draw_checks},
    {"colours", "Colours", Room::drawer, "Shift+O", draw_colours},
    {"lesson", "Lesson", Room::drawer, "Shift+L", draw_lesson},
};

}  // namespace

std::span<const Panel> panels() { return all; }

const Panel* find_panel(std::string_view name) {
    for (const Panel& panel : all)
        if (panel.name == name) return &panel;
    return nullptr;
}

}  // namespace layerlab::viewer
