// The heart: the selected frame as seven layers at the device where it is, each with its header, what the device
// decided there, and what it changed.
#include "viewer/model/osi.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/text.hpp"
#include "viewer/panels/bit_diagram.hpp"
#include "viewer/panels/panel.hpp"
#include "viewer/panels/selection.hpp"

namespace layerlab::viewer {
namespace {

namespace dissect = proto::dissect;

struct Draw {
    const Session& session;
    Commands& commands;
    const Look& look;
    const OsiView& view;
    float left = 0, width = 0;  // of a row

    const Palette& p() const { return look.colours(); }
    const Trace& trace() const { return session.trace(); }
    ImDrawList* list() const { return ImGui::GetWindowDrawList(); }
};

// A word that does something, at the cursor.
bool link(const Look& look, const char* id, std::string_view label, const char* hint = nullptr) {
    const ImVec2 size = measure(look.small, label), at = ImGui::GetCursorScreenPos();
    ImGui::PushID(id);
    const bool pressed = ImGui::InvisibleButton("link", {size.x, size.y});
    ImGui::PopID();
    const Colour c = look.colours().accent;
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_text(list, look.small, at, c, label);
    if (ImGui::IsItemHovered()) {
        list->AddLine({at.x, at.y + size.y}, {at.x + size.x, at.y + size.y}, colour(c));
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        if (hint && hint[0] != '\0') tooltip(look, hint);
    }
    return pressed;
}

// --- where it is: what came in, what went out ---

std::string port_of(const Draw& d, FrameNumber n) {
    const Record& r = d.trace().frame(n);
    return r.port == sim::no_port ? std::string() : d.trace().names().port_name(r.node, r.port);
}

void frame_button(const Draw& d, const char* what, FrameNumber n) {
    const std::string label = fmt::format("{} {} #{}", what, port_of(d, n), n);
    ImGui::PushFont(d.look.small);
    if (button(d.look, label.c_str(), n == d.view.selected, "Show this frame"))
        d.commands.push_back(command::SelectFrame{n});
    ImGui::PopFont();
}

void header(const Draw& d) {
    const Record& r = d.trace().frame(d.view.selected);
    const std::string name = d.trace().names().node_name(d.view.node);
    const bool made_here = d.view.in == 0;
    const bool is_drop = r.kind == RecordKind::frame_dropped;
    std::string what = d.trace().is_capture      ? ""
                       : is_drop                 ? " loses it"
                       : made_here               ? " makes and sends it"
                       : d.view.outs.empty()     ? " takes it in"
                       : d.view.outs.size() == 1 ? " passes it on"
                                                 : " copies it to several ports";
    text(d.look.bold, d.p().text, name);
    ImGui::SameLine(0, 0);
    text(d.look.text, d.p().muted, what);
    const std::string time = proto::to_seconds(d.trace().time(d.view.selected));
    const float room = measure(d.look.mono_small, time).x;
    ImGui::SameLine(std::max(0.0f, d.width - room));
    text(d.look.mono_small, d.p().muted, time);
    if (d.trace().is_capture) return;
    if (!made_here) {
        frame_button(d, "in", d.view.in);
        ImGui::SameLine(0, d.look.gap(0.5f));
    }
    constexpr std::size_t most = 3;
    for (std::size_t i = 0; i < d.view.outs.size() && i < most; ++i) {
        frame_button(d, "out", d.view.outs[i]);
        ImGui::SameLine(0, d.look.gap(0.5f));
    }
    if (d.view.outs.size() > most) {
        text(d.look.small, d.p().muted, fmt::format("and {} more", d.view.outs.size() - most));
        ImGui::SameLine(0, d.look.gap());
    }
    const Origin origin = origin_of(d.session, r.packet);
    if (origin.line == 0) return ImGui::NewLine();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float y = at.y + d.look.gap(0.5f), left = d.width - (at.x - d.left);
    ImGui::SetCursorScreenPos({at.x, y});
    const auto line = fmt::format("line {}", sim::scenario::place_of(origin.line).line);
    if (left < measure(d.look.small, line).x) return ImGui::NewLine();
    if (link(d.look, "cause", line, ("because of " + origin.text).c_str()))
        d.commands.push_back(command::GoToLine{origin.line});
    const float x = at.x + measure(d.look.small, line).x + d.look.gap(0.75f);
    draw_text(d.list(), d.look.small, {x, y}, d.p().muted, origin.text, d.left + d.width - x);
}

// --- one layer ---

float header_width(const Draw& d) { return std::min(d.look.gap(9), d.width / 6); }

float bar_start(const Draw& d, int layer) {
    float x = 0;
    for (int n = 2; n < layer; ++n)
        if (!d.view.own->layers[static_cast<std::size_t>(n)].parts.empty()) x += header_width(d);
    return x;
}

// Header, payload and padding of a layer, as long as the payload of the layer below.
void encapsulation(const Draw& d, int n, ImVec2 at) {
    const OsiLayer& l = d.view.own->layers[static_cast<std::size_t>(n)];
    const Palette& p = d.p();
    const float height = d.look.mono_small->FontSize + d.look.gap(0.375f);
    const float tail = d.view.own->layers[2].trailer > 0 ? d.look.gap(6) : 0;
    float x = at.x + bar_start(d, n);
    const float end = at.x + d.width - (n == 2 ? 0 : tail);
    const auto block = [&](float from, float to, Colour fill, const std::string& label) {
        d.list()->AddRectFilled({from, at.y}, {to, at.y + height}, colour(fill));
        d.list()->AddRect({from, at.y}, {to, at.y + height}, colour(mix(p.layer[n], p.text, 0.35)));
        const float room = to - from - d.look.gap();
        if (room > 0)
            draw_text(d.list(), d.look.mono_small, {from + d.look.gap(0.5f), at.y + d.look.gap(0.125f)}, p.text, label,
                      room);
    };
    const bool has_payload = l.payload > 0;
    const float split = has_payload ? std::min(x + header_width(d), end) : end;
    block(x, n == 2 && !has_payload ? end - tail : split, mix(p.layer[n], p.text, 0.16),
          fmt::format("{} {}", n == 7 || !has_payload ? l.protocol : std::string("header"), l.header));
    if (has_payload) block(split, end - (n == 2 ? tail : 0), p.layer[n], fmt::format("payload {}", l.payload));
    if (n == 2 && tail > 0) block(end - tail, end, mix(p.layer[n], p.text, 0.08), fmt::format("pad {}", l.trailer));
}

// What is worth knowing of a layer at first sight, at the right end of its row; returns its width.
float marks_of(const Draw& d, int n, ImVec2 right) {
    const auto i = static_cast<std::size_t>(n);
    const auto& remarks = d.view.remarks[i];
    std::string label;
    Colour ink = d.p().accent;
    if (std::any_of(remarks.begin(), remarks.end(), [](const OsiRemark& r) { return r.is_drop; })) {
        label = "dropped";
        ink = d.p().bad;
    } else if (!d.view.changes[i].empty()) {
        label = "changed";
    }
    if (label.empty()) return 0;
    const float width = measure(d.look.small, label).x;
    draw_text(d.list(), d.look.small, {right.x - width, right.y}, ink, label);
    return width + d.look.gap();
}

// The row of a layer that is there, or the thin one of a layer that is not.
void layer_row(const Draw& d, int n) {
    const auto i = static_cast<std::size_t>(n);
    const OsiLayer& l = d.view.own->layers[i];
    const Palette& p = d.p();
    const bool is_empty = l.parts.empty() && n != 1;
    const bool is_open = d.view.open == n && !is_empty;
    const bool has_bar = !is_empty && n != 1;
    const float line =
        (is_empty ? d.look.small->FontSize : d.look.text->FontSize) + d.look.gap(is_empty ? 0.25f : 0.5f);
    const float bar = has_bar ? d.look.mono_small->FontSize + d.look.gap(0.5f) : 0;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton("row", {d.width, line + bar}))
        d.commands.push_back(command::SelectLayer{d.session.layer() == n ? 0 : n});
    const bool hovered = ImGui::IsItemHovered(), focused = ImGui::IsItemFocused() && ImGui::GetIO().NavVisible;
    if (hovered || focused)
        d.list()->AddRectFilled({at.x - d.look.gap(0.5f), at.y}, {at.x + d.width, at.y + line}, colour(p.hover),
                                d.look.gap(0.5f));
    const float y = at.y + d.look.gap(is_empty ? 0.125f : 0.25f);
    ImFont* font = is_empty ? d.look.small : is_open ? d.look.bold : d.look.text;
    d.list()->AddRectFilled({at.x, at.y + d.look.gap(0.25f)}, {at.x + d.look.gap(0.375f), at.y + line - 1},
                            colour(mix(p.layer[n], p.text, 0.3)));
    float x = at.x + d.look.gap();
    draw_text(d.list(), font, {x, y}, is_empty ? p.muted : p.text, fmt::format("{}", n));
    x += d.look.gap(2);
    draw_text(d.list(), font, {x, y}, is_empty ? p.muted : p.text, layer_name(n));
    const bool is_narrow = d.width < d.look.gap(44);
    x = at.x + d.look.gap(is_narrow ? 13 : 15);
    if (is_empty) {
        draw_text(d.list(), font, {x, y}, p.muted, "-");
        return;
    }
    if (!is_narrow) {
        draw_text(d.list(), d.look.small, {x, y + d.look.gap(0.125f)}, p.muted, l.unit);
        x += d.look.gap(8);
    }
    if (!l.protocol.empty())
        x += draw_chip(d.list(), d.look, {x, y}, l.protocol, protocol_colour(l.protocol)).x + d.look.gap(0.75f);
    const float right = at.x + d.width;
    const float taken =
        is_narrow && !is_open && d.view.remarks[i].empty() ? 0 : marks_of(d, n, {right, y + d.look.gap(0.125f)});
    draw_text(d.list(), d.look.small, {x, y + d.look.gap(0.125f)}, p.text, l.summary, right - taken - x);
    if (has_bar) encapsulation(d, n, {at.x, at.y + line});
}

// --- what was decided ---

void remark_row(const Draw& d, const OsiRemark& r) {
    const Palette& p = d.p();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float indent = d.look.gap(d.width < d.look.gap(44) ? 1 : 2), when = d.look.gap(7);
    std::string where;
    if (r.line != 0) where = fmt::format("line {}", sim::scenario::place_of(r.line).line);
    const float links = std::max(measure(d.look.small, where).x, measure(d.look.small, r.table).x);
    const float wrap = d.width - indent - when - (links > 0 ? links + d.look.gap() : 0);
    const char* begin = r.text.c_str();
    const float lines = d.look.small->CalcTextSizeA(d.look.small->FontSize, 1e9f, wrap, begin).y;
    const float height = std::max(lines, where.empty() || r.table.empty() ? 0.0f : 2 * d.look.small->FontSize);
    ImGui::PushID(static_cast<int>(r.position));
    if (r.is_hidden) {
        draw_text(d.list(), d.look.bold, {at.x + indent + when, at.y}, p.text, "?");
        ImGui::SetCursorScreenPos({at.x + indent + when + d.look.gap(2), at.y - d.look.gap(0.25f)});
        ImGui::PushFont(d.look.small);
        if (r.position == d.session.hidden_from() && button(d.look, "Show", true, "What does it decide? Then look."))
            d.commands.push_back(command::Answer{});
        else if (r.position != d.session.hidden_from())
            ImGui::NewLine();
        ImGui::PopFont();
        ImGui::PopID();
        return;
    }
    const bool pressed = ImGui::InvisibleButton("remark", {std::max(1.0f, indent + when + wrap), height});
    const bool is_chosen = d.session.selected_record() == r.position;
    if (ImGui::IsItemHovered() || is_chosen)
        d.list()->AddRectFilled({at.x + indent - d.look.gap(0.5f), at.y - 1}, {at.x + d.width, at.y + height + 1},
                                colour(is_chosen ? p.selected : p.hover), d.look.gap(0.5f));
    const Colour ink = r.is_drop ? p.bad : p.text;
    draw_text(d.list(), d.look.mono_small, {at.x + indent, at.y + 1}, p.muted, offset_text(r.after));
    d.list()->AddText(d.look.small, d.look.small->FontSize, {at.x + indent + when, at.y}, colour(ink), begin, nullptr,
                      wrap);
    if (pressed) d.commands.push_back(command::SelectRecord{r.position});
    float y = at.y;
    const ImVec2 below = ImGui::GetCursorScreenPos();
    if (!where.empty()) {
        ImGui::SetCursorScreenPos({at.x + d.width - links, y});
        if (link(d.look, "line", where, line_text(d.session, r.line).c_str()))
            d.commands.push_back(command::GoToLine{r.line});
        y += d.look.small->FontSize;
    }
    if (!r.table.empty()) {
        ImGui::SetCursorScreenPos({at.x + d.width - links, y});
        if (link(d.look, "table", r.table, "Show the table in which this stands")) {
            d.commands.push_back(command::SelectRecord{r.position});
            d.commands.push_back(command::SelectDevice{d.view.node});
            d.commands.push_back(command::ShowPanel{"inspector"});
        }
    }
    ImGui::SetCursorScreenPos(below);
    ImGui::PopID();
}

void remarks(const Draw& d, int n) {
    const auto& all = d.view.remarks[static_cast<std::size_t>(n)];
    const std::size_t most = d.view.open == n ? 40 : 3;
    for (std::size_t i = 0; i < all.size() && i < most; ++i) remark_row(d, all[i]);
    if (all.size() <= most) return;
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + d.look.gap(9));
    text(d.look.small, d.p().muted, fmt::format("and {} more", all.size() - most));
}

