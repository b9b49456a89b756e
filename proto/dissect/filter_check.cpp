#include "proto/dissect/filter_check.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <optional>

#include "proto/dissect/filter_literal.hpp"

namespace layerlab::proto::dissect {
namespace {

constexpr std::array<FilterFunction, 8> functions{{{"abs", "the absolute value of a number"},
                                                   {"count", "how many times a field occurs in the frame"},
                                                   {"len", "the length of text or bytes in bytes"},
                                                   {"lower", "text in lower case"},
                                                   {"max", "the largest of several numbers"},
                                                   {"min", "the smallest of several numbers"},
                                                   {"string", "a number or an address as text"},
                                                   {"upper", "text in upper case"}}};

bool is_number(FieldType t) { return t == FieldType::uint || t == FieldType::sint || t == FieldType::boolean; }
bool has_octets(FieldType t) {
    return t == FieldType::none || t == FieldType::bytes || t == FieldType::text || t == FieldType::ipv6;
}
bool is_sequence(FieldType t) { return t == FieldType::none || t == FieldType::bytes || t == FieldType::text; }
bool comparable(FieldType a, FieldType b) {
    return a == b || (is_number(a) && is_number(b)) || (is_sequence(a) && is_sequence(b));
}

struct Typed {
    std::uint32_t node = 0;
    FieldType type = FieldType::none;
    const FieldInfo* field = nullptr;  // knows the names of values
};

class Checker {
  public:
    Checker(const SyntaxTree& tree, const FilterFields& fields) : tree_(tree), names_(fields) {}

    tl::expected<FilterProgram, FilterError> run() {
        program_.empty = tree_.nodes.empty();
        if (!program_.empty) program_.root = test(tree_.root);
        if (error_) return tl::unexpected(std::move(*error_));
        return std::move(program_);
    }

  private:
    const Syntax& syntax(std::uint32_t at) const { return tree_.nodes[at]; }

    // The first error counts; what is made after it is thrown away.
    Typed fail(const Token& at, std::string message, std::string hint = {}) {
        return fail({std::move(message), std::move(hint), at.offset, at.length});
    }
    Typed fail(FilterError error) {
        if (!error_) error_ = std::move(error);
        return {add({FilterOp::constant}), FieldType::uint, nullptr};
    }
    std::uint32_t add(FilterNode node) {
        program_.nodes.push_back(node);
        return static_cast<std::uint32_t>(program_.nodes.size() - 1);
    }
    Typed value(FilterOp op, FieldType type, std::uint32_t a, std::uint32_t b = 0) {
        FilterNode node{op};
        node.type = type;
        node.a = a;
        node.b = b;
        return {add(node), type, nullptr};
    }
    template <class List>
    static std::uint32_t size_of(const List& list) {
        return static_cast<std::uint32_t>(list.size());
    }

    // --- tests ---
    std::uint32_t test(std::uint32_t at) {
        const Syntax& s = syntax(at);
        switch (s.kind) {
            case SyntaxKind::junction: return junction(s);
            case SyntaxKind::negation: {
                FilterNode node{FilterOp::negation};
                node.a = test(s.children[0]);
                return add(node);
            }
            case SyntaxKind::compare: return compare(s);
            case SyntaxKind::member: return member(s);
            default: return presence(s.children[0]);
        }
    }

    std::uint32_t junction(const Syntax& s) {
        std::vector<std::uint32_t> parts;
        for (const std::uint32_t child : s.children) parts.push_back(test(child));
        FilterNode node{s.token.text == "and"  ? FilterOp::both
                        : s.token.text == "or" ? FilterOp::either
                                               : FilterOp::one_of_two};
        node.first = size_of(program_.children);
        node.count = size_of(parts);
        program_.children.insert(program_.children.end(), parts.begin(), parts.end());
        return add(node);
    }

    // An operand alone asks whether it is there; arithmetic alone whether it is not zero.
    std::uint32_t presence(std::uint32_t operand) {
        const Syntax& s = syntax(operand);
        if (s.kind == SyntaxKind::call)
            return fail(s.token, "a function alone is no test", fmt::format("compare it: {}(...) > 0", s.token.text))
                .node;
        if (is_literal(operand)) return unknown(s).node;
        const bool computed = s.kind == SyntaxKind::arithmetic || s.kind == SyntaxKind::negate;
        FilterNode node{computed ? FilterOp::nonzero : FilterOp::exists};
        node.a = typed(operand).node;
        return add(node);
    }

