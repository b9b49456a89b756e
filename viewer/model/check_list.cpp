#include "viewer/model/check_list.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "sim/scenario/output_check.hpp"

namespace layerlab::viewer {

namespace scenario = sim::scenario;

std::vector<CheckItem> checks_at(const Lab& lab, Time now) {
    const scenario::Scenario& s = lab.scenario;
    std::map<scenario::Place, CheckItem> items;
    const auto add = [&](const scenario::Place& place) -> CheckItem& {
        CheckItem& item = items[place];
        item.place = place;
        return item;
    };
    for (const scenario::Step& step : s.steps) {
        if (std::holds_alternative<scenario::StateExpectation>(step.action)) add(step.place);
        if (const auto* command = std::get_if<scenario::Command>(&step.action))
            for (const scenario::CommandCheck& check : command->checks) {
                CheckItem& item = add(check.place);
                item.command = fmt::format("{}$ {}", s.devices[command->device].name, command->text.text);
                item.command_line = step.place.line;
            }
    }
    for (std::size_t i = 0; i < s.packet_expectations.size(); ++i) add(s.packet_expectations[i].place).packets = i;

    const auto take = [&](const scenario::CheckResult& r) {
        CheckItem& item = add(r.place);
        if (item.text.empty()) item.text = r.text;
        if (r.at > now) {
            if (item.verdict == Verdict::pending && !item.will_be_judged) {
                item.will_be_judged = true;
                item.at = r.at;
            }
            return;
        }
        ++item.judged;
        // The first failure is the one to look at.
        if (item.verdict == Verdict::failed) return;
        item.verdict = r.holds ? Verdict::holds : Verdict::failed;
        item.at = r.at;
        item.result = &r;
    };
    for (const scenario::CheckResult& r : lab.checks) take(r);
    // While the run goes on, those of commands are with their commands.
    for (const scenario::CommandResult& command : lab.commands)
        for (const scenario::CheckResult& r : command.checks)
            if (const auto it = items.find(r.place); it == items.end() || it->second.judged == 0) take(r);

    std::vector<CheckItem> list;
    for (auto& [place, item] : items) {
        if (item.text.empty()) item.text = scenario::statement_text(s.sources, place);
        list.push_back(std::move(item));
    }
    return list;
}

CheckCounts count(const std::vector<CheckItem>& items) {
    CheckCounts c;
    for (const CheckItem& item : items)
        ++(item.verdict == Verdict::holds ? c.holds : item.verdict == Verdict::failed ? c.failed : c.pending);
    return c;
}

}  // namespace layerlab::viewer
