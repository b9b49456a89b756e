// `let` and loop names, and whole-number expressions over them: + - * / % and parentheses. Division and remainder cut
// towards zero. No other operators, no functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "sim/scenario/source.hpp"

namespace layerlab::sim::scenario {

struct Variable {
    std::string name;
    std::string text;  // what {name} becomes
    bool is_number = false;
    std::int64_t number = 0;
    Place place;
};

// Few, and mostly found at the end: loops put theirs there and take them away.
class Variables {
  public:
    const Variable* find(std::string_view name) const;
    void push(Variable v) { all_.push_back(std::move(v)); }
    Variable& at(std::size_t i) { return all_[i]; }
    void truncate(std::size_t size) { all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(size), all_.end()); }
    const std::vector<Variable>& all() const { return all_; }

  private:
    std::vector<Variable> all_;
};

void set_number(Variable& v, std::int64_t number);
// A word: a number when it looks like one.
void set_text(Variable& v, std::string_view text);

bool is_name_start(char c);
bool is_name_character(char c);  // letters, digits, - and _
// "A name is a letter, then letters, digits, -, _".
bool is_name(std::string_view text);
bool is_digits(std::string_view text);

proto::Result<std::int64_t> evaluate(std::string_view expression, const Variables& variables);

// Whether the inside of {...} is an expression at all: numbers, operators, parentheses and at least one declared name,
// no other names. Everything else is literal.
bool is_replaceable(std::string_view inside, const Variables& variables);

}  // namespace layerlab::sim::scenario
