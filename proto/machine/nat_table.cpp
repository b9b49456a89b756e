#include "proto/machine/nat_table.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

// --- Finding, making and removing ---

Endpoint NatTable::served(Endpoint remote) const {
    switch (settings_.mapping) {
        case NatBehavior::address_dependent: return {remote.address, 0};
        case NatBehavior::address_and_port_dependent: return remote;
        default: return {};
    }
}

std::uint32_t NatTable::find_inside(std::uint8_t protocol, Endpoint inside, Endpoint remote) const {
    if (settings_.mapping == NatBehavior::endpoint_independent) return find_for_all(protocol, inside, remote);
    const Endpoint wanted = served(remote);
    const std::uint32_t own = by_inside_.find(inside_hash(protocol, inside, wanted), [&](std::uint32_t slot) {
        const NatMapping& m = mappings_[slot].mapping;
        return m.protocol == protocol && m.inside == inside && m.remote == wanted;
    });
    if (own != none) return own;
    const std::uint32_t session = by_flow_.find(hash_of(Flow{inside, remote, protocol}), [&](std::uint32_t slot) {
        const NatMapping& m = mappings_[sessions_[slot].mapping].mapping;
        return sessions_[slot].remote == remote && m.protocol == protocol && m.inside == inside;
    });
    return session != none ? sessions_[session].mapping : find_for_all(protocol, inside, remote);
}

std::uint32_t NatTable::find_for_all(std::uint8_t protocol, Endpoint inside, Endpoint remote) const {
    std::uint32_t oldest = none, count = 0;
    const std::uint64_t hash = inside_hash(protocol, inside, {});
    const auto is_it = [&](std::uint32_t slot) {
        const NatMapping& m = mappings_[slot].mapping;
        return m.protocol == protocol && m.inside == inside && m.remote == Endpoint{};
    };
    by_inside_.find(hash, [&](std::uint32_t slot) {
        if (!is_it(slot)) return false;
        if (oldest == none || mappings_[slot].mapping.id < mappings_[oldest].mapping.id) oldest = slot;
        ++count;
        return false;  // look at all of them
    });
    if (count < 2) return oldest;
    const std::uint32_t talking =
        by_inside_.find(hash, [&](std::uint32_t slot) { return is_it(slot) && find_session(slot, remote) != none; });
    return talking == none ? oldest : talking;
}

std::uint32_t NatTable::find_outside_slot(std::uint8_t protocol, std::uint16_t port) const {
    return by_outside_.find(outside_hash(protocol, port), [&](std::uint32_t slot) {
        const NatMapping& m = mappings_[slot].mapping;
        return m.protocol == protocol && m.outside_port == port;
    });
}

std::uint32_t NatTable::find_session(std::uint32_t mapping, Endpoint remote) const {
    return by_remote_.find(remote_hash(mapping, remote), [&](std::uint32_t slot) {
        return sessions_[slot].mapping == mapping && sessions_[slot].remote == remote;
    });
}

const NatMapping* NatTable::find_outside(std::uint8_t protocol, std::uint16_t outside_port) const {
    const std::uint32_t slot = find_outside_slot(protocol, outside_port);
    return slot == none ? nullptr : &mappings_[slot].mapping;
}

// The wanted port, or the next one free of the range: among as many ports as are taken and one more, one is free.
std::optional<std::uint16_t> NatTable::free_port(std::uint8_t protocol, std::uint16_t wanted) {
    if (find_outside_slot(protocol, wanted) == none) return wanted;
    const std::size_t range = settings_.last_port - settings_.first_port + std::size_t{1};
    const std::size_t tries = std::min(range, by_outside_.size() + 1);
    for (std::size_t i = 0; i < tries; ++i) {
        if (next_port_ < settings_.first_port || next_port_ > settings_.last_port) next_port_ = settings_.first_port;
        const std::uint16_t port = next_port_++;
        if (find_outside_slot(protocol, port) == none) return port;
    }
    return std::nullopt;
}

std::uint32_t NatTable::create(std::uint8_t protocol, Endpoint inside, Endpoint remote, std::uint16_t outside_port) {
    std::uint32_t slot = static_cast<std::uint32_t>(mappings_.size());
    if (free_mappings_.empty()) {
        mappings_.emplace_back();
    } else {
        slot = free_mappings_.back();
        free_mappings_.pop_back();
    }
    ++changes_;
    NatMapping made;
    made.id = ++last_id_;
    made.inside = inside;
    made.remote = remote;
    made.outside_port = outside_port;
    made.protocol = protocol;
    mappings_[slot] = {made, false};
    by_outside_.insert(outside_hash(protocol, outside_port), slot);
    by_inside_.insert(inside_hash(protocol, inside, remote), slot);
    return slot;
}

