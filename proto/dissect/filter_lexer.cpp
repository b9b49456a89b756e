#include "proto/dissect/filter_lexer.hpp"

#include <array>
#include <fmt/format.h>
#include <optional>

namespace layerlab::proto::dissect {
namespace {

struct Spelling {
    std::string_view written, sign;
};
// Longer ones before those that they begin with.
constexpr std::array<Spelling, 27> signs{
    {{"===", "==="},   {"!==", "!=="}, {"==", "=="},  {"!=", "!="}, {"~=", "!=="}, {"<=", "<="}, {">=", ">="},
     {"&&", "and"},    {"||", "or"},   {"^^", "xor"}, {"..", ".."}, {"<", "<"},    {">", ">"},   {"!", "not"},
     {"~", "matches"}, {"&", "&"},     {"+", "+"},    {"-", "-"},   {"*", "*"},    {"/", "/"},   {"%", "%"},
     {"(", "("},       {")", ")"},     {"{", "{"},    {"}", "}"},   {",", ","},    {"#", "#"}}};
constexpr std::array<Spelling, 20> words{{{"and", "and"},    {"or", "or"},           {"xor", "xor"},
                                          {"not", "not"},    {"eq", "=="},           {"ne", "!="},
                                          {"lt", "<"},       {"le", "<="},           {"gt", ">"},
                                          {"ge", ">="},      {"any_eq", "=="},       {"all_ne", "!="},
                                          {"all_eq", "==="}, {"any_ne", "!=="},      {"contains", "contains"},
                                          {"in", "in"},      {"matches", "matches"}, {"bitwise_and", "&"},
                                          {"any", "any"},    {"all", "all"}}};

bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool begins_word(char c) { return is_alnum(c) || c == '_' || c == '.' || c == ':' || (c & 0x80) != 0; }
bool continues_word(char c) { return begins_word(c) || c == '-' || c == '/'; }

int digit(char c, int base) {
    int value = c >= '0' && c <= '9' ? c - '0' : 99;
    if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
    return value < base ? value : -1;
}

void append_utf8(std::string& out, std::uint32_t c) {
    const auto put = [&](std::uint32_t b) { out += static_cast<char>(b); };
    if (c < 0x80) return put(c);
    if (c < 0x800) {
        put(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        put(0xe0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3f));
    } else {
        put(0xf0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3f));
        put(0x80 | (c >> 6 & 0x3f));
    }
    put(0x80 | (c & 0x3f));
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    tl::expected<std::vector<Token>, FilterError> run() {
        if (text_.size() > longest_filter)
            return error("the filter is too long", fmt::format("at most {} bytes", longest_filter), 0, 1);
        for (;;) {
            while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) ++at_;
            token_ = {};
            token_.offset = at_;
            if (at_ == text_.size()) break;
            if (auto fault = read_one()) return tl::unexpected(std::move(*fault));
            token_.length = at_ - token_.offset;
            tokens_.push_back(std::move(token_));
        }
        tokens_.push_back(std::move(token_));
        return std::move(tokens_);
    }

  private:
    using Fault = std::optional<FilterError>;

    static tl::unexpected<FilterError> error(std::string message, std::string hint, std::size_t at, std::size_t n) {
        return tl::unexpected(FilterError{std::move(message), std::move(hint), at, n});
    }
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

    Fault read_one() {
        const char c = peek();
        if (c == '"' || ((c == 'r' || c == 'R') && peek(1) == '"')) return read_quoted();
        if (c == '\'') return read_character();
        if (c == '[') return read_slice();
        if (begins_word(c) && text_.substr(at_, 2) != "..") return read_word();
        for (const Spelling& s : signs)
            if (text_.substr(at_, s.written.size()) == s.written) {
                at_ += s.written.size();
                token_.kind = TokenKind::sign;
                token_.text = s.sign;
                return {};
            }
        const char* hint = c == '=' ? "equality is written ==" : c == '|' ? "\"or\" is written || or or" : "";
        return FilterError{fmt::format("\"{}\" means nothing in a filter", c >= ' ' ? c : '?'), hint, at_, 1};
    }

