// The terminal of a host: what has been typed and printed there until now, and a prompt. Text can be selected with the
// mouse and copied.
#include <algorithm>
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

constexpr int key_escape = 256;

bool has_shell(DeviceLook look) {
    switch (look) {
        case DeviceLook::host:
        case DeviceLook::pc:
        case DeviceLook::laptop:
        case DeviceLook::phone:
        case DeviceLook::server:
        case DeviceLook::router:
        case DeviceLook::firewall: return true;
        default: return false;
    }
}

// A place in the transcript: a line and a byte in it.
struct TextPlace {
    std::size_t line = 0, byte = 0;
    friend bool operator==(TextPlace, TextPlace) = default;
    friend bool operator<(TextPlace a, TextPlace b) { return a.line != b.line ? a.line < b.line : a.byte < b.byte; }
};

// What ImGui does not keep by itself: the text that is being typed, and what is selected with the mouse.
struct Kept {
    NodeId host = sim::no_node;
    std::string typed, offered;
    std::size_t back = 0;  // how far in the history; 0: at the new line
    TextPlace from, to;
    bool selects = false, wants_focus = false;
    std::size_t lines_seen = 0;
};
Kept& kept() {
    static Kept k;
    return k;
}

class Terminal {
  public:
    Terminal(const Session& session, Commands& commands, const Look& look)
        : session_(session), commands_(commands), look_(look), p_(look.colours()), k_(kept()) {}

    void draw() {
        const NodeId host = choose_host();
        if (host == sim::no_node)
            return empty_state(look_, "Nobody here has a shell. A host, server or router of a .lab has one.");
        if (host != k_.host) {
            const bool wants_focus = k_.wants_focus;
            k_ = {};
            k_.host = host;
            k_.wants_focus = wants_focus;
        }
        if (ImGui::IsWindowAppearing()) k_.wants_focus = true;
        const Transcript& transcript = session_.transcripts()->at(host, session_.cursor());
        const float prompt = look_.mono->FontSize + look_.gap(2);
        const bool is_past = session_.is_live() && session_.cursor() < session_.trace().log().end();
        const float notes = is_past || !k_.offered.empty() ? look_.small->FontSize + look_.gap(0.75f) : 0;
        ImGui::BeginChild("transcript", {0, -(prompt + notes)}, false, ImGuiWindowFlags_NoNav);
        lines(transcript);
        ImGui::EndChild();
        if (!k_.offered.empty())
            text(look_.small, p_.muted, k_.offered);
        else if (is_past)
            text(look_.small, p_.muted,
                 fmt::format("You look at the past. A command runs at the end of the run, at {}.",
                             spaced_time(session_.trace().end())));
        prompt_line(host, transcript);
    }

  private:
    // The selected device if it has a shell, else the host that spoke last, else the first.
    NodeId choose_host() {
        const auto& devices = session_.trace().topology().devices;
        if (!session_.transcripts()) return sim::no_node;
        const std::vector<NodeId> recent = session_.transcripts()->hosts(session_.trace().log().end());
        NodeId host = session_.device();
        if (host >= devices.size() || !has_shell(devices[host].look)) host = k_.host;
        if (host >= devices.size() || !has_shell(devices[host].look)) {
            host = sim::no_node;
            for (const NodeId node : recent)
                if (host == sim::no_node && has_shell(devices[node].look)) host = node;
            for (NodeId node = 0; node < devices.size() && host == sim::no_node; ++node)
                if (has_shell(devices[node].look)) host = node;
        }
        if (host == sim::no_node) return host;
        tabs(host, recent);
        return host;
    }

