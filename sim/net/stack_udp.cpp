// UDP: RFC 768, RFC 1122 section 4.1. Finds the socket, or says that there is none.
#include <algorithm>
#include <cstring>

#include "proto/wire/icmp.hpp"
#include "proto/wire/udp.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using proto::MutableView;
using proto::View;
using wire::Udp;

namespace {
constexpr std::size_t most_waiting = 4096;    // datagrams in one socket's queue
constexpr std::size_t most_bytes = 4u << 20;  // and their bytes
}  // namespace

// One that is connected to this peer, else one that is not connected.
UdpSocket::State* Stack::UdpTable::find(const Endpoint& local, const Endpoint& remote) const {
    UdpSocket::State* open = nullptr;
    for (UdpSocket::State* s : sockets) {
        if (s->local.port != local.port || (!s->local.address.is_zero() && !(s->local.address == local.address)))
            continue;
        if (s->remote.port != 0 && s->remote == remote) return s;
        if (s->remote.port == 0 && !open) open = s;
    }
    return open;
}

bool Stack::UdpTable::is_taken(Endpoint local) const {
    return std::any_of(sockets.begin(), sockets.end(), [&](const UdpSocket::State* s) {
        return s->local.port == local.port &&
               (s->local.address.is_zero() || local.address.is_zero() || s->local.address == local.address);
    });
}

void Stack::UdpTable::on_error(const Endpoint& local, const Endpoint& remote, const IcmpError& error) {
    UdpSocket::State* s = find(local, remote);
    if (!s || s->errors.size() >= 64) return;
    s->errors.push_back(error);
    s->readable.notify(error.packet);
}

void Stack::UdpTable::forget() {
    for (UdpSocket::State* s : sockets) s->stack = nullptr;
    sockets.clear();
    ++changes;
}

void Stack::UdpTable::list(std::vector<SocketRow>& rows) const {
    for (const UdpSocket::State* s : sockets)
        rows.push_back(
            {false, s->remote.port != 0 ? "ESTAB" : "UNCONN", s->local, s->remote, s->waiting_bytes, 0, s->process});
}

void Stack::say_port_unreachable(Context& context, const TransportInput& ip) {
    if (ip.source.is_v6()) {
        if (ipv6_) ipv6_->send_error(context, ip.in_port, ip.packet, wire::Icmpv6Type::destination_unreachable, 4);
        return;
    }
    send_icmp_error(context, ip.packet, static_cast<std::uint8_t>(wire::IcmpType::destination_unreachable),
                    static_cast<std::uint8_t>(wire::UnreachableCode::port));
}

void Stack::on_udp(Context& context, const TransportInput& ip) {
    const Bytes segment = ip.payload();
    const auto udp = View<Udp>::parse(segment);
    const std::size_t length = udp ? (*udp)[Udp::length] : 0;
    if (!udp || length < Udp::min_size || length > segment.size())
        return context.drop(ip.in_port, ip.id, DropReason::malformed);
    const Bytes datagram = segment.first(length);
    // RFC 8200 section 8.1: over IPv6 there is always one.
    const bool has_checksum = (*udp)[Udp::checksum] != 0 || ip.source.is_v6();
    if (has_checksum &&
        !proto::pseudo_header(ip.source, ip.destination, ip.protocol, length).add(datagram).is_valid()) {
        context.decide(Decision::checksum_bad, ip.in_port, ip.id, ip.protocol);
        return context.drop(ip.in_port, ip.id, DropReason::checksum);
    }
    ++counters_.udp_received;
    const std::uint16_t port = (*udp)[Udp::destination_port];
    UdpSocket::State* s = udp_ ? udp_->find({ip.destination, port}, ip.from((*udp)[Udp::source_port])) : nullptr;
    if (!s) {
        ++counters_.udp_no_port;
        context.decide(Decision::udp_no_listener, ip.in_port, ip.id, port);
        if (!ip.is_link_broadcast) say_port_unreachable(context, ip);
        return context.drop(ip.in_port, ip.id, DropReason::not_for_me);
    }
    context.decide(Decision::udp_delivered, ip.in_port, ip.id, port);
    ++s->received;
    const Bytes payload = datagram.subspan(Udp::min_size);
    if (s->discards) return;
    if (s->waiting.size() >= most_waiting || s->waiting_bytes + payload.size() > most_bytes)
        return context.drop(ip.in_port, ip.id, DropReason::queue);
    Datagram& d = s->waiting.emplace_back();
    d.from = ip.from((*udp)[Udp::source_port]);
    d.to = ip.to(port);
    d.bytes.assign(payload.begin(), payload.end());
    d.ttl = ip.ttl;
    d.in_port = ip.in_port;
    d.packet = ip.id;
    d.at = context.now();
    s->waiting_bytes += payload.size();
    s->readable.notify(ip.id);
}

