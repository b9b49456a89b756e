#include "proto/dissect/filter_parser.hpp"

#include <array>
#include <fmt/format.h>

namespace layerlab::proto::dissect {
namespace {

constexpr unsigned deepest = 100;

class Parser {
  public:
    explicit Parser(std::vector<Token> tokens, std::size_t text_size) : tokens_(std::move(tokens)), size_(text_size) {}

    tl::expected<SyntaxTree, FilterError> run() {
        if (now().kind == TokenKind::end) return std::move(tree_);
        const std::uint32_t root = alternatives();
        if (!failed_ && now().kind != TokenKind::end) unexpected();
        if (failed_) return tl::unexpected(std::move(error_));
        tree_.root = root;
        return std::move(tree_);
    }

  private:
    // --- tokens ---
    const Token& now() const { return tokens_[at_]; }
    const Token& after() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    bool is(std::string_view sign) const { return now().kind == TokenKind::sign && now().text == sign; }
    bool is_operand() const {
        return now().kind == TokenKind::word || now().kind == TokenKind::quoted || now().kind == TokenKind::character ||
               is("{") || is("-");
    }
    Token take() {
        Token token = now();
        if (now().kind != TokenKind::end) ++at_;
        return token;
    }
    bool take(std::string_view sign) {
        if (!is(sign)) return false;
        ++at_;
        return true;
    }

    // --- errors: the first one counts, and parsing runs out without doing harm ---
    std::uint32_t fail(std::string message, std::string hint, std::size_t offset, std::size_t length) {
        if (!failed_) error_ = {std::move(message), std::move(hint), offset, length};
        failed_ = true;
        at_ = tokens_.size() - 1;
        return 0;
    }
    std::uint32_t unexpected(std::string hint = {}) {
        if (now().kind == TokenKind::end)
            return fail("the filter ends too early", hint.empty() ? "something must follow here" : std::move(hint),
                        size_, 1);
        if (hint.empty() && now().kind == TokenKind::word) hint = "join tests with and, or, xor";
        return fail("this was not expected here", std::move(hint), now().offset, now().length);
    }

    std::uint32_t add(SyntaxKind kind, Token token, std::vector<std::uint32_t> children = {}) {
        if (failed_) return 0;
        tree_.nodes.push_back({kind, std::move(token), std::move(children)});
        return static_cast<std::uint32_t>(tree_.nodes.size() - 1);
    }

    // Guards recursion; false when the filter is nested too deeply.
    struct Deeper {
        explicit Deeper(Parser& p) : parser(p) {
            if (++parser.depth_ > deepest)
                parser.fail("the filter is nested too deeply", fmt::format("at most {} levels", deepest),
                            parser.now().offset, std::max<std::size_t>(1, parser.now().length));
        }
        ~Deeper() { --parser.depth_; }
        Parser& parser;
    };

    // --- tests ---
    std::uint32_t alternatives() { return junction("or", &Parser::exclusives); }
    std::uint32_t exclusives() { return junction("xor", &Parser::conjunctions); }
    std::uint32_t conjunctions() { return junction("and", &Parser::negations); }

    std::uint32_t junction(std::string_view sign, std::uint32_t (Parser::*part)()) {
        std::vector<std::uint32_t> parts{(this->*part)()};
        Token token = now();
        while (take(sign)) parts.push_back((this->*part)());
        return parts.size() == 1 ? parts[0] : add(SyntaxKind::junction, std::move(token), std::move(parts));
    }

    std::uint32_t negations() {
        const Deeper deeper(*this);
        if (is("not")) {
            Token token = take();
            const std::uint32_t what = negations();
            return add(SyntaxKind::negation, std::move(token), {what});
        }
        if (take("(")) {
            const std::uint32_t inside = alternatives();
            if (!take(")")) return unexpected("a right parenthesis is missing");
            return inside;
        }
        return relation();
    }

    std::uint32_t relation() {
        Quantifier quantifier = Quantifier::unsaid;
        if (take("any")) quantifier = Quantifier::any;
        if (quantifier == Quantifier::unsaid && take("all")) quantifier = Quantifier::all;
        std::uint32_t left = operand();
        if (is("in") || (is("not") && after().kind == TokenKind::sign && after().text == "in")) return member(left);
        constexpr std::array<std::string_view, 10> comparisons{"==", "!=", "===", "!==",      "<",
                                                               "<=", ">",  ">=",  "contains", "matches"};
        std::vector<std::uint32_t> all;
        Token joint;
        for (;;) {
            bool found = false;
            for (const std::string_view sign : comparisons) found = found || is(sign);
            if (!found) break;
            Token token = take();
            joint = {TokenKind::sign, "and", token.offset, token.length};
            const std::uint32_t right = operand();
            const std::uint32_t one = add(SyntaxKind::compare, std::move(token), {left, right});
            if (failed_) return 0;
            tree_.nodes[one].quantifier = quantifier;
            // a < b < c is a < b and b < c.
            all.push_back(one);
            left = right;
        }
        if (all.empty()) return add(SyntaxKind::test, token_of(left), {left});
        return all.size() == 1 ? all[0] : add(SyntaxKind::junction, std::move(joint), std::move(all));
    }

