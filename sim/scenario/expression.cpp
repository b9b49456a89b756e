#include "sim/scenario/expression.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace layerlab::sim::scenario {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
// In an expression - is an operator, so a name ends before it unless the longer name is declared.
bool is_plain(char c) { return is_name_character(c) && c != '-'; }

// The length of the longest declared name at the front (which may have a - in it), else of the letters and digits.
std::size_t name_length(std::string_view text, const Variables& variables) {
    std::size_t plain = 0, whole = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    while (whole < text.size() && is_name_character(text[whole])) ++whole;
    for (; whole > plain; --whole)
        if (variables.find(text.substr(0, whole)) != nullptr) return whole;
    return plain;
}

class Evaluator {
  public:
    Evaluator(std::string_view text, const Variables& variables) : text_(text), variables_(variables) {}

    proto::Result<std::int64_t> run() {
        const std::int64_t value = sum(0);
        skip();
        if (error_.empty() && at_ < text_.size()) fail("{} is not expected here", text_.substr(at_, 1));
        if (!error_.empty()) return proto::fail(error_, "a whole-number expression such as n*2+1");
        return value;
    }

  private:
    static constexpr int deepest = 50;

    template <class... A>
    std::int64_t fail(fmt::format_string<A...> format, A&&... args) {
        if (error_.empty()) error_ = fmt::format(format, std::forward<A>(args)...);
        at_ = text_.size();
        return 0;
    }
    void skip() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    bool take(char c) {
        skip();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    // By reference: the builtin that tells of the overflow also sets the value.
    std::int64_t checked(bool overflow, const std::int64_t& value) {
        return overflow ? fail("the number is too big") : value;
    }

    std::int64_t sum(int depth) {
        std::int64_t left = product(depth), out = 0;
        while (error_.empty()) {
            if (take('+'))
                left = checked(__builtin_add_overflow(left, product(depth), &out), out);
            else if (take('-'))
                left = checked(__builtin_sub_overflow(left, product(depth), &out), out);
            else
                break;
        }
        return left;
    }
    std::int64_t product(int depth) {
        std::int64_t left = unary(depth), out = 0;
        while (error_.empty()) {
            if (take('*')) {
                left = checked(__builtin_mul_overflow(left, unary(depth), &out), out);
            } else if (take('/') || take('%')) {
                const bool divides = text_[at_ - 1] == '/';
                const std::int64_t right = unary(depth);
                if (!error_.empty()) break;
                if (right == 0) return fail("division by zero");
                if (right == -1)
                    left = divides ? checked(__builtin_sub_overflow(std::int64_t{0}, left, &out), out) : 0;
                else
                    left = divides ? left / right : left % right;
            } else {
                break;
            }
        }
        return left;
    }
    std::int64_t unary(int depth) {
        if (depth > deepest) return fail("the expression is nested too deeply");
        std::int64_t out = 0;
        if (take('-')) return checked(__builtin_sub_overflow(std::int64_t{0}, unary(depth + 1), &out), out);
        if (take('(')) {
            const std::int64_t value = sum(depth + 1);
            if (error_.empty() && !take(')')) return fail("a ) is missing");
            return value;
        }
        skip();
        if (at_ >= text_.size()) return fail("a number or a name is missing");
        if (is_digit(text_[at_])) return number();
        return name();
    }
    std::int64_t number() {
        std::int64_t value = 0;
        const char* const begin = text_.data() + at_;
        const auto [end, code] = std::from_chars(begin, text_.data() + text_.size(), value);
        if (code != std::errc()) return fail("the number is too big");
        at_ += static_cast<std::size_t>(end - begin);
        return value;
    }
    std::int64_t name() {
        const std::size_t length = name_length(text_.substr(at_), variables_);
        if (length == 0) return fail("\"{}\" is not expected here", text_.substr(at_, 1));
        const std::string_view name = text_.substr(at_, length);
        const Variable* v = variables_.find(name);
        if (v == nullptr) return fail("\"{}\" is not a let or loop name here", name);
        if (!v->is_number) return fail("{} is \"{}\", not a whole number", name, v->text);
        at_ += length;
        return v->number;
    }

    std::string_view text_;
    const Variables& variables_;
    std::size_t at_ = 0;
    std::string error_;
};

}  // namespace

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_character(char c) { return is_name_start(c) || is_digit(c) || c == '-' || c == '_'; }

bool is_name(std::string_view text) {
    if (text.empty() || !is_name_start(text[0])) return false;
    for (const char c : text)
        if (!is_name_character(c)) return false;
    return true;
}

bool is_digits(std::string_view text) {
    for (const char c : text)
        if (!is_digit(c)) return false;
    return !text.empty();
}

const Variable* Variables::find(std::string_view name) const {
    for (std::size_t i = all_.size(); i-- > 0;)
        if (all_[i].name == name) return &all_[i];
    return nullptr;
}

void set_number(Variable& v, std::int64_t number) {
    v.number = number;
    v.is_number = true;
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    v.text.assign(digits, end);
}

void set_text(Variable& v, std::string_view text) {
    v.text = text;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), v.number);
    v.is_number = code == std::errc() && end == text.data() + text.size();
}

proto::Result<std::int64_t> evaluate(std::string_view expression, const Variables& variables) {
    return Evaluator(expression, variables).run();
}

bool is_replaceable(std::string_view inside, const Variables& variables) {
    if (inside.empty() || is_blank(inside[0]) || variables.all().empty()) return false;
    bool has_name = false;
    for (std::size_t i = 0; i < inside.size();) {
        const char c = inside[i];
        if (is_name_start(c)) {
            const std::size_t length = name_length(inside.substr(i), variables);
            if (variables.find(inside.substr(i, length)) == nullptr) return false;
            has_name = true;
            i += length;
        } else if (is_digit(c) || is_blank(c) || std::string_view("+-*/%()").find(c) != std::string_view::npos) {
            ++i;
        } else {
            return false;
        }
    }
    return has_name;
}

}  // namespace layerlab::sim::scenario
