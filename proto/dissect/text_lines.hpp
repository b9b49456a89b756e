// Lines of text protocols, and header fields that have a filter name of their own: what FTP, SMTP, SIP and mail share.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

// Takes a line off the front, its end (CR LF, or LF) aside; at the end of the text what there is.
inline std::string_view next_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

inline std::string_view without_leading_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    return text;
}
inline std::string_view without_blanks_around(std::string_view text) {
    text = without_leading_blanks(text);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Takes a word off the front, and the blanks behind it.
inline std::string_view next_word(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text = without_leading_blanks(text.substr(end));
    return word;
}

// The decimal number at the front; `otherwise` when there is none.
inline std::uint64_t leading_number(std::string_view text, std::uint64_t otherwise = 0) {
    std::uint64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && digits < 18 && text[digits] >= '0' && text[digits] <= '9'; ++digits)
        number = number * 10 + static_cast<std::uint64_t>(text[digits] - '0');
    return digits == 0 ? otherwise : number;
}

// A three-digit reply code at the front of a line: RFC 959 section 4.2, RFC 5321 section 4.2; 0 when there is none.
inline unsigned reply_code(std::string_view line) {
    if (line.size() < 3 || (line.size() > 3 && line[3] != ' ' && line[3] != '-')) return 0;
    unsigned code = 0;
    for (const char ch : line.substr(0, 3)) {
        if (ch < '0' || ch > '9') return 0;
        code = code * 10 + static_cast<unsigned>(ch - '0');
    }
    return code;
}

// Of streams of lines: whole lines are a PDU, as many as there are. A line without end is waited for up to a bound.
// After STARTTLS there are no lines any more.
inline std::size_t line_pdu_size(Context&, Bytes stream) {
    const bool is_tls = stream.size() >= 3 && stream[0] >= 0x14 && stream[0] <= 0x17 && stream[1] == 3;
    if (is_tls) return not_mine;
    constexpr std::size_t longest = 8192;
    const std::size_t last = as_text(stream).rfind('\n');
    if (last != std::string_view::npos) return last + 1;
    return stream.size() < longest ? more : stream.size();
}

// A header field: its name on the wire, a short form, and its field.
struct TextHeader {
    const char* header;
    const char* short_form;
    FieldInfo field;
};
constexpr TextHeader text_header(const char* header, const char* name, const char* short_form = "") {
    return {header, short_form, {name, header, FieldType::text}};
}
template <std::size_t N>
constexpr FieldTable<N> fields_of(const std::array<TextHeader, N>& headers) {
    FieldTable<N> table{};
    for (std::size_t i = 0; i < N; ++i) table[i] = &headers[i].field;
    return table;
}
// Adds the field of a line "Name: value"; returns its name, empty when the line is none.
std::string_view add_text_header(Context& c, std::string_view line, std::span<const TextHeader> known);

}  // namespace layerlab::proto::dissect
