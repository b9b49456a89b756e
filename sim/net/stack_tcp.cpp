// TCP between the IP stack and the connections: ports, headers on the wire, listeners, timers.
#include <array>
#include <tuple>

#include "proto/wire/ipv6.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/tcp_options.hpp"
#include "sim/kernel/tcp_sample.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack_parts.hpp"
#include "sim/net/tcp_out.hpp"

namespace layerlab::sim {

using machine::TcpHeader;
using proto::View;
using wire::Tcp;

// --- the table ---

TcpSocket::State::State(Stack& s, Endpoint l, Endpoint r, const std::string& program, const machine::TcpConfig& config)
    : stack(&s),
      local(l),
      remote(r),
      connection(config, s.tcp().shared(config)),
      process(&*s.tcp().programs.insert(program).first) {}

const Stack::TcpTable::Connection* Stack::TcpTable::find(const Endpoint& local, const Endpoint& remote) {
    if (last != nullptr && (*last)->remote == remote && (*last)->local == local) return last;
    const auto at = connections.find(Ends{local, remote});
    if (at == connections.end()) return nullptr;
    return last = &*at;
}

std::shared_ptr<const machine::TcpConfig> Stack::TcpTable::shared(const machine::TcpConfig& config) {
    if (!settings || !settings->is_like(config)) settings = std::make_shared<const machine::TcpConfig>(config);
    return settings;
}

TcpListener::State* Stack::TcpTable::find_listener(Endpoint local) const {
    for (TcpListener::State* l : listeners)
        if (l->local.port == local.port && (l->local.address.is_zero() || l->local.address == local.address)) return l;
    return nullptr;
}

bool Stack::TcpTable::is_taken(Endpoint local) const {
    const auto clashes = [&](Endpoint other) {
        return other.port == local.port &&
               (other.address.is_zero() || local.address.is_zero() || other.address == local.address);
    };
    if (std::any_of(listeners.begin(), listeners.end(), [&](const auto* l) { return clashes(l->local); })) return true;
    const auto [first, end] = connections.equal_range(LocalPort{local.port});
    return std::any_of(first, end, [&](const Connection& c) {
        return local.address.is_zero() ? clashes(c->local) : c->local == local;
    });
}

void Stack::TcpTable::add(Connection connection) {
    connections.insert(std::move(connection));
    ++changes;
}

void Stack::TcpTable::remove(TcpSocket::State& connection) {
    connection.stack = nullptr;
    ++changes;
    last = nullptr;
    const auto at = connections.find(Ends{connection.local, connection.remote});
    if (at != connections.end()) connections.erase(at);  // may be the last owner
}

void Stack::TcpTable::forget(Host& host) {
    for (const Connection& c : connections) {
        host.clear_timer(*c);
        c->stack = nullptr;
    }
    connections.clear();
    last = nullptr;
    for (TcpListener::State* l : listeners) l->stack = nullptr;
    listeners.clear();
    ++changes;
}

void Stack::TcpTable::list(std::vector<SocketRow>& rows) const {
    for (const TcpListener::State* l : listeners)
        rows.push_back({true, "LISTEN", l->local, {}, l->ready.size(), l->backlog, l->process});
    std::vector<const TcpSocket::State*> sorted;
    for (const Connection& c : connections) sorted.push_back(c.get());
    std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
        return std::tie(a->remote, a->local) < std::tie(b->remote, b->local);
    });
    for (const TcpSocket::State* c : sorted)
        rows.push_back({true, machine::ss_name(c->connection.state()), c->local, c->remote, c->connection.readable(),
                        c->connection.send_queue(), *c->process});
}

void Stack::TcpTable::on_error(Context& context, Endpoint local, Endpoint remote, std::uint32_t sequence,
                               const IcmpError& error) {
    const Connection* found = find(local, remote);
    if (!found || error.type != 3) return;
    const Connection c = *found;
    TcpOutput out{*c, context};
    if (error.code == 4) {
        const std::size_t ip_header = local.address.is_v6() ? wire::Ipv6::min_size : wire::Ipv4::min_size;
        c->connection.on_path_mtu(context.now(), sequence, error.mtu, static_cast<std::uint16_t>(ip_header), out);
    } else {
        const auto reason = error.code == 3   ? machine::TcpError::refused
                            : error.code == 0 ? machine::TcpError::net_unreachable
                                              : machine::TcpError::host_unreachable;
        c->connection.on_unreachable(context.now(), sequence, reason, out);
    }
    c->stack->after_tcp_work(context, *c);
}

bool Stack::TcpTable::is_in_flight(const Endpoint& local, const Endpoint& remote, std::uint32_t sequence) {
    const Connection* found = find(local, remote);
    return found && (*found)->connection.is_in_flight(sequence);
}

// --- segments ---

