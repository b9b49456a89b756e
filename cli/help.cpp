// layerlab help: the reference pages, made from the program's own tables.
#include <fmt/format.h>
#include <functional>
#include <map>
#include <memory>

#include "cli/subcommands.hpp"
#include "proto/dissect/reference.hpp"
#include "sim/kernel/decisions.hpp"
#include "sim/programs/registry.hpp"
#include "sim/scenario/keywords.hpp"

namespace layerlab::cli {
namespace {

std::string commands_reference() {
    std::string out = "Commands of every simulated host, used as `name$ command`:\n\n";
    for (const sim::programs::Command& c : sim::programs::commands())
        out += fmt::format("  {} {}\n      {}\n", c.name, c.usage, c.help);
    return out;
}

std::string decisions_reference() {
    std::string out = "Decisions that devices make and record, by name, OSI layer and sentence:\n\n";
    for (std::size_t i = 0; i < sim::decision_count; ++i) {
        const sim::DecisionInfo& d = sim::info(static_cast<sim::Decision>(i));
        out += fmt::format("  {:<26} {}  {}\n", d.name, d.layer, d.sentence);
    }
    return out;
}

}  // namespace

void add_help(CLI::App& app, int& status) {
    const auto topic = std::make_shared<std::string>();
    CLI::App* sub = app.add_subcommand("help", "Reference pages: lang, commands, protocols, filters, decisions");
    sub->add_option("TOPIC", *topic, "lang | commands | protocols | filters | decisions");
    sub->callback([topic, &app, &status] {
        static const std::map<std::string, std::function<std::string()>> pages = {
            {"lang", sim::scenario::language_reference},
            {"commands", commands_reference},
            {"protocols", [] { return proto::dissect::protocol_reference(); }},
            {"filters", [] { return proto::dissect::filter_reference(); }},
            {"decisions", decisions_reference},
        };
        if (topic->empty()) {
            // app.help() would be that of this subcommand.
            fmt::print("{}", app.get_formatter()->make_help(&app, "layerlab", CLI::AppFormatMode::Normal));
            return;
        }
        const auto page = pages.find(*topic);
        if (page == pages.end()) {
            fmt::print(stderr, "layerlab: no page \"{}\"\nhint: lang, commands, protocols, filters or decisions\n",
                       *topic);
            status = wrong_input;
            return;
        }
        fmt::print("{}", page->second());
    });
}

}  // namespace layerlab::cli
