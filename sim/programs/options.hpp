// Command lines as getopt(3) and getopt_long(3) read them: short clusters ("-nq 1"), values attached ("-c1") or apart,
// long options ("--count=1", "--count 1"), "--" ends the options. Options may follow operands, as GNU allows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/time.hpp"

namespace layerlab::sim::programs {

struct LongOption {
    const char* name;
    char letter;  // what it stands for
    bool takes_value;
};

struct GivenOption {
    char letter = 0;
    std::string value;
};

struct CommandLine {
    std::vector<GivenOption> options;  // in order
    std::vector<std::string> operands;
    std::string error;  // as getopt words it, without the program's name: "invalid option -- 'x'"

    bool has(char letter) const;
    const std::string* find(char letter) const;  // the last value given
};

// `letters` as for getopt: "c:i:nq". Reading stops at the first error. arguments[0] is the command's name.
CommandLine parse_command_line(std::span<const std::string> arguments, std::string_view letters,
                               std::span<const LongOption> long_options = {});

// Whole text as a decimal number with an optional sign.
std::optional<std::int64_t> parse_integer(std::string_view text);
// "0.2", "3", ".5": seconds with at most nine digits behind the point, at most ten years; exact.
std::optional<proto::Duration> parse_seconds(std::string_view text);

}  // namespace layerlab::sim::programs
