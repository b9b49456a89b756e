// How the tables of every device were at any time of a run. Each row is kept once for as long as it stood unchanged,
// so that a table that grows costs its rows, not their number squared. Changes are found by looking, after an event, at
// the devices that its records are about: a number tells whether a table may have changed, and only such a one is read.
// What ends by time alone (a lease, a mapping, a fresh ARP entry) is looked at when its time has come.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "viewer/model/table_rows.hpp"

namespace layerlab::viewer {

// What went through a port up to some moment.
struct PortTraffic {
    std::uint64_t sent = 0, received = 0, dropped = 0;  // frames
};

class TableHistory final : public sim::RecordReader {
  public:
    // Subscribed when the log is, so that both count records alike.
    void on_record(const Record& record, Bytes bytes) override;

    // Before an event happens at `next`: what ends by time until then.
    void before(sim::World& world, Time next);
    // After each event.
    void look(sim::World& world);
    // At the start, and where anything may have changed.
    void look_at_all(sim::World& world);
    // The run has stopped at this time, earlier than `before` was told.
    void stop_at(Time now);

    // As it was when time `t` had passed; an empty list before anything was known. Valid until the next call for any
    // device.
    const Tables& at(NodeId node, Time t, const sim::PlaceNames& names) const;
    // Frames of the records before `cursor`.
    PortTraffic traffic(NodeId node, PortId port, std::uint64_t cursor) const;
    // How often a rule was the one that decided (0: the default), before `cursor`.
    std::uint64_t judged(NodeId node, std::uint64_t rule, std::uint64_t cursor) const;

    // The newest sample (tcp_sample.hpp) of a connection before `cursor`, as its position in the log.
    std::optional<std::uint64_t> sample(NodeId node, std::uint64_t local, std::uint64_t remote,
                                        std::uint64_t cursor) const;

    std::uint64_t memory() const;

  private:
    struct Span {
        RawRow row;
        Time from, to;
        bool is_change = false;  // of a row that was there
    };
    struct History {
        std::vector<Span> spans;          // by `from`
        std::vector<std::uint32_t> live;  // of them, those that stand, by id
        std::uint64_t mark = 0;
        Time until = proto::never;
        bool is_read = false, is_dirty = false;
    };
    struct Node {
        std::array<History, table_count> tables;
        Time until = proto::never;
        std::uint64_t version = 0;
        bool is_touched = false;
    };
    enum class Counted : std::uint8_t { sent, received, dropped, judged };
    using Positions = std::vector<std::uint32_t>;  // of records

    void note_arrival(const Record& record, Bytes bytes);
    void touch(NodeId node);
    void dirty(NodeId node, sim::Decision decision);
    void look_at(sim::World& world, NodeId node, Time now);
    void take(History& history, const RawRows& rows, Time now);
    void due(sim::World& world, Time now);
    Positions& positions(NodeId node, Counted what, std::uint64_t number);
    std::uint64_t count(NodeId node, Counted what, std::uint64_t number, std::uint64_t cursor) const;

    std::map<NodeId, Node> nodes_;
    std::vector<NodeId> touched_;
    std::vector<NodeId> overdue_;  // what should have changed by time has not yet
    std::map<Time, std::vector<NodeId>> due_;
    WordPool words_;
    RawRows rows_;
    Time changed_at_ = proto::never;  // the script has changed something: everything may follow at this moment
    std::uint64_t records_ = 0, versions_ = 0;
    std::map<std::pair<NodeId, std::uint64_t>, Positions> positions_;

    // Samples name a packet: that which has just arrived.
    struct Arrived {
        proto::PacketId packet = proto::no_packet;
        NodeId node = sim::no_node;
        std::uint64_t local = 0, remote = 0;  // endpoints
    } arrived_;
    std::map<std::array<std::uint64_t, 3>, Positions> samples_;  // by node, local, remote

    struct Shown {
        Time from{}, to{};
        std::uint64_t version = 0;
        Tables tables;
    };
    mutable std::map<NodeId, Shown> shown_;  // what was asked for last, of some devices
};

}  // namespace layerlab::viewer