std::optional<NatMapping> NatTable::erase_mapping(std::uint32_t slot) {
    ++changes_;
    const NatMapping gone = mappings_[slot].mapping;
    by_outside_.erase(outside_hash(gone.protocol, gone.outside_port), slot);
    by_inside_.erase(inside_hash(gone.protocol, gone.inside, gone.remote), slot);
    mappings_[slot].is_free = true;
    free_mappings_.push_back(slot);
    return gone;
}

std::optional<NatMapping> NatTable::erase_session(std::uint32_t slot) {
    ++changes_;
    const std::uint32_t mapping = sessions_[slot].mapping;
    by_remote_.erase(remote_hash(mapping, sessions_[slot].remote), slot);
    const NatMapping& of = mappings_[mapping].mapping;
    by_flow_.erase(hash_of(Flow{of.inside, sessions_[slot].remote, of.protocol}), slot);
    deadlines_.remove(slot);
    sessions_[slot].mapping = none;
    free_sessions_.push_back(slot);
    NatMapping& m = mappings_[mapping].mapping;
    if (--m.sessions > 0 || m.is_static) return std::nullopt;
    return erase_mapping(mapping);
}

// Looks at the session whose turn it is: refreshed meanwhile it waits on, else it goes, and its mapping with the last.
std::optional<NatMapping> NatTable::expire_next(Time now) {
    const std::uint32_t slot = deadlines_.next_slot();
    Session& session = sessions_[slot];
    if (session.expires <= now) return erase_session(slot);
    session.scheduled = session.expires;
    deadlines_.set(slot, session.expires);
    return std::nullopt;
}

void NatTable::drop_sessions_of(std::uint32_t mapping) {
    for (std::uint32_t slot = 0; slot < sessions_.size(); ++slot)
        if (sessions_[slot].mapping == mapping) erase_session(slot);
}

void NatTable::set_outside(Ipv4Address address) {
    if (address == settings_.outside) return;
    settings_.outside = address;
    drop_dynamic();
}

void NatTable::set_behavior(NatBehavior mapping, NatBehavior filtering) {
    settings_.filtering = filtering;
    if (mapping == settings_.mapping) return;
    drop_dynamic();
    settings_.mapping = mapping;
}

void NatTable::drop_dynamic() {
    ++changes_;
    for (std::uint32_t slot = 0; slot < sessions_.size(); ++slot)
        if (sessions_[slot].mapping != none) erase_session(slot);
    trail_.clear();
}

bool NatTable::forward(std::uint8_t protocol, std::uint16_t outside_port, Endpoint inside, std::uint32_t line) {
    const std::uint32_t there = find_outside_slot(protocol, outside_port);
    if (there != none && mappings_[there].mapping.is_static) return false;
    if (there != none) drop_sessions_of(there);  // and with the last session the mapping
    if (size() >= settings_.max_mappings) return false;
    NatMapping& made = mappings_[create(protocol, inside, {}, outside_port)].mapping;
    made.is_static = true;
    made.line = line;
    return true;
}

bool NatTable::remove_forward(std::uint8_t protocol, std::uint16_t outside_port) {
    const std::uint32_t slot = find_outside_slot(protocol, outside_port);
    if (slot == none || !mappings_[slot].mapping.is_static) return false;
    drop_sessions_of(slot);
    erase_mapping(slot);
    return true;
}

// --- Sessions ---

bool NatTable::refresh(std::uint32_t mapping, Endpoint remote, Time expires, Session*& session) {
    std::uint32_t slot = find_session(mapping, remote);
    if (slot == none) {
        if (session_count() >= settings_.max_sessions) return false;
        slot = static_cast<std::uint32_t>(sessions_.size());
        if (free_sessions_.empty()) {
            sessions_.emplace_back();
        } else {
            slot = free_sessions_.back();
            free_sessions_.pop_back();
        }
        sessions_[slot] = {mapping, remote, expires, never, {}};
        by_remote_.insert(remote_hash(mapping, remote), slot);
        const NatMapping& of = mappings_[mapping].mapping;
        if (settings_.mapping != NatBehavior::endpoint_independent)
            by_flow_.insert(hash_of(Flow{of.inside, remote, of.protocol}), slot);
        ++mappings_[mapping].mapping.sessions;
        ++changes_;
    }
    session = &sessions_[slot];
    session->expires = expires;
    if (expires < session->scheduled) {
        session->scheduled = expires;
        deadlines_.set(slot, expires);
    }
    return true;
}

