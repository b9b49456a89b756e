// Lines to statements: words with their places, quotes, comments, continuation lines, braces, the tails that belong to
// another language (`$` lines, filters, regular expressions) and `|` lines. {expressions} are replaced here,
// everywhere. What the words mean is the parser's business.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/expression.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

struct Word {
    std::string_view text;  // without quotes; valid until the next statement
    Place place;            // quotes included
    bool quoted = false;
};

struct Statement {
    enum class End : std::uint8_t {
        line,   // a line's end, a ; or a } that follows
        open,   // {: a block begins
        close,  // }: no words
    };
    enum class Tail : std::uint8_t {
        nothing,
        command,  // the last word is the host, `tail` its command
        output,   // a `|` line: no words, `tail` without the "| "
        filter,   // what follows the : of a packet expectation
        regex,    // expect output /.../
    };
    std::vector<Word> words;
    End end = End::line;
    Tail tail_kind = Tail::nothing;
    Place brace;  // of { or }
    ForeignText tail;

    Place place() const;
    void clear();
};

// What a whole scenario may cost; shared by the lexers of all its files.
struct Budget {
    std::size_t statements = 1'000'000;  // turns of loops included
    std::size_t bytes = 64u << 20;       // of words and tails, after replacement
};

class Lexer {
  public:
    Lexer(const SourceFile& source, std::uint16_t file, const Variables& variables, Diagnostics& diagnostics,
          Budget& budget);

    // The next statement that is not empty; false at the end of the file.
    bool next(Statement& out);

    struct Position {
        std::size_t offset = 0, line_start = 0;
        std::uint32_t line = 1;
    };
    Position position() const { return at_; }
    void seek(const Position& p) { at_ = p; }
    // Muted: expressions stay as they are and nothing is reported (for blocks that are skipped).
    void mute(bool on) { muted_ = on; }

  private:
    char peek(std::size_t ahead = 0) const {
        return at_.offset + ahead < text_.size() ? text_[at_.offset + ahead] : '\n';
    }
    bool at_end() const { return at_.offset >= text_.size(); }
    Place place_from(const Position& begin) const;
    Place place_here(std::size_t length) const;
    void error(const Place& place, std::string message, std::string hint = {});

    void take_newline();
    std::size_t continuation() const;  // bytes of a backslash that ends its line, 0: there is none
    bool take_continuation();
    void skip_blanks();
    void skip_to_line_end();
    bool skip_to_statement();
    bool opens_block() const;

    // Reads one word; what it ends at tells whether a tail follows.
    void word(Statement& out);
    void quoted_word(Statement& out);
    void regex(Statement& out);
    void output_line(Statement& out);
    void tail(Statement& out, Statement::Tail kind);
    // At a {: puts its replacement into `scratch_` and passes it. False when it is literal.
    bool take_expression();
    bool starts_filter(const Statement& out) const;
    std::string_view keep(std::string_view text);
    void charge(std::size_t bytes);

    std::string_view text_;
    std::uint16_t file_;
    const Variables& variables_;
    Diagnostics& diagnostics_;
    Budget& budget_;
    Position at_;
    bool muted_ = false;
    bool in_expect_ = false;
    std::size_t expect_index_ = 0;
    std::string scratch_;

    // Texts of replaced words of the current statement.
    static constexpr std::size_t chunk_size = 1 << 12;
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t chunk_used_ = chunk_size;
};

}  // namespace layerlab::sim::scenario