    std::uint32_t compare(const Syntax& s) {
        const std::uint32_t left = s.children[0], right = s.children[1];
        if (s.token.text == "matches") return search(s);
        const bool contains = s.token.text == "contains";
        if (is_literal(left) && is_literal(right)) {
            if (looks_like_field(syntax(left))) return unknown(syntax(left)).node;
            return fail(syntax(left).token, "one side must be a field or a function", "for example ip.ttl == 64").node;
        }
        if (is_literal(left) && (contains || looks_like_field(syntax(left)))) return unknown(syntax(left)).node;
        Typed a, b;
        if (is_literal(left)) {
            b = typed(right);
            a = literal(left, b);
        } else {
            a = typed(left);
            if (contains) a = searchable(a, left);
            b = is_literal(right) ? literal(right, a) : typed(right);
        }
        if (contains && !is_literal(right)) b = searchable(b, right);
        if (!comparable(a.type, b.type))
            return fail(first_token(right),
                        fmt::format("{} cannot be compared with {}", type_title(a.type), type_title(b.type)))
                .node;
        FilterNode node{contains ? FilterOp::contains : FilterOp::compare};
        node.a = a.node;
        node.b = b.node;
        node.order = order_for(a.type, b.type);
        set_comparison(node, s);
        return add(node);
    }

    static void set_comparison(FilterNode& node, const Syntax& s) {
        const std::string& sign = s.token.text;
        if (sign == "!=" || sign == "!==") node.comparison = Comparison::not_equal;
        if (sign == "<") node.comparison = Comparison::less;
        if (sign == "<=") node.comparison = Comparison::less_or_equal;
        if (sign == ">") node.comparison = Comparison::greater;
        if (sign == ">=") node.comparison = Comparison::greater_or_equal;
        node.all = sign == "!=" || sign == "===";
        if (s.quantifier != Quantifier::unsaid) node.all = s.quantifier == Quantifier::all;
    }

    static Order order_for(FieldType a, FieldType b) {
        if (has_octets(a)) return Order::octets;
        const bool is_signed = a == FieldType::sint || b == FieldType::sint || a == FieldType::duration;
        return is_signed ? Order::signed_number : Order::number;
    }

    // What contains and matches may look into: text, bytes, protocols, Ethernet addresses.
    Typed searchable(Typed a, std::uint32_t at) {
        if (is_sequence(a.type)) return a;
        if (a.type == FieldType::mac) return value(FilterOp::octets, FieldType::bytes, a.node);
        return fail(first_token(at), fmt::format("{} cannot be searched in", type_title(a.type)),
                    "use ==, or string(...) to look at it as text");
    }

    std::uint32_t search(const Syntax& s) {
        const Syntax& pattern = syntax(s.children[1]);
        const Typed a = is_literal(s.children[0]) ? unknown(syntax(s.children[0])) : typed(s.children[0]);
        if (error_) return 0;
        if (!is_sequence(a.type))
            return fail(first_token(s.children[0]), fmt::format("{} does not match a pattern", type_title(a.type)),
                        "patterns match text and bytes; string(...) makes text of a value")
                .node;
        if (pattern.kind != SyntaxKind::quoted)
            return fail(first_token(s.children[1]), "a pattern is written in double quotes",
                        "for example matches \"^www\"")
                .node;
        re2::RE2::Options options(re2::RE2::Latin1);
        options.set_case_sensitive(false);
        options.set_log_errors(false);
        options.set_max_mem(1 << 20);
        auto compiled = std::make_unique<re2::RE2>(pattern.token.text, options);
        if (!compiled->ok())
            return fail(pattern.token, fmt::format("not a regular expression: {}", compiled->error()),
                        "the syntax is RE2's: no look-around, no back references")
                .node;
        FilterNode node{FilterOp::search};
        node.a = a.node;
        node.first = size_of(program_.patterns);
        program_.patterns.push_back(std::move(compiled));
        return add(node);
    }

