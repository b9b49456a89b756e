// THE table of the language's words: how each is used, what it does, and which function of the parser reads it. The
// parser finds its way by it, diagnostics suggest from it, `layerlab help lang` prints it, and a name is never one of
// its words. Adding a word: one row, and its function.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace layerlab::sim::scenario {

class StatementParser;

enum class WordKind : std::uint8_t {
    statement,  // first on its line
    kind,       // of device
    property,   // of a link
    setting,    // of a device, after its name
    service,    // after serve and stop
    step,       // first on its line, of the script
    change,     // of a device, in the script
    condition,  // after a device's name
    check,      // after expect
    drop,       // a reason why a packet was dropped
    part,       // has a meaning inside other statements
};

struct Keyword {
    WordKind kind;
    std::string_view word;
    std::string_view usage;
    std::string_view help;  // one sentence
    void (StatementParser::*parse)() = nullptr;
    std::uint8_t value = 0;  // DeviceKind of a kind
};

std::span<const Keyword> keywords();
// nullptr when the word is not of that kind.
const Keyword* find_keyword(WordKind kind, std::string_view word);
// Of any kind: no name may be spelt so. nullptr when it is none.
const Keyword* any_keyword(std::string_view word);
inline bool is_keyword(std::string_view word) { return any_keyword(word) != nullptr; }

// The whole table as text, for `layerlab help lang`.
std::string language_reference();

}  // namespace layerlab::sim::scenario
