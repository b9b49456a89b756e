#include "viewer/model/colour_rules.hpp"

#include <charconv>
#include <fmt/format.h>

namespace layerlab::viewer {

void ColourRules::set(const std::vector<ColourRule>& rules) {
    filters_.clear();
    colours_.clear();
    errors_.clear();
    for (const ColourRule& rule : rules) {
        colours_.push_back(rule.colour);
        filters_.emplace_back();
        errors_.emplace_back();
        if (rule.filter.empty()) continue;
        auto compiled = proto::dissect::compile_filter(rule.filter);
        if (compiled)
            filters_.back() = std::move(*compiled);
        else
            errors_.back() = compiled.error().message;
    }
}

std::optional<Colour> ColourRules::colour_of(const proto::dissect::Dissection& dissection, proto::Bytes frame) const {
    for (std::size_t i = 0; i < filters_.size(); ++i)
        if (filters_[i] && filters_[i]->matches(dissection, frame)) return colours_[i];
    return std::nullopt;
}

std::string colour_text(Colour colour) { return fmt::format("#{:06X}", colour.rgb & 0xff'ffff); }

std::optional<Colour> parse_colour(std::string_view text) {
    constexpr std::size_t length = 7;
    if (text.size() != length || text[0] != '#') return std::nullopt;
    Colour colour;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + length, colour.rgb, 16);
    if (error != std::errc{} || end != text.data() + length) return std::nullopt;
    return colour;
}

}  // namespace layerlab::viewer
