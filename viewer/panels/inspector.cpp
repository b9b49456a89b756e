// What the selected device knows at the current time, table by table. The row that the decision in hand has used is lit
// and brought into sight; rows that this moment has made or changed have a dot.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "sim/kernel/tcp_sample.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

constexpr std::array kinds{"host",
                           "PC",
                           "laptop",
                           "phone",
                           "server",
                           "switch",
                           "bridge",
                           "hub",
                           "router",
                           "firewall",
                           "access point",
                           "modem",
                           "Linux namespace",
                           "network interface",
                           "a talker of the capture",
                           "group address"};

// The decisions that rows are lit for: the selected record, else all that the device decided about the selected frame's
// packet.
std::vector<Record> decisions_in_hand(const Session& session, NodeId node) {
    std::vector<Record> found;
    const Trace& trace = session.trace();
    if (const auto selected = session.selected_record()) {
        const Record& r = trace.log()[*selected];
        if (r.kind == RecordKind::decision && r.node == node) return {r};
    }
    if (session.selected().number == 0) return found;
    for (const FrameNumber n : trace.frames_of(trace.frame(session.selected().number).packet)) {
        if (trace.frame(n).node != node) continue;
        for (const std::uint32_t remark : trace.remarks(n)) {
            const Record& r = trace.log()[remark];
            if (r.kind == RecordKind::decision && r.node == node) found.push_back(r);
        }
    }
    return found;
}

// What is counted beside the table: frames of ports, decisions of rules, and how TCP connections stood when they were
// last acknowledged.
std::vector<const char*> counted_columns(TableId id) {
    if (id == TableId::interfaces) return {"Sent", "Received", "Dropped", "Waiting"};
    if (id == TableId::rules) return {"Judged"};
    if (id == TableId::sockets) return {"Window", "Threshold", "In flight", "RTT"};
    return {};
}
std::vector<std::string> counted(const Session& session, NodeId node, const Table& table, std::size_t row) {
    const TableHistory& history = *session.tables();
    if (table.id == TableId::interfaces) {
        const PortTraffic t = history.traffic(node, static_cast<PortId>(row), session.cursor());
        const auto waiting = session.indices().queues.length(node, static_cast<PortId>(row), session.now());
        return {fmt::to_string(t.sent), fmt::to_string(t.received), fmt::to_string(t.dropped), fmt::to_string(waiting)};
    }
    if (table.id == TableId::rules) {
        const std::uint64_t rule = row + 1 == table.rows.size() ? 0 : row + 1;
        return {fmt::to_string(history.judged(node, rule, session.cursor()))};
    }
    if (table.id != TableId::sockets) return {};
    const auto& keys = table.rows[row].keys;
    const auto position = history.sample(node, keys[2], keys[1], session.cursor());
    if (!position) return {"", "", "", ""};
    const auto s = sim::TcpSample::of(session.trace().log()[*position]);
    const bool has_threshold = s.slow_start_threshold != sim::TcpSample::most;
    return {fmt::to_string(s.congestion_window), has_threshold ? fmt::to_string(s.slow_start_threshold) : "none",
            fmt::to_string(s.in_flight), fmt::format("{:.3f} ms", static_cast<double>(s.smoothed_rtt_us) / 1000)};
}

bool shows_since(TableId id) {
    return id != TableId::interfaces && id != TableId::rules && id != TableId::dns_zones && id != TableId::routes;
}

class Inspector {
  public:
    Inspector(const Session& session, Commands& commands, const Look& look, NodeId node)
        : session_(session),
          commands_(commands),
          look_(look),
          p_(look.colours()),
          node_(node),
          in_hand_(decisions_in_hand(session, node)) {}

    void draw() {
        heading();
        const Tables& tables = session_.tables()->at(node_, session_.now(), session_.trace().names());
        if (tables.empty()) return empty_state(look_, "This device keeps no tables: it repeats what it hears.");
        // Into sight when what is in hand has changed.
        static Record shown;
        static NodeId shown_node = sim::no_node;
        const auto is_same = [](const Record& a, const Record& b) {
            return a.at == b.at && a.packet == b.packet && a.code == b.code && a.a == b.a && a.b == b.b;
        };
        wants_sight_ = !in_hand_.empty() && (!is_same(shown, in_hand_.front()) || shown_node != node_);
        shown = in_hand_.empty() ? Record{} : in_hand_.front();
        shown_node = node_;
        ImGui::BeginChild("tables", {0, 0}, false, ImGuiWindowFlags_HorizontalScrollbar);
        for (const Table& table : tables) section(table);
        ImGui::EndChild();
    }

