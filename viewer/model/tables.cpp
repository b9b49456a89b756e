#include "viewer/model/tables.hpp"

#include <algorithm>

namespace layerlab::viewer {
namespace {

Table interfaces(sim::World& world, sim::Host& host) {
    Table t{"Interfaces", {"Name", "Addresses", "MAC", "State"}, {}};
    for (PortId port = 0; port < host.ports().size(); ++port) {
        const sim::Port& p = host.ports()[port];
        std::string addresses;
        TableRow row;
        for (const sim::InterfaceAddress& a : host.stack().interfaces()[port].addresses) {
            if (!addresses.empty()) addresses += ", ";
            addresses += a.prefix.to_string();
            row.keys.push_back(a.prefix.address.number);
        }
        row.cells = {world.port_name(host.id(), port), addresses, p.mac.to_string(),
                     !p.up             ? "down"
                     : p.has_carrier() ? "up"
                                       : "no carrier"};
        t.rows.push_back(std::move(row));
    }
    return t;
}

}  // namespace

Tables tables_of(sim::World& world, NodeId node) {
    Tables all;
    const auto add = [&](Table table) {
        if (!table.rows.empty()) all.push_back(std::move(table));
    };
    if (sim::Host* host = world.host(node)) add(interfaces(world, *host));
    return all;
}

void TableHistory::on_record(const Record& record, Bytes) {
    if (record.node == sim::no_node || record.kind <= RecordKind::frame_delivered || record.kind == RecordKind::sample)
        return;
    if (std::find(touched_.begin(), touched_.end(), record.node) == touched_.end()) touched_.push_back(record.node);
}

void TableHistory::look(sim::World& world) {
    if (touched_.empty()) return;
    for (const NodeId node : touched_) {
        Tables tables = tables_of(world, node);
        auto& versions = versions_[node];
        if (!versions.empty() && versions.back().tables == tables) continue;
        const Time now = world.simulator().now();
        if (!versions.empty() && versions.back().at == now)
            versions.back().tables = std::move(tables);
        else
            versions.push_back({now, std::move(tables)});
    }
    touched_.clear();
}

void TableHistory::look_at_all(sim::World& world) {
    touched_.clear();
    for (NodeId node = 0; node < world.size(); ++node) touched_.push_back(node);
    look(world);
}

const Tables& TableHistory::at(NodeId node, Time t) const {
    static const Tables nothing;
    const auto it = versions_.find(node);
    if (it == versions_.end()) return nothing;
    const auto& versions = it->second;
    const auto after =
        std::upper_bound(versions.begin(), versions.end(), t, [](Time time, const Version& v) { return time < v.at; });
    return after == versions.begin() ? nothing : std::prev(after)->tables;
}

}  // namespace layerlab::viewer
