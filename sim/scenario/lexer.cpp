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
    const std::size_t end = at_.line == begin.line ? at_.offset : begin.offset + 1;
    return {begin.line, file_, static_cast<std::uint16_t>(begin.offset - begin.line_start + 1),
            static_cast<std::uint16_t>(end - begin.offset)};
}

Place Lexer::place_here(std::size_t length) const {
    return {at_.line, file_, static_cast<std::uint16_t>(at_.offset - at_.line_start + 1),
            static_cast<std::uint16_t>(length)};
}

void Lexer::error(const Place& place, std::string message, std::string hint) {
    if (!muted_) diagnostics_.error(place, std::move(message), std::move(hint));
}

void Lexer::take_newline() {
    if (at_end()) return;
    ++at_.offset;
    ++at_.line;
    at_.line_start = at_.offset;
}

std::size_t Lexer::continuation() const {
    if (peek() != '\\') return 0;
    std::size_t ahead = 1;
    while (is_blank(peek(ahead))) ++ahead;
    return peek(ahead) == '\n' && at_.offset + ahead < text_.size() ? ahead : 0;
}

bool Lexer::take_continuation() {
    const std::size_t length = continuation();
    if (length == 0) return false;
    at_.offset += length;
    take_newline();
    return true;
}

void Lexer::skip_blanks() {
    while (!at_end() && (is_blank(peek()) || take_continuation()))
        if (is_blank(peek())) ++at_.offset;
}

void Lexer::skip_to_line_end() { at_.offset = std::min(text_.find('\n', at_.offset), text_.size()); }

// Passes empty lines, comments and lone semicolons. False at the end of the file.
bool Lexer::skip_to_statement() {
    while (true) {
        skip_blanks();
        if (at_end()) return false;
        if (peek() == '\n')
            take_newline();
        else if (peek() == ';')
            ++at_.offset;
        else if (peek() == '#')
            skip_to_line_end();
        else
            return true;
    }
}

// A { that stands alone (or before a quote) begins a block; {i} does not.
bool Lexer::opens_block() const {
    const char after = peek(1);
    return is_blank(after) || after == '\n' || after == '"' || after == '}';
}

std::string_view Lexer::keep(std::string_view text) {
    if (text.size() > chunk_size) {
        chunks_.insert(chunks_.begin(), std::make_unique<char[]>(text.size()));
        std::memcpy(chunks_.front().get(), text.data(), text.size());
        return {chunks_.front().get(), text.size()};
    }
    if (chunks_.empty() || chunk_used_ + text.size() > chunk_size) {
        chunks_.push_back(std::make_unique<char[]>(chunk_size));
        chunk_used_ = 0;
    }
    char* const to = chunks_.back().get() + chunk_used_;
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    chunk_used_ += text.size();
    return {to, text.size()};
}

void Lexer::charge(std::size_t bytes) { budget_.bytes -= std::min(bytes, budget_.bytes); }

bool Lexer::take_expression() {
    if (muted_ || variables_.all().empty()) return false;
    const std::string_view rest = text_.substr(at_.offset + 1, longest_expression);
    const std::size_t length = rest.find_first_of("{}\n");
    if (length == std::string_view::npos || rest[length] != '}') return false;
    const std::string_view inside = rest.substr(0, length);
    if (const Variable* v = variables_.find(inside)) {
        scratch_ += v->text;
    } else {
        if (!is_replaceable(inside, variables_)) return false;
        const auto value = evaluate(inside, variables_);
        if (value)
            fmt::format_to(std::back_inserter(scratch_), "{}", *value);
        else
            error(place_here(length + 2), value.error().message, value.error().hint);
    }
    at_.offset += length + 2;
    return true;
}

bool Lexer::starts_filter(const Statement& out) const {
    if (!in_expect_ || out.words.size() < expect_index_ + 2) return false;
    const std::string_view count = out.words[expect_index_ + 1].text;
    return !count.empty() && ((count[0] >= '0' && count[0] <= '9') || count == "some" || count == "none");
}

void Lexer::word(Statement& out) {
    const Position begin = at_;
    std::size_t copied = at_.offset;  // the text before it is in scratch_
    bool replaced = false, may_be_host = true;
    int depth = 0;
    char c = peek();
    scratch_.clear();
    for (; !at_end(); c = peek()) {
        if (is_blank(c) || c == '\n' || c == ';' || c == '"' || (c == '\\' && continuation() > 0)) break;
        if (c == '}' && depth-- == 0) break;
        if (c == '{') {
            scratch_.append(text_, copied, at_.offset - copied);
            copied = at_.offset;
            if (take_expression()) {
                copied = at_.offset;
                replaced = true;
                continue;
            }
            ++depth;
        }
        if (c == '$' && may_be_host && at_.offset > begin.offset) break;
        if (c == ':' && in_expect_) {
            // The word may be the count itself: `expect 1: arp`.
            const bool is_count = out.words.size() == expect_index_ + 1 && at_.offset > begin.offset;
            if (is_count || starts_filter(out)) break;
        }
        may_be_host = may_be_host && is_name_character(c);
        ++at_.offset;
    }
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
