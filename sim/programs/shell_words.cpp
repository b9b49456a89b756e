#include "sim/programs/shell_words.hpp"

#include <fmt/format.h>

namespace layerlab::sim::programs {

namespace {

constexpr std::size_t most_words = 4096;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_substitution(std::string_view rest) { return rest[0] == '`' || rest.starts_with("$("); }

// What an unquoted character means to a shell and not to us; empty when it is an ordinary one.
std::string_view meaning_of(std::string_view rest) {
    if (is_substitution(rest)) return "command substitution is";
    if (rest.starts_with("||")) return "lists of commands are";
    switch (rest[0]) {
        case '|': return "pipes are";
        case '<':
        case '>': return "redirections are";
        case ';':
        case '&':
        case '\n': return "lists of commands are";
        case '(':
        case ')': return "subshells are";
        default: return {};
    }
}

class Splitter {
  public:
    Splitter(std::string_view text, ShellWords& out) : text_(text), out_(out) {}

    void split() {
        while (true) {
            while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
            if (at_ == text_.size()) return;
            if (out_.words.size() == most_words) return fail(at_, text_.size() - at_, "too many words", {});
            std::string word;
            if (!take_word(word)) return;
            out_.words.push_back(std::move(word));
        }
    }

  private:
    bool take_word(std::string& word) {
        while (at_ < text_.size() && !is_blank(text_[at_])) {
            const char c = text_[at_];
            if (!meaning_of(text_.substr(at_)).empty()) {
                refuse();
                return false;
            }
            if (c == '\'' || c == '"') {
                if (!take_quoted(word)) return false;
                continue;
            }
            if (c == '\\' && ++at_ == text_.size()) {
                fail(at_ - 1, 1, "the line ends with a backslash", {});
                return false;
            }
            word += text_[at_++];
        }
        return true;
    }

    // From the opening quote on; within double quotes a backslash has its meaning before \ " $ ` only.
    bool take_quoted(std::string& word) {
        const std::size_t begin = at_;
        const char quote = text_[at_++];
        while (at_ < text_.size() && text_[at_] != quote) {
            if (quote == '"') {
                if (is_substitution(text_.substr(at_))) {
                    refuse();
                    return false;
                }
                const bool escapes = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                                     std::string_view("\"\\$`").find(text_[at_ + 1]) != std::string_view::npos;
                if (escapes) ++at_;
            }
            word += text_[at_++];
        }
        if (at_ == text_.size()) {
            fail(begin, 1, "the quote is never closed", {});
            return false;
        }
        ++at_;
        return true;
    }

    void refuse() {
        const std::string_view rest = text_.substr(at_);
        const bool is_pair = rest.starts_with("||") || rest.starts_with("&&");
        fail(at_, is_pair ? 2 : 1, fmt::format("{} not part of this shell", meaning_of(rest)),
             fmt::format("one command per line; in {}quotes {} is an ordinary character",
                         is_substitution(rest) ? "single " : "", rest[0] == '\n' ? "a line's end" : rest.substr(0, 1)));
    }
    void fail(std::size_t at, std::size_t count, std::string error, std::string hint) {
        out_.at = at;
        out_.count = count;
        out_.error = std::move(error);
        out_.hint = std::move(hint);
    }

    std::string_view text_;
    ShellWords& out_;
    std::size_t at_ = 0;
};

}  // namespace

ShellWords split_command(std::string_view text) {
    ShellWords out;
    const auto trim = [&] {
        while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    };
    trim();
    if (text.ends_with('&') && !text.ends_with("&&") && !text.ends_with("\\&")) {
        out.background = true;
        text.remove_suffix(1);
        trim();
    }
    out.length = text.size();
    Splitter(text, out).split();
    return out;
}

}  // namespace layerlab::sim::programs
