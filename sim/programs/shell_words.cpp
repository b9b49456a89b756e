#include "sim/scenario/shell_words.hpp"

#include <fmt/format.h>

namespace layerlab::sim::scenario {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// What an unquoted character means to a shell and not to us; empty when it is an ordinary one.
std::string_view meaning_of(std::string_view rest) {
    if (rest.starts_with("||") || rest.starts_with("&&")) return "lists of commands are";
    if (rest.starts_with("$(")) return "command substitution is";
    switch (rest[0]) {
        case '|': return "pipes are";
        case '<':
        case '>': return "redirections are";
        case ';': return "lists of commands are";
        case '&': return "lists of commands are";
        case '`': return "command substitution is";
        default: return {};
    }
}

// Passes a quoted stretch from its opening quote on; false when it is never closed.
bool take_quoted(std::string_view text, std::size_t& at, std::string& word) {
    const char quote = text[at++];
    while (at < text.size() && text[at] != quote) {
        const bool escapes = quote == '"' && text[at] == '\\' && at + 1 < text.size() &&
                             std::string_view("\"\\$`").find(text[at + 1]) != std::string_view::npos;
        if (escapes) ++at;
        word += text[at++];
    }
    if (at == text.size()) return false;
    ++at;
    return true;
}

}  // namespace

ShellWords split_command(std::string_view text) {
    ShellWords out;
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    if (text.ends_with('&') && !text.ends_with("&&") && !text.ends_with("\\&")) {
        out.background = true;
        text.remove_suffix(1);
        while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    }
    out.length = text.size();
    std::size_t at = 0;
    while (true) {
        while (at < text.size() && is_blank(text[at])) ++at;
        if (at == text.size()) return out;
        std::string word;
        while (at < text.size() && !is_blank(text[at])) {
            const std::string_view meaning = meaning_of(text.substr(at));
            if (!meaning.empty()) {
                out.at = at;
                out.count = text.substr(at).starts_with("||") || text.substr(at).starts_with("&&") ? 2 : 1;
                out.error = fmt::format("{} not part of this shell", meaning);
                out.hint = fmt::format("one command per line; in quotes {} is an ordinary character", text[at]);
                return out;
            }
            if (text[at] == '\'' || text[at] == '"') {
                const std::size_t begin = at;
                if (!take_quoted(text, at, word)) {
                    out.at = begin;
                    out.count = 1;
                    out.error = "the quote is never closed";
                    return out;
                }
                continue;
            }
            if (text[at] == '\\' && at + 1 < text.size()) ++at;
            word += text[at++];
        }
        out.words.push_back(std::move(word));
    }
}

}  // namespace layerlab::sim::scenario
