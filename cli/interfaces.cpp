// layerlab interfaces: what `layerlab capture -i` can listen to.
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

#include "capture/live.hpp"
#include "cli/complain.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {
namespace {

std::string flags_text(const capture::LiveInterface& i) {
    std::string text = i.is_up ? (i.is_running ? "up" : "up, no carrier") : "down";
    if (i.is_loopback) text += ", loopback";
    if (i.is_wireless) text += ", wireless";
    return text;
}

int run(bool json) {
    const auto interfaces = capture::live_interfaces();
    if (!interfaces) return complain(interfaces.error());
    for (const capture::LiveInterface& i : *interfaces) {
        if (json) {
            const nlohmann::ordered_json line{
                {"name", i.name},          {"description", i.description}, {"up", i.is_up},
                {"running", i.is_running}, {"loopback", i.is_loopback},    {"wireless", i.is_wireless},
                {"addresses", i.addresses}};
            fmt::print("{}\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
            continue;
        }
        fmt::print("{:<16} {:<16} {}{}{}\n", i.name, flags_text(i), fmt::join(i.addresses, " "),
                   i.addresses.empty() || i.description.empty() ? "" : "  ", i.description);
    }
    return success;
}

}  // namespace

void add_interfaces(CLI::App& app, int& status) {
    const auto json = std::make_shared<bool>(false);
    CLI::App* sub = app.add_subcommand("interfaces", "List the interfaces of this machine that can be captured from");
    sub->add_flag("--json", *json, "One JSON object per line");
    sub->callback([json, &status] { status = run(*json); });
}

}  // namespace layerlab::cli
