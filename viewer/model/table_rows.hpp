// Tables as numbers: what is compared and kept for each change. Text is made when somebody looks.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "viewer/model/tables.hpp"

namespace layerlab::viewer {

// Words of cells, each kept once.
class WordPool {
  public:
    std::uint64_t number(std::string_view word);
    const std::string& operator[](std::uint64_t number) const { return *words_[number]; }
    std::uint64_t memory() const { return memory_; }

  private:
    std::map<std::string, std::uint64_t, std::less<>> numbers_;
    std::vector<const std::string*> words_;
    std::uint64_t memory_ = 0;
};

// A cell of kind endpoint that has this bit is a word: an IPv6 address and a port do not fit.
inline constexpr std::uint64_t ipv6_endpoint = std::uint64_t{1} << 63;

enum class CellKind : std::uint8_t {
    word,
    port,      // of the node
    ip,        // 0: empty
    mac,       // 0: empty
    prefix,    // address << 8 | length
    endpoint,  // address << 16 | port; an address 0 is shown as *, a port 0 not at all; see ipv6_endpoint
    time,      // ns; never: empty
    span,      // ns
    number,
};

inline constexpr std::size_t most_cells = 7;

struct RawRow {
    std::array<std::uint64_t, 2> id{};  // the same row, changed or not; also their order
    std::array<std::uint64_t, most_cells> cells{};
    std::uint32_t line = 0;
    Time until = proto::never;  // when it may change although nothing happens: look again then
    bool is_same(const RawRow& o) const { return id == o.id && cells == o.cells && line == o.line; }
};
using RawRows = std::vector<RawRow>;

struct TableColumn {
    const char* title;
    CellKind kind;
    bool is_key = false;  // decisions name the row by this number
};
struct TableSchema {
    const char* title;
    std::vector<TableColumn> columns;
};
const TableSchema& table_schema(TableId id);

// What a table holds at that time, in the order of ids. The world must stand at `now`, or nothing may happen in
// between.
void read_rows(sim::World& world, NodeId node, TableId table, Time now, WordPool& words, RawRows& rows);
// For each table a number that differs when it may have changed otherwise than by a decision that says so.
using TableMarks = std::array<std::uint64_t, table_count>;
TableMarks table_marks(const sim::World& world, NodeId node);

TableRow row_text(const RawRow& row, TableId table, NodeId node, const sim::PlaceNames& names, const WordPool& words);
Table empty_table(TableId id);
// Where the order of ids is not the one to read in.
void put_in_order(Table& table);

}  // namespace layerlab::viewer
