// The text of a scenario as the source panel shows it: lines, and the pieces of a line by what they are. Reads one line
// at a time and forgives everything, as colours must while one types; what the text means is the parser's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

enum class LabTokenKind : std::uint8_t {
    plain,
    keyword,  // a word of the language
    device,   // a name that the scenario has declared
    number,   // 5ms, 10.0.0.1/24, 02:00:00:00:00:01
    string,
    comment,
    prompt,   // "amy$"
    command,  // what follows it
    output,   // a line that begins with |
    filter,   // what follows the : of an expectation, and regular expressions
};

struct LabToken {
    std::uint32_t begin = 0, end = 0;  // bytes of the line
    LabTokenKind kind = LabTokenKind::plain;
    friend bool operator==(const LabToken&, const LabToken&) = default;
};

// Without blanks. `devices` is sorted.
std::vector<LabToken> tokens_of(std::string_view line, const std::vector<std::string>& devices);

// Which record is the first that has a line, as far as the trace has come.
class LineIndex {
  public:
    void follow(const Trace& trace);
    std::optional<std::uint64_t> first(std::uint32_t line_code) const;

  private:
    const Trace* trace_ = nullptr;
    std::uint64_t looked_at_ = 0;
    std::unordered_map<std::uint32_t, std::uint64_t> first_;
};

}  // namespace layerlab::viewer
