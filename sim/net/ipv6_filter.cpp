// The rules of a firewall between an IPv6 packet and its way on.
#include "proto/wire/ipv6.hpp"
#include "proto/wire/tcp.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack_parts.hpp"
#include "sim/net/tcp_out.hpp"

namespace layerlab::sim {

using machine::RuleAction;
using machine::RuleReason;

bool Stack::pass_to_host6(Context& context, const Ipv6Input& ip) { return ipv6_->judge(context, ip, std::nullopt); }
bool Stack::pass_through6(Context& context, const Ipv6Input& ip, PortId out) { return ipv6_->judge(context, ip, out); }

namespace {

// What the rules see behind the extension headers; a later fragment has no payload.
machine::Ipv6RulePacket seen(const Ipv6Input& ip) {
    machine::Ipv6RulePacket packet{ip.source, ip.destination, ip.protocol, ip.payload()};
    for (int i = 0; i < 16; ++i) {
        const bool has_length = packet.protocol == 0 || packet.protocol == 43 || packet.protocol == 60;
        const bool is_fragment = packet.protocol == 44;
        if ((!has_length && !is_fragment) || packet.payload.size() < 8) break;
        const std::size_t size = is_fragment ? 8 : (packet.payload[1] + 1u) * 8u;
        const bool is_later = is_fragment && (proto::load_be16(packet.payload.data() + 2) & 0xfff8) != 0;
        packet.protocol = packet.payload[0];
        packet.payload = is_later || size > packet.payload.size() ? Bytes{} : packet.payload.subspan(size);
        if (is_later) break;
    }
    return packet;
}

}  // namespace

bool Ipv6Stack::judge(Context& context, const Ipv6Input& ip, std::optional<PortId> out) {
    if (rules_.is_open() || ip.in_port == loopback_port) return true;
    const machine::Ipv6RulePacket packet = seen(ip);
    const machine::RuleVerdict verdict = rules_.check(context.now(), packet, ip.in_port, out);
    const bool by_rule = verdict.reason == RuleReason::rule;
    const std::uint64_t number = by_rule ? verdict.index + 1u : 0;  // as people count
    const auto decide = [&](Decision decision) {
        context.decide(decision, ip.in_port, ip.id, number, 0, verdict.line);
    };
    if (verdict.is_allowed()) {
        const bool is_known = verdict.reason == RuleReason::established || verdict.reason == RuleReason::related;
        decide(is_known ? Decision::connection_known : by_rule ? Decision::rule_allowed : Decision::default_allowed);
        return true;
    }
    if (verdict.action == RuleAction::block) {
        decide(by_rule ? Decision::rule_blocked : Decision::default_blocked);
    } else {  // TCP gets a reset as if nobody listened, the rest "port unreachable"
        decide(by_rule ? Decision::rule_rejected : Decision::default_rejected);
        if (packet.protocol == 6 && packet.payload.size() >= wire::Tcp::min_size) {
            const proto::View<wire::Tcp> tcp(packet.payload.data());
            machine::TcpHeader header;
            header.seq = tcp[wire::Tcp::sequence];
            header.ack = tcp[wire::Tcp::acknowledgment];
            header.flags = packet.payload[13];
            const std::size_t length = tcp[wire::Tcp::header_length];
            if (!header.has(machine::tcp_flag::rst) && length <= packet.payload.size())
                TcpOutput::emit(stack_, context, {ip.destination, tcp[wire::Tcp::destination_port]},
                                {ip.source, tcp[wire::Tcp::source_port]},
                                machine::TcpSegment{machine::reset_for(header, packet.payload.size() - length), {}, {}},
                                0);
        } else {
            send_error(context, ip.in_port, ip.packet, wire::Icmpv6Type::destination_unreachable, 4);
        }
    }
    context.drop(ip.in_port, ip.id, DropReason::blocked);
    return false;
}

}  // namespace layerlab::sim
