#include "viewer/model/side_file.hpp"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layerlab::viewer {
namespace {

constexpr int version = 1;
constexpr double farthest = 1e6;  // a place that can be meant

proto::Error fault(std::string_view what) {
    return {fmt::format("the arrangement of the devices cannot be read: {}", what),
            "it is made anew when a device is moved"};
}

std::optional<float> number(const nlohmann::json& value, double low, double high) {
    if (!value.is_number()) return std::nullopt;
    const auto d = value.get<double>();
    if (!std::isfinite(d) || d < low || d > high) return std::nullopt;
    return static_cast<float>(d);
}

// A tenth of a pixel is enough.
double rounded(float v) { return std::round(static_cast<double>(v) * 10) / 10; }

}  // namespace

std::string to_side_file(const Topology& topology, const View& view) {
    nlohmann::ordered_json json;
    json["version"] = version;
    auto& devices = json["devices"] = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < topology.devices.size() && i < view.places.size(); ++i)
        devices[topology.devices[i].name] = {rounded(view.places[i].x), rounded(view.places[i].y)};
    auto& splits = json["splits"] = nlohmann::ordered_json::object();
    for (const auto& [name, at] : view.splits) splits[name] = std::round(static_cast<double>(at) * 1000) / 1000;
    if (!view.colour_rules.empty()) {
        auto& rules = json["colours"] = nlohmann::ordered_json::array();
        for (const ColourRule& rule : view.colour_rules)
            rules.push_back({{"filter", rule.filter}, {"colour", colour_text(rule.colour)}});
    }
    using Handler = nlohmann::json::error_handler_t;
    return json.dump(1, ' ', false, Handler::replace) + "\n";
}

proto::Result<void> apply_side_file(std::string_view text, const Topology& topology, View& view) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return tl::unexpected(fault("it is no JSON object"));
    if (const auto v = json.find("version"); v == json.end() || *v != version)
        return tl::unexpected(fault("it is of another version"));
    std::vector<Point> places = view.places;
    if (const auto devices = json.find("devices"); devices != json.end()) {
        if (!devices->is_object()) return tl::unexpected(fault("\"devices\" is no object"));
        for (std::size_t i = 0; i < topology.devices.size() && i < places.size(); ++i) {
            const auto device = devices->find(topology.devices[i].name);
            if (device == devices->end()) continue;
            const bool is_pair = device->is_array() && device->size() == 2;
            const auto x = is_pair ? number((*device)[0], -farthest, farthest) : std::nullopt;
            const auto y = is_pair ? number((*device)[1], -farthest, farthest) : std::nullopt;
            if (!x || !y) return tl::unexpected(fault(fmt::format("\"{}\" has no place", topology.devices[i].name)));
            places[i] = {*x, *y};
        }
    }
    std::map<std::string, float> splits = view.splits;
    if (const auto all = json.find("splits"); all != json.end()) {
        if (!all->is_object()) return tl::unexpected(fault("\"splits\" is no object"));
        for (const auto& [name, value] : all->items()) {
            const auto at = number(value, 0.05, 0.95);
            if (!at) return tl::unexpected(fault(fmt::format("the splitter \"{}\" has no place", name)));
            splits[name] = *at;
        }
    }
    std::vector<ColourRule> rules;
    if (const auto all = json.find("colours"); all != json.end()) {
        if (!all->is_array()) return tl::unexpected(fault("\"colours\" is no list"));
        for (const auto& value : *all) {
            const bool is_rule = value.is_object() && value.contains("filter") && value["filter"].is_string() &&
                                 value.contains("colour") && value["colour"].is_string();
            const auto parsed = is_rule ? parse_colour(value["colour"].get<std::string>()) : std::nullopt;
            if (!parsed) return tl::unexpected(fault("a colour rule has no filter or no colour"));
            rules.push_back({value["filter"].get<std::string>(), *parsed});
        }
    }
    view.colour_rules = std::move(rules);
    view.places = std::move(places);
    view.splits = std::move(splits);
    return {};
}

}  // namespace layerlab::viewer
