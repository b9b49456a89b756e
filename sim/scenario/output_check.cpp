#include "sim/scenario/output_check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <re2/re2.h>

#include "proto/dissect/filter.hpp"

namespace layerlab::sim::scenario {
namespace {

constexpr std::string_view gap = "...";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        lines.push_back(line);
        text = end == text.npos ? std::string_view{} : text.substr(end + 1);
    }
    return lines;
}

namespace {

// Each run of blanks and tabs becomes one blank; none stay at the end.
std::string normal(std::string_view line) {
    std::string out;
    out.reserve(line.size());
    for (const char c : line) {
        if (!is_blank(c))
            out += c;
        else if (out.empty() || out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::vector<std::string> normal_lines(const std::vector<std::string_view>& lines) {
    std::vector<std::string> out;
    out.reserve(lines.size());
    for (const std::string_view line : lines) out.push_back(normal(line));
    while (!out.empty() && out.back().empty()) out.pop_back();
    return out;
}

// `pattern` may hold "..." for any text: its pieces must follow one another, each at the first place that fits.
bool line_matches(std::string_view pattern, std::string_view line) {
    std::size_t at = pattern.find(gap);
    if (at == pattern.npos) return pattern == line;
    if (line.substr(0, at) != pattern.substr(0, at)) return false;
    line.remove_prefix(at);
    pattern.remove_prefix(at + gap.size());
    while ((at = pattern.find(gap)) != pattern.npos) {
        const std::size_t found = line.find(pattern.substr(0, at));
        if (found == line.npos) return false;
        line.remove_prefix(found + at);
        pattern.remove_prefix(at + gap.size());
    }
    return line.size() >= pattern.size() && line.substr(line.size() - pattern.size()) == pattern;
}

bool is_gap(const std::string& pattern) { return pattern == gap || pattern == " ..."; }

std::string shown_line(std::string_view line) {
    constexpr std::size_t most = 200;
    return line.size() <= most ? std::string(line) : std::string(line.substr(0, most)) + gap.data();
}

// Goes through the lines once; after a fault it goes on behind the last lone "...", one line further down.
std::optional<std::string> compare(const std::vector<std::string>& pattern, const std::vector<std::string>& lines) {
    std::size_t p = 0, n = 0, after_gap = pattern.size() + 1, retry = 0;
    std::size_t furthest = 0, furthest_line = 0;  // where the most of the pattern had been found
    while (n < lines.size() || p < pattern.size()) {
        if (p < pattern.size() && is_gap(pattern[p])) {
            after_gap = ++p;
            retry = n;
            if (p == pattern.size()) return std::nullopt;
            continue;
        }
        if (p < pattern.size() && n < lines.size() && line_matches(pattern[p], lines[n])) {
            ++p;
            ++n;
            continue;
        }
        if (p >= furthest) {
            furthest = p;
            furthest_line = n;
        }
        if (after_gap > pattern.size() || retry >= lines.size()) break;
        n = ++retry;
        p = after_gap;
    }
    if (n == lines.size() && p == pattern.size()) return std::nullopt;
    if (furthest == pattern.size())
        return fmt::format("line {} of the output is one too many: {}", furthest_line + 1,
                           shown_line(lines[furthest_line]));
    if (furthest_line >= lines.size())
        return fmt::format("the output ended before this line of it came: {}", shown_line(pattern[furthest]));
    return fmt::format("line {} of the output is: {}\nexpected: {}", furthest_line + 1,
                       shown_line(lines[furthest_line]), shown_line(pattern[furthest]));
}

std::string how_much(const std::string& output) {
    const std::size_t n = lines_of(output).size();
    return n == 0   ? "there was no output"
           : n == 1 ? "one line of output without it"
                    : fmt::format("{} lines of output without it", n);
}

struct Mismatch {
    const std::string& output;
    int status;
    using Answer = std::optional<std::string>;

    Answer operator()(const OutputContains& c) const {
        if (output.find(c.text) != output.npos) return std::nullopt;
        return how_much(output);
    }
    Answer operator()(const OutputMatches& c) const {
        const RE2 regex(c.regex.text, RE2::Quiet);
        if (!regex.ok()) return "the regular expression cannot be used: " + regex.error();
        for (const std::string_view line : lines_of(output))
            if (RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), regex)) return std::nullopt;
        return how_much(output);
    }
    Answer operator()(const OutputIs& c) const {
        return compare(normal_lines({c.lines.begin(), c.lines.end()}), normal_lines(lines_of(output)));
    }
    Answer operator()(const ExitIs& c) const {
        if (status == c.status) return std::nullopt;
        return fmt::format("the exit status was {}", status);
    }
    Answer operator()(const Fails&) const {
        if (status != 0) return std::nullopt;
        return "it succeeded (exit status 0)";
    }
};

struct Describe {
    std::string operator()(const OutputContains& c) const { return "output that contains " + shown(c.text); }
    std::string operator()(const OutputMatches& c) const {
        return fmt::format("a line of output that matches /{}/", shown_line(c.regex.text));
    }
    std::string operator()(const OutputIs& c) const {
        return fmt::format("the output below the command ({} line{})", c.lines.size(), c.lines.size() == 1 ? "" : "s");
    }
    std::string operator()(const ExitIs& c) const { return fmt::format("exit status {}", c.status); }
    std::string operator()(const Fails&) const { return "that it fails (any exit status but 0)"; }
};

// Where a ; or a comment ends the statement whose words end at `from`; not in quotes nor in a regular expression.
std::size_t end_of_statement(std::string_view line, std::size_t from) {
    char open = 0;
    for (std::size_t i = std::min(from, line.size()); i < line.size(); ++i) {
        const char c = line[i];
        if (open != 0) {
            if (c == '\\')
                ++i;
            else if (c == open)
                open = 0;
        } else if (c == '"' || (c == '/' && line.substr(0, i).find(':') == line.npos)) {
            open = c;
        } else if (c == ';' || (c == '#' && (i == 0 || is_blank(line[i - 1])))) {
            return i;
        }
    }
    return line.size();
}

void check_regex(const ForeignText& text, Diagnostics& diagnostics) {
    const RE2 regex(text.text, RE2::Quiet);
    if (regex.ok()) return;
    const std::size_t found = text.text.find(regex.error_arg());
    const bool known = !regex.error_arg().empty() && found != std::string::npos;
    const Place place =
        known ? text.at(found, regex.error_arg().size()) : text.at(0, std::max<std::size_t>(1, text.text.size()));
    diagnostics.error(place, fmt::format("the regular expression cannot be used: {}", regex.error()),
                      "the syntax is that of RE2: no look-around, no back references; \\ makes a sign literal");
}

void check_filter(const ForeignText& text, Diagnostics& diagnostics) {
    const auto filter = proto::dissect::compile_filter(text.text);
    if (filter) return;
    const auto& error = filter.error();
    diagnostics.error(text.at(error.offset, std::max<std::size_t>(1, error.length)), error.message, error.hint);
}

}  // namespace

std::optional<std::string> mismatch(const CommandCheck& check, const std::string& output, int status) {
    return std::visit(Mismatch{output, status}, check.check);
}

std::string describe(const CommandCheck& check) { return std::visit(Describe{}, check.check); }

void check_filters(const Scenario& scenario, Diagnostics& diagnostics) {
    for (const PacketExpectation& e : scenario.packet_expectations)
        if (e.drop.empty()) check_filter(e.filter, diagnostics);
    for (const Step& step : scenario.steps) {
        const auto* command = std::get_if<Command>(&step.action);
        if (command == nullptr) continue;
        for (const CommandCheck& check : command->checks)
            if (const auto* matches = std::get_if<OutputMatches>(&check.check))
                check_regex(matches->regex, diagnostics);
    }
}

std::string statement_text(const Sources& sources, const Place& place) {
    if (!place.known() || place.file >= sources.size()) return {};
    std::string_view line = sources.line(place);
    line.remove_prefix(std::min<std::size_t>(line.size(), place.column > 0 ? place.column - 1u : 0u));
    if (line.empty() || line[0] != '|') line = line.substr(0, end_of_statement(line, place.length));
    while (!line.empty() && (is_blank(line.front()) || line.front() == '\r')) line.remove_prefix(1);
    while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) line.remove_suffix(1);
    return std::string(line);
}

}  // namespace layerlab::sim::scenario