namespace {

bool parse(Bytes segment, TcpHeader& h, std::size_t& header_length) {
    if (segment.size() < Tcp::min_size) return false;
    const View<Tcp> tcp(segment.data());
    header_length = tcp[Tcp::header_length];
    if (header_length < Tcp::min_size || header_length > segment.size()) return false;
    h.seq = tcp[Tcp::sequence];
    h.ack = tcp[Tcp::acknowledgment];
    h.window = tcp[Tcp::window];
    h.flags = segment[13];
    const Bytes options = segment.subspan(Tcp::min_size, header_length - Tcp::min_size);
    // RFC 7323 appendix A: the layout that nearly every segment has.
    if (options.size() == 12 && proto::load_be32(options.data()) == 0x0101080a) {
        h.has_timestamps = true;
        h.ts_value = proto::load_be32(options.data() + 4);
        h.ts_echo = proto::load_be32(options.data() + 8);
        return true;
    }
    if (options.empty()) return true;
    const wire::TcpOptions o = wire::TcpOptions::parse(options);
    h.mss = o.mss.value_or(0);
    h.has_window_scale = o.window_scale.has_value();
    h.window_scale = o.window_scale.value_or(0);
    h.sack_permitted = o.sack_permitted;
    h.sack_count = o.sack_count;
    for (std::size_t i = 0; i < o.sack_count; ++i) h.sack[i] = {o.sack[i].left, o.sack[i].right};
    if (o.timestamps) {
        h.has_timestamps = true;
        h.ts_value = o.timestamps->value;
        h.ts_echo = o.timestamps->echo_reply;
    }
    return true;
}

}  // namespace

// For plots: after what acknowledges data, again or for the first time.
static void record_sample(Context& context, const TransportInput& ip, const machine::TcpInfo& info,
                          std::uint64_t acknowledged_before, bool is_pure) {
    if (info.bytes_acknowledged == acknowledged_before && (!is_pure || info.bytes_in_flight == 0)) return;
    const TcpSample sample{info.congestion_window, info.slow_start_threshold,
                           static_cast<std::uint64_t>(info.smoothed_rtt.count()) / 1000, info.bytes_in_flight};
    Record r;
    r.at = context.now();
    r.packet = r.cause = ip.id;
    r.node = context.node;
    r.port = ip.in_port;
    r.line = context.line;
    r.kind = RecordKind::sample;
    r.a = sample.a();
    r.b = sample.b();
    context.simulator.recorder().record(r);
}

// A router has set the congestion mark (RFC 3168 section 5): in the type of service, in the traffic class.
static bool is_marked(const TransportInput& ip) {
    const int ecn = ip.destination.is_v6() ? ip.packet[1] >> 4 : ip.packet[1];
    return (ecn & 0x03) == 0x03;
}

void Stack::on_tcp(Context& context, const TransportInput& ip) {
    const Bytes segment = ip.payload();
    TcpHeader header;
    std::size_t header_length = 0;
    if (!parse(segment, header, header_length)) return context.drop(ip.in_port, ip.id, DropReason::malformed);
    if (!proto::pseudo_header(ip.source, ip.destination, ip.protocol, segment.size()).add(segment).is_valid()) {
        context.decide(Decision::checksum_bad, ip.in_port, ip.id, ip.protocol);
        return context.drop(ip.in_port, ip.id, DropReason::checksum);
    }
    ++counters_.tcp_received;
    header.congestion_experienced = is_marked(ip);
    const View<Tcp> tcp(segment.data());
    const Endpoint remote = ip.from(tcp[Tcp::source_port]), local = ip.to(tcp[Tcp::destination_port]);
    const Bytes payload = segment.subspan(header_length);
    const TcpTable::Connection* found = tcp_ ? tcp_->find(local, remote) : nullptr;
    if (found && (*found)->connection.yields_to(header)) {
        host_.clear_timer(**found);
        tcp_->remove(**found);
        found = nullptr;
    }
    if (!found) return on_tcp_without_connection(context, ip, local, remote, header, payload.size());
    const TcpTable::Connection c = *found;
    // Nobody takes the finished ones: the last ACK of the handshake is as if it had been lost (as on Linux).
    if (c->listener && c->listener->is_full() && !header.has(machine::tcp_flag::rst) &&
        header.has(machine::tcp_flag::ack))
        return context.drop(ip.in_port, ip.id, DropReason::queue);
    TcpOutput out{*c, context};
    const std::uint64_t acknowledged = c->connection.acknowledged();
    const std::uint64_t bytes_before = context.recording() ? c->connection.info().bytes_acknowledged : 0;
    c->connection.on_segment(context.now(), header, payload, out);
    if (c->connection.acknowledged() != acknowledged) confirm_neighbor(context.now(), *c);
    if (context.recording()) [[unlikely]]
        record_sample(context, ip, c->connection.info(), bytes_before, payload.empty());
    after_tcp_work(context, *c);
}

