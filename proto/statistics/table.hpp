// A table of results in its three forms: text for people, JSON and CSV for programs.
#pragma once

#include <cstdint>
#include <functional>
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

using Row = std::vector<Cell>;

// Rows that are kept, or made whenever they are asked for: there may be very many.
class Rows {
  public:
    Rows() = default;
    Rows(std::vector<Row> kept) : kept_(std::move(kept)), size_(kept_.size()) {}
    Rows(std::size_t size, std::function<Row(std::size_t)> make) : make_(std::move(make)), size_(size) {}

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    Row operator[](std::size_t index) const { return make_ ? make_(index) : kept_[index]; }

  private:
    std::vector<Row> kept_;
    std::function<Row(std::size_t)> make_;
    std::size_t size_ = 0;
};

struct Table {
    std::string title;                 // "TCP conversations"
    std::vector<std::string> columns;  // names that do as keys of JSON: "frames", "bytes_forward"
    Rows rows;
};

// The three forms append a table to `out`; where `drain` is given, it is called now and then to take what is there.
using Drain = std::function<void(std::string& out)>;
// The title, a line of column names and a line for each row; numbers stand to the right. What a terminal would take
// for commands is escaped.
void append_text(std::string& out, const Table& table, const Drain& drain = {});
// {"title": ..., "rows": [{column: cell, ...}, ...]} on one line.
void append_json(std::string& out, const Table& table, const Drain& drain = {});
// RFC 4180, with a header line.
void append_csv(std::string& out, const Table& table, const Drain& drain = {});

}  // namespace layerlab::proto::statistics
