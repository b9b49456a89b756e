#include "sim/programs/options.hpp"

#include <fmt/format.h>

namespace layerlab::sim::programs {
namespace {

class Reader {
  public:
    Reader(std::span<const std::string> arguments, std::string_view letters, std::span<const LongOption> long_options)
        : arguments_(arguments), letters_(letters), long_options_(long_options) {}

    CommandLine read() {
        bool only_operands = false;
        for (at_ = 1; at_ < arguments_.size() && line_.error.empty(); ++at_) {
            const std::string& word = arguments_[at_];
            if (only_operands || word.size() < 2 || word[0] != '-')
                line_.operands.push_back(word);
            else if (word == "--")
                only_operands = true;
            else if (word[1] == '-')
                read_long(std::string_view(word).substr(2));
            else
                read_cluster(std::string_view(word).substr(1));
        }
        return std::move(line_);
    }

  private:
    void read_cluster(std::string_view cluster) {
        for (std::size_t i = 0; i < cluster.size(); ++i) {
            const char letter = cluster[i];
            const std::size_t known = letter == ':' ? letters_.npos : letters_.find(letter);
            if (known == letters_.npos) {
                line_.error = fmt::format("invalid option -- '{}'", letter);
                return;
            }
            if (known + 1 >= letters_.size() || letters_[known + 1] != ':') {
                line_.options.push_back({letter, {}});
                continue;
            }
            if (i + 1 < cluster.size())
                line_.options.push_back({letter, std::string(cluster.substr(i + 1))});
            else if (at_ + 1 < arguments_.size())
                line_.options.push_back({letter, arguments_[++at_]});
            else
                line_.error = fmt::format("option requires an argument -- '{}'", letter);
            return;
        }
    }

    void read_long(std::string_view text) {
        const std::size_t equals = text.find('=');
        const std::string_view name = text.substr(0, equals);
        for (const LongOption& option : long_options_) {
            if (name != option.name) continue;
            if (!option.takes_value) {
                if (equals != text.npos) line_.error = fmt::format("option '--{}' doesn't allow an argument", name);
                line_.options.push_back({option.letter, {}});
            } else if (equals != text.npos) {
                line_.options.push_back({option.letter, std::string(text.substr(equals + 1))});
            } else if (at_ + 1 < arguments_.size()) {
                line_.options.push_back({option.letter, arguments_[++at_]});
            } else {
                line_.error = fmt::format("option '--{}' requires an argument", name);
            }
            return;
        }
        line_.error = fmt::format("unrecognized option '--{}'", name);
    }

    std::span<const std::string> arguments_;
    std::string_view letters_;
    std::span<const LongOption> long_options_;
    std::size_t at_ = 1;
    CommandLine line_;
};

}  // namespace

bool CommandLine::has(char letter) const { return find(letter) != nullptr; }

const std::string* CommandLine::find(char letter) const {
    const std::string* last = nullptr;
    for (const GivenOption& option : options)
        if (option.letter == letter) last = &option.value;
    return last;
}

CommandLine parse_command_line(std::span<const std::string> arguments, std::string_view letters,
                               std::span<const LongOption> long_options) {
    return Reader(arguments, letters, long_options).read();
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    const bool is_negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
    if (text.empty() || text.size() > 18) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return is_negative ? -value : value;
}

std::optional<proto::Duration> parse_seconds(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction = point == text.npos ? std::string_view{} : text.substr(point + 1);
    if (whole.empty() && fraction.empty()) return std::nullopt;
    std::int64_t seconds = 0;
    for (const char c : whole) {
        if (c < '0' || c > '9') return std::nullopt;
        seconds = seconds * 10 + (c - '0');
        if (seconds > 10 * 366 * 86'400) return std::nullopt;
    }
    std::int64_t ns = 0, unit = 1'000'000'000;
    for (const char c : fraction) {
        if (c < '0' || c > '9') return std::nullopt;
        unit /= 10;
        ns += (c - '0') * unit;
    }
    return proto::Duration(seconds * 1'000'000'000 + ns);
}

}  // namespace layerlab::sim::programs