    Token token_of(std::uint32_t node) const { return failed_ ? Token{} : tree_.nodes[node].token; }

    std::uint32_t member(std::uint32_t left) {
        const bool negated = take("not");
        Token token = take();
        if (!take("{")) return unexpected("a set is written {1, 5..9, 12}");
        std::vector<std::uint32_t> children{left};
        do {
            const std::uint32_t low = set_value();
            const std::uint32_t high = take("..") ? set_value() : low;
            if (failed_) return 0;
            children.push_back(low);
            children.push_back(high);
        } while (take(","));
        if (!take("}"))
            return unexpected(is_operand() ? "separate the values with commas" : "a right brace is missing");
        Token negation{TokenKind::sign, "not", token.offset, token.length};
        const std::uint32_t in = add(SyntaxKind::member, std::move(token), std::move(children));
        return negated ? add(SyntaxKind::negation, std::move(negation), {in}) : in;
    }
    std::uint32_t set_value() {
        if (take("-")) {
            const std::uint32_t value = set_value_alone();
            return add(SyntaxKind::negate, token_of(value), {value});
        }
        return set_value_alone();
    }
    std::uint32_t set_value_alone() {
        if (now().kind != TokenKind::word && now().kind != TokenKind::quoted && now().kind != TokenKind::character)
            return unexpected("a set holds values and ranges: {1, 5..9}");
        return primary();
    }

    // --- values ---
    std::uint32_t operand() { return arithmetic({"&"}, &Parser::sum); }
    std::uint32_t sum() { return arithmetic({"+", "-"}, &Parser::product); }
    std::uint32_t product() { return arithmetic({"*", "/", "%"}, &Parser::unary); }

    std::uint32_t arithmetic(std::initializer_list<std::string_view> these, std::uint32_t (Parser::*part)()) {
        std::uint32_t left = (this->*part)();
        for (;;) {
            bool found = false;
            for (const std::string_view sign : these) found = found || is(sign);
            if (!found) return left;
            if (++operations_ > deepest)
                return fail("too much arithmetic", fmt::format("at most {} operations", deepest), now().offset,
                            now().length);
            Token token = take();
            const std::uint32_t right = (this->*part)();
            left = add(SyntaxKind::arithmetic, std::move(token), {left, right});
        }
    }

    std::uint32_t unary() {
        const Deeper deeper(*this);
        if (is("-")) {
            Token token = take();
            const std::uint32_t what = unary();
            return add(SyntaxKind::negate, std::move(token), {what});
        }
        if (take("{")) {
            const std::uint32_t inside = operand();
            if (!take("}")) return unexpected("a right brace is missing");
            return inside;
        }
        return primary();
    }

    std::uint32_t primary() {
        std::uint32_t node = 0;
        if (now().kind == TokenKind::quoted) {
            node = add(SyntaxKind::quoted, take());
        } else if (now().kind == TokenKind::character) {
            node = add(SyntaxKind::character, take());
        } else if (now().kind == TokenKind::word) {
            Token word = take();
            node = is("(") ? call(std::move(word)) : add(SyntaxKind::word, std::move(word));
        } else {
            return unexpected("a field or a value must stand here");
        }
        if (take("#")) {
            if (now().kind != TokenKind::word && now().kind != TokenKind::slice)
                return unexpected("a layer is a number from 1: ip.src#2");
            node = add(SyntaxKind::layer, take(), {node});
        }
        while (now().kind == TokenKind::slice) {
            if (++operations_ > deepest) return fail("too many slices", "", now().offset, now().length);
            node = add(SyntaxKind::slice, take(), {node});
        }
        return node;
    }

    std::uint32_t call(Token name) {
        const Deeper deeper(*this);
        take("(");
        std::vector<std::uint32_t> arguments;
        if (!is(")")) do {
                arguments.push_back(operand());
            } while (take(","));
        if (!take(")")) return unexpected("a right parenthesis is missing");
        return add(SyntaxKind::call, std::move(name), std::move(arguments));
    }

    std::vector<Token> tokens_;
    std::size_t size_;
    std::size_t at_ = 0;
    unsigned depth_ = 0, operations_ = 0;
    bool failed_ = false;
    FilterError error_;
    SyntaxTree tree_;
};

}  // namespace

tl::expected<SyntaxTree, FilterError> parse_filter(std::string_view text) {
    auto tokens = read_tokens(text);
    if (!tokens) return tl::unexpected(std::move(tokens.error()));
    return Parser(std::move(*tokens), text.size()).run();
}

}  // namespace layerlab::proto::dissect