// --- the open layer ---

// What the layer has beside its fixed header: options, lines of text, records.
void other_items(const Draw& d, const OsiFrame& f, const OsiPart& part, const BitDiagram& diagram) {
    const Palette& p = d.p();
    constexpr int most = 60;
    int shown = 0;
    for (const dissect::Item& item : dissect::LayerView(f.dissection, part.layer).items()) {
        if (item.level == 0 || item.generated) continue;
        const bool is_drawn = item.size > 0 && item.field->place.width != 0 && !diagram.cells.empty() &&
                              (item.offset * 8 < diagram.cells.front().offset + diagram.bits);
        if (is_drawn) continue;
        if (++shown > most) return text(d.look.small, p.muted, "more in the tree");
        ImGui::PushID(shown);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = d.look.small->FontSize + d.look.gap(0.25f);
        const bool marked = d.session.selected().number == f.number && marks(d.session.bits(), item);
        if (ImGui::InvisibleButton("item", {d.width, height})) d.commands.push_back(bits_of(item));
        if (marked || ImGui::IsItemHovered())
            d.list()->AddRectFilled(at, {at.x + d.width, at.y + height}, colour(marked ? p.selected : p.hover));
        const float indent = d.look.gap(1 + 1.5f * static_cast<float>(item.level - 1));
        draw_text(d.list(), d.look.small, {at.x + indent, at.y + d.look.gap(0.125f)}, p.text, dissect::item_text(item),
                  d.width - indent);
        ImGui::PopID();
    }
}