    void tabs(NodeId host, std::vector<NodeId> recent) {
        const auto& devices = session_.trace().topology().devices;
        constexpr std::size_t most_tabs = 8;
        if (recent.size() > most_tabs) recent.resize(most_tabs);
        if (std::find(recent.begin(), recent.end(), host) == recent.end()) recent.push_back(host);
        std::sort(recent.begin(), recent.end());
        const float more = look_.gap(9);
        bool is_first = true;
        for (const NodeId node : recent) {
            if (!has_shell(devices[node].look)) continue;
            const float width = measure(look_.text, devices[node].name).x + look_.gap(2);
            if (!is_first) ImGui::SameLine(0, look_.gap(0.25f));
            if (!is_first && ImGui::GetContentRegionAvail().x < width + more && node != host) continue;
            is_first = false;
            if (button(look_, devices[node].name.c_str(), node == host)) choose(node);
        }
        ImGui::SameLine(std::max(0.0f, ImGui::GetWindowContentRegionMax().x - more + look_.gap()));
        if (button(look_, "Hosts ...", false, "All devices with a shell")) ImGui::OpenPopup("hosts");
        if (ImGui::BeginPopup("hosts")) {
            for (NodeId node = 0; node < devices.size(); ++node)
                if (has_shell(devices[node].look) && ImGui::MenuItem(devices[node].name.c_str(), nullptr, node == host))
                    choose(node);
            ImGui::EndPopup();
        }
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImGui::GetWindowDrawList()->AddLine(at, {at.x + ImGui::GetContentRegionAvail().x, at.y}, colour(p_.line));
        ImGui::Dummy({0, look_.gap(0.25f)});
    }
    void choose(NodeId node) {
        commands_.push_back(command::SelectDevice{node});
        k_.wants_focus = true;
    }

    // --- the transcript ---

    struct RowAt {
        std::size_t line;
        std::uint32_t begin, end;
    };

    void lines(const Transcript& transcript) {
        ImGui::PushFont(look_.mono);
        const float height = look_.mono->FontSize + look_.gap(0.375f), digit = measure(look_.mono, "0").x;
        const auto columns =
            static_cast<std::uint32_t>(std::max(8.0f, (ImGui::GetContentRegionAvail().x - look_.gap()) / digit));
        std::vector<RowAt> rows;
        for (std::size_t i = 0; i < transcript.lines.size(); ++i) {
            const auto begins = wrapped_rows(transcript.lines[i].text, columns);
            for (std::size_t b = 0; b < begins.size(); ++b)
                rows.push_back({i, begins[b],
                                b + 1 < begins.size() ? begins[b + 1]
                                                      : static_cast<std::uint32_t>(transcript.lines[i].text.size())});
        }
        const ImVec2 origin = ImGui::GetCursorScreenPos();
        if (transcript.lines.empty())
            text(look_.small, p_.muted, "Nothing has been typed here yet. Try: ping, ip addr, arp -a, ss, help");
        const float room = ImGui::GetContentRegionAvail().x;
        ImGui::InvisibleButton("text",
                               {std::max(room, 1.0f), std::max(1.0f, static_cast<float>(rows.size()) * height)});
        select(transcript, rows, origin, height);
        menu(transcript);
        ImDrawList* list = ImGui::GetWindowDrawList();
        const float top = ImGui::GetScrollY();
        const auto first = static_cast<std::size_t>(std::max(0.0f, top / height));
        const auto last = static_cast<std::size_t>((top + ImGui::GetWindowHeight()) / height) + 1;
        for (std::size_t i = first; i < std::min(rows.size(), last); ++i)
            draw_row(list, transcript.lines[rows[i].line], rows[i],
                     {origin.x, origin.y + static_cast<float>(i) * height}, height);
        if (transcript.lines.size() != k_.lines_seen) {
            k_.lines_seen = transcript.lines.size();
            ImGui::SetScrollY(static_cast<float>(rows.size()) * height);
        }
        ImGui::PopFont();
    }

    void draw_row(ImDrawList* list, const TerminalLine& line, const RowAt& row, ImVec2 at, float height) const {
        const std::string_view shown = std::string_view(line.text).substr(row.begin, row.end - row.begin);
        const auto [from, to] = std::minmax(k_.from, k_.to);
        const TextPlace begin{row.line, row.begin}, end{row.line, row.end};
        if (from < to && from < end && begin < to) {
            const std::size_t a = from < begin ? 0 : from.byte - row.begin;
            const std::size_t b = to < end ? to.byte - row.begin : shown.size();
            const float x0 = at.x + measure(look_.mono, shown.substr(0, a)).x;
            const float x1 = at.x + measure(look_.mono, shown.substr(0, b)).x;
            list->AddRectFilled({x0, at.y}, {std::max(x1, x0 + 2), at.y + height}, colour(p_.selected));
        }
        const float y = at.y + look_.gap(0.1875f);
        if (line.kind == TerminalLine::Kind::status) {
            draw_text(list, look_.mono, {at.x, y}, p_.bad, shown);
            return;
        }
        const std::size_t dollar = line.kind == TerminalLine::Kind::prompt ? line.text.find("$ ") : line.text.npos;
        if (dollar == line.text.npos || row.begin > 0) {
            draw_text(list, look_.mono, {at.x, y}, p_.text, shown);
            return;
        }
        const std::size_t cut = std::min(dollar + 2, shown.size());
        const float w = draw_text(list, look_.mono, {at.x, y}, p_.accent, shown.substr(0, cut));
        draw_text(list, look_.mono, {at.x + w, y}, p_.text, shown.substr(cut));
    }