bool NatTable::touch(Time now, std::uint32_t mapping, const FlowPacket& parsed, Endpoint remote,
                     TcpTracking::Side from) {
    const bool is_tcp = parsed.flow.protocol == 6;
    Session* session = nullptr;
    Duration timeout = settings_.icmp_timeout;
    if (is_tcp) {
        const std::uint32_t known = find_session(mapping, remote);
        TcpTracking tcp = known == none ? TcpTracking() : sessions_[known].tcp;
        tcp.see(from, parsed.tcp_flags);
        timeout = tcp.state() == TcpTracking::State::established ? settings_.tcp_established_timeout
                                                                 : settings_.tcp_transitory_timeout;
        if (!refresh(mapping, remote, now + timeout, session)) return false;
        if (session->tcp.state() != tcp.state()) ++changes_;
        session->tcp = tcp;
    } else {
        if (parsed.flow.protocol == 17) timeout = settings_.udp_timeout;
        if (!refresh(mapping, remote, now + timeout, session)) return false;
    }
    // A session with the address alone (port 0) stands for all of its ports.
    if (settings_.filtering != NatBehavior::address_dependent || remote.port == 0) return true;
    return refresh(mapping, {remote.address, 0}, now + timeout, session);
}

bool NatTable::may_enter(std::uint32_t mapping, Endpoint remote) const {
    if (mappings_[mapping].mapping.is_static || settings_.filtering == NatBehavior::endpoint_independent) return true;
    if (find_session(mapping, remote) != none) return true;
    return settings_.filtering == NatBehavior::address_dependent && find_session(mapping, {remote.address, 0}) != none;
}

NatVerdict NatTable::verdict(NatAction action, std::uint32_t slot) const {
    NatVerdict made;
    made.action = action;
    if (slot != none) made.mapping = &mappings_[slot].mapping;
    return made;
}

// --- Outbound ---

// Whether a packet to the outside address belongs to a mapping: else it is for the translator itself.
bool NatTable::is_for_mapping(const FlowPacket& parsed) const {
    const bool is_reply = parsed.kind == FlowKind::icmp_query && !parsed.is_request;
    if (parsed.kind == FlowKind::ports || is_reply)
        return find_outside_slot(parsed.flow.protocol, parsed.flow.destination.port) != none;
    return parsed.kind == FlowKind::icmp_error && parsed.quoted.source.address == settings_.outside &&
           find_outside_slot(parsed.quoted.protocol, parsed.quoted.source.port) != none;
}

NatVerdict NatTable::outbound(Time now, MutableBytes packet) {
    purge(now);
    const std::optional<FlowPacket> parsed = parse_flow(packet);
    if (!parsed) return verdict(NatAction::malformed);
    const bool is_hairpin = parsed->flow.destination.address == settings_.outside;
    if (is_hairpin && !is_for_mapping(*parsed)) return verdict(NatAction::untouched);
    NatVerdict result;
    switch (parsed->kind) {
        case FlowKind::icmp_error: result = outbound_error(packet, *parsed); break;
        case FlowKind::later_fragment:
            rewrite_source(packet, *parsed, {settings_.outside, 0});
            return verdict(NatAction::translated);
        case FlowKind::other: return verdict(NatAction::unsupported);
        default: result = outbound_flow(now, packet, *parsed);
    }
    if (!is_hairpin || result.action != NatAction::translated) return result;
    const std::optional<FlowPacket> again = parse_flow(packet);
    if (!again) return verdict(NatAction::malformed);
    const NatVerdict second = inbound_parsed(now, packet, *again);
    result.action = second.action == NatAction::translated ? NatAction::hairpinned : second.action;
    result.hairpin = second.mapping;
    return result;
}

NatVerdict NatTable::outbound_flow(Time now, MutableBytes packet, const FlowPacket& parsed) {
    // A reply to a query that nobody sent in: queries from the outside have no mapping.
    if (parsed.kind == FlowKind::icmp_query && !parsed.is_request) return verdict(NatAction::unsupported);
    const Flow& flow = parsed.flow;
    std::uint32_t slot = find_inside(flow.protocol, flow.source, flow.destination);
    const bool is_new = slot == none;
    if (is_new) {
        if (size() >= settings_.max_mappings || session_count() >= settings_.max_sessions)
            return verdict(NatAction::exhausted);
        const std::optional<std::uint16_t> port = free_port(flow.protocol, flow.source.port);
        if (!port) return verdict(NatAction::exhausted);
        slot = create(flow.protocol, flow.source, served(flow.destination), *port);
    }
    if (!touch(now, slot, parsed, flow.destination, TcpTracking::Side::a)) return verdict(NatAction::exhausted, slot);
    rewrite_source(packet, parsed, {settings_.outside, mappings_[slot].mapping.outside_port});
    NatVerdict made = verdict(NatAction::translated, slot);
    made.is_new = is_new;
    return made;
}