void part_heading(const Draw& d, const OsiFrame& f, const OsiPart& part) {
    const dissect::Protocol& protocol = *f.dissection.layers[part.layer].protocol;
    text(d.look.small, d.p().muted, fmt::format("{}, {} bytes   {}", protocol.title(), part.size, protocol.source));
}

// Before and after, where there is room for both; else one diagram with both values in its cells.
void part_diagrams(const Draw& d, int n, std::size_t index) {
    const auto i = static_cast<std::size_t>(n);
    const auto& changes = d.view.changes[i];
    const OsiPart& part = d.view.own->layers[i].parts[index];
    const Colour hue = d.p().layer[n];
    const BitDiagram own = bit_diagram(d.view.own->dissection, part.layer);
    const bool has_pair = !changes.empty() && d.view.from && d.view.from->layers[i].parts.size() > index &&
                          d.view.to->layers[i].parts.size() > index;
    const bool is_wide = d.width >= d.look.gap(60);
    if (has_pair && is_wide && own.rows > 0) {
        const float each = (d.width - d.look.gap(2)) / 2;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        float bottom = at.y;
        for (const bool is_before : {true, false}) {
            const OsiFrame& f = is_before ? *d.view.from : *d.view.to;
            ImGui::PushID(is_before);
            ImGui::SetCursorScreenPos({at.x + (is_before ? 0 : each + d.look.gap(2)), at.y});
            ImGui::BeginGroup();
            text(d.look.small, d.p().muted,
                 fmt::format("{} {} #{}", is_before ? "in" : "out", port_of(d, f.number), f.number));
            const BitDiagram diagram = bit_diagram(f.dissection, f.layers[i].parts[index].layer);
            draw_bit_diagram(d.session, d.commands, d.look, f, diagram, {hue, changes, false, is_before}, each);
            ImGui::EndGroup();
            bottom = std::max(bottom, ImGui::GetCursorScreenPos().y);
            ImGui::PopID();
        }
        ImGui::SetCursorScreenPos({at.x, bottom});
    } else if (own.rows > 0) {
        const bool shows_old = has_pair && d.view.selected == d.view.to->number;
        draw_bit_diagram(d.session, d.commands, d.look, *d.view.own, own, {hue, changes, shows_old, false}, d.width);
    }
    other_items(d, *d.view.own, part, own);
}

