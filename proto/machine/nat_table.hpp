// Network address and port translation with one outside address: RFC 4787 (UDP), RFC 5382 (TCP), RFC 5508 (ICMP), with
// the checksum arithmetic of RFC 3022. Mapping and filtering as set, three ways each: nine classes. Ports are kept
// where free and else counted up; inside hosts reach each other through the outside address (hairpinning); static
// mappings forward a port. Packets are IPv4 and rewritten in place. Does not route, does not reassemble: later
// fragments follow the first.
//
// Order of things at a router: outbound() after routing and after TTL and MTU have been checked, inbound() before
// routing; its own queries may pass outbound() too, so that their ports are not given to others.
//
// A mapping binds an inside endpoint to an outside port, for everybody or for one remote address or endpoint. It lives
// as long as it has sessions: the remote endpoints it talks to, each with a timeout of its own. Whoever came in through
// a mapping is answered through it, also where a packet to him would otherwise get one of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/time.hpp"
#include "proto/machine/deadline_heap.hpp"
#include "proto/machine/flow.hpp"
#include "proto/machine/fragment_trail.hpp"
#include "proto/machine/slot_index.hpp"
#include "proto/machine/tcp_tracking.hpp"

namespace layerlab::proto::machine {

// For whom one mapping of an inside endpoint serves (RFC 4787 section 4.1), and who may send in through it (section 5).
enum class NatBehavior : std::uint8_t {
    endpoint_independent,        // everybody
    address_dependent,           // one address | the addresses that were sent to
    address_and_port_dependent,  // one endpoint: "symmetric" | the endpoints that were sent to: "port-restricted"
};

struct NatSettings {
    Ipv4Address outside;
    NatBehavior mapping = NatBehavior::endpoint_independent;
    NatBehavior filtering = NatBehavior::address_and_port_dependent;
    std::uint16_t first_port = 1024, last_port = 65535;  // where ports come from that can't be kept
    Duration udp_timeout = 300s;                         // RFC 4787 REQ-5
    Duration tcp_established_timeout = 7440s;            // RFC 5382 REQ-5: 2 hours 4 minutes
    Duration tcp_transitory_timeout = 240s;              // the same: opening and closing
    Duration icmp_timeout = 60s;                         // RFC 5508 REQ-1
    std::uint32_t max_mappings = 16384;
    std::uint32_t max_sessions = 65536;
};

struct NatMapping {
    std::uint32_t id = 0;    // counts up from 1
    std::uint32_t line = 0;  // of the scenario: static mappings
    Endpoint inside;         // ICMP: the port is the query id
    Endpoint remote;         // whom it is for: zero is everybody, port 0 is every port
    std::uint16_t outside_port = 0;
    std::uint8_t protocol = 0;
    bool is_static = false;
    std::uint32_t sessions = 0;
};

enum class NatAction : std::uint8_t {
    translated,   // rewritten: route it on
    hairpinned,   // outbound only: both ends rewritten, back to the inside with it
    untouched,    // nothing to translate: it is for the translator itself, or not for the outside address
    no_mapping,   // drop; inbound first see whether the translator itself wants it
    filtered,     // drop: a mapping, but not for this sender
    exhausted,    // drop: no port or no room
    unsupported,  // drop: neither TCP nor UDP nor an ICMP query or error
    malformed,    // drop
};

struct NatVerdict {
    NatAction action = NatAction::malformed;
    bool is_new = false;                  // the mapping was made for this packet
    bool is_error = false;                // an ICMP error, of which the quoted packet was rewritten too
    const NatMapping* mapping = nullptr;  // valid until the next call
    const NatMapping* hairpin = nullptr;  // the mapping of the receiver
};

// A row of the table for inspection.
struct NatSession {
    std::uint32_t mapping = 0;  // its id
    Endpoint remote;
    Time expires{};
    TcpTracking::State tcp{};  // of TCP
};

class NatTable {
  public:
    explicit NatTable(const NatSettings& settings = {}) : settings_(settings) {}

    const NatSettings& settings() const { return settings_; }
    // The outside address changed: dynamic mappings, which belong to the old one, are dropped.
    void set_outside(Ipv4Address address);
    // How it behaves from now on; dynamic mappings of another kind of mapping are dropped.
    void set_behavior(NatBehavior mapping, NatBehavior filtering);
    // A static mapping; a dynamic one in its place is dropped. False if there is a static one already, or no room.
    bool forward(std::uint8_t protocol, std::uint16_t outside_port, Endpoint inside, std::uint32_t line);
    bool remove_forward(std::uint8_t protocol, std::uint16_t outside_port);

    // A packet from the inside that leaves through the outside interface, or is addressed to the outside address.
    NatVerdict outbound(Time now, MutableBytes packet);
    // A packet that came in at the outside interface.
    NatVerdict inbound(Time now, MutableBytes packet);