  private:
    void heading() {
        const TraceDevice& device = session_.trace().topology().devices[node_];
        text(look_.heading, p_.text, device.name);
        ImGui::SameLine();
        const float drop = (look_.heading->FontSize - look_.small->FontSize) * 0.8f;
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + drop);
        text(look_.small, p_.muted, kinds[std::min<std::size_t>(static_cast<std::size_t>(device.look), 15)]);
        const bool has_shell = device.look != DeviceLook::switch_ && device.look != DeviceLook::bridge &&
                               device.look != DeviceLook::hub && device.look != DeviceLook::nic;
        const float room = look_.gap(has_shell ? 23 : 12);
        ImGui::SameLine(std::max(look_.gap(14), ImGui::GetWindowContentRegionMax().x - room));
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() - drop / 2);
        if (has_shell) {
            if (button(look_, "Terminal", false, "Type commands at this device"))
                commands_.push_back(command::ShowPanel{"terminal"});
            ImGui::SameLine(0, look_.gap(0.25f));
        }
        const bool only = session_.list().settings().at == node_;
        if (button(look_, "Only here", only, "List only what this device sends and receives"))
            commands_.push_back(command::ShowOnlyAt{only ? sim::no_node : node_});
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddLine(at, {at.x + ImGui::GetContentRegionAvail().x, at.y}, colour(p_.line));
        ImGui::Dummy({0, look_.gap(0.25f)});
    }

    bool is_lit(const Table& table, const TableRow& row) const {
        return std::any_of(in_hand_.begin(), in_hand_.end(), [&](const Record& r) { return is_about(r, table, row); });
    }

    // The folded state is ImGui's to keep; a section with a lit row that comes into hand opens.
    bool unfolded(const Table& table, bool opens) {
        ImGuiStorage* storage = ImGui::GetStateStorage();
        const ImGuiID id = ImGui::GetID(table.title.c_str());
        bool open = storage->GetBool(id, table.id != TableId::dns_zones || table.rows.size() <= 12);
        if (opens) open = true;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = look_.text->FontSize + look_.gap(0.75f);
        ImGui::PushID(static_cast<int>(id));
        if (ImGui::InvisibleButton("fold", {std::max(ImGui::GetWindowContentRegionMax().x, 40.0f), height}))
            open = !open;
        const bool hovered = ImGui::IsItemHovered() || ImGui::IsItemFocused();
        ImGui::PopID();
        storage->SetBool(id, open);
        ImDrawList* list = ImGui::GetWindowDrawList();
        const float s = look_.gap(0.5f), x = at.x + s, y = at.y + height / 2;
        const Colour ink = hovered ? p_.text : p_.muted;
        if (open)
            list->AddTriangleFilled({x - s, y - s * 0.6f}, {x + s, y - s * 0.6f}, {x, y + s * 0.7f}, colour(ink));
        else
            list->AddTriangleFilled({x - s * 0.6f, y - s}, {x - s * 0.6f, y + s}, {x + s * 0.7f, y}, colour(ink));
        const float text_y = at.y + (height - look_.text->FontSize) / 2;
        const float w = draw_text(list, look_.bold, {at.x + look_.gap(1.75f), text_y}, p_.text, table.title);
        draw_text(list, look_.small, {at.x + look_.gap(2.5f) + w, text_y + look_.gap(0.125f)}, p_.muted,
                  fmt::to_string(table.rows.size()));
        return open;
    }

    void section(const Table& table) {
        const auto lit =
            std::find_if(table.rows.begin(), table.rows.end(), [&](const TableRow& row) { return is_lit(table, row); });
        const bool has_lit = lit != table.rows.end();
        if (!unfolded(table, has_lit && wants_sight_)) return;
        std::vector<const char*> counts = counted_columns(table.id);
        if (table.id == TableId::sockets && !has_samples(table)) counts.clear();
        // A column in which nothing stands is left out.
        std::vector<std::size_t> columns;
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            if (std::any_of(table.rows.begin(), table.rows.end(),
                            [&](const TableRow& r) { return !r.cells[c].empty(); }))
                columns.push_back(c);
        const bool since = shows_since(table.id);
        const auto n = static_cast<int>(columns.size() + counts.size() + (since ? 1 : 0) + 1);
        ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2{look_.gap(0.75f), look_.gap(0.25f)});
        if (ImGui::BeginTable(table.title.c_str(), n,
                              ImGuiTableFlags_SizingFixedFit | ImGuiTableFlags_NoHostExtendX |
                                  ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_NoKeepColumnsVisible)) {
            header(table, columns, counts, since);
            ImGuiListClipper clipper;
            clipper.Begin(static_cast<int>(table.rows.size()));
            const auto lit_row = static_cast<int>(lit - table.rows.begin());
            if (has_lit && wants_sight_) clipper.ForceDisplayRangeByIndices(lit_row, lit_row + 1);
            while (clipper.Step())
                for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
                    row(table, static_cast<std::size_t>(i), columns, !counts.empty(), since);
            ImGui::EndTable();
        }
        ImGui::PopStyleVar();
        ImGui::Dummy({0, look_.gap(0.5f)});
    }

    bool has_samples(const Table& table) const {
        return std::any_of(table.rows.begin(), table.rows.end(), [&](const TableRow& r) {
            return session_.tables()->sample(node_, r.keys[2], r.keys[1], session_.cursor()).has_value();
        });
    }

    void header(const Table& table, const std::vector<std::size_t>& columns, const std::vector<const char*>& counts,
                bool since) const {
        ImGui::TableNextRow();
        ImGui::TableNextColumn();  // the mark
        ImGui::Dummy({look_.gap(0.75f), 1});
        const auto cell = [&](std::string_view title) {
            ImGui::TableNextColumn();
            text(look_.small, p_.muted, title);
        };
        for (const std::size_t c : columns) cell(table.columns[c]);
        for (const char* title : counts) cell(title);
        if (since) cell("Since");
    }

    void row(const Table& table, std::size_t index, const std::vector<std::size_t>& columns, bool has_counts,
             bool since) {
        const TableRow& row = table.rows[index];
        const bool lit = is_lit(table, row);
        const bool is_new = row.since == session_.now() && session_.now() > Time{};
        ImGui::TableNextRow();
        ImGui::TableNextColumn();
        ImGui::PushID(static_cast<int>(index));
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = look_.mono_small->FontSize;
        if (lit) ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, colour(p_.selected));
        if (ImGui::Selectable("##row", false, ImGuiSelectableFlags_SpanAllColumns, {0, height}) && row.line != 0)
            commands_.push_back(command::GoToLine{row.line});
        if (ImGui::IsItemHovered()) hint(row, is_new);
        if (ImGui::BeginPopupContextItem("menu")) {
            if (ImGui::MenuItem("Copy the row")) copy(row);
            if (row.line != 0 && ImGui::MenuItem("Show the line")) commands_.push_back(command::GoToLine{row.line});
            ImGui::EndPopup();
        }
        if (lit && wants_sight_) {
            ImGui::SetScrollHereY(0.4f);
            wants_sight_ = false;
        }
        ImDrawList* list = ImGui::GetWindowDrawList();
        if (lit)
            list->AddRectFilled({at.x - look_.gap(0.5f), at.y - look_.gap(0.25f)},
                                {at.x - look_.gap(0.125f), at.y + height + look_.gap(0.25f)}, colour(p_.accent));
        if (is_new) {
            const ImVec2 dot{at.x + look_.gap(0.375f), at.y + height / 2};
            const float r = look_.gap(0.375f);
            if (row.change == RowChange::added)
                list->AddCircleFilled(dot, r, colour(p_.good));
            else
                list->AddCircle(dot, r, colour(p_.good), 0, 1.5f * look_.scale);
        }
        for (const std::size_t c : columns) {
            ImGui::TableNextColumn();
            text(table.is_mono[c] ? look_.mono_small : look_.small, p_.text, row.cells[c]);
        }
        if (has_counts)
            for (const std::string& cell : counted(session_, node_, table, index)) {
                ImGui::TableNextColumn();
                text(look_.mono_small, p_.text, cell);
            }
        if (since) {
            ImGui::TableNextColumn();
            text(look_.mono_small, p_.muted,
                 fmt::format("{:.6f} s", static_cast<double>(row.since.time_since_epoch().count()) / 1e9));
        }
        ImGui::PopID();
    }

    void hint(const TableRow& row, bool is_new) const {
        std::string says;
        if (is_new) says = row.change == RowChange::added ? "Added at this moment." : "Changed at this moment.";
        if (row.line != 0)
            says +=
                fmt::format("{}Line {} made it: a click shows it.", says.empty() ? "" : "\n", row.line & 0xff'ffffu);
        if (!says.empty()) tooltip(look_, says);
    }

    static void copy(const TableRow& row) {
        std::string line;
        for (const std::string& cell : row.cells) line += (line.empty() ? "" : "\t") + cell;
        ImGui::SetClipboardText(line.c_str());
    }

    const Session& session_;
    Commands& commands_;
    const Look& look_;
    const Palette& p_;
    NodeId node_;
    std::vector<Record> in_hand_;
    bool wants_sight_ = false;
};

}  // namespace

void draw_inspector(const Session& session, Commands& commands, const Look& look) {
    const NodeId node = session.device();
    if (node >= session.trace().topology().devices.size())
        return empty_state(look, "Choose a device in the network: what it knows is shown here, at every moment.");
    if (!session.tables())
        return empty_state(look, "A capture tells what was said, not what its devices knew. Open a .lab to see that.");
    Inspector(session, commands, look, node).draw();
}

}  // namespace layerlab::viewer