void changes_line(const Draw& d, int n) {
    const auto& changes = d.view.changes[static_cast<std::size_t>(n)];
    if (changes.empty()) return;
    std::string line = "changed here: ";
    for (std::size_t i = 0; i < changes.size(); ++i) line += (i == 0 ? "" : ", ") + change_text(changes[i]);
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + d.width);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + d.look.gap(2));
    text(d.look.small, d.p().accent, line);
    ImGui::PopTextWrapPos();
}

void open_layer(const Draw& d, int n) {
    const auto& parts = d.view.own->layers[static_cast<std::size_t>(n)].parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        ImGui::PushID(static_cast<int>(i));
        part_heading(d, *d.view.own, parts[i]);
        part_diagrams(d, n, i);
        ImGui::PopID();
    }
}

}  // namespace

void draw_osi(const Session& session, Commands& commands, const Look& look) {
    static std::uint64_t revision = 0;
    static OsiView view;
    if (revision != session.revision()) view = osi_view(session);
    revision = session.revision();
    if (view.selected == 0)
        return empty_state(look,
                           "Choose a frame in the list, or press . to go to the next one: its seven layers are "
                           "shown here, and why each device did what it did.");
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{look.gap(), look.gap(0.375f)});
    Draw d{session, commands, look, view, ImGui::GetCursorScreenPos().x, ImGui::GetContentRegionAvail().x};
    header(d);
    ImGui::BeginChild("layers");
    d.width = ImGui::GetContentRegionAvail().x - look.gap(0.5f);
    static int shown = 0;
    for (int n = 7; n >= 1; --n) {
        ImGui::PushID(n);
        const bool is_open = view.open == n;
        layer_row(d, n);
        if (is_open && session.layer() != shown && session.layer() != 0) ImGui::SetScrollHereY(0.2f);
        remarks(d, n);
        if (is_open) changes_line(d, n);
        if (is_open) open_layer(d, n);
        ImGui::PopID();
    }
    shown = session.layer();
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

}  // namespace layerlab::viewer
