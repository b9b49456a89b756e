#include "viewer/panels/look.hpp"

#include <array>
#include <cstdio>
#include <fmt/format.h>
#include <imgui_freetype.h>

namespace layerlab::viewer {
namespace {

// Debian's places, the best first.
constexpr std::array regular{"/usr/share/fonts/opentype/inter/Inter-Regular.otf",
                             "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"};
constexpr std::array semi_bold{"/usr/share/fonts/opentype/inter/Inter-SemiBold.otf",
                               "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"};
constexpr std::array mono{"/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf",
                          "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"};

// Latin, punctuation, arrows, a few signs.
constexpr ImWchar glyphs[] = {0x20,   0x17f,  0x2010, 0x2027, 0x2030, 0x203a, 0x2190, 0x2199, 0x21ba,
                              0x21bb, 0x2260, 0x2265, 0x2500, 0x2503, 0x25b2, 0x25ba, 0};

template <std::size_t N>
ImFont* load(const std::array<const char*, N>& paths, float pixels) {
    ImGuiIO& io = ImGui::GetIO();
    for (const char* path : paths) {
        std::FILE* file = std::fopen(path, "rb");
        if (!file) continue;
        std::fclose(file);
        ImFontConfig config;
        config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
        return io.Fonts->AddFontFromFileTTF(path, pixels, &config, glyphs);
    }
    ImFontConfig config;
    config.SizePixels = pixels;
    return io.Fonts->AddFontDefault(&config);
}

}  // namespace

void make_fonts(Look& look) {
    ImGuiIO& io = ImGui::GetIO();
    io.Fonts->Clear();
    const auto px = [&](float size) { return std::max(12.0f, std::round(size * look.scale)); };
    look.text = load(regular, px(15));
    look.small = load(regular, px(13));
    look.heading = load(semi_bold, px(20));
    look.bold = load(semi_bold, px(15));
    look.mono = load(mono, px(14));
    look.mono_small = load(mono, px(12));
    io.Fonts->Build();
}

void apply_style(const Look& look) {
    const Palette& p = look.colours();
    ImGuiStyle& s = ImGui::GetStyle();
    s = ImGuiStyle();
    s.WindowPadding = {look.gap(1.5f), look.gap(1.5f)};
    s.FramePadding = {look.gap(), look.gap(0.5f)};
    s.ItemSpacing = {look.gap(), look.gap(0.75f)};
    s.CellPadding = {look.gap(0.75f), look.gap(0.25f)};
    s.ScrollbarSize = look.gap(1.25f);
    s.WindowRounding = s.ChildRounding = 0;
    s.FrameRounding = s.PopupRounding = s.GrabRounding = s.TabRounding = s.ScrollbarRounding = look.gap(0.75f);
    s.WindowBorderSize = s.ChildBorderSize = s.FrameBorderSize = 0;
    s.PopupBorderSize = 1;
    s.AntiAliasedLines = s.AntiAliasedFill = true;
    const auto set = [&](ImGuiCol which, Colour c, float alpha = 1) { s.Colors[which] = vector(c, alpha); };
    set(ImGuiCol_Text, p.text);
    set(ImGuiCol_TextDisabled, p.muted);
    set(ImGuiCol_WindowBg, p.panel);
    set(ImGuiCol_ChildBg, p.panel, 0);
    set(ImGuiCol_PopupBg, p.panel);
    set(ImGuiCol_Border, p.line);
    set(ImGuiCol_FrameBg, p.ground);
    set(ImGuiCol_FrameBgHovered, p.hover);
    set(ImGuiCol_FrameBgActive, p.hover);
    set(ImGuiCol_ScrollbarBg, p.panel, 0);
    set(ImGuiCol_ScrollbarGrab, p.line);
    set(ImGuiCol_ScrollbarGrabHovered, p.muted);
    set(ImGuiCol_ScrollbarGrabActive, p.muted);
    set(ImGuiCol_Button, p.panel, 0);
    set(ImGuiCol_ButtonHovered, p.hover);
    set(ImGuiCol_ButtonActive, p.selected);
    set(ImGuiCol_Header, p.selected);
    set(ImGuiCol_HeaderHovered, p.hover);
    set(ImGuiCol_HeaderActive, p.selected);
    set(ImGuiCol_Separator, p.line);
    set(ImGuiCol_SeparatorHovered, p.accent);
    set(ImGuiCol_SeparatorActive, p.accent);
    set(ImGuiCol_CheckMark, p.accent);
    set(ImGuiCol_SliderGrab, p.accent);
    set(ImGuiCol_SliderGrabActive, p.accent);
    set(ImGuiCol_Tab, p.panel, 0);
    set(ImGuiCol_TabHovered, p.hover);
    set(ImGuiCol_TabActive, p.selected);
    set(ImGuiCol_TableHeaderBg, p.panel);
    set(ImGuiCol_TableBorderLight, p.line);
    set(ImGuiCol_TableBorderStrong, p.line);
    set(ImGuiCol_TableRowBg, p.panel, 0);
    set(ImGuiCol_TableRowBgAlt, p.panel, 0);
    set(ImGuiCol_TextSelectedBg, p.selected);
    set(ImGuiCol_NavHighlight, p.accent);
    set(ImGuiCol_ModalWindowDimBg, p.ground, 0.6f);
}

void text(ImFont* font, Colour c, std::string_view s) {
    ImGui::PushFont(font);
    ImGui::PushStyleColor(ImGuiCol_Text, colour(c));
    ImGui::TextUnformatted(s.data(), s.data() + s.size());
    ImGui::PopStyleColor();
    ImGui::PopFont();
}

void paragraph(ImFont* font, Colour ink, std::string_view s) {
    ImGui::PushTextWrapPos(0);
    text(font, ink, s);
    ImGui::PopTextWrapPos();
}

ImVec2 measure(ImFont* font, std::string_view s) {
    return font->CalcTextSizeA(font->FontSize, 1e9f, 0, s.data(), s.data() + s.size());
}

float draw_text(ImDrawList* list, ImFont* font, ImVec2 at, Colour c, std::string_view s, float most_width) {
    const float width = measure(font, s).x;
    if (width <= most_width) {
        list->AddText(font, font->FontSize, at, colour(c), s.data(), s.data() + s.size());
        return width;
    }
    constexpr std::string_view dots = "\xe2\x80\xa6";
    const float room = most_width - measure(font, dots).x;
    if (room <= 0) return 0;
    const char* end = s.data();
    font->CalcTextSizeA(font->FontSize, room, 0, s.data(), s.data() + s.size(), &end);
    const std::string cut = std::string(s.data(), end) + std::string(dots);
    list->AddText(font, font->FontSize, at, colour(c), cut.c_str());
    return measure(font, cut).x;
}

ImVec2 draw_chip(ImDrawList* list, const Look& look, ImVec2 at, std::string_view label, Colour fill) {
    const ImVec2 inner = measure(look.small, label);
    const ImVec2 size{inner.x + look.gap(1.5f), inner.y + look.gap(0.25f)};
    list->AddRectFilled(at, {at.x + size.x, at.y + size.y}, colour(fill), size.y / 2);
    draw_text(list, look.small, {at.x + look.gap(0.75f), at.y + look.gap(0.125f)}, ink_on(fill), label);
    return size;
}

void panel_heading(const Look& look, std::string_view title) {
    text(look.bold, look.colours().text, title);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::GetWindowDrawList()->AddLine(at, {at.x + width, at.y}, colour(look.colours().line));
    ImGui::Dummy({0, look.gap(0.5f)});
}

void empty_state(const Look& look, std::string_view what) {
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float wrap = std::max(80.0f, std::min(room.x - look.gap(4), look.gap(48)));
    const ImVec2 size =
        look.text->CalcTextSizeA(look.text->FontSize, 1e9f, wrap, what.data(), what.data() + what.size());
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::GetWindowDrawList()->AddText(
        look.text, look.text->FontSize,
        {at.x + std::max(0.0f, (room.x - size.x) / 2), at.y + std::max(0.0f, (room.y - size.y) / 2)},
        colour(look.colours().muted), what.data(), what.data() + what.size(), wrap);
}

bool button(const Look& look, const char* label, bool on, const char* hint) {
    const Palette& p = look.colours();
    ImGui::PushStyleColor(ImGuiCol_Button, colour(p.selected, on ? 1.0f : 0.0f));
    ImGui::PushStyleColor(ImGuiCol_Text, colour(on ? p.text : p.muted));
    const bool pressed = ImGui::Button(label);
    ImGui::PopStyleColor(2);
    if (hint && ImGui::IsItemHovered()) tooltip(look, hint);
    return pressed;
}

void tooltip(const Look& look, std::string_view s) {
    ImGui::BeginTooltip();
    ImGui::PushFont(look.small);
    ImGui::PushTextWrapPos(look.gap(50));
    ImGui::TextUnformatted(s.data(), s.data() + s.size());
    ImGui::PopTextWrapPos();
    ImGui::PopFont();
    ImGui::EndTooltip();
}

std::string spaced_time(Time t) {
    const std::string plain = proto::to_seconds(t);
    const std::size_t point = plain.find('.');
    if (point == plain.npos) return plain + " s";
    std::string out = plain.substr(0, point + 1);
    for (std::size_t i = point + 1; i < plain.size(); ++i) {
        if (i > point + 1 && (i - point - 1) % 3 == 0) out += ' ';
        out += plain[i];
    }
    return out + " s";
}

}  // namespace layerlab::viewer
