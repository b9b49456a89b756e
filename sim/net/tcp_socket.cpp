#include "sim/net/stack_parts.hpp"
#include "sim/net/tcp_out.hpp"

namespace layerlab::sim {

using machine::TcpError;
using machine::TcpState;

TcpSocket::TcpSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
TcpSocket::TcpSocket(TcpSocket&&) noexcept = default;
TcpSocket& TcpSocket::operator=(TcpSocket&& o) noexcept {
    std::swap(state_, o.state_);
    return *this;
}

namespace {

// Runs `work(context, out)` on the connection and does what follows from it, if it is still in the stack.
template <class Work>
void with(TcpSocket::State& state, const Context& context, Work work) {
    if (!state.stack) return;
    Context c = context;
    Stack& stack = *state.stack;
    TcpOutput out{state, c};
    work(c.now(), out);
    stack.after_tcp_work(c, state);
}

SocketError translate(TcpError error) {
    switch (error) {
        case TcpError::none: return SocketError::none;
        case TcpError::refused: return SocketError::port_unreachable;
        case TcpError::reset: return SocketError::reset;
        case TcpError::broken_pipe: return SocketError::broken_pipe;
        case TcpError::timed_out: return SocketError::timed_out;
        case TcpError::host_unreachable: return SocketError::host_unreachable;
        case TcpError::net_unreachable: return SocketError::network_unreachable;
        case TcpError::aborted: return SocketError::closed;
    }
    return SocketError::closed;
}

}  // namespace

TcpSocket::~TcpSocket() {
    if (!state_ || !state_->stack) return;
    Host& host = state_->stack->host();
    const auto keep = state_;
    with(*keep, Context{host.simulator(), host.id()},
         [&](Time now, machine::TcpOut& out) { keep->connection.close(now, out); });
}

Result<TcpSocket> TcpSocket::start_connect(Process& self, Endpoint to) { return start_connect(self, to, Options{}); }

Result<TcpSocket> TcpSocket::start_connect(Process& self, Endpoint to, const Options& options) {
    Stack& stack = self.host().stack();
    const IpAddress source = options.source.is_zero() ? stack.source_for(to) : options.source;
    if (source.is_zero()) return proto::fail(to_string(SocketError::network_unreachable));
    Stack::TcpTable& table = stack.tcp();
    const std::uint16_t port = ephemeral_port(self, [&](std::uint16_t p) { return !table.is_taken({source, p}); });
    if (port == 0) return proto::fail(to_string(SocketError::address_not_available));
    machine::TcpConfig config = stack.tcp_config(self.simulator(), Endpoint{source, port}, to);
    if (options.congestion) config.congestion = *options.congestion;
    if (options.buffer != 0) {  // a stated size stays
        config.send_buffer = config.receive_buffer = options.buffer;
        config.receive_tuning = false;
    }
    config.nagle = options.nagle;
    machine::apply(options.tuning, config);
    auto state = std::make_shared<State>(stack, Endpoint{source, port}, to, self.name(), config);
    table.add(state);
    with(*state, self.context(), [&](Time now, machine::TcpOut& out) { state->connection.connect(now, out); });
    return TcpSocket(std::move(state));
}

Endpoint TcpSocket::local() const { return state_->local; }
Endpoint TcpSocket::remote() const { return state_->remote; }
bool TcpSocket::established() const { return state_->connection.is_established(); }
WaitPoint& TcpSocket::changed() { return state_->changed; }
WaitPoint& TcpSocket::ended() { return state_->ended; }
machine::TcpInfo TcpSocket::info() const { return state_->connection.info(); }
std::size_t TcpSocket::unsent() const { return static_cast<std::size_t>(state_->connection.send_queue()); }
std::size_t TcpSocket::writable() const { return state_->connection.writable(); }
bool TcpSocket::at_end() const { return state_->connection.at_eof(); }

SocketError TcpSocket::error() const {
    const SocketError e = translate(state_->connection.error());
    // A connection that lost its stack while it was open: the host has lost power.
    if (e == SocketError::none && !state_->stack && !state_->connection.is_closed()) return SocketError::closed;
    return e;
}

std::size_t TcpSocket::write(Process& self, Bytes bytes) {
    std::size_t taken = 0;
    with(*state_, self.context(),
         [&](Time now, machine::TcpOut& out) { taken = state_->connection.write(now, bytes, out); });
    return taken;
}

void TcpSocket::write_pattern(Process& self, std::uint64_t n) {
    with(*state_, self.context(),
         [&](Time now, machine::TcpOut& out) { state_->connection.write_pattern(now, n, out); });
}

std::size_t TcpSocket::read(Process& self, std::vector<std::uint8_t>& out, std::size_t most) {
    const std::size_t n = std::min<std::size_t>(most, static_cast<std::size_t>(state_->connection.readable()));
    if (n == 0) return 0;
    const std::size_t before = out.size();
    out.resize(before + n);
    std::size_t got = 0;
    if (state_->stack) {
        with(*state_, self.context(), [&](Time now, machine::TcpOut& tcp_out) {
            got = state_->connection.read(now, proto::MutableBytes(out).subspan(before), tcp_out);
        });
    } else {  // what arrived before the connection ended can still be read
        struct Nowhere final : machine::TcpOut {
            std::uint64_t send(const machine::TcpSegment&) override { return 0; }
        } nowhere;
        got = state_->connection.read(self.now(), proto::MutableBytes(out).subspan(before), nowhere);
    }
    out.resize(before + got);
    return got;
}

void TcpSocket::discard_received() { state_->connection.discard_received(); }

void TcpSocket::shutdown_send(Process& self) {
    with(*state_, self.context(), [&](Time now, machine::TcpOut& out) { state_->connection.shutdown(now, out); });
}

void TcpSocket::abort(Process& self) {
    const auto keep = state_;
    with(*keep, self.context(), [&](Time now, machine::TcpOut& out) { keep->connection.abort(now, out); });
}

void TcpSocket::set_no_delay(Process& self) {
    with(*state_, self.context(),
         [&](Time now, machine::TcpOut& out) { state_->connection.set_nodelay(now, true, out); });
}

void TcpSocket::tune(Process& self, const machine::TcpTuning& tuning) {
    with(*state_, self.context(), [&](Time now, machine::TcpOut& out) { state_->connection.tune(now, tuning, out); });
}

machine::TcpState TcpSocket::state() const { return state_->connection.state(); }

// --- listening ---

TcpListener::TcpListener(std::unique_ptr<State> state) : state_(std::move(state)) {}
TcpListener::TcpListener(TcpListener&&) noexcept = default;
TcpListener& TcpListener::operator=(TcpListener&&) noexcept = default;
TcpListener::~TcpListener() = default;

TcpListener::State::~State() {
    if (!stack) return;
    Stack::TcpTable& table = stack->tcp();
    std::erase(table.listeners, this);
    ++table.changes;
    Host& host = stack->host();
    // Handshakes under way are forgotten, as on Linux and the BSDs: their next segment gets a reset.
    std::vector<std::shared_ptr<TcpSocket::State>> half_open;
    if (in_handshake > 0)
        for (const auto& c : table.connections)
            if (c->listener == this) half_open.push_back(c);
    for (const auto& c : half_open) {
        c->listener = nullptr;
        host.clear_timer(*c);
        table.remove(*c);
    }
    // Connections that wait for accept() are reset.
    for (const auto& c : ready)
        with(*c, Context{host.simulator(), host.id()},
             [&](Time now, machine::TcpOut& out) { c->connection.abort(now, out); });
}

Result<TcpListener> TcpListener::open(Process& self, std::uint16_t port, IpAddress address, std::uint32_t backlog) {
    Stack& stack = self.host().stack();
    const Endpoint local{address, port};
    if (stack.tcp().find_listener(local)) return proto::fail(to_string(SocketError::address_in_use));
    auto state = std::make_unique<State>();
    state->stack = &stack;
    state->local = local;
    state->backlog = std::max<std::uint32_t>(backlog, 1);
    state->process = self.name();
    stack.tcp().listeners.push_back(state.get());
    ++stack.tcp().changes;
    return TcpListener(std::move(state));
}

std::optional<TcpSocket> TcpListener::accept() {
    if (state_->ready.empty()) return std::nullopt;
    TcpSocket socket(std::move(state_->ready.front()));
    state_->ready.pop_front();
    return socket;
}

WaitPoint& TcpListener::readable() { return state_->readable; }

}  // namespace layerlab::sim
