// ICMP sockets and taps: what a program may see and send below UDP and TCP.
#include "proto/wire/icmp.hpp"
#include "proto/wire/icmpv6.hpp"
#include "sim/net/ip_options.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {
namespace {
constexpr std::size_t most_waiting = 4096;
}

void Stack::add_icmp(IcmpSocket::State& socket) { rare().icmp.push_back(&socket); }
void Stack::remove_icmp(IcmpSocket::State& socket) { std::erase(rare().icmp, &socket); }
void Stack::add_tap(PortTap::State& tap) { rare().taps.push_back(&tap); }
void Stack::remove_tap(PortTap::State& tap) { std::erase(rare().taps, &tap); }

IcmpSocket::IcmpSocket(std::unique_ptr<State> state) : state_(std::move(state)) {}
IcmpSocket::IcmpSocket(IcmpSocket&&) noexcept = default;
IcmpSocket& IcmpSocket::operator=(IcmpSocket&&) noexcept = default;
IcmpSocket::~IcmpSocket() = default;

Result<IcmpSocket> IcmpSocket::open(Process& self, bool is_v6) {
    auto state = std::make_unique<State>();
    state->is_v6 = is_v6;
    state->stack = &self.host().stack();
    state->stack->add_icmp(*state);
    return IcmpSocket(std::move(state));
}

void IcmpSocket::State::take(const Context& context, const TransportInput& ip) {
    if (waiting.size() >= most_waiting) return;
    IcmpMessage& m = waiting.emplace_back();
    const Bytes message = ip.payload();
    m.from = ip.source;
    m.to = ip.destination;
    m.ttl = ip.ttl;
    m.type = message[0];
    m.code = message[1];
    m.bytes.assign(message.begin(), message.end());
    if (!is_v6) {
        const std::size_t header = (ip.packet[0] & 15) * std::size_t{4};
        const Bytes options = ip.packet.subspan(wire::Ipv4::min_size, header - wire::Ipv4::min_size);
        m.options.assign(options.begin(), options.end());
        record_route(m.options, ip.destination.v4());  // the host that the packet was for is on its route too
    }
    m.in_port = ip.in_port;
    m.packet = ip.id;
    m.at = context.now();
    readable.notify(ip.id);
}

SocketError IcmpSocket::send_echo(Process& self, const IpAddress& to, std::uint16_t identifier, std::uint16_t sequence,
                                  Bytes data, const IpOptions& options) {
    if (!state_->stack) return SocketError::closed;
    if (data.size() > 65507) return SocketError::message_too_long;
    Context context = self.context();
    PacketRef packet = self.simulator().packets().make(static_cast<std::uint32_t>(wire::Icmp::min_size + data.size()));
    std::uint8_t* p = packet.writable();
    const bool v6 = state_->is_v6;
    p[0] = v6 ? static_cast<std::uint8_t>(wire::Icmpv6Type::echo_request)
              : static_cast<std::uint8_t>(wire::IcmpType::echo_request);
    p[1] = 0;
    proto::store_be16(p + 2, 0);
    proto::store_be16(p + 4, identifier);
    proto::store_be16(p + 6, sequence);
    if (!data.empty()) std::memcpy(p + wire::Icmp::min_size, data.data(), data.size());
    if (!v6) {
        proto::store_be16(p + 2, proto::internet_checksum(packet.bytes()));
        return state_->stack->send(context, std::move(packet), wire::IpProtocol::icmp, to.v4(), options);
    }
    IpOptions with = options;
    if (with.source.is_zero()) with.source = state_->stack->source_for(Endpoint{to, 0, options.out_port});
    if (with.source.is_zero()) return SocketError::network_unreachable;
    constexpr auto protocol = static_cast<std::uint8_t>(wire::IpProtocol::icmpv6);
    proto::store_be16(p + 2,
                      proto::pseudo_header(with.source, to, protocol, packet.size()).add(packet.bytes()).checksum());
    return state_->stack->send(context, std::move(packet), wire::IpProtocol::icmpv6, Endpoint{to}, with);
}

std::optional<IcmpMessage> IcmpSocket::receive() {
    if (state_->waiting.empty()) return std::nullopt;
    IcmpMessage m = std::move(state_->waiting.front());
    state_->waiting.pop_front();
    return m;
}

WaitPoint& IcmpSocket::readable() { return state_->readable; }

PortTap::PortTap(std::unique_ptr<State> state) : state_(std::move(state)) {}
PortTap::PortTap(PortTap&&) noexcept = default;
PortTap& PortTap::operator=(PortTap&&) noexcept = default;
PortTap::~PortTap() = default;

PortTap PortTap::open(Process& self, PortId port) {
    auto state = std::make_unique<State>();
    state->stack = &self.host().stack();
    state->port = port;
    state->stack->add_tap(*state);
    return PortTap(std::move(state));
}

void PortTap::State::see(const Context& context, PortId at, bool outgoing, Bytes frame) {
    if (port != no_port && port != at) return;
    if (waiting.size() >= most_waiting) {
        ++dropped;
        return;
    }
    TappedFrame& f = waiting.emplace_back();
    f.at = context.now();
    f.port = at;
    f.outgoing = outgoing;
    f.bytes.assign(frame.begin(), frame.end());
    readable.notify(context.cause);
}

std::optional<TappedFrame> PortTap::take() {
    if (state_->waiting.empty()) return std::nullopt;
    TappedFrame f = std::move(state_->waiting.front());
    state_->waiting.pop_front();
    return f;
}

std::uint64_t PortTap::dropped() const { return state_->dropped; }
WaitPoint& PortTap::readable() { return state_->readable; }

}  // namespace layerlab::sim
