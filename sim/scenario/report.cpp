#include "sim/scenario/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "proto/dissect/value.hpp"

namespace layerlab::sim::scenario {
namespace {

using Json = nlohmann::ordered_json;

std::string file_of(const Scenario& scenario, const Place& place) {
    return place.file < scenario.sources.size() ? scenario.sources.file(place.file).path : std::string();
}

Json to_json(const Scenario& scenario, const CheckResult& check) {
    Json j = {{"file", file_of(scenario, check.place)},
              {"line", check.place.line},
              {"column", check.place.column},
              {"text", check.text},
              {"holds", check.holds},
              {"at", proto::to_seconds(check.at)}};
    if (!check.holds) {
        j["expected"] = check.expected;
        j["happened"] = check.happened;
        j["context"] = check.context;
    }
    return j;
}

Json to_json(const Scenario& scenario, const CommandResult& command) {
    const std::string device =
        command.device < scenario.devices.size() ? scenario.devices[command.device].name : std::string();
    return {{"file", file_of(scenario, command.place)},
            {"line", command.place.line},
            {"device", device},
            {"command", command.line},
            {"status", command.status},
            {"interrupted", command.interrupted},
            {"started", proto::to_seconds(command.started)},
            {"ended", proto::to_seconds(command.ended)},
            {"output", command.output}};
}

std::size_t failed(const RunResult& result) {
    std::size_t n = 0;
    for (const CheckResult& check : result.checks) n += check.holds ? 0 : 1;
    return n;
}

std::string dump(const Json& j, int indent) { return j.dump(indent, ' ', false, Json::error_handler_t::replace); }

// XML 1.0 has no control characters but tab and line ends, not even escaped.
std::string xml(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t length = proto::dissect::utf8_length(text);
        const char c = text[0];
        if (length == 0 || (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r'))
            out += "\uFFFD";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\n')
            out += "&#10;";
        else
            out += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

void append_test_case(std::string& out, const Scenario& scenario, const CheckResult& check) {
    fmt::format_to(std::back_inserter(out), "  <testcase classname=\"{}\" name=\"line {}: {}\" time=\"{}\"",
                   xml(file_of(scenario, check.place)), check.place.line, xml(check.text), proto::to_seconds(check.at));
    if (check.holds) {
        out += "/>\n";
        return;
    }
    fmt::format_to(std::back_inserter(out), ">\n    <failure message=\"expected {}, but {}\">", xml(check.expected),
                   xml(check.happened));
    for (const std::string& line : check.context) out += xml(line) + '\n';
    out += "</failure>\n  </testcase>\n";
}

}  // namespace

std::string json_report(const Scenario& scenario, const RunResult& result) {
    const std::size_t wrong = failed(result);
    Json commands = Json::array(), checks = Json::array();
    for (const CommandResult& command : result.commands) commands.push_back(to_json(scenario, command));
    for (const CheckResult& check : result.checks) checks.push_back(to_json(scenario, check));
    const Json report = {{"file", file_of(scenario, {})},
                         {"title", scenario.title},
                         {"seed", scenario.seed},
                         {"ended", proto::to_seconds(result.ended)},
                         {"passed", result.checks.size() - wrong},
                         {"failed", wrong},
                         {"commands", std::move(commands)},
                         {"checks", std::move(checks)},
                         {"warnings", result.warnings}};
    return dump(report, 2) + '\n';
}

std::string junit_report(const Scenario& scenario, const RunResult& result) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    const std::string name = scenario.title.empty() ? file_of(scenario, {}) : scenario.title;
    fmt::format_to(std::back_inserter(out),
                   "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"{}\">\n", xml(name),
                   result.checks.size(), failed(result), proto::to_seconds(result.ended));
    for (const CheckResult& check : result.checks) append_test_case(out, scenario, check);
    if (!result.warnings.empty()) {
        out += "  <system-out>";
        for (const std::string& warning : result.warnings) out += xml(warning) + '\n';
        out += "</system-out>\n";
    }
    return out + "</testsuite>\n";
}

std::string stats_json(const Stats& stats, Time ended, const Cost& cost) {
    std::string drops;
    for (std::size_t i = 1; i < drop_reasons; ++i)
        if (stats.drops[i] != 0)
            fmt::format_to(std::back_inserter(drops), "{}\"{}\":{}", drops.empty() ? "" : ",",
                           to_string(static_cast<DropReason>(i)), stats.drops[i]);
    return fmt::format(
        "{{\"wall_seconds\":{:.6f},\"simulated_seconds\":{},\"events\":{},\"frames\":{},\"hops\":{},"
        "\"drops\":{{{}}},\"peak_memory_kib\":{}}}\n",
        cost.wall_seconds, proto::to_seconds(ended), stats.events, stats.frames, stats.hops, drops,
        cost.peak_memory_kib);
}

}  // namespace layerlab::sim::scenario
