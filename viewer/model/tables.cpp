#include "viewer/model/tables.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "viewer/model/table_rows.hpp"

namespace layerlab::viewer {
namespace {

using enum CellKind;

const std::array<TableSchema, table_count> schemas{{
    {"Interfaces", {{"Name", port}, {"State", word}, {"Addresses", word}, {"MAC", mac}, {"MTU", number}}},
    {"ARP cache", {{"Address", ip, true}, {"State", word}, {"MAC", mac}, {"Port", port}}},
    {"MAC table", {{"MAC", mac, true}, {"Port", port}, {"Kind", word}}},
    {"Routes", {{"To", prefix, true}, {"Via", ip}, {"Port", port}, {"Metric", number}, {"Source", word}}},
    {"NAT",
     {{"Protocol", word},
      {"Inside", endpoint, true},
      {"Outside", endpoint, true},
      {"Remote", endpoint},
      {"State", word},
      {"Idle limit", span}}},
    {"Rules",
     {{"No.", number, true}, {"Action", word}, {"Protocol", word}, {"From", word}, {"To", word}, {"Ports", word}}},
    {"Connections let through",
     {{"Protocol", word}, {"From", endpoint}, {"To", endpoint}, {"State", word}, {"Idle limit", span}}},
    {"Sockets", {{"Protocol", word}, {"Local", endpoint}, {"Remote", endpoint}, {"State", word}, {"Program", word}}},
    {"Waiting fragments",
     {{"From", ip, true}, {"To", ip}, {"Id", number}, {"Bytes", number}, {"Of", word}, {"Given up at", time}}},
    {"DHCP client",
     {{"Port", port},
      {"State", word},
      {"Address", prefix, true},
      {"Server", ip},
      {"Renews at", time},
      {"Ends at", time}}},
    {"DHCP leases", {{"Address", ip, true}, {"MAC", mac, true}, {"Name", word}, {"State", word}, {"Until", time}}},
    {"DNS cache", {{"Name", word}, {"Type", word}, {"Data", word}, {"Until", time}}},
    {"DNS zones", {{"Name", word}, {"Type", word}, {"Data", word}, {"TTL", number}}},
}};

std::string endpoint_text(std::uint64_t value) {
    const proto::Ipv4Address address{static_cast<std::uint32_t>(value >> 16)};
    const std::uint64_t port_number = value & 0xffff;
    const std::string host = address.is_zero() ? "*" : address.to_string();
    return port_number == 0 ? host : fmt::format("{}:{}", host, port_number);
}

std::string span_text(std::uint64_t ns) {
    const std::uint64_t seconds = ns / 1'000'000'000;
    if (seconds >= 7200 && seconds % 3600 == 0) return fmt::format("{} h", seconds / 3600);
    if (seconds >= 120 && seconds % 60 == 0) return fmt::format("{} min", seconds / 60);
    return fmt::format("{} s", seconds);
}

std::string time_text(std::uint64_t value) {
    const Time at = proto::time_at(static_cast<std::int64_t>(value));
    return at == proto::never ? std::string() : fmt::format("{:.3f} s", static_cast<double>(value) / 1e9);
}

std::string cell_text(std::uint64_t value, CellKind kind, NodeId node, const sim::PlaceNames& names,
                      const WordPool& words) {
    switch (kind) {
        case word: return words[value];
        case port: return names.port_name(node, static_cast<PortId>(value));
        case ip: return value == 0 ? "" : proto::Ipv4Address{static_cast<std::uint32_t>(value)}.to_string();
        case mac: return value == 0 ? "" : proto::MacAddress::from_number(value).to_string();
        case prefix:
            if (value == 0) return "";
            return fmt::format("{}/{}", proto::Ipv4Address{static_cast<std::uint32_t>(value >> 8)}.to_string(),
                               value & 0xff);
        case endpoint: return (value & ipv6_endpoint) != 0 ? words[value & ~ipv6_endpoint] : endpoint_text(value);
        case time: return time_text(value);
        case span: return span_text(value);
        case number: return fmt::to_string(value);
    }
    return {};
}

// Which table a decision looks something up in, or changes.
TableId table_of(sim::Decision decision) {
    using D = sim::Decision;
    switch (decision) {
        case D::mac_learned:
        case D::mac_moved:
        case D::switch_forwarded:
        case D::switch_filtered: return TableId::mac_table;
        case D::arp_missed:
        case D::arp_asked_again:
        case D::arp_gave_up:
        case D::arp_learned:
        case D::arp_moved: return TableId::neighbors;
        case D::arp_answered: return TableId::interfaces;
        case D::route_chosen: return TableId::routes;
        case D::fragment_waits: return TableId::fragments;
        case D::rule_blocked:
        case D::rule_rejected:
        case D::rule_allowed:
        case D::default_blocked:
        case D::default_rejected:
        case D::default_allowed: return TableId::rules;
        case D::nat_mapped_apart:
        case D::nat_mapped:
        case D::nat_reused:
        case D::nat_translated_back:
        case D::nat_port_forwarded:
        case D::nat_hairpin:
        case D::nat_filtered:
        case D::nat_filtered_address: return TableId::nat;
        case D::udp_delivered:
        case D::tcp_accepted: return TableId::sockets;
        case D::dhcp_offered:
        case D::dhcp_acknowledged:
        case D::dhcp_declined:
        case D::dhcp_released: return TableId::dhcp_leases;
        case D::dhcp_bound:
        case D::dhcp_renewed: return TableId::dhcp_client;
        default: return TableId::count_;
    }
}

}  // namespace

const TableSchema& table_schema(TableId id) { return schemas[static_cast<std::size_t>(id)]; }

std::uint64_t WordPool::number(std::string_view word) {
    const auto it = numbers_.find(word);
    if (it != numbers_.end()) return it->second;
    const auto made = numbers_.emplace(std::string(word), words_.size()).first;
    words_.push_back(&made->first);
    constexpr std::uint64_t overhead = 96;  // of the map's node
    memory_ += word.size() + overhead;
    return made->second;
}

Table empty_table(TableId id) {
    Table table;
    table.id = id;
    table.title = table_schema(id).title;
    for (const TableColumn& column : table_schema(id).columns) {
        table.columns.emplace_back(column.title);
        table.is_mono.push_back(column.kind != word || std::string_view(column.title) == "Addresses");
    }
    return table;
}

TableRow row_text(const RawRow& row, TableId id, NodeId node, const sim::PlaceNames& names, const WordPool& words) {
    TableRow made;
    const auto& columns = table_schema(id).columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        made.cells.push_back(cell_text(row.cells[i], columns[i].kind, node, names, words));
        if (columns[i].is_key) made.keys.push_back(row.cells[i]);
    }
    if (id == TableId::routes && row.cells[0] == 0) made.cells[0] = "default";
    if (id == TableId::rules && row.cells[0] == 0) made.cells[0] = "else";
    if (id == TableId::interfaces) made.keys = {row.cells[5], row.cells[6]};  // its first two addresses
    if (id == TableId::sockets) made.keys = {row.cells[1] & 0xffff, row.cells[2], row.cells[1]};
    made.line = row.line;
    return made;
}