    Fault read_word() {
        const std::size_t first = at_;
        while (at_ < text_.size() && continues_word(text_[at_]) && text_.substr(at_, 2) != "..") ++at_;
        token_.kind = TokenKind::word;
        token_.text = text_.substr(first, at_ - first);
        for (const Spelling& s : words)
            if (s.written == token_.text) {
                token_.kind = TokenKind::sign;
                token_.text = s.sign;
                break;
            }
        return {};
    }

    // Between brackets everything up to the closing one belongs to the slice.
    Fault read_slice() {
        const std::size_t close = text_.find(']', at_);
        if (close == std::string_view::npos)
            return FilterError{"the right bracket of the slice is missing", "a slice is written [first:count]", at_,
                               text_.size() - at_};
        token_.kind = TokenKind::slice;
        token_.text = text_.substr(at_ + 1, close - at_ - 1);
        at_ = close + 1;
        return {};
    }

    Fault read_quoted() {
        const bool raw = peek() != '"';
        const std::size_t first = at_;
        at_ += raw ? 2 : 1;
        token_.kind = TokenKind::quoted;
        while (peek() != '"' || at_ >= text_.size()) {
            if (at_ >= text_.size())
                return FilterError{"the final quote of the string is missing", "", first, text_.size() - first};
            if (peek() != '\\') {
                token_.text += text_[at_++];
            } else if (raw) {
                // A backslash stays, and keeps a quote from ending the string.
                token_.text += text_[at_++];
                if (at_ < text_.size()) token_.text += text_[at_++];
            } else if (auto fault = read_escape()) {
                return fault;
            }
        }
        ++at_;
        return {};
    }

    Fault read_character() {
        const std::size_t first = at_++;
        token_.kind = TokenKind::character;
        if (peek() == '\\') {
            if (auto fault = read_escape()) return fault;
        } else if (at_ < text_.size()) {
            token_.text += text_[at_++];
        }
        if (peek() != '\'' || token_.text.size() != 1)
            return FilterError{"a character between single quotes must be exactly one",
                               "strings stand between double quotes", first, std::max<std::size_t>(1, at_ - first)};
        ++at_;
        return {};
    }

    Fault read_escape() {
        const std::size_t first = at_++;
        const char c = peek();
        constexpr std::string_view letters = "abfnrtv\\'\"", values = "\a\b\f\n\r\t\v\\'\"";
        if (const std::size_t found = c == '\0' ? std::string_view::npos : letters.find(c);
            found != std::string_view::npos) {
            token_.text += values[found];
            ++at_;
            return {};
        }
        const bool octal = digit(c, 8) >= 0;
        const int base = octal ? 8 : 16;
        const std::size_t most = octal ? 3 : c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (!octal && most > 0) ++at_;
        std::uint32_t value = 0;
        std::size_t n = 0;
        for (; n < most && digit(peek(), base) >= 0; ++n)
            value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit(text_[at_++], base));
        const bool unicode = c == 'u' || c == 'U';
        const bool good = n > 0 && (!unicode || (n == most && value <= 0x10ffff)) && (unicode || value <= 0xff);
        if (!good)
            return FilterError{fmt::format("{} is not a valid escape sequence",
                                           text_.substr(first, std::max<std::size_t>(2, at_ - first))),
                               "write \\\\ for a backslash, or r\"...\" where backslashes stand for themselves", first,
                               std::min(text_.size() - first, std::max<std::size_t>(2, at_ - first))};
        if (unicode)
            append_utf8(token_.text, value);
        else
            token_.text += static_cast<char>(value);
        return {};
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Token token_;
    std::vector<Token> tokens_;
};

}  // namespace

tl::expected<std::vector<Token>, FilterError> read_tokens(std::string_view text) { return Lexer(text).run(); }

}  // namespace layerlab::proto::dissect
