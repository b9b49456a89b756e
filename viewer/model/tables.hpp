// What a device knows, as tables: interfaces, ARP cache, MAC table, routes, NAT mappings, rules, leases, sockets. Cells
// hold nothing that changes with each frame (counters, ages), so that a table is another one only when something has
// happened to it. table_history.hpp tells how they were at any time of the run.
#pragma once

#include <string>
#include <vector>

#include "sim/net/world.hpp"
#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

enum class TableId : std::uint8_t {
    interfaces,
    neighbors,
    mac_table,
    routes,
    nat,
    rules,
    connections,
    sockets,
    fragments,
    dhcp_client,
    dhcp_leases,
    dns_cache,
    dns_zones,
    count_,
};
inline constexpr std::size_t table_count = static_cast<std::size_t>(TableId::count_);

enum class RowChange : std::uint8_t { unknown, added, changed };

struct TableRow {
    std::vector<std::string> cells;
    // Numbers by which decisions name this row (a record's a or b: an address, a MAC, an endpoint); the row that a
    // decision used lights up.
    std::vector<std::uint64_t> keys;
    std::uint32_t line = 0;  // line_code of what made it, 0: nobody wrote it
    // Only of rows from a history: since when the row is as it is, and what made it so.
    Time since{};
    RowChange change = RowChange::unknown;
    friend bool operator==(const TableRow& a, const TableRow& b) {
        return a.cells == b.cells && a.keys == b.keys && a.line == b.line;
    }
};
struct Table {
    TableId id{};
    std::string title;  // "ARP cache"
    std::vector<std::string> columns;
    std::vector<bool> is_mono;  // by column: addresses and numbers
    std::vector<TableRow> rows;
    friend bool operator==(const Table&, const Table&) = default;
};
using Tables = std::vector<Table>;

// The tables of one device now. Empty tables are left out.
Tables tables_of(sim::World& world, NodeId node);

// Whether this decision is about that row.
bool is_about(const Record& decision, const Table& table, const TableRow& row);

}  // namespace layerlab::viewer