// --- the socket ---

UdpSocket::UdpSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}
UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;
UdpSocket& UdpSocket::operator=(UdpSocket&&) noexcept = default;
UdpSocket::~UdpSocket() = default;

UdpSocket::State::~State() {
    if (!stack) return;
    std::erase(stack->udp().sockets, this);
    ++stack->udp().changes;
}

Result<UdpSocket> UdpSocket::open(Process& self, Endpoint local) {
    Stack& stack = self.host().stack();
    if (!local.address.is_zero() && !stack.is_own(local.address)) return proto::fail("Cannot assign requested address");
    if (local.port == 0) {
        local.port = ephemeral_port(self, [&](std::uint16_t p) { return !stack.udp().is_taken({local.address, p}); });
        if (local.port == 0) return proto::fail("Address already in use");
    } else if (stack.udp().is_taken(local)) {
        return proto::fail("Address already in use");
    }
    auto state = std::make_unique<State>();
    state->stack = &stack;
    state->local = local;
    state->process = self.name();
    stack.udp().sockets.push_back(state.get());
    ++stack.udp().changes;
    return UdpSocket(std::move(state));
}

Endpoint UdpSocket::local() const { return state_->local; }
WaitPoint& UdpSocket::readable() { return state_->readable; }
bool UdpSocket::has_error() const { return !state_->errors.empty(); }
void UdpSocket::discard() { state_->discards = true; }
std::uint64_t UdpSocket::received() const { return state_->received; }

Endpoint UdpSocket::remote() const { return state_->remote; }

SocketError UdpSocket::connect(Process&, Endpoint peer) {
    if (!state_->stack) return SocketError::closed;
    Stack& stack = *state_->stack;
    if (peer != Endpoint{} && state_->local.address.is_zero()) {
        const IpAddress source = stack.source_for(Endpoint{peer.address, 0, peer.zone});
        if (source.is_zero()) return SocketError::network_unreachable;
        state_->local.address = source;
    }
    state_->remote = peer;
    ++stack.udp().changes;
    return SocketError::none;
}

SocketError UdpSocket::send_to(Process& self, Endpoint to, Bytes bytes, const IpOptions& options) {
    if (!state_->stack) return SocketError::closed;
    if (bytes.size() > 65507) return SocketError::message_too_long;
    Stack& stack = *state_->stack;
    Context context = self.context();
    IpOptions with = options;
    if (with.source.is_zero()) with.source = state_->local.address;
    if (with.out_port == no_port) with.out_port = to.zone;
    if (with.source.is_zero() && (with.out_port == no_port || to.address.is_v6()))
        with.source = stack.source_for(Endpoint{to.address, 0, with.out_port});
    if (with.source.is_zero() && to.address.is_v6()) return SocketError::network_unreachable;
    PacketRef packet = self.simulator().packets().make(static_cast<std::uint32_t>(Udp::min_size + bytes.size()));
    const MutableView<Udp> udp(packet.writable());
    udp.set(Udp::source_port, state_->local.port);
    udp.set(Udp::destination_port, to.port);
    udp.set(Udp::length, static_cast<std::uint16_t>(packet.size()));
    udp.set(Udp::checksum, 0);
    if (!bytes.empty()) std::memcpy(packet.writable() + Udp::min_size, bytes.data(), bytes.size());
    const std::uint16_t sum =
        proto::pseudo_header(with.source, to.address, static_cast<std::uint8_t>(wire::IpProtocol::udp), packet.size())
            .add(packet.bytes())
            .checksum();
    udp.set(Udp::checksum, sum == 0 ? std::uint16_t{0xffff} : sum);
    stack.count_udp_sent();
    return stack.send(context, std::move(packet), wire::IpProtocol::udp, to, with);
}

std::optional<Datagram> UdpSocket::receive() {
    if (state_->waiting.empty()) return std::nullopt;
    Datagram d = std::move(state_->waiting.front());
    state_->waiting.pop_front();
    state_->waiting_bytes -= d.bytes.size();
    return d;
}

std::optional<IcmpError> UdpSocket::take_error() {
    if (state_->errors.empty()) return std::nullopt;
    IcmpError e = std::move(state_->errors.front());
    state_->errors.pop_front();
    return e;
}

}  // namespace layerlab::sim
