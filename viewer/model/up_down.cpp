#include "viewer/model/up_down.hpp"

#include <algorithm>

namespace layerlab::viewer {

namespace scenario = sim::scenario;

void UpDown::follow(const Trace& trace, const Lab* lab) {
    if (!lab) return;
    const scenario::Scenario& s = lab->scenario;
    if (!began_) {
        began_ = true;
        for (std::uint32_t l = 0; l < s.links.size(); ++l)
            if (s.links[l].properties.up) cables_[l].push_back({Time{}, *s.links[l].properties.up});
        for (const scenario::Setting& setting : s.settings)
            if (const auto* power = std::get_if<scenario::PowerSetting>(&setting.value))
                devices_[setting.device].push_back({Time{}, power->up});
        for (std::size_t i = 0; i < s.steps.size(); ++i) steps_.emplace(scenario::line_code(s.steps[i].place), i);
    }
    const Records log = trace.log();
    for (seen_ = std::max(seen_, log.first()); seen_ < log.end(); ++seen_) {
        const Record& r = log[seen_];
        if (r.kind != RecordKind::change) continue;
        const auto step = steps_.find(r.line);
        if (step == steps_.end()) continue;
        const scenario::Action& action = s.steps[step->second].action;
        if (const auto* link = std::get_if<scenario::LinkChange>(&action)) {
            if (link->change.up) cables_[link->link].push_back({r.at, *link->change.up});
        } else if (const auto* setting = std::get_if<scenario::Setting>(&action)) {
            if (const auto* power = std::get_if<scenario::PowerSetting>(&setting->value))
                devices_[setting->device].push_back({r.at, power->up});
        }
    }
}

bool UpDown::is_up(const Changes& changes, std::uint32_t which, Time t) {
    const auto found = changes.find(which);
    if (found == changes.end()) return true;
    bool up = true;
    for (const Change& change : found->second) {
        if (change.at > t) break;
        up = change.up;
    }
    return up;
}

}  // namespace layerlab::viewer