void put_in_order(Table& table) {
    if (table.id != TableId::dns_cache) return;
    std::stable_sort(table.rows.begin(), table.rows.end(),
                     [](const TableRow& a, const TableRow& b) { return a.cells < b.cells; });
}

Tables tables_of(sim::World& world, NodeId node) {
    Tables all;
    WordPool words;
    RawRows rows;
    for (std::size_t i = 0; i < table_count; ++i) {
        const auto id = static_cast<TableId>(i);
        rows.clear();
        read_rows(world, node, id, world.simulator().now(), words, rows);
        if (rows.empty()) continue;
        Table table = empty_table(id);
        for (const RawRow& row : rows) table.rows.push_back(row_text(row, id, node, world, words));
        put_in_order(table);
        all.push_back(std::move(table));
    }
    return all;
}

bool is_about(const Record& r, const Table& table, const TableRow& row) {
    if (r.kind != RecordKind::decision) return false;
    const auto decision = static_cast<sim::Decision>(r.code);
    if (table_of(decision) != table.id) return false;
    const auto has = [&](std::uint64_t key) {
        return std::find(row.keys.begin(), row.keys.end(), key) != row.keys.end();
    };
    switch (table.id) {
        case TableId::nat:
            return has(r.a) &&
                   (has(r.b) || decision == sim::Decision::nat_filtered ||
                    decision == sim::Decision::nat_filtered_address || decision == sim::Decision::nat_mapped_apart);
        case TableId::sockets:
            // A connection's row, or the one that listens.
            return row.keys[0] == r.a && (row.keys[1] == 0 || row.keys[1] == r.b);
        case TableId::dhcp_leases: return has(r.a) && has(r.b);
        default: return has(r.a);
    }
}

}  // namespace layerlab::viewer
