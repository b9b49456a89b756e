#include "viewer/model/table_history.hpp"

#include <algorithm>
#include <utility>

namespace layerlab::viewer {

// --- hearing what happens ---

void TableHistory::touch(NodeId node) {
    Node& n = nodes_[node];
    if (n.is_touched) return;
    n.is_touched = true;
    touched_.push_back(node);
}

// Decisions that say that a table has changed, where no mark does.
void TableHistory::dirty(NodeId node, sim::Decision decision) {
    using D = sim::Decision;
    const auto set = [&](TableId id) { nodes_[node].tables[static_cast<std::size_t>(id)].is_dirty = true; };
    if (decision == D::tcp_state || decision == D::tcp_accepted || decision == D::tcp_reset_received ||
        decision == D::tcp_gave_up)
        return set(TableId::sockets);
    if (decision >= D::fragmented && decision <= D::reassembly_timed_out) return set(TableId::fragments);
    if (decision >= D::dhcp_offered && decision <= D::dhcp_released) {
        for (const TableId id : {TableId::interfaces, TableId::dhcp_client, TableId::dhcp_leases, TableId::nat})
            set(id);
        return;
    }
    if (decision >= D::dns_answered && decision <= D::dns_failed) set(TableId::dns_cache);
}

// An IPv4 packet with TCP in an Ethernet frame: whose it is.
void TableHistory::note_arrival(const Record& r, Bytes bytes) {
    constexpr std::size_t ip = 14, least = ip + 20 + 4;
    arrived_.node = sim::no_node;
    if (bytes.size() < least || proto::load_be16(&bytes[12]) != 0x0800 || bytes[ip + 9] != 6) return;
    const std::size_t tcp = ip + static_cast<std::size_t>(bytes[ip] & 15) * 4;
    if (bytes.size() < tcp + 4) return;
    arrived_ = {r.packet, r.node,
                std::uint64_t{proto::load_be32(&bytes[ip + 16])} << 16 | proto::load_be16(&bytes[tcp + 2]),
                std::uint64_t{proto::load_be32(&bytes[ip + 12])} << 16 | proto::load_be16(&bytes[tcp])};
}

void TableHistory::on_record(const Record& r, Bytes bytes) {
    const std::uint64_t position = records_++;
    if (r.kind == RecordKind::change) changed_at_ = r.at;
    if (r.kind == RecordKind::frame_delivered) note_arrival(r, bytes);
    if (r.kind == RecordKind::sample && r.node == arrived_.node && r.packet == arrived_.packet)
        samples_[{r.node, arrived_.local, arrived_.remote}].push_back(static_cast<std::uint32_t>(position));
    if (r.node == sim::no_node || r.kind == RecordKind::output || r.kind >= RecordKind::check) return;
    touch(r.node);
    const auto count_one = [&](Counted what, std::uint64_t number) {
        positions(r.node, what, number).push_back(static_cast<std::uint32_t>(position));
    };
    switch (r.kind) {
        case RecordKind::frame_sent: return count_one(Counted::sent, r.port);
        case RecordKind::frame_delivered: return count_one(Counted::received, r.port);
        case RecordKind::frame_dropped: return count_one(Counted::dropped, r.port);
        case RecordKind::decision: {
            const auto decision = static_cast<sim::Decision>(r.code);
            dirty(r.node, decision);
            if (decision >= sim::Decision::rule_blocked && decision <= sim::Decision::default_allowed)
                count_one(Counted::judged, r.a);
            return;
        }
        default:
            for (History& history : nodes_[r.node].tables) history.is_dirty = true;
    }
}

// --- looking ---

void TableHistory::look_at_all(sim::World& world) {
    for (NodeId node = 0; node < world.size(); ++node) {
        touch(node);
        for (History& history : nodes_[node].tables) history.is_dirty = true;
    }
    look(world);
}

void TableHistory::look(sim::World& world) {
    const Time now = world.simulator().now();
    if (changed_at_ == now) {
        changed_at_ = proto::never;
        look_at_all(world);
        if (world.simulator().next_event() == now) changed_at_ = now;
        return;
    }
    if (!due_.empty() && due_.begin()->first <= now) due(world, now);
    // A machine's own timer of this very moment may have run now.
    for (const NodeId id : std::exchange(overdue_, {})) {
        for (History& history : nodes_[id].tables)
            if (history.until <= now) history.is_dirty = true;
        touch(id);
    }
    if (touched_.empty()) return;
    for (const NodeId node : touched_) look_at(world, node, now);
    touched_.clear();
    if (!overdue_.empty() && world.simulator().next_event() > now) overdue_.clear();
}

void TableHistory::before(sim::World& world, Time next) {
    if (next == proto::never) return;
    while (!due_.empty() && due_.begin()->first <= next) due(world, due_.begin()->first);
}

// Looks at the devices whose time has come.
void TableHistory::due(sim::World& world, Time now) {
    const std::vector<NodeId> nodes = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    for (const NodeId id : nodes) {
        Node& node = nodes_[id];
        if (node.until > now) continue;  // was looked at meanwhile
        for (History& history : node.tables)
            if (history.until <= now) history.is_dirty = true;
        look_at(world, id, now);
    }
}

void TableHistory::look_at(sim::World& world, NodeId id, Time now) {
    Node& node = nodes_[id];
    node.is_touched = false;
    Time until = proto::never;
    bool is_overdue = false;
    const TableMarks now_marked = table_marks(world, id);
    const std::uint64_t version = versions_;
    for (std::size_t i = 0; i < table_count; ++i) {
        History& history = node.tables[i];
        if (!history.is_read || history.is_dirty || history.mark != now_marked[i]) {
            history.mark = now_marked[i];
            history.is_read = true;
            history.is_dirty = false;
            rows_.clear();
            read_rows(world, id, static_cast<TableId>(i), now, words_, rows_);
            take(history, rows_, now);
        }
        if (history.until > now)
            until = std::min(until, history.until);
        else
            is_overdue = true;
    }
    if (versions_ != version) node.version = versions_;
    if (is_overdue) overdue_.push_back(id);
    if (until == node.until || until == proto::never) {
        node.until = until;
        return;
    }
    node.until = until;
    due_[until].push_back(id);
}

// What stands and is not among the rows ends; what is new or different begins.
void TableHistory::take(History& h, const RawRows& rows, Time now) {
    std::vector<std::uint32_t> live;
    live.reserve(rows.size());
    h.until = proto::never;
    const auto end = [&](std::uint32_t i) {
        h.spans[i].to = now;
        ++versions_;
    };
    const auto begin = [&](const RawRow& row, bool is_change) {
        live.push_back(static_cast<std::uint32_t>(h.spans.size()));
        h.spans.push_back({row, now, proto::never, is_change});
        ++versions_;
    };
    std::size_t old = 0;
    for (const RawRow& row : rows) {
        h.until = std::min(h.until, row.until);
        while (old < h.live.size() && h.spans[h.live[old]].row.id < row.id) end(h.live[old++]);
        if (old == h.live.size() || h.spans[h.live[old]].row.id != row.id) {
            begin(row, false);
            continue;
        }
        const std::uint32_t i = h.live[old++];
        if (h.spans[i].row.is_same(row)) {
            live.push_back(i);
        } else if (h.spans[i].from == now) {  // changed twice at one moment
            h.spans[i].row = row;
            live.push_back(i);
            ++versions_;
        } else {
            end(i);
            begin(row, true);
        }
    }
    while (old < h.live.size()) end(h.live[old++]);
    h.live = std::move(live);
}

void TableHistory::stop_at(Time now) {
    for (auto& [id, node] : nodes_) {
        for (History& h : node.tables) {
            std::erase_if(h.spans, [&](const Span& s) { return s.from > now; });
            h.live.clear();
            for (std::uint32_t i = 0; i < h.spans.size(); ++i) {
                if (h.spans[i].to > now) h.spans[i].to = proto::never;
                if (h.spans[i].to == proto::never) h.live.push_back(i);
            }
            std::sort(h.live.begin(), h.live.end(),
                      [&](std::uint32_t a, std::uint32_t b) { return h.spans[a].row.id < h.spans[b].row.id; });
            h.is_dirty = true;
        }
        node.version = ++versions_;
        touch(id);
    }
}

// --- asking ---

const Tables& TableHistory::at(NodeId node, Time t, const sim::PlaceNames& names) const {
    static const Tables nothing;
    constexpr std::size_t most_shown = 256;
    const auto it = nodes_.find(node);
    if (it == nodes_.end()) return nothing;
    if (shown_.size() > most_shown) shown_.clear();
    Shown& shown = shown_[node];
    if (shown.version == it->second.version && shown.from <= t && t < shown.to) return shown.tables;
    shown = {Time::min(), proto::never, it->second.version, {}};
    const auto note_edge = [&](Time edge) {
        if (edge <= t)
            shown.from = std::max(shown.from, edge);
        else
            shown.to = std::min(shown.to, edge);
    };
    for (std::size_t i = 0; i < table_count; ++i) {
        std::vector<const Span*> standing;
        for (const Span& span : it->second.tables[i].spans) {
            note_edge(span.from);
            note_edge(span.to);
            if (span.from <= t && t < span.to) standing.push_back(&span);
        }
        if (standing.empty()) continue;
        std::stable_sort(standing.begin(), standing.end(),
                         [](const Span* a, const Span* b) { return a->row.id < b->row.id; });
        Table table = empty_table(static_cast<TableId>(i));
        for (const Span* span : standing) {
            TableRow row = row_text(span->row, table.id, node, names, words_);
            row.since = span->from;
            row.change = span->is_change ? RowChange::changed : RowChange::added;
            table.rows.push_back(std::move(row));
        }
        put_in_order(table);
        shown.tables.push_back(std::move(table));
    }
    return shown.tables;
}

TableHistory::Positions& TableHistory::positions(NodeId node, Counted what, std::uint64_t number) {
    return positions_[{node, static_cast<std::uint64_t>(what) << 32 | number}];
}

std::uint64_t TableHistory::count(NodeId node, Counted what, std::uint64_t number, std::uint64_t cursor) const {
    const auto it = positions_.find({node, static_cast<std::uint64_t>(what) << 32 | number});
    if (it == positions_.end()) return 0;
    return static_cast<std::uint64_t>(std::lower_bound(it->second.begin(), it->second.end(), cursor) -
                                      it->second.begin());
}

PortTraffic TableHistory::traffic(NodeId node, PortId port, std::uint64_t cursor) const {
    return {count(node, Counted::sent, port, cursor), count(node, Counted::received, port, cursor),
            count(node, Counted::dropped, port, cursor)};
}

std::uint64_t TableHistory::judged(NodeId node, std::uint64_t rule, std::uint64_t cursor) const {
    return count(node, Counted::judged, rule, cursor);
}

std::optional<std::uint64_t> TableHistory::sample(NodeId node, std::uint64_t local, std::uint64_t remote,
                                                  std::uint64_t cursor) const {
    const auto it = samples_.find({node, local, remote});
    if (it == samples_.end()) return std::nullopt;
    const auto after = std::lower_bound(it->second.begin(), it->second.end(), cursor);
    if (after == it->second.begin()) return std::nullopt;
    return *std::prev(after);
}

std::uint64_t TableHistory::memory() const {
    std::uint64_t bytes = words_.memory();
    for (const auto& [id, node] : nodes_) {
        bytes += sizeof(Node);
        for (const History& h : node.tables)
            bytes += h.spans.capacity() * sizeof(Span) + h.live.capacity() * sizeof(std::uint32_t);
    }
    for (const auto& [key, list] : positions_) bytes += list.capacity() * sizeof(std::uint32_t);
    for (const auto& [key, list] : samples_) bytes += list.capacity() * sizeof(std::uint32_t);
    return bytes;
}

}  // namespace layerlab::viewer
