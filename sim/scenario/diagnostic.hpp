// What is wrong with a file, where, and what helps: errors and warnings, and their text with the source line, a caret
// under the word and a hint. A file's problems are collected and shown in one run.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "sim/scenario/source.hpp"

namespace layerlab::sim::scenario {

enum class Severity : std::uint8_t { error, warning };

struct RelatedPlace {
    Place place;
    std::string message;  // "the other one is here"
};

struct Diagnostic {
    Severity severity = Severity::error;
    Place place;
    std::string message;
    std::string hint;
    std::vector<RelatedPlace> related;
};

// file:3:12: error: what is wrong
//   link a b dealy 5ms
//            ^^^^^
//   hint: did you mean "delay"?
//   other.lab:1:5: the other one is here
//     ...
std::string render(const Diagnostic& diagnostic, const Sources& sources);

// At most `limit` of them, one per place and severity (a loop's body is wrong once, not once per turn).
class Diagnostics {
  public:
    explicit Diagnostics(std::size_t limit = 50) : limit_(limit) {}

    void add(Diagnostic diagnostic);
    void error(const Place& place, std::string message, std::string hint = {}, std::vector<RelatedPlace> related = {}) {
        add({Severity::error, place, std::move(message), std::move(hint), std::move(related)});
    }
    void warning(const Place& place, std::string message, std::string hint = {},
                 std::vector<RelatedPlace> related = {}) {
        add({Severity::warning, place, std::move(message), std::move(hint), std::move(related)});
    }

    const std::vector<Diagnostic>& all() const { return all_; }
    bool has_errors() const { return errors_ > 0; }
    // False when nothing more would come of a diagnostic there: saves looking for suggestions.
    bool wants(const Place& place, Severity severity) const;
    bool is_full() const { return errors_ >= limit_; }
    std::size_t left_out() const { return left_out_; }  // found above the limit
    void sort();                                        // by place
    // Each of them, then how many were left out.
    std::string render(const Sources& sources) const;

  private:
    static std::uint64_t key_of(const Place& place, Severity severity);

    std::vector<Diagnostic> all_;
    std::unordered_set<std::uint64_t> seen_;
    std::size_t limit_, errors_ = 0, warnings_ = 0, left_out_ = 0;
};

// The known word that `word` was probably meant to be: at most a third of its letters changed, added, left out or
// swapped. Empty when none is near. Of equally near ones the first.
class NearestWord {
  public:
    explicit NearestWord(std::string_view word);
    void offer(std::string_view known);
    std::string_view best() const { return best_; }

  private:
    std::string_view word_;
    std::string best_;  // the words offered need not stay
    std::size_t distance_;
};

// `did you mean "delay"?`, or `otherwise` when no word is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known, std::string otherwise = {});
std::string did_you_mean(const NearestWord& nearest, std::string otherwise = {});

// A word of a file as it may be shown: in quotes, cut when long, control characters as dots.
std::string shown(std::string_view word);

}  // namespace layerlab::sim::scenario