    std::uint32_t member(const Syntax& s) {
        if (is_literal(s.children[0])) return unknown(syntax(s.children[0])).node;
        const Typed a = typed(s.children[0]);
        FilterNode node{FilterOp::member};
        node.a = a.node;
        node.order = order_for(a.type, a.type);
        std::vector<FilterRange> ranges;
        for (std::size_t i = 1; i + 1 < s.children.size() && !error_; i += 2) {
            if (!is_literal(s.children[i]) || !is_literal(s.children[i + 1])) {
                const std::uint32_t other = is_literal(s.children[i]) ? s.children[i + 1] : s.children[i];
                return fail(first_token(other), "a set holds values, not fields", "compare with == instead").node;
            }
            FilterRange range;
            range.single = s.children[i] == s.children[i + 1];
            range.low = constant(s.children[i], a);
            range.high = range.single ? range.low : constant(s.children[i + 1], a);
            ranges.push_back(std::move(range));
        }
        node.first = size_of(program_.ranges);
        node.count = size_of(ranges);
        std::move(ranges.begin(), ranges.end(), std::back_inserter(program_.ranges));
        return add(node);
    }

    // --- values ---
    bool is_literal(std::uint32_t at) const {
        const Syntax& s = syntax(at);
        if (s.kind == SyntaxKind::negate) return is_literal(s.children[0]);
        if (s.kind == SyntaxKind::word) return names_.find(s.token.text) == nullptr;
        return s.kind == SyntaxKind::quoted || s.kind == SyntaxKind::character;
    }
    // The leftmost token, which is where a message points.
    const Token& first_token(std::uint32_t at) const {
        const Syntax* s = &syntax(at);
        while (!s->children.empty() && s->kind != SyntaxKind::call) s = &syntax(s->children[0]);
        return s->token;
    }
    static bool looks_like_field(const Syntax& s) {
        if (s.kind != SyntaxKind::word || s.token.text.find(':') != std::string::npos) return false;
        const char c = s.token.text[0];
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    Typed unknown(const Syntax& s) {
        if (!looks_like_field(s))
            return fail(s.token, "a field must stand here", "for example ip.ttl, or tcp.port == 80");
        std::string hint = "layerlab help filters lists the names";
        if (const std::string_view like = names_.most_like(s.token.text); !like.empty())
            hint = fmt::format("did you mean \"{}\"?", like);
        return fail(s.token, fmt::format("\"{}\" is neither a field nor a protocol", s.token.text.substr(0, 60)), hint);
    }

    FilterConstant constant(std::uint32_t at, const Typed& like) {
        const Syntax* s = &syntax(at);
        bool negated = false;
        for (; s->kind == SyntaxKind::negate; s = &syntax(s->children[0])) negated = !negated;
        auto made = read_literal(s->token, like.type, like.field, negated);
        if (made) return std::move(*made);
        // "ip.src == ip.dts": a misspelt field rather than a bad address.
        const std::string& text = s->token.text;
        const std::size_t dot = text.find('.');
        if (looks_like_field(*s) && dot != std::string::npos && names_.find(std::string_view(text).substr(0, dot)))
            unknown(*s);
        fail(std::move(made.error()));
        return {};
    }
    Typed literal(std::uint32_t at, const Typed& like) {
        FilterNode node{FilterOp::constant};
        node.type = like.type;
        node.first = size_of(program_.constants);
        program_.constants.push_back(constant(at, like));
        return {add(node), like.type, like.field};
    }

    Typed typed(std::uint32_t at) {
        const Syntax& s = syntax(at);
        if (error_) return {};
        switch (s.kind) {
            case SyntaxKind::word: return field(s, 0);
            case SyntaxKind::layer: return layered(s);
            case SyntaxKind::slice: return slice(s);
            case SyntaxKind::call: return call(s);
            case SyntaxKind::arithmetic: return arithmetic(s);
            case SyntaxKind::negate: {
                const Typed a = typed(s.children[0]);
                if (!is_number(a.type) && a.type != FieldType::duration)
                    return fail(first_token(s.children[0]), fmt::format("{} has no negative", type_title(a.type)));
                return value(FilterOp::negative, a.type == FieldType::duration ? a.type : FieldType::sint, a.node);
            }
            default: return fail(s.token, "a field must stand here");
        }
    }

    Typed field(const Syntax& s, std::uint32_t layers) {
        const FilterField* found = names_.find(s.token.text);
        if (!found) return unknown(s);
        FilterNode node{FilterOp::field};
        node.type = found->fields[0]->type;
        node.first = size_of(program_.fields);
        node.count = size_of(found->fields);
        node.b = layers;
        program_.fields.insert(program_.fields.end(), found->fields.begin(), found->fields.end());
        const std::uint32_t made = add(node);
        if (found->as_text) return value(FilterOp::text, FieldType::text, made);
        return {made, node.type, found->fields[0]};
    }

    Typed layered(const Syntax& s) {
        const Syntax& of = syntax(s.children[0]);
        if (of.kind != SyntaxKind::word) return fail(of.token, "only a field has layers", "for example ip.src#2");
        auto ranges = read_ranges(s.token, true);
        if (!ranges) return fail(std::move(ranges.error()));
        program_.layers.push_back(std::move(*ranges));
        return field(of, size_of(program_.layers));
    }

    Typed slice(const Syntax& s) {
        if (is_literal(s.children[0])) return unknown(syntax(s.children[0]));
        Typed of = typed(s.children[0]);
        if (error_) return of;
        if (of.type == FieldType::mac || of.type == FieldType::ipv4)
            of = value(FilterOp::octets, FieldType::bytes, of.node);
        else if (!has_octets(of.type))
            return fail(first_token(s.children[0]), fmt::format("{} cannot be sliced", type_title(of.type)),
                        "text, bytes, addresses and protocols can");
        auto ranges = read_ranges(s.token, false);
        if (!ranges) return fail(std::move(ranges.error()));
        FilterNode node{FilterOp::slice};
        node.type = FieldType::bytes;
        node.a = of.node;
        node.first = size_of(program_.slices);
        node.count = size_of(*ranges);
        program_.slices.insert(program_.slices.end(), ranges->begin(), ranges->end());
        return {add(node), FieldType::bytes, nullptr};
    }

    // Arithmetic takes its type from the side that is no literal.
    Typed arithmetic(const Syntax& s) {
        const std::uint32_t left = s.children[0], right = s.children[1];
        const bool mask = s.token.text == "&";
        const Typed number{0, FieldType::uint, nullptr};
        Typed a = is_literal(left) ? Typed{} : typed(left), b = is_literal(right) ? Typed{} : typed(right);
        if (is_literal(left)) a = literal(left, is_literal(right) ? number : Typed{0, b.type, nullptr});
        if (is_literal(right)) b = literal(right, Typed{0, a.type, nullptr});
        if (error_) return a;
        const bool numbers = is_number(a.type) && is_number(b.type);
        const bool bytes = mask && a.type == FieldType::bytes && b.type == FieldType::bytes;
        const bool times = a.type == FieldType::duration && b.type == FieldType::duration &&
                           (s.token.text == "+" || s.token.text == "-");
        if (!numbers && !bytes && !times) {
            const Typed& bad = is_number(a.type) ? b : a;
            return fail(first_token(is_number(a.type) ? right : left),
                        fmt::format("{} cannot be calculated with", type_title(bad.type)), "numbers can");
        }
        constexpr std::string_view signs = "+-*/%&";
        constexpr FilterOp operations[] = {FilterOp::add,    FilterOp::subtract, FilterOp::multiply,
                                           FilterOp::divide, FilterOp::modulo,   FilterOp::mask};
        const FilterOp op = operations[signs.find(s.token.text)];
        // A difference may be negative.
        const bool is_signed = a.type == FieldType::sint || b.type == FieldType::sint || op == FilterOp::subtract;
        Typed made = value(op, !numbers ? a.type : is_signed ? FieldType::sint : FieldType::uint, a.node, b.node);
        program_.nodes[made.node].order = order_for(a.type, b.type);
        return made;
    }

    Typed call(const Syntax& s) {
        const std::string& name = s.token.text;
        const bool known =
            std::any_of(functions.begin(), functions.end(), [&](const auto& f) { return f.name == name; });
        if (!known)
            return fail(s.token, fmt::format("there is no function \"{}\"", name.substr(0, 60)),
                        "functions are abs count len lower max min string upper");
        if (name == "max" || name == "min") return extreme(s);
        if (s.children.size() != 1) return fail(s.token, fmt::format("{}() takes one argument", name));
        if (is_literal(s.children[0])) return unknown(syntax(s.children[0]));
        const Typed a = typed(s.children[0]);
        if (error_) return a;
        if (name == "count") return value(FilterOp::occurrences, FieldType::uint, a.node);
        const Token& at = first_token(s.children[0]);
        if (name == "len") {
            if (has_octets(a.type)) return value(FilterOp::length, FieldType::uint, a.node);
            return fail(at, fmt::format("{} has no length", type_title(a.type)), "text, bytes and protocols have");
        }
        if (name == "abs") {
            if (is_number(a.type) || a.type == FieldType::duration) return value(FilterOp::absolute, a.type, a.node);
            return fail(at, fmt::format("{} has no absolute value", type_title(a.type)), "numbers have");
        }
        if (name == "string") {
            if (!is_sequence(a.type)) return value(FilterOp::text, FieldType::text, a.node);
            return fail(at, fmt::format("string() is not for {}", type_title(a.type)),
                        "it is for numbers and addresses");
        }
        if (a.type == FieldType::text)
            return value(name == "upper" ? FilterOp::upper : FilterOp::lower, FieldType::text, a.node);
        return fail(at, fmt::format("{} has no upper and lower case", type_title(a.type)), "text has");
    }

    Typed extreme(const Syntax& s) {
        if (s.children.empty()) return fail(s.token, fmt::format("{}() takes one argument or more", s.token.text));
        std::vector<std::uint32_t> nodes;
        Typed first;
        for (const std::uint32_t child : s.children) {
            const Typed a =
                is_literal(child) ? (nodes.empty() ? unknown(syntax(child)) : literal(child, first)) : typed(child);
            if (error_) return a;
            const bool ordered = !has_octets(a.type);
            if (!ordered || (!nodes.empty() && !comparable(a.type, first.type)))
                return fail(first_token(child),
                            fmt::format("{} is not for {}() here", type_title(a.type), s.token.text),
                            "its arguments are numbers of one type");
            if (nodes.empty()) first = a;
            nodes.push_back(a.node);
        }
        FilterNode node{s.token.text == "max" ? FilterOp::largest : FilterOp::smallest};
        node.type = first.type;
        node.order = order_for(first.type, first.type);
        node.first = size_of(program_.children);
        node.count = size_of(nodes);
        program_.children.insert(program_.children.end(), nodes.begin(), nodes.end());
        return {add(node), first.type, first.field};
    }

    // "0:3", "1-4", "7", ":2", "5:", several with commas; of layers "2", "2-4", "2-".
    static tl::expected<std::vector<FilterSlice>, FilterError> read_ranges(const Token& token, bool layers) {
        std::vector<FilterSlice> ranges;
        std::string_view left = token.text;
        const auto wrong = [&](const char* message) {
            return tl::unexpected(FilterError{
                message, layers ? "for example ip.src#2 or ip.src#[1-2]" : "for example [0:3], [2-5], [4], [:2], [-4:]",
                token.offset, token.length});
        };
        for (bool more = true; more;) {
            const std::size_t comma = left.find(',');
            more = comma != std::string_view::npos;
            std::string_view text = left.substr(0, comma);
            left = more ? left.substr(comma + 1) : std::string_view{};
            FilterSlice range;
            const auto first = take_integer(text);
            if (first) range.first = *first;
            if (!first) range.first = 0;
            skip_blanks(text);
            const char sign = text.empty() ? '\0' : text[0];
            if (!first && sign != ':') return wrong("not a range of positions");
            if (sign != '\0') text.remove_prefix(1);
            const auto last = take_integer(text);
            skip_blanks(text);
            if (!text.empty() || (sign != '\0' && sign != ':' && sign != '-')) return wrong("not a range of positions");
            if ((sign == ':' && !first && !last) || (sign == '\0' && last)) return wrong("not a range of positions");
            if (last) range.last = *last;
            if (sign == '-') range.end = FilterSlice::End::position;
            if (sign != '\0' && !last) range.end = FilterSlice::End::none;
            if (sign == ':' && last && *last <= 0) return wrong("a slice has at least one byte");
            if (layers && (range.first < 1 || sign == ':')) return wrong("layers are counted from 1");
            if (layers && sign == '\0') range.last = range.first;
            ranges.push_back(range);
        }
        return ranges;
    }
    static void skip_blanks(std::string_view& text) {
        while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
    }
    static std::optional<std::int64_t> take_integer(std::string_view& text) {
        skip_blanks(text);
        std::size_t n = 0;
        const bool negative = !text.empty() && text[0] == '-';
        if (negative) ++n;
        std::int64_t number = 0;
        const std::size_t first = n;
        while (n < text.size() && text[n] >= '0' && text[n] <= '9' && number < 100'000'000)
            number = number * 10 + (text[n++] - '0');
        if (n == first) return std::nullopt;
        text.remove_prefix(n);
        return negative ? -number : number;
    }

    const SyntaxTree& tree_;
    const FilterFields& names_;
    FilterProgram program_;
    std::optional<FilterError> error_;
};

}  // namespace

std::span<const FilterFunction> filter_functions() { return functions; }

tl::expected<FilterProgram, FilterError> check_filter(const SyntaxTree& tree, const FilterFields& fields) {
    return Checker(tree, fields).run();
}

}  // namespace layerlab::proto::dissect
