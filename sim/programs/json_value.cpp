#include "sim/programs/json_value.hpp"

#include <cstdlib>

namespace layerlab::sim::programs {
namespace {

constexpr int most_levels = 32;

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<JsonValue> read() {
        JsonValue value;
        if (!read_value(value, 0)) return std::nullopt;
        skip_blanks();
        if (at_ != text_.size()) return std::nullopt;
        return value;
    }

  private:
    void skip_blanks() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
    }
    bool take(char c) {
        skip_blanks();
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    bool take_word(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    bool read_value(JsonValue& value, int level) {
        skip_blanks();
        if (at_ >= text_.size() || level > most_levels) return false;
        using Kind = JsonValue::Kind;
        switch (text_[at_]) {
            case '{': value.kind = Kind::object; return read_members(value, level);
            case '[': value.kind = Kind::array; return read_elements(value, level);
            case '"': value.kind = Kind::text; return read_text(value.text);
            case 't':
                value.kind = Kind::boolean;
                value.boolean = true;
                return take_word("true");
            case 'f': value.kind = Kind::boolean; return take_word("false");
            case 'n': return take_word("null");
            default: value.kind = Kind::number; return read_number(value.number);
        }
    }

    bool read_members(JsonValue& value, int level) {
        ++at_;
        if (take('}')) return true;
        do {
            skip_blanks();
            std::string name;
            JsonValue member;
            if (!read_text(name) || !take(':') || !read_value(member, level + 1)) return false;
            value.names.push_back(std::move(name));
            value.elements.push_back(std::move(member));
        } while (take(','));
        return take('}');
    }

    bool read_elements(JsonValue& value, int level) {
        ++at_;
        if (take(']')) return true;
        do {
            JsonValue element;
            if (!read_value(element, level + 1)) return false;
            value.elements.push_back(std::move(element));
        } while (take(','));
        return take(']');
    }

    bool read_text(std::string& text) {
        if (at_ >= text_.size() || text_[at_] != '"') return false;
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '"') {
                ++at_;
                return true;
            }
            if (c != '\\') {
                text += c;
                continue;
            }
            if (++at_ >= text_.size()) return false;
            static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
            const std::size_t known = letters.find(text_[at_]);
            if (known != letters.npos) {
                text += meanings[known];
            } else if (text_[at_] == 'u' && at_ + 4 < text_.size()) {
                text += '?';
                at_ += 4;
            } else {
                return false;
            }
        }
        return false;
    }

    bool read_number(double& number) {
        const std::size_t end = text_.find_first_not_of("+-.0123456789eE", at_);
        const std::string digits(text_.substr(at_, end == text_.npos ? end : end - at_));
        if (digits.empty() || digits.size() > 40) return false;
        char* stop = nullptr;
        number = std::strtod(digits.c_str(), &stop);
        at_ += digits.size();
        return *stop == '\0';
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return &elements[i];
    return nullptr;
}

double JsonValue::number_of(std::string_view name, double otherwise) const {
    const JsonValue* member = find(name);
    return member && member->kind == Kind::number ? member->number : otherwise;
}

bool JsonValue::is_true(std::string_view name) const {
    const JsonValue* member = find(name);
    return member && member->kind == Kind::boolean && member->boolean;
}

std::optional<JsonValue> parse_json(std::string_view text) { return Reader(text).read(); }

}  // namespace layerlab::sim::programs
