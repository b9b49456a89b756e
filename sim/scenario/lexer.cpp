#include "sim/scenario/lexer.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace layerlab::sim::scenario {

namespace {

constexpr std::size_t most_words = 10'000;
constexpr std::size_t longest_expression = 200;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

Place Statement::place() const { return words.empty() ? brace : span(words.front().place, words.back().place); }

void Statement::clear() {
    words.clear();
    tail.text.clear();
    tail.pieces.clear();
    tail_kind = Tail::nothing;
    end = End::line;
    brace = {};
}

Lexer::Lexer(const SourceFile& source, std::uint16_t file, const Variables& variables, Diagnostics& diagnostics,
             Budget& budget)
    : text_(source.text), file_(file), variables_(variables), diagnostics_(diagnostics), budget_(budget) {
    if (text_.starts_with("\xef\xbb\xbf")) at_.offset = 3;  // byte order mark
}

Place Lexer::place_from(const Position& begin) const {
    std::string_view text = text_.substr(begin.offset, at_.offset - begin.offset);
    if (replaced) text = keep(scratch_.append(text_, copied, at_.offset - copied));
    charge(text.size());
    if (at_.offset > begin.offset) out.words.push_back({text, place_from(begin)});
    if (text == "expect" && !in_expect_) {
        in_expect_ = true;
        expect_index_ = out.words.size() - 1;
    }
    if (at_end()) return;
    if (c == '$' && may_be_host) {
        ++at_.offset;
        tail(out, Statement::Tail::command);
    } else if (c == ':' && starts_filter(out)) {
        ++at_.offset;
        tail(out, Statement::Tail::filter);
    }
}

void Lexer::quoted_word(Statement& out) {
    const Position begin = at_;
    ++at_.offset;
    scratch_.clear();
    while (peek() != '"') {
        const char c = peek();
        if (c == '\n') {
            error(place_from(begin), "the quote is never closed", "a closing \" before the line's end");
            break;
        }
        if (c == '{' && take_expression()) continue;
        if (c == '\\') {
            const char next = peek(1);
            const std::size_t known = std::string_view("\"\\nt").find(next);
            if (known == std::string_view::npos) {
                error(place_here(2), fmt::format("\\ has no meaning before {}", shown({&next, 1})),
                      "in quotes: \\\" \\\\ \\n \\t");
                ++at_.offset;
                continue;
            }
            scratch_ += "\"\\\n\t"[known];
            at_.offset += 2;
            continue;
        }
        scratch_ += c;
        ++at_.offset;
    }
    if (peek() == '"') ++at_.offset;
    charge(scratch_.size());
    const std::string_view text = keep(scratch_);
    out.words.push_back({text, place_from(begin), true});
}

void Lexer::tail(Statement& out, Statement::Tail kind) {
    out.tail_kind = kind;
    skip_blanks();
    scratch_.clear();
    auto& pieces = out.tail.pieces;
    const auto new_piece = [&] { pieces.push_back({static_cast<std::uint32_t>(scratch_.size()), place_here(0)}); };
    new_piece();
    const bool is_filter = kind == Statement::Tail::filter;
    int depth = 0;
    bool quoted = false;
    while (!at_end() && peek() != '\n') {
        const char c = peek();
        if (c == '\\' && take_continuation()) {
            scratch_ += ' ';
            new_piece();
            continue;
        }
        if (is_filter) {
            if (c == '"') quoted = !quoted;
            if (quoted && c == '\\' && peek(1) != '\n') {
                scratch_ += c;
                scratch_ += peek(1);
                at_.offset += 2;
                continue;
            }
            const bool after_blank = scratch_.empty() || is_blank(scratch_.back());
            if (!quoted && (c == ';' || (c == '#' && after_blank) || (c == '}' && depth == 0))) break;
        }
        if (c == '{') {
            const Position begin = at_;
            const std::size_t offset = scratch_.size();
            if (take_expression()) {
                pieces.push_back({static_cast<std::uint32_t>(offset), place_from(begin)});
                new_piece();
                continue;
            }
            ++depth;
        }
        if (c == '}' && depth > 0) --depth;
        scratch_ += c;
        ++at_.offset;
    }
    if (is_filter && peek() == '#') skip_to_line_end();
    while (!scratch_.empty() && is_blank(scratch_.back())) scratch_.pop_back();
    charge(scratch_.size());
    out.tail.text = scratch_;
}

void Lexer::regex(Statement& out) {
    const Position begin = at_;
    ++at_.offset;
    scratch_.clear();
    auto& pieces = out.tail.pieces;
    pieces.push_back({0, place_here(0)});
    while (peek() != '/') {
        if (peek() == '\n') {
            error(place_from(begin), "the regular expression is never closed", "a closing / before the line's end");
            break;
        }
        if (peek() == '\\' && peek(1) == '/') {
            ++at_.offset;
            pieces.push_back({static_cast<std::uint32_t>(scratch_.size()), place_here(0)});
        } else if (peek() == '\\' && peek(1) != '\n') {
            scratch_ += '\\';
            ++at_.offset;
        } else if (peek() == '{') {
            const Position brace = at_;
            const std::size_t offset = scratch_.size();
            if (take_expression()) {
                pieces.push_back({static_cast<std::uint32_t>(offset), place_from(brace)});
                pieces.push_back({static_cast<std::uint32_t>(scratch_.size()), place_here(0)});
                continue;
            }
        }
        scratch_ += peek();
        ++at_.offset;
    }
    if (peek() == '/') ++at_.offset;
    charge(scratch_.size());
    out.tail.text = scratch_;
    out.tail_kind = Statement::Tail::regex;
}

// `| text`: one blank after the bar is not part of the text.
void Lexer::output_line(Statement& out) {
    out.brace = place_here(1);
    ++at_.offset;
    if (peek() == ' ') ++at_.offset;
    out.tail_kind = Statement::Tail::output;
    scratch_.clear();
    while (peek() != '\n') {
        if (peek() == '{' && take_expression()) continue;
        scratch_ += peek();
        ++at_.offset;
    }
    if (!scratch_.empty() && scratch_.back() == '\r') scratch_.pop_back();
    charge(scratch_.size());
    out.tail.text = scratch_;
}

bool Lexer::next(Statement& out) {
    out.clear();
    in_expect_ = false;
    if (chunks_.size() > 1) {
        chunks_.clear();
        chunk_used_ = chunk_size;
    }
    if (!chunks_.empty()) chunk_used_ = 0;
    if (!skip_to_statement()) return false;
    const std::string_view before = text_.substr(at_.line_start, at_.offset - at_.line_start);
    if (peek() == '|' && before.find_first_not_of(" \t\xef\xbb\xbf") == std::string_view::npos) {
        output_line(out);
        return true;
    }
    while (true) {
        skip_blanks();
        if (at_end() || peek() == '\n' || peek() == ';' || peek() == '#') return true;
        if (peek() == '{' && opens_block()) {
            out.brace = place_here(1);
            out.end = Statement::End::open;
            ++at_.offset;
            return true;
        }
        if (peek() == '}') {
            if (!out.words.empty()) return true;
            out.brace = place_here(1);
            out.end = Statement::End::close;
            ++at_.offset;
            return true;
        }
        if (out.words.size() == most_words) {
            error(place_here(1), fmt::format("a statement has more than {} words", most_words));
            skip_to_line_end();
            return true;
        }
        const std::size_t n = out.words.size();
        if (peek() == '"')
            quoted_word(out);
        else if (peek() == '/' && n >= 2 && out.words[n - 1].text == "output" && out.words[n - 2].text == "expect")
            regex(out);
        else
            word(out);
        if (out.tail_kind == Statement::Tail::command || out.tail_kind == Statement::Tail::filter) return true;
    }
}

}  // namespace layerlab::sim::scenario
