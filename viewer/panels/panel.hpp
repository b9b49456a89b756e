// THE list of panels. A panel draws a session and says what the user wants; it changes nothing by itself. What it keeps
// between two pictures is only what ImGui keeps (scrolling, text that is being typed).
#pragma once

#include <span>

#include "viewer/model/session.hpp"
#include "viewer/panels/look.hpp"

namespace layerlab::viewer {

enum class Room : std::uint8_t { centre, list, side, side_tab, drawer };

struct Panel {
    const char* name;   // for commands and --panel: "osi"
    const char* title;  // "Layers"
    Room room;
    const char* key;  // shortcut, as shown by '?'; may be empty
    void (*draw)(const Session&, Commands&, const Look&);
};
std::span<const Panel> panels();
const Panel* find_panel(std::string_view name);

// One function per unit of this folder. Each draws into the current ImGui window, over its whole content region.
void draw_canvas(const Session& session, Commands& commands, const Look& look);
void draw_packets(const Session& session, Commands& commands, const Look& look);
void draw_osi(const Session& session, Commands& commands, const Look& look);
void draw_tree(const Session& session, Commands& commands, const Look& look);
void draw_bytes(const Session& session, Commands& commands, const Look& look);
void draw_journey(const Session& session, Commands& commands, const Look& look);
void draw_stream(const Session& session, Commands& commands, const Look& look);
void draw_inspector(const Session& session, Commands& commands, const Look& look);
void draw_source(const Session& session, Commands& commands, const Look& look);
void draw_terminal(const Session& session, Commands& commands, const Look& look);
void draw_sequence(const Session& session, Commands& commands, const Look& look);
void draw_plots(const Session& session, Commands& commands, const Look& look);
void draw_checks(const Session& session, Commands& commands, const Look& look);
void draw_colours(const Session& session, Commands& commands, const Look& look);
void draw_lesson(const Session& session, Commands& commands, const Look& look);
// The newest note or question, as a card over the network's lower left; after the window has been drawn.
void draw_lesson_card(const Session& session, Commands& commands, const Look& look);

// The whole window: top bar, panels in their rooms, splitters, scrub bar, shortcuts.
void draw_window(const Session& session, Commands& commands, const Look& look);
void draw_top_bar(const Session& session, Commands& commands, const Look& look);
void draw_scrub_bar(const Session& session, Commands& commands, const Look& look);
void draw_keys(const Session& session, Commands& commands, const Look& look);
void handle_keys(const Session& session, Commands& commands);

}  // namespace layerlab::viewer
