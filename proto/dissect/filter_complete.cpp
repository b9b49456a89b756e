#include "proto/dissect/filter_complete.hpp"

#include <algorithm>
#include <array>

#include "proto/dissect/filter_check.hpp"
#include "proto/dissect/filter_fields.hpp"
#include "proto/dissect/filter_lexer.hpp"

namespace layerlab::proto::dissect {
namespace {

constexpr std::size_t most_candidates = 100;

struct Word {
    const char *text, *title;
};
constexpr std::array<Word, 9> comparisons{{{"==", "any occurrence is equal"},
                                           {"!=", "no occurrence is equal"},
                                           {"<", "less than"},
                                           {"<=", "less than or equal to"},
                                           {">", "greater than"},
                                           {">=", "greater than or equal to"},
                                           {"in", "is in the set {1, 5..9}"},
                                           {"contains", "contains the text or bytes"},
                                           {"matches", "matches the regular expression"}}};
constexpr std::array<Word, 3> junctions{{{"and", "both hold"}, {"or", "either holds"}, {"xor", "exactly one holds"}}};

bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
           c == '-' || (c & 0x80) != 0;
}

class Completer {
  public:
    Completer(std::string_view text, std::size_t cursor, const FilterFields& fields) : fields_(fields) {
        cursor = std::min(cursor, text.size());
        made_.from = made_.to = cursor;
        while (made_.from > 0 && is_word(text[made_.from - 1])) --made_.from;
        while (made_.to < text.size() && is_word(text[made_.to])) ++made_.to;
        begun_ = text.substr(made_.from, cursor - made_.from);
        before_ = text.substr(0, made_.from);
    }

    FilterCompletion run() {
        const auto tokens = read_tokens(before_);
        if (!tokens) return {made_.from, made_.from, {}};  // inside a string or a slice
        const auto& list = *tokens;                        // the last one is the end
        const Token* last = list.size() > 1 ? &list[list.size() - 2] : nullptr;
        if (last && ends_operand(*last)) {
            for (const Word& word : comparisons) offer(word.text, word.title);
            for (const Word& word : junctions) offer(word.text, word.title);
        } else if (last && is_comparison(*last) && list.size() > 2) {
            values_of(list[list.size() - 3]);
        } else {
            operands();
        }
        return std::move(made_);
    }

  private:
    static bool ends_operand(const Token& t) {
        if (t.kind == TokenKind::sign) return t.text == ")" || t.text == "}";
        return t.kind != TokenKind::end;
    }
    static bool is_comparison(const Token& t) {
        constexpr std::array<std::string_view, 8> signs{"==", "!=", "===", "!==", "<", "<=", ">", ">="};
        return t.kind == TokenKind::sign && std::find(signs.begin(), signs.end(), t.text) != signs.end();
    }

    void offer(std::string_view text, std::string_view title) {
        if (made_.candidates.size() >= most_candidates || text.substr(0, begun_.size()) != begun_) return;
        made_.candidates.push_back({std::string(text), std::string(title)});
    }

    // The names that the values of the field have.
    void values_of(const Token& left) {
        const FilterField* field = left.kind == TokenKind::word ? fields_.find(left.text) : nullptr;
        if (!field) return;
        const FieldInfo& info = *field->fields[0];
        for (std::size_t i = 0; i < info.names.count; ++i) {
            const std::string quoted = "\"" + std::string(info.names.first[i].name) + "\"";
            offer(quoted, std::to_string(info.names.first[i].value));
        }
        if (info.type != FieldType::boolean || info.names.count > 0) return;
        offer("True", "the flag is set");
        offer("False", "the flag is not set");
    }

    void operands() {
        // Protocols first, then fields: that is the way a name is typed.
        for (const bool protocols : {true, false})
            for (const FilterField& field : fields_.all())
                if (field.is_protocol() == protocols) offer(field.name, field.title);
        offer("not", "the test does not hold");
        for (const FilterFunction& function : filter_functions())
            offer(std::string(function.name) + "(", function.title);
    }

    const FilterFields& fields_;
    FilterCompletion made_;
    std::string_view begun_, before_;
};

}  // namespace

FilterCompletion complete_filter(std::string_view text, std::size_t cursor, std::span<const FieldInfo* const> extra) {
    if (extra.empty()) return Completer(text, cursor, FilterFields::of_registry()).run();
    const FilterFields wider(extra);
    return Completer(text, cursor, wider).run();
}

}  // namespace layerlab::proto::dissect
