// Words, strings and signs of a display filter. What a word means (field, number, address, name of a value) depends on
// what it is compared with, so the lexer leaves words whole: 10.0.0.0/8, aa:bb:cc, 0x10, ip.addr.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "proto/dissect/filter.hpp"

namespace layerlab::proto::dissect {

enum class TokenKind : std::uint8_t {
    word,       // a field, a keyword or an unquoted value
    quoted,     // "..." or r"...", `text` without quotes and escapes
    character,  // '.', `text` is the one byte
    slice,      // [...], `text` is what is between the brackets
    sign,       // an operator: and or xor not == != === !== < <= > >= ~ & + - * / % ( ) { } , .. #
    end,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::string text;  // of a sign: the sign in its first form ("&&" and "and" are both "and")
    std::size_t offset = 0, length = 0;
};

// At most this much text makes a filter.
inline constexpr std::size_t longest_filter = 65'536;

// The last token is `end`.
tl::expected<std::vector<Token>, FilterError> read_tokens(std::string_view text);

}  // namespace layerlab::proto::dissect
