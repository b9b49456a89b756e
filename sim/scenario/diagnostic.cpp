#include "sim/scenario/diagnostic.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace layerlab::sim::scenario {

namespace {

constexpr std::size_t shown_width = 160;  // bytes of a source line that are shown
constexpr std::size_t longest_suggested = 32;

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0u) == 0x80u; }

// Length of the UTF-8 character at the front, 0 when it is none (RFC 3629 section 4, without the finer ranges).
std::size_t character_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t n = lead < 0x80 ? 1 : lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (n == 0 || lead >= 0xf5 || text.size() < n) return 0;
    for (std::size_t i = 1; i < n; ++i)
        if (!continues_character(text[i])) return 0;
    return n;
}

// The text with control characters and broken UTF-8 as dots, so that a terminal shows one column per character.
// Tabs stay: the caret line repeats them.
std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t n = character_length(text);
        const auto c = static_cast<unsigned char>(text[0]);
        if (n == 0 || (c < 0x20 && c != '\t') || c == 0x7f)
            out += '.';
        else
            out += text.substr(0, n);
        text.remove_prefix(std::max<std::size_t>(n, 1));
    }
    return out;
}

std::size_t characters(std::string_view printable_text) {
    std::size_t n = 0;
    for (const char c : printable_text) n += continues_character(c) ? 0 : 1;
    return n;
}

// The source line and the line with the caret below it, both indented by two more than `indent`.
void append_source(std::string& out, const Place& place, const Sources& sources, std::string_view indent) {
    if (!place.known()) return;
    const std::string_view line = sources.line(place);
    const std::size_t column = std::min<std::size_t>(place.column == 0 ? 0 : place.column - 1u, line.size());
    const std::size_t length = std::min<std::size_t>(place.length, line.size() - column);
    // A long line is cut around the word.
    std::size_t first = column > shown_width / 2 && line.size() > shown_width ? column - shown_width / 2 : 0;
    while (first > 0 && continues_character(line[first])) --first;
    std::size_t end = std::min(line.size(), first + shown_width);
    while (end < line.size() && continues_character(line[end])) ++end;
    const std::string before = printable(line.substr(first, column - first));
    const std::string_view word = line.substr(column, std::min(length, end - column));
    fmt::format_to(std::back_inserter(out), "{}  {}{}{}\n", indent, first > 0 ? "..." : "",
                   printable(line.substr(first, end - first)), end < line.size() ? "..." : "");
    out += indent;
    out += "  ";
    if (first > 0) out += "   ";
    for (const char c : before)
        if (!continues_character(c)) out += c == '\t' ? '\t' : ' ';
    out.append(std::max<std::size_t>(1, characters(printable(word))), '^');
    out += '\n';
}

}  // namespace

std::string render(const Diagnostic& d, const Sources& sources) {
    // Without a place when the file itself could not be read.
    std::string out = sources.position(d.place);
    if (!out.empty()) out += ": ";
    out += fmt::format("{}: {}\n", d.severity == Severity::error ? "error" : "warning", d.message);
    append_source(out, d.place, sources, "");
    if (!d.hint.empty()) out += fmt::format("  hint: {}\n", d.hint);
    for (const RelatedPlace& r : d.related) {
        out += fmt::format("  {}: {}\n", sources.position(r.place), r.message);
        append_source(out, r.place, sources, "  ");
    }
    return out;
}

std::uint64_t Diagnostics::key_of(const Place& place, Severity severity) {
    return (std::uint64_t{place.line} << 32) ^ (std::uint64_t{place.file} << 54) ^ (std::uint64_t{place.column} << 1) ^
           (severity == Severity::error ? 1u : 0u);
}

bool Diagnostics::wants(const Place& place, Severity severity) const {
    return (severity == Severity::error ? errors_ : warnings_) < limit_ && !seen_.contains(key_of(place, severity));
}

void Diagnostics::add(Diagnostic d) {
    if (d.place.known() && !seen_.insert(key_of(d.place, d.severity)).second) return;
    std::size_t& count = d.severity == Severity::error ? errors_ : warnings_;
    if (count >= limit_) {
        ++left_out_;
        return;
    }
    ++count;
    all_.push_back(std::move(d));
}

void Diagnostics::sort() {
    std::stable_sort(all_.begin(), all_.end(),
                     [](const Diagnostic& a, const Diagnostic& b) { return a.place < b.place; });
}

std::string Diagnostics::render(const Sources& sources) const {
    std::string out;
    for (const Diagnostic& d : all_) out += scenario::render(d, sources);
    if (left_out_ > 0) out += fmt::format("and {} more\n", left_out_);
    return out;
}

namespace {

// Changes, additions, omissions and swaps of neighbours that lead from a to b; both are short.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::array<std::array<std::size_t, longest_suggested + 1>, 3> rows{};
    for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a.size() % 3][b.size()];
}

}  // namespace

NearestWord::NearestWord(std::string_view word)
    : word_(word), distance_(word.size() <= 2 ? 2 : std::min<std::size_t>(word.size() / 3 + 2, 4)) {}

void NearestWord::offer(std::string_view known) {
    if (word_.size() > longest_suggested || known.size() > longest_suggested || word_ == known) return;
    const std::size_t longer = std::max(word_.size(), known.size()), shorter = std::min(word_.size(), known.size());
    if (longer - shorter >= distance_) return;
    const std::size_t d = edit_distance(word_, known);
    if (d >= distance_ || d >= shorter) return;
    distance_ = d;
    best_ = known;
}

std::string did_you_mean(const NearestWord& nearest, std::string otherwise) {
    return nearest.best().empty() ? std::move(otherwise) : fmt::format("did you mean \"{}\"?", nearest.best());
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known, std::string otherwise) {
    NearestWord nearest(word);
    for (const std::string_view k : known) nearest.offer(k);
    return did_you_mean(nearest, std::move(otherwise));
}

std::string shown(std::string_view word) {
    constexpr std::size_t longest = 60;
    std::size_t end = std::min(word.size(), longest);
    while (end < word.size() && continues_character(word[end])) ++end;
    std::string text = printable(word.substr(0, end));
    std::replace(text.begin(), text.end(), '\t', ' ');
    return fmt::format("\"{}{}\"", text, end < word.size() ? "..." : "");
}

}  // namespace layerlab::sim::scenario