    // When something may expire. Old sessions are never used, also if nobody calls on_deadline.
    Time next_deadline() const { return deadlines_.next(); }
    // Removes what is too old; calls out.expired(const NatMapping&) for each mapping that goes.
    template <class Out>
    void on_deadline(Time now, Out& out) {
        while (deadlines_.next() <= now)
            if (const std::optional<NatMapping> gone = expire_next(now)) out.expired(*gone);
    }

    std::size_t size() const { return by_outside_.size(); }
    std::size_t session_count() const { return by_remote_.size(); }
    // Counts what has changed beside the times at which sessions end.
    std::uint32_t changes() const { return changes_; }
    // By protocol, then outside port.
    std::vector<NatMapping> mappings() const;
    // By mapping, then remote endpoint.
    std::vector<NatSession> sessions() const;
    const NatMapping* find_outside(std::uint8_t protocol, std::uint16_t outside_port) const;

  private:
    static constexpr std::uint32_t none = SlotIndex::none;
    struct Session {
        std::uint32_t mapping = none;  // slot; none: free
        Endpoint remote;
        Time expires{};
        Time scheduled{};
        TcpTracking tcp;
    };
    struct Held {  // a slot of the mappings
        NatMapping mapping;
        bool is_free = false;
    };

    static std::uint64_t inside_hash(std::uint8_t protocol, Endpoint inside, Endpoint remote) {
        return mixed(hash_of(inside) + 3 * hash_of(remote) + protocol);
    }
    static std::uint64_t outside_hash(std::uint8_t protocol, std::uint16_t port) {
        return mixed(std::uint64_t{protocol} << 16 | port);
    }
    static std::uint64_t remote_hash(std::uint32_t mapping, Endpoint remote) {
        return mixed(hash_of(remote) + mapping);
    }
    // What a mapping for `remote` has in NatMapping::remote.
    Endpoint served(Endpoint remote) const;
    // The mapping for `remote`, or that through which it came in. Where several mappings lead to the inside endpoint
    // (static ones), the one that talks to `remote`, else the oldest.
    std::uint32_t find_inside(std::uint8_t protocol, Endpoint inside, Endpoint remote) const;
    std::uint32_t find_for_all(std::uint8_t protocol, Endpoint inside, Endpoint remote) const;
    std::uint32_t find_outside_slot(std::uint8_t protocol, std::uint16_t port) const;
    std::uint32_t find_session(std::uint32_t mapping, Endpoint remote) const;

    std::optional<std::uint16_t> free_port(std::uint8_t protocol, std::uint16_t wanted);
    std::uint32_t create(std::uint8_t protocol, Endpoint inside, Endpoint remote, std::uint16_t outside_port);
    std::optional<NatMapping> erase_mapping(std::uint32_t slot);
    std::optional<NatMapping> erase_session(std::uint32_t slot);
    std::optional<NatMapping> expire_next(Time now);
    void drop_sessions_of(std::uint32_t mapping);
    void drop_dynamic();
    void purge(Time now) {
        while (deadlines_.next() <= now) expire_next(now);
    }

    // Notes a packet between a mapping and a remote endpoint; false if there is no room for another session.
    bool touch(Time now, std::uint32_t mapping, const FlowPacket& parsed, Endpoint remote, TcpTracking::Side from);
    bool refresh(std::uint32_t mapping, Endpoint remote, Time expires, Session*& session);
    bool may_enter(std::uint32_t mapping, Endpoint remote) const;
    bool is_for_mapping(const FlowPacket& parsed) const;
    NatVerdict verdict(NatAction action, std::uint32_t slot = none) const;
    NatVerdict outbound_flow(Time now, MutableBytes packet, const FlowPacket& parsed);
    NatVerdict outbound_error(MutableBytes packet, const FlowPacket& parsed);
    NatVerdict inbound_parsed(Time now, MutableBytes packet, const FlowPacket& parsed);
    NatVerdict inbound_flow(Time now, MutableBytes packet, const FlowPacket& parsed);
    NatVerdict inbound_error(MutableBytes packet, const FlowPacket& parsed);

    NatSettings settings_;
    std::vector<Held> mappings_;
    std::vector<std::uint32_t> free_mappings_;
    std::vector<Session> sessions_;
    std::vector<std::uint32_t> free_sessions_;
    SlotIndex by_inside_, by_outside_, by_remote_;
    SlotIndex by_flow_;                 // sessions by inside and remote endpoint, if mappings are not for everybody
    DeadlineHeap deadlines_;            // of sessions
    FragmentTrail<Ipv4Address> trail_;  // the inside address of datagrams that come in
    std::uint32_t last_id_ = 0;
    std::uint32_t changes_ = 0;
    std::uint16_t next_port_ = 0;
};

}  // namespace layerlab::proto::machine
