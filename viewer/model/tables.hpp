// What a device knows, as tables: interfaces, ARP cache, MAC table, routes, NAT mappings, rules, leases, sockets. And
// how that was at any time of the run: a device's tables are kept each time they have changed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/net/world.hpp"
#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

struct TableRow {
    std::vector<std::string> cells;
    // Numbers by which decisions name this row (a record's a or b: an address, a MAC, an endpoint); the row that a
    // decision used lights up.
    std::vector<std::uint64_t> keys;
    friend bool operator==(const TableRow&, const TableRow&) = default;
};
struct Table {
    std::string title;  // "ARP cache"
    std::vector<std::string> columns;
    std::vector<TableRow> rows;
    friend bool operator==(const Table&, const Table&) = default;
};
using Tables = std::vector<Table>;

// The tables of one device now. Empty tables are left out.
Tables tables_of(sim::World& world, NodeId node);

// Hears the records of a run, and looks at the devices that they are about when the event is over.
class TableHistory final : public sim::RecordReader {
  public:
    void on_record(const Record& record, Bytes bytes) override;
    // To be called after each event, and at the start.
    void look(sim::World& world);
    void look_at_all(sim::World& world);

    // As it was when time `t` had passed; an empty list before anything was known.
    const Tables& at(NodeId node, Time t) const;
    std::uint64_t memory() const { return memory_; }

  private:
    struct Version {
        Time at;
        Tables tables;
    };
    std::vector<NodeId> touched_;
    std::map<NodeId, std::vector<Version>> versions_;
    std::uint64_t memory_ = 0;
};

}  // namespace layerlab::viewer
