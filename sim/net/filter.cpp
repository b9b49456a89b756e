#include "sim/net/filter.hpp"

#include "proto/wire/ethernet.hpp"
#include "proto/wire/tcp.hpp"
#include "sim/net/stack_parts.hpp"
#include "sim/net/tcp_out.hpp"

namespace layerlab::sim {

using machine::NatAction;
using machine::NatVerdict;
using proto::View;
using wire::Ethernet;
using wire::Ipv4;

namespace {

std::uint64_t number(const machine::Endpoint& e) { return std::uint64_t{e.address.number} << 16 | e.port; }

// The IP packet in a frame that is written to from here on.
proto::MutableBytes packet_in(PacketRef& frame) {
    frame.make_unique();
    return frame.writable_bytes().subspan(Ethernet::min_size);
}

bool is_refused(NatAction action) {
    return action == NatAction::exhausted || action == NatAction::unsupported || action == NatAction::malformed;
}

// Why a mapping lets this sender's packet not in.
void decide_filtered(Context& context, const Filter::Translation& t, PortId port, PacketId id, machine::Endpoint to,
                     const std::optional<machine::FlowPacket>& packet) {
    const machine::Endpoint from = packet ? packet->flow.source : machine::Endpoint{};
    const bool by_address = t.table.settings().filtering == machine::NatBehavior::address_dependent;
    if (by_address)
        context.decide(Decision::nat_filtered_address, port, id, number(to), from.address.number, t.line);
    else
        context.decide(Decision::nat_filtered, port, id, number(to), number(from), t.line);
}

}  // namespace

Filter::Translation& Filter::translation(PortId outside) {
    for (Translation& t : translations_)
        if (t.outside == outside) return t;
    Translation& t = translations_.emplace_back();
    t.outside = outside;
    return t;
}

Ipv4Address Filter::refresh_outside(Translation& t) {
    const auto& addresses = stack_.interfaces()[t.outside].addresses;
    const Ipv4Address now = addresses.empty() ? Ipv4Address{} : addresses.front().prefix.address;
    if (t.table.settings().outside != now) t.table.set_outside(now);
    return now;
}

bool Filter::before_routing(Context& context, PortId in, PacketRef& frame) {
    const Ipv4Address destination = View<Ipv4>(frame.data() + Ethernet::min_size)[Ipv4::destination];
    for (Translation& t : translations_) {
        const Ipv4Address outside = refresh_outside(t);
        if (outside.is_zero() || destination != outside) continue;
        return in == t.outside ? came_in(context, t, frame) : turn_around(context, t, in, frame);
    }
    return true;
}

bool Filter::came_in(Context& context, Translation& t, PacketRef& frame) {
    const proto::MutableBytes packet = packet_in(frame);
    const auto before = machine::parse_flow(packet);
    const NatVerdict verdict = t.table.inbound(context.now(), packet);
    const machine::Endpoint to = before ? before->flow.destination : machine::Endpoint{};
    switch (verdict.action) {
        case NatAction::translated:
            if (verdict.mapping && verdict.mapping->is_static)
                context.decide(Decision::nat_port_forwarded, t.outside, frame.id(), number(to),
                               number(verdict.mapping->inside), verdict.mapping->line);
            else if (verdict.mapping)
                context.decide(Decision::nat_translated_back, t.outside, frame.id(),
                               number({to.address, verdict.mapping->outside_port}), number(verdict.mapping->inside),
                               t.line);
            return true;
        case NatAction::filtered: decide_filtered(context, t, t.outside, frame.id(), to, before); break;
        case NatAction::no_mapping:  // perhaps the router itself wants it
            context.decide(Decision::nat_no_mapping, t.outside, frame.id(), number(to), 0, t.line);
            return true;
        case NatAction::untouched:
        case NatAction::hairpinned: return true;
        default: break;
    }
    context.drop(t.outside, frame, DropReason::blocked);
    return false;
}

// From the inside to the outside address: back to the inside, if there is a mapping for it.
bool Filter::turn_around(Context& context, Translation& t, PortId in, PacketRef& frame) {
    const proto::MutableBytes packet = packet_in(frame);
    const auto before = machine::parse_flow(packet);
    const NatVerdict verdict = t.table.outbound(context.now(), packet);
    if (verdict.action == NatAction::hairpinned) {
        if (before && verdict.hairpin)
            context.decide(Decision::nat_hairpin, in, frame.id(), number(before->flow.destination),
                           number(verdict.hairpin->inside), t.line);
        return true;
    }
    if (verdict.action == NatAction::filtered || is_refused(verdict.action)) {
        if (verdict.action == NatAction::filtered && before)  // by now the packet has its outside source
            decide_filtered(context, t, in, frame.id(), before->flow.destination, machine::parse_flow(packet));
        context.drop(in, frame, DropReason::blocked);
        return false;
    }
    return true;
}

bool Filter::after_routing(Context& context, PortId in, PortId out, PacketRef& packet) {
    for (Translation& t : translations_) {
        if (t.outside != out || t.inside != in || in == no_port) continue;
        if (refresh_outside(t).is_zero()) {
            context.drop(out, packet, DropReason::blocked);
            return false;
        }
        const NatVerdict verdict = t.table.outbound(context.now(), packet.writable_bytes());
        if (is_refused(verdict.action) || verdict.action == NatAction::filtered) {
            const Ipv4Address source = View<Ipv4>(packet.data())[Ipv4::source];
            context.decide(Decision::nat_exhausted, out, packet.id(), std::uint64_t{source.number} << 16, 0, t.line);
            context.drop(out, packet, DropReason::blocked);
            return false;
        }
        if (verdict.is_new && !verdict.mapping->remote.address.is_zero())
            context.decide(Decision::nat_mapped_apart, out, packet.id(), number(verdict.mapping->inside),
                           number(verdict.mapping->remote), t.line);
        if (verdict.mapping)
            context.decide(verdict.is_new ? Decision::nat_mapped : Decision::nat_reused, out, packet.id(),
                           number(verdict.mapping->inside),
                           number({t.table.settings().outside, verdict.mapping->outside_port}), t.line);
    }
    return true;
}

bool Filter::to_host(Context& context, const Ipv4Input& ip) { return judge(context, ip, std::nullopt); }

bool Filter::through(Context& context, const Ipv4Input& ip, PortId out) { return judge(context, ip, out); }

bool Filter::judge(Context& context, const Ipv4Input& ip, std::optional<PortId> out) {
    if (rules_.is_open() || ip.in_port == loopback_port) return true;
    const machine::RuleVerdict verdict = rules_.check(context.now(), ip.packet, ip.in_port, out);
    const bool by_rule = verdict.reason == machine::RuleReason::rule;
    const std::uint64_t rule_number = by_rule ? verdict.index + 1u : 0;  // as people count
    switch (verdict.action) {
        case machine::RuleAction::allow:
            if (verdict.reason == machine::RuleReason::established || verdict.reason == machine::RuleReason::related)
                context.decide(Decision::connection_known, ip.in_port, ip.id, 0, 0, verdict.line);
            else
                context.decide(by_rule ? Decision::rule_allowed : Decision::default_allowed, ip.in_port, ip.id,
                               rule_number, 0, verdict.line);
            return true;
        case machine::RuleAction::block:
            context.decide(by_rule ? Decision::rule_blocked : Decision::default_blocked, ip.in_port, ip.id, rule_number,
                           0, verdict.line);
            break;
        case machine::RuleAction::reject:
            context.decide(by_rule ? Decision::rule_rejected : Decision::default_rejected, ip.in_port, ip.id,
                           rule_number, 0, verdict.line);
            reject(context, ip);
            break;
    }
    context.drop(ip.in_port, ip.id, DropReason::blocked);
    return false;
}

// TCP gets a reset as if nobody listened, the rest "port unreachable".
void Filter::reject(Context& context, const Ipv4Input& ip) {
    const Bytes segment = ip.payload();
    if (ip.protocol != static_cast<std::uint8_t>(wire::IpProtocol::tcp) || segment.size() < wire::Tcp::min_size)
        return stack_.send_icmp_error(context, ip.packet,
                                      static_cast<std::uint8_t>(wire::IcmpType::destination_unreachable),
                                      static_cast<std::uint8_t>(wire::UnreachableCode::port));
    const View<wire::Tcp> tcp(segment.data());
    machine::TcpHeader header;
    header.seq = tcp[wire::Tcp::sequence];
    header.ack = tcp[wire::Tcp::acknowledgment];
    header.flags = segment[13];
    const std::size_t header_length = tcp[wire::Tcp::header_length];
    if (header.has(machine::tcp_flag::rst) || header_length > segment.size()) return;
    const Endpoint local{ip.destination, tcp[wire::Tcp::destination_port]};
    const Endpoint remote{ip.source, tcp[wire::Tcp::source_port]};
    TcpOutput::emit(stack_, context, local, remote,
                    machine::TcpSegment{machine::reset_for(header, segment.size() - header_length), {}, {}}, 0);
}

void Filter::forget() {
    for (Translation& t : translations_) t.table.set_outside({});
    rules_.set_stateful(false);  // forgets the connections
    rules_.set_stateful(true);
}

}  // namespace layerlab::sim
