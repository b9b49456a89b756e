// A table of results in its three forms: text for people, JSON and CSV for programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace layerlab::proto::statistics {

struct Cell {
    std::string text;
    bool is_number = false;  // the text is a JSON number

    static Cell number(std::uint64_t n) { return {std::to_string(n), true}; }
    // Nanoseconds, as seconds with nine digits.
    static Cell seconds(std::int64_t nanoseconds);
};

struct Table {
    std::string title;                 // "TCP conversations"
    std::vector<std::string> columns;  // names that do as keys of JSON: "frames", "bytes_forward"
    std::vector<std::vector<Cell>> rows;
};

// The title, a line of column names and a line for each row; numbers stand to the right. What a terminal would take
// for commands is escaped.
void append_text(std::string& out, const Table& table);
// {"title": ..., "rows": [{column: cell, ...}, ...]} on one line.
void append_json(std::string& out, const Table& table);
// RFC 4180, with a header line.
void append_csv(std::string& out, const Table& table);

}  // namespace layerlab::proto::statistics