    TextPlace place_at(const Transcript& transcript, const std::vector<RowAt>& rows, ImVec2 origin,
                       float height) const {
        if (rows.empty()) return {};
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const float y = (mouse.y - origin.y) / height;
        if (y < 0) return {};
        if (y >= static_cast<float>(rows.size()))
            return {transcript.lines.size() - 1, transcript.lines.back().text.size()};
        const RowAt& row = rows[static_cast<std::size_t>(y)];
        const std::string_view shown =
            std::string_view(transcript.lines[row.line].text).substr(row.begin, row.end - row.begin);
        const char* end = shown.data();
        const float x = std::max(0.0f, mouse.x - origin.x + measure(look_.mono, "0").x / 2);
        look_.mono->CalcTextSizeA(look_.mono->FontSize, x, 0, shown.data(), shown.data() + shown.size(), &end);
        return {row.line, row.begin + static_cast<std::size_t>(end - shown.data())};
    }

    void select(const Transcript& transcript, const std::vector<RowAt>& rows, ImVec2 origin, float height) {
        if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
        if (ImGui::IsItemActivated()) k_.from = k_.to = place_at(transcript, rows, origin, height);
        if (ImGui::IsItemActive()) {
            k_.to = place_at(transcript, rows, origin, height);
            k_.selects = true;
            const float y = ImGui::GetIO().MousePos.y, top = ImGui::GetWindowPos().y;
            if (y < top) ImGui::SetScrollY(ImGui::GetScrollY() - height);
            if (y > top + ImGui::GetWindowHeight()) ImGui::SetScrollY(ImGui::GetScrollY() + height);
        } else if (k_.selects) {
            k_.selects = false;
            k_.wants_focus = true;  // one goes on typing
        }
        if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0) && !transcript.lines.empty()) {
            const std::size_t line = k_.to.line;
            k_.from = {line, 0};
            k_.to = {line, transcript.lines[line].text.size()};
        }
    }

    bool has_selection() const { return !(k_.from == k_.to); }
    std::string selection(const Transcript& transcript) const {
        const auto [from, to] = std::minmax(k_.from, k_.to);
        std::string all;
        for (std::size_t i = from.line; i <= to.line && i < transcript.lines.size(); ++i) {
            const std::string& line = transcript.lines[i].text;
            const std::size_t begin = std::min(i == from.line ? from.byte : 0, line.size());
            const std::size_t end = std::min(i == to.line ? to.byte : line.size(), line.size());
            if (i > from.line) all += '\n';
            all += line.substr(begin, end - begin);
        }
        return all;
    }
    void menu(const Transcript& transcript) {
        if (!ImGui::BeginPopupContextItem("menu")) return;
        if (ImGui::MenuItem("Copy", "Ctrl+C", false, has_selection()))
            ImGui::SetClipboardText(selection(transcript).c_str());
        if (ImGui::MenuItem("Copy everything")) {
            std::string all;
            for (const TerminalLine& line : transcript.lines) all += line.text + "\n";
            ImGui::SetClipboardText(all.c_str());
        }
        const std::size_t line = std::min(k_.to.line, transcript.lines.size() - 1);
        if (!transcript.lines.empty() && ImGui::MenuItem("Go to this moment"))
            commands_.push_back(command::SelectRecord{transcript.lines[line].position});
        ImGui::EndPopup();
    }

    // --- the prompt ---

    int on_key(ImGuiInputTextCallbackData& data) {
        const auto& history = session_.history(k_.host);
        const auto put = [&](const std::string& line) {
            data.DeleteChars(0, data.BufTextLen);
            data.InsertChars(0, line.c_str());
        };
        k_.offered.clear();
        if (data.EventFlag == ImGuiInputTextFlags_CallbackHistory) {
            if (data.EventKey == ImGuiKey_UpArrow && k_.back < history.size()) ++k_.back;
            if (data.EventKey == ImGuiKey_DownArrow && k_.back > 0) --k_.back;
            put(k_.back == 0 ? std::string() : history[history.size() - k_.back]);
        } else if (data.EventFlag == ImGuiInputTextFlags_CallbackCompletion) {
            const std::string line(data.Buf, static_cast<std::size_t>(data.CursorPos));
            const std::vector<std::string> offers = session_.complete(k_.host, line);
            std::string common = common_beginning(offers);
            if (offers.size() == 1) common += ' ';
            if (common.size() > line.size()) put(common);
            if (offers.size() > 1) {
                constexpr std::size_t most = 16;
                const std::size_t word = line.find_last_of(' ') + 1;
                for (std::size_t i = 0; i < std::min(offers.size(), most); ++i)
                    k_.offered += (i == 0 ? "" : "   ") + offers[i].substr(word);
                if (offers.size() > most) k_.offered += " ...";
            }
        }
        return 0;
    }

    void prompt_line(NodeId host, const Transcript& transcript) {
        const std::string& name = session_.trace().topology().devices[host].name;
        const std::string prompt = name + "$";
        const bool is_running = transcript.running > 0;
        ImGui::AlignTextToFramePadding();
        text(look_.mono, p_.accent, prompt);
        ImGui::SameLine(0, measure(look_.mono, " ").x);
        if (!session_.is_live()) {
            text(look_.small, p_.muted,
                 session_.is_loading() ? "the run is still being computed ..." : "there is no run to type into");
            return;
        }
        const float stop = look_.gap(10);
        ImGui::SetNextItemWidth(std::max(look_.gap(8), ImGui::GetContentRegionAvail().x - (is_running ? stop : 0)));
        ImGui::PushFont(look_.mono);
        if (k_.wants_focus) ImGui::SetKeyboardFocusHere();
        k_.wants_focus = false;
        const auto callback = [](ImGuiInputTextCallbackData* data) {
            return static_cast<Terminal*>(data->UserData)->on_key(*data);
        };
        const bool entered = ImGui::InputTextWithHint(
            "##line", is_running ? "a command is running" : "type a command; Tab completes, Up repeats", &k_.typed,
            ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackHistory |
                ImGuiInputTextFlags_CallbackCompletion,
            callback, this);
        const bool is_active = ImGui::IsItemActive();
        ImGui::PopFont();
        if (entered && !k_.typed.empty()) {
            commands_.push_back(command::TypeLine{host, k_.typed});
            k_.typed.clear();
            k_.offered.clear();
            k_.back = 0;
            k_.wants_focus = true;
        }
        keys(host, transcript, is_active);
        if (!is_running) return;
        ImGui::SameLine();
        if (button(look_, "Ctrl+C", false, "Interrupts what runs here")) interrupt(host);
    }

    void keys(NodeId host, const Transcript& transcript, bool is_typing) {
        const ImGuiIO& io = ImGui::GetIO();
        const bool is_here = is_typing || ImGui::IsWindowFocused(ImGuiFocusedFlags_ChildWindows);
        if (!is_here) return;
        if (io.KeyCtrl && ImGui::IsKeyPressed('C', false)) {
            if (has_selection()) {
                ImGui::SetClipboardText(selection(transcript).c_str());
                k_.from = k_.to;
            } else {
                interrupt(host);
            }
        }
        if (io.KeyCtrl && ImGui::IsKeyPressed('U', false)) clear();
        if (ImGui::IsKeyPressed(key_escape, false)) clear();
    }
    void clear() {
        ImGui::ClearActiveID();
        k_.typed.clear();
        k_.offered.clear();
        k_.back = 0;
        k_.wants_focus = true;
    }
    void interrupt(NodeId host) {
        clear();
        commands_.push_back(command::InterruptCommand{host});
    }

    const Session& session_;
    Commands& commands_;
    const Look& look_;
    const Palette& p_;
    Kept& k_;
};

}  // namespace

void draw_terminal(const Session& session, Commands& commands, const Look& look) {
    if (!session.transcripts())
        return empty_state(look, "A capture has no hosts to type at. Open a .lab: each of its hosts has a terminal.");
    Terminal(session, commands, look).draw();
}

}  // namespace layerlab::viewer