// An inside host complains about a packet that came in (RFC 5508 section 4.2): the quoted destination is its own.
NatVerdict NatTable::outbound_error(MutableBytes packet, const FlowPacket& parsed) {
    if (parsed.quoted_kind != FlowKind::ports && parsed.quoted_kind != FlowKind::icmp_query)
        return verdict(NatAction::unsupported);
    const std::uint32_t slot = find_inside(parsed.quoted.protocol, parsed.quoted.destination, parsed.quoted.source);
    if (slot == none) return verdict(NatAction::no_mapping);
    rewrite_quoted_destination(packet, parsed, {settings_.outside, mappings_[slot].mapping.outside_port});
    rewrite_source(packet, parsed, {settings_.outside, 0});
    NatVerdict made = verdict(NatAction::translated, slot);
    made.is_error = true;
    return made;
}

// --- Inbound ---

NatVerdict NatTable::inbound(Time now, MutableBytes packet) {
    purge(now);
    const std::optional<FlowPacket> parsed = parse_flow(packet);
    if (!parsed) return verdict(NatAction::malformed);
    return inbound_parsed(now, packet, *parsed);
}

NatVerdict NatTable::inbound_parsed(Time now, MutableBytes packet, const FlowPacket& parsed) {
    if (parsed.flow.destination.address != settings_.outside) return verdict(NatAction::untouched);
    switch (parsed.kind) {
        case FlowKind::ports: return inbound_flow(now, packet, parsed);
        case FlowKind::icmp_query:
            return parsed.is_request ? verdict(NatAction::no_mapping) : inbound_flow(now, packet, parsed);
        case FlowKind::icmp_error: return inbound_error(packet, parsed);
        case FlowKind::other: return verdict(NatAction::no_mapping);
        case FlowKind::later_fragment: break;
    }
    const std::optional<Ipv4Address> inside = trail_.find(now, parsed);
    if (!inside) return verdict(NatAction::no_mapping);
    rewrite_destination(packet, parsed, {*inside, 0});
    return verdict(NatAction::translated);
}

NatVerdict NatTable::inbound_flow(Time now, MutableBytes packet, const FlowPacket& parsed) {
    const Flow& flow = parsed.flow;
    const std::uint32_t slot = find_outside_slot(flow.protocol, flow.destination.port);
    if (slot == none) return verdict(NatAction::no_mapping);
    if (!may_enter(slot, flow.source)) return verdict(NatAction::filtered, slot);
    if (!touch(now, slot, parsed, flow.source, TcpTracking::Side::b)) return verdict(NatAction::exhausted, slot);
    const Endpoint inside = mappings_[slot].mapping.inside;
    if (parsed.has_more_fragments) trail_.remember(now, parsed, inside.address);
    rewrite_destination(packet, parsed, inside);
    return verdict(NatAction::translated, slot);
}

// Somebody complains about a packet that went out (RFC 5508 section 4.1): it must have been to a remote endpoint that
// the mapping talks to. Keeps nothing alive (REQ-4).
NatVerdict NatTable::inbound_error(MutableBytes packet, const FlowPacket& parsed) {
    const Flow& quoted = parsed.quoted;
    const bool is_query_reply = parsed.quoted_kind == FlowKind::icmp_query && !parsed.quoted_is_request;
    const bool has_ports = parsed.quoted_kind == FlowKind::ports || parsed.quoted_kind == FlowKind::icmp_query;
    if (!has_ports || is_query_reply || quoted.source.address != settings_.outside)
        return verdict(NatAction::no_mapping);
    const std::uint32_t slot = find_outside_slot(quoted.protocol, quoted.source.port);
    if (slot == none) return verdict(NatAction::no_mapping);
    if (find_session(slot, quoted.destination) == none) return verdict(NatAction::filtered, slot);
    const Endpoint inside = mappings_[slot].mapping.inside;
    rewrite_quoted_source(packet, parsed, inside);
    rewrite_destination(packet, parsed, {inside.address, 0});
    NatVerdict made = verdict(NatAction::translated, slot);
    made.is_error = true;
    return made;
}

// --- Inspection ---

std::vector<NatMapping> NatTable::mappings() const {
    std::vector<NatMapping> all;
    for (const Held& held : mappings_)
        if (!held.is_free) all.push_back(held.mapping);
    std::sort(all.begin(), all.end(), [](const NatMapping& a, const NatMapping& b) {
        return a.protocol != b.protocol ? a.protocol < b.protocol : a.outside_port < b.outside_port;
    });
    return all;
}

std::vector<NatSession> NatTable::sessions() const {
    std::vector<NatSession> all;
    for (const Session& s : sessions_)
        if (s.mapping != none) all.push_back({mappings_[s.mapping].mapping.id, s.remote, s.expires, s.tcp.state()});
    std::sort(all.begin(), all.end(), [](const NatSession& a, const NatSession& b) {
        if (a.mapping != b.mapping) return a.mapping < b.mapping;
        if (a.remote.address != b.remote.address) return a.remote.address < b.remote.address;
        return a.remote.port < b.remote.port;
    });
    return all;
}

}  // namespace layerlab::proto::machine
