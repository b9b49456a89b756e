#include "sim/programs/shell.hpp"

#include <fmt/format.h>

#include "sim/programs/registry.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr std::size_t most_words = 4096;
constexpr std::string_view operators = "|<>;&`()\n";

proto::Error unsupported(char c) {
    const char* what = "list of commands";
    if (c == '|') what = "pipe";
    if (c == '<' || c == '>') what = "redirection";
    if (c == '`' || c == '(' || c == ')' || c == '$') what = "command substitution or subshell";
    if (c == '&') what = "'&'";
    return {fmt::format("this shell runs one simple command: {} has no {}", c == '\n' ? "a line" : "it", what),
            fmt::format("put quotes around \"{}\" if it belongs to a word", c == '$' ? "$(" : std::string(1, c))};
}

class Splitter {
  public:
    explicit Splitter(std::string_view line) : line_(line) {}

    Result<std::vector<std::string>> split() {
        while (at_ < line_.size()) {
            const char c = line_[at_++];
            if (c == ' ' || c == '\t') {
                end_word();
            } else if (c == '\'' || c == '"') {
                if (!quoted(c)) return fail_with(error_);
            } else if (c == '\\') {
                if (at_ == line_.size()) return proto::fail("the line ends with a backslash");
                add(line_[at_++]);
            } else if (operators.find(c) != operators.npos || is_substitution(c)) {
                return fail_with(unsupported(c));
            } else {
                add(c);
            }
            if (words_.size() > most_words) return proto::fail("too many words");
        }
        end_word();
        return std::move(words_);
    }

  private:
    static tl::unexpected<proto::Error> fail_with(const proto::Error& error) {
        return tl::unexpected<proto::Error>(error);
    }
    bool is_substitution(char c) const { return c == '$' && at_ < line_.size() && line_[at_] == '('; }
    void add(char c) {
        word_ += c;
        in_word_ = true;
    }
    void end_word() {
        if (in_word_) words_.push_back(std::move(word_));
        word_.clear();
        in_word_ = false;
    }
    // Up to the closing quote; within double quotes a backslash keeps its meaning before \ " $ ` only.
    bool quoted(char quote) {
        in_word_ = true;
        while (at_ < line_.size()) {
            const char c = line_[at_++];
            if (c == quote) return true;
            if (quote == '"' && (c == '`' || is_substitution(c))) {
                error_ = unsupported(c);
                return false;
            }
            const bool escapes = quote == '"' && c == '\\' && at_ < line_.size() &&
                                 std::string_view("\\\"$`").find(line_[at_]) != std::string_view::npos;
            word_ += escapes ? line_[at_++] : c;
        }
        error_ = {fmt::format("the quote {} is not closed", quote), {}};
        return false;
    }

    std::string_view line_;
    std::size_t at_ = 0;
    std::vector<std::string> words_;
    std::string word_;
    bool in_word_ = false;
    proto::Error error_;
};

Task<int> say_and_end(Process& self, std::string text, int status) {
    self.print(text);
    co_return status;
}

}  // namespace

Result<std::vector<std::string>> split_command_line(std::string_view line) { return Splitter(line).split(); }

Process& run_command(Host& host, Simulator& simulator, std::string_view line, CauseId cause,
                     std::uint32_t source_line) {
    Result<std::vector<std::string>> words = split_command_line(line);
    const auto spawn = [&](std::string name, std::vector<std::string> arguments, Process::Main main) -> Process& {
        return host.spawn(simulator, std::move(name), std::move(arguments), std::move(main), cause, source_line, false);
    };
    if (!words) {
        std::string text = fmt::format("bash: {}\n", words.error().message);
        return spawn("bash", {"bash"}, [text](Process& self) { return say_and_end(self, text, 2); });
    }
    if (words->empty()) return spawn("bash", {"bash"}, [](Process& self) { return say_and_end(self, {}, 0); });
    std::string name = words->front();
    const Command* command = find_command(name);
    if (!command) {
        std::string text = fmt::format("bash: {}: command not found\n", name);
        return spawn("bash", std::move(*words), [text](Process& self) { return say_and_end(self, text, 127); });
    }
    return spawn(std::move(name), std::move(*words), command->main);
}

}  // namespace layerlab::sim::programs