// The peer gets what is sent to it, so the next hop on the way is there. Once in a while is enough.
void Stack::confirm_neighbor(Time now, TcpSocket::State& c) {
    if (now < c.next_confirmation) return;
    c.next_confirmation = now + std::chrono::seconds(1);
    if (c.remote.address.is_v6()) {
        if (ipv6_) ipv6_->confirm(now, c.remote.address.v6(), c.remote.zone);
        return;
    }
    const Ipv4Address peer = c.remote.address.v4();
    const machine::Route* route = routes_.lookup(peer);
    if (route && route->interface < interfaces_.size())
        interfaces_[route->interface].neighbors.confirm(now, route->next_hop(peer));
}

void Stack::on_tcp_without_connection(Context& context, const TransportInput& ip, Endpoint local, Endpoint remote,
                                      const TcpHeader& header, std::size_t payload) {
    using machine::tcp_flag::ack, machine::tcp_flag::fin, machine::tcp_flag::rst, machine::tcp_flag::syn;
    TcpListener::State* listener = tcp_ ? tcp_->find_listener(local) : nullptr;
    if (listener && (header.flags & (syn | ack | rst | fin)) == syn && !ip.is_link_broadcast) {
        constexpr std::uint32_t most_handshakes = 4096;
        if (listener->in_handshake >= most_handshakes || listener->is_full())
            return context.drop(ip.in_port, ip.id, DropReason::queue);
        auto c = std::make_shared<TcpSocket::State>(*this, local, remote, listener->process,
                                                    tcp_config(context.simulator, local, remote));
        c->listener = listener;
        ++listener->in_handshake;
        tcp_->add(c);
        context.decide(Decision::tcp_accepted, ip.in_port, ip.id, local.port, remote.number());
        TcpOutput out{*c, context};
        c->connection.accept(context.now(), header, out);
        return after_tcp_work(context, *c);
    }
    // RFC 9293 section 3.10.7.2: a listener drops what is neither SYN nor ACK, and, as Linux, what begins and ends.
    const std::uint8_t what = header.flags & (syn | ack | fin);
    const bool is_nothing = listener && ((what & (syn | ack)) == 0 || what == (syn | fin));
    if (header.has(rst) || is_nothing) return context.drop(ip.in_port, ip.id, DropReason::not_for_me);
    context.decide(Decision::tcp_no_listener, ip.in_port, ip.id, local.port);
    ++counters_.tcp_resets_sent;
    context.drop(ip.in_port, ip.id, DropReason::not_for_me);
    if (ip.is_link_broadcast) return;
    TcpOutput::emit(*this, context, local, remote, machine::TcpSegment{machine::reset_for(header, payload), {}, {}}, 0);
}

machine::TcpConfig Stack::tcp_config(Simulator& simulator, const Endpoint& local, const Endpoint& remote) {
    machine::TcpConfig config = std::as_const(host_).settings().tcp;
    std::optional<machine::TcpIsn>& isn = tcp().isn;
    if (!isn) {
        Rng& rng = host_.rng(simulator);
        const std::uint64_t first = rng.next();
        isn.emplace(machine::SipKey{first, rng.next()});
    }
    std::array<std::uint8_t, 36> flow{};
    local.address.v6().store(flow.data());
    remote.address.v6().store(flow.data() + 16);
    proto::store_be32(flow.data() + 32, std::uint32_t{local.port} << 16 | remote.port);
    config.initial_sequence = isn->initial_sequence(simulator.now(), flow);
    config.timestamp_offset = isn->timestamp_offset(Bytes(flow).first(32));
    const int headers = remote.address.is_v6() ? 60 : 40;
    config.mss = static_cast<std::uint16_t>(mtu_to(remote.address, simulator.now()) - headers);
    return config;
}

void TcpSocket::State::on_timer(Context& context) {
    if (!stack) return;
    const auto keep = shared_from_table();
    TcpOutput out{*this, context};
    connection.on_deadline(context.now(), out);
    stack->after_tcp_work(context, *this);
}

std::shared_ptr<TcpSocket::State> TcpSocket::State::shared_from_table() {
    const auto* found = stack->tcp().find(local, remote);
    return found ? *found : nullptr;
}

// Timer, listener and waiting programs after anything has happened to a connection.
void Stack::after_tcp_work(Context& context, TcpSocket::State& c) {
    const Time next = c.connection.next_deadline();
    // A later deadline leaves the timer alone: it fires early, does nothing and is set anew.
    if (next == proto::never)
        host_.clear_timer(c);
    else if (!c.is_set() || next < c.at())
        host_.set_timer(context.simulator, c, next);
    if (c.listener && c.connection.state() != machine::TcpState::syn_received) {
        TcpListener::State& listener = *std::exchange(c.listener, nullptr);
        --listener.in_handshake;
        if (!c.connection.is_closed()) {
            listener.ready.push_back(c.shared_from_table());
            listener.readable.notify(context.cause);
        }
    }
    c.changed.notify(context.cause);
    if (c.connection.at_eof() || c.connection.is_closed()) c.ended.notify(context.cause);
    if (c.connection.is_closed()) {
        host_.clear_timer(c);
        tcp_->remove(c);  // may be the last owner
    }
}

}  // namespace layerlab::sim
