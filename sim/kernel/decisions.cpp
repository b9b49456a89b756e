#include "sim/kernel/decisions.hpp"

#include <array>
#include <cassert>
#include <fmt/format.h>

#include "proto/base/ip_address.hpp"

namespace layerlab::sim {
namespace {

// In the order of the enumeration.
constexpr std::array<DecisionInfo, decision_count> decisions{{
    {"mac-learned", 2, "{node} learns that {a:mac} is behind {port}"},
    {"mac-moved", 2, "{node} saw {a:mac} behind {b:port} before and now behind {port}"},
    {"switch-forwarded", 2, "{node} knows that {a:mac} is behind {b:port} and forwards the frame there only"},
    {"switch-flooded", 2, "{node} does not know where {a:mac} is, so it sends the frame out of every other port"},
    {"switch-filtered", 2, "{node} keeps the frame: {a:mac} is behind {port}, where it came from"},
    {"link-marked", 2, "{node} marks the packet instead of dropping one later: {a} frames wait in front of {port}"},
    {"hub-repeated", 1, "{node} repeats the bits on every other port"},
    {"frame-not-for-me", 2, "{node} ignores the frame on {port}: it is for {a:mac}"},
    {"arp-missed", 2, "{node} does not have {a:ip} in its ARP cache, so it asks everyone on {port}"},
    {"arp-asked-again", 2, "{node} has heard nothing from {a:ip} and asks again on {port}"},
    {"arp-gave-up", 2, "{node} gives up: nobody on {port} answers for {a:ip}"},
    {"arp-answered", 2, "{node} has the address {a:ip} on {port} and answers {b:ip}"},
    {"arp-learned", 2, "{node} notes in its ARP cache that {a:ip} is at {b:mac}"},
    {"arp-moved", 2, "{node} changes its ARP cache: {a:ip} is now at {b:mac}"},
    {"arp-ignored", 2,
     "{node} takes nothing from the ARP message: it is about {a:ip}, which {node} does not know or need"},
    {"route-chosen", 3, "{node} sends to {b:ip} by the route {a:prefix} through {port}"},
    {"no-route", 3, "{node} has no route to {a:ip}"},
    {"ip-not-mine", 3, "{node} is not a router and {a:ip} is not its address, so it drops the packet"},
    {"ttl-expired", 3, "{node} would forward to {a:ip}, but the time to live has run out"},
    {"forwarded", 3, "{node} forwards to {a:ip} through {port}, time to live now {b}"},
    {"fragmented", 3, "{node} cuts the packet into {a} fragments, because the MTU of {port} is {b}"},
    {"must-fragment", 3, "{node} may not fragment (DF is set) and the MTU of {port} is only {b}"},
    {"reassembled", 3, "{node} has all fragments of the packet from {a:ip}: {b} bytes"},
    {"fragment-waits", 3, "{node} keeps a fragment from {a:ip} and waits for the others"},
    {"reassembly-timed-out", 3, "{node} gives up waiting for the other fragments of a packet from {a:ip}"},
    {"header-checksum-bad", 3, "{node} drops the packet: its IP header checksum is wrong"},
    {"martian-source", 3, "{node} drops the packet: nobody may send from the address {a:ip}"},
    {"icmp-error-sent", 3, "{node} tells {a:ip} by ICMP: {b:icmp}"},
    {"icmp-error-limited", 3, "{node} tells {a:ip} nothing: it has sent enough ICMP errors for now"},
    {"echo-answered", 3, "{node} answers the echo request of {a:ip}"},
    {"broadcast-not-forwarded", 3, "{node} does not forward a broadcast to {a:ip}"},
    {"nd-missed", 3, "{node} does not know where {ip6} is, so it asks its group on {port}"},
    {"nd-gave-up", 3, "{node} gives up: nobody on {port} answers for {ip6}"},
    {"nd-answered", 3, "{node} has the address {ip6} on {port} and says so"},
    {"nd-learned", 3, "{node} notes in its neighbor cache where {ip6} is"},
    {"address-probed", 3, "{node} asks on {port} whether somebody has {ip6} already"},
    {"address-ready", 3, "{node} has heard no objection and uses {ip6}"},
    {"address-duplicated", 3, "{node} may not use {ip6}: somebody else has it"},
    {"address-made", 3, "{node} makes the address {ip6} from the prefix that a router advertises"},
    {"address-expired", 3, "{node} gives up {ip6}: its lifetime is over"},
    {"router-advertised", 3, "{node} advertises itself on {port} with {a} prefix(es), as default router for {b} s"},
    {"router-found", 3, "{node} takes {ip6} as a default router"},
    {"redirect-sent", 3, "{node} tells the sender of a better first hop: {ip6}"},
    {"redirect-taken", 3, "{node} learns a better first hop to {ip6}"},
    {"route-chosen-six", 3, "{node} sends to {ip6} through {port}"},
    {"no-route-six", 3, "{node} has no route to {ip6}"},
    {"zone-missing", 3, "{node} cannot send to {ip6}: the address does not say on which link"},
    {"not-mine-six", 3, "{node} is not a router and {ip6} is not its address, so it drops the packet"},
    {"stays-on-link", 3, "{node} does not forward the packet: {ip6} means something on its own link only"},
    {"hop-limit-expired", 3, "{node} would forward to {ip6}, but the hop limit has run out"},
    {"forwarded-six", 3, "{node} forwards to {ip6} through {port}"},
    {"packet-too-big", 3, "{node} may not fragment: {a} bytes are more than the MTU {b} of {port}"},
    {"too-big-to-send", 3, "{node} may not fragment its own packet: {a} bytes are more than the path MTU {b}"},
    {"path-mtu-learned", 3, "{node} notes that packets on this path may have {a} bytes at most"},
    {"icmp-error-ignored", 3,
     "{node} ignores the error: sequence {a} of its connection with {b:endpoint} is not in flight"},
    {"martian-source-six", 3, "{node} drops the packet: no packet on a wire may come from {ip6} or go where it goes"},
    {"routing-header-refused", 3, "{node} follows no routing header of type {a}"},
    {"next-header-unknown", 3, "{node} does not know the next header {a}"},
    {"fragment-waits-six", 3, "{node} keeps a fragment from {ip6} and waits for the others"},
    {"fragments-overlapped", 3, "{node} gives up a packet from {ip6}: its fragments overlap"},
    {"reassembled-six", 3, "{node} has all fragments of the packet: {a} bytes"},
    {"reassembly-timed-out-six", 3, "{node} gives up waiting for the other fragments of a packet from {ip6}"},
    {"icmp-six-error-sent", 3, "{node} tells the sender by ICMPv6: {a:icmp6}"},
    {"icmp-six-error-limited", 3, "{node} tells {ip6} nothing: it has sent enough ICMPv6 errors for now"},
    {"echo-answered-six", 3, "{node} answers the echo request of {ip6}"},
    {"rule-blocked", 3, "{node} blocks it by rule {a} and says nothing"},
    {"rule-rejected", 3, "{node} blocks it by rule {a} and says so"},
    {"rule-allowed", 3, "{node} lets it pass by rule {a}"},
    {"default-blocked", 3, "{node} blocks it: no rule lets it pass"},
    {"default-rejected", 3, "{node} rejects it: no rule lets it pass"},
    {"default-allowed", 3, "{node} lets it pass: no rule forbids it"},
    {"connection-known", 3, "{node} lets it pass: it belongs to a connection that was allowed before"},
    {"nat-mapped-apart", 3,
     "{node} needs a port for what {a:endpoint} sends to {b:endpoint} alone: its mapping depends on that"},
    {"nat-mapped", 3, "{node} gives {a:endpoint} the outside address {b:endpoint}"},
    {"nat-reused", 3, "{node} translates {a:endpoint} to {b:endpoint}, as before"},
    {"nat-translated-back", 3, "{node} translates {a:endpoint} back to {b:endpoint}"},
    {"nat-port-forwarded", 3, "{node} forwards its port {a:endpoint} to {b:endpoint}"},
    {"nat-hairpin", 3, "{node} turns the packet around: {a:endpoint} is {b:endpoint} inside"},
    {"nat-no-mapping", 3, "{node} has no mapping for {a:endpoint}, so nothing inside waits for it"},
    {"nat-filtered", 3, "{node} has a mapping for {a:endpoint}, but nothing was sent through it to {b:endpoint}"},
    {"nat-filtered-address", 3,
     "{node} has a mapping for {a:endpoint}, but nothing was sent through it to any port of {b:ip}"},
    {"nat-exhausted", 3, "{node} has no port left for {a:endpoint}"},
    {"udp-delivered", 4, "{node} gives the datagram to the socket on port {a}"},
    {"udp-no-listener", 4, "{node} has no socket on UDP port {a}"},
    {"checksum-bad", 4, "{node} drops it: the {a:protocol} checksum is wrong"},
    {"tcp-no-listener", 4, "{node} has no socket on TCP port {a} for this segment, so it answers with a reset"},
    {"tcp-accepted", 4, "{node} accepts a connection from {b:endpoint} on port {a}"},
    {"tcp-state", 4, "{node}: the connection goes from {a:tcpstate} to {b:tcpstate}"},
    {"tcp-timeout-retransmit", 4, "{node} waited {b:time} for the acknowledgment of sequence {a} and sends it again"},
    {"tcp-fast-retransmit", 4, "{node} repeats sequence {a} at once: duplicate acknowledgments say it was lost"},
    {"tcp-recovery-entered", 4,
     "{node} lowers its window towards {a} bytes because of the loss, until sequence {b} is acknowledged"},
    {"tcp-recovery-left", 4, "{node} has recovered from the loss; its congestion window is {a} bytes"},
    {"tcp-window-closed", 4, "{node} may send nothing more: the receiver's window is closed"},
    {"tcp-window-opened", 4, "{node} may send again: the receiver's window is {b} bytes"},
    {"tcp-zero-window-probe", 4, "{node} probes the closed window with sequence {a}"},
    {"tcp-delayed-ack", 4, "{node} has waited long enough with its acknowledgment of {a}"},
    {"tcp-nagle-held", 4, "{node} holds {a} bytes back until the last small segment is acknowledged (Nagle)"},
    {"tcp-challenge-ack", 4, "{node} doubts the segment with sequence {a} and answers with a challenge ACK"},
    {"tcp-out-of-window", 4, "{node} drops a segment outside its window: sequence {a}"},
    {"tcp-out-of-order", 4, "{node} keeps a segment that came too early: sequence {b}, and asks for {a} again"},
    {"tcp-reset-received", 4, "{node} ends the connection: the other side has reset it"},
    {"tcp-gave-up", 4, "{node} gives the connection up: no answer after {a} tries"},
    {"tcp-partial-ack", 4, "{node} sees from the acknowledgment of {a} that more is missing before {b}"},
    {"tcp-retransmission-lost", 4,
     "{node} finds that the repetition of sequence {a} was lost too: what was sent after it has arrived"},
    {"tcp-loss-probe", 4,
     "{node} has waited two round trips and probes with sequence {a} whether the end of the data was lost"},
    {"tcp-probe-repaired", 4, "{node} learns that its probe has repaired a loss, and lowers its window to {a} bytes"},
    {"tcp-undone-by-report", 4,
     "{node} learns that everything had arrived twice (D-SACK): nothing was lost, its window is {a} bytes again"},
    {"tcp-undone-by-timestamp", 4,
     "{node} sees from the echoed timestamp that the first sending had arrived: its window is {a} bytes again"},
    {"tcp-undone-by-frto", 4,
     "{node} sees that what it never repeated has arrived (F-RTO): the timeout was needless, its window is {a} bytes "
     "again"},
    {"tcp-congestion-echoed", 4,
     "{node} hears that a router is congested (ECN) and lowers its window towards {a} bytes without a loss"},
    {"tcp-congestion-marked", 4, "{node} finds a router's congestion mark on sequence {a} and tells the sender"},
    {"tcp-slow-start-left", 4, "{node} ends slow start at {a} bytes: round trips get longer, a queue is filling"},
    {"tcp-idle-restart", 4, "{node} was idle: its congestion window goes from {b} back to {a} bytes"},
    {"tcp-mss-reduced", 4,
     "{node} sends segments of {a} instead of {b} bytes from now on: the path takes no larger ones"},
    {"tcp-black-hole", 4, "{node} suspects that large packets vanish after {b} timeouts, and tries {a} bytes"},
    {"tcp-own-window-closed", 4, "{node} has no room left and closes its window: the program does not read"},
    {"tcp-window-grown", 4, "{node} enlarges its receive buffer to {a} bytes: the program has taken {b} so far"},
    {"tcp-silly-window", 4, "{node} waits with {a} bytes: a window of {b} is not worth a small segment"},
    {"tcp-paws-dropped", 4, "{node} drops an old segment: its timestamp {a} is before {b}"},
    {"tcp-duplicate-dropped", 4, "{node} drops {b} bytes from sequence {a} on: it has them already"},
    {"tcp-ack-invalid", 4, "{node} ignores an acknowledgment of {a}: it will send {b} next"},
    {"tcp-reset-sent", 4, "{node} resets the connection"},
    {"tcp-keepalive", 4, "{node} asks whether the idle peer is still there, for the {a}. time"},
    {"tcp-user-timeout", 4, "{node} has waited for an acknowledgment as long as the program wanted: {a} ms"},
    {"tcp-other", 4, "{node} notes an event of TCP: {a}, {b}"},
    {"dhcp-offered", 7, "{node} offers {a:ip} to {b:mac}"},
    {"dhcp-acknowledged", 7, "{node} gives {a:ip} to {b:mac}"},
    {"dhcp-refused", 7, "{node} refuses {a:ip} to {b:mac}"},
    {"dhcp-scope-exhausted", 7, "{node} has no address left for {b:mac}"},
    {"dhcp-bound", 7, "{node} takes the address {a:prefix}; the lease lasts {b:time}"},
    {"dhcp-renewed", 7, "{node} keeps the address {a:prefix} for another {b:time}"},
    {"dhcp-expired", 7, "{node} gives up the address {a:ip}: its lease has ended"},
    {"dhcp-ignored", 7, "{node} ignores a DHCP message of {b:mac}"},
    {"dhcp-declined", 7, "{node} sets {a:ip} aside: {b:mac} says that somebody else has it"},
    {"dhcp-released", 7, "{node} takes {a:ip} back from {b:mac}"},
    {"dns-answered", 7, "{node} answers {a:endpoint} with {b} record(s)"},
    {"dns-referred", 7, "{node} refers {a:endpoint} to the servers of the zone below"},
    {"dns-no-such-name", 7, "{node} tells {a:endpoint} that the name does not exist"},
    {"dns-refused", 7, "{node} refuses to answer {a:endpoint}: the name is in none of its zones"},
    {"dns-asked-upstream", 7, "{node} asks {a:endpoint}"},
    {"dns-from-cache", 7, "{node} answers {a:endpoint} from its cache"},
    {"dns-no-data", 7, "{node} tells {a:endpoint} that the name has no record of this type"},
    {"dns-failed", 7, "{node} tells {a:endpoint} that it could not find out"},
    {"http-answered", 7, "{node} answers the request of {a:endpoint} with status {b}"},
}};

const char* icmp_text(std::uint64_t type_and_code) {
    switch (type_and_code) {
        case 0x300: return "network unreachable";
        case 0x301: return "host unreachable";
        case 0x302: return "protocol unreachable";
        case 0x303: return "port unreachable";
        case 0x304: return "fragmentation needed";
        case 0x309:
        case 0x30a:
        case 0x30d: return "communication prohibited";
        case 0xb00: return "time to live exceeded in transit";
        case 0xb01: return "fragment reassembly time exceeded";
        default: return "an error";
    }
}

const char* icmp6_text(std::uint64_t type_and_code) {
    switch (type_and_code) {
        case 0x100: return "no route";
        case 0x101: return "administratively prohibited";
        case 0x102: return "beyond scope of source address";
        case 0x103: return "address unreachable";
        case 0x104: return "port unreachable";
        case 0x200: return "packet too big";
        case 0x300: return "hop limit exceeded in transit";
        case 0x301: return "fragment reassembly time exceeded";
        case 0x400: return "erroneous header field";
        case 0x401: return "unknown next header";
        case 0x402: return "unknown option";
        default: return "an error";
    }
}

// An IPv4 address and, if not 0, a port; of an IPv6 address only the last 47 bits fit beside the port (see
// Endpoint::number).
std::string endpoint_text(std::uint64_t value) {
    const std::uint64_t rest = value >> 16;
    if (value >> 63 == 0) {
        const std::string address = proto::Ipv4Address{static_cast<std::uint32_t>(rest)}.to_string();
        return (value & 0xffff) == 0 ? address : fmt::format("{}:{}", address, value & 0xffff);
    }
    return fmt::format("[..:{:x}:{:x}:{:x}]:{}", rest >> 32 & 0x7fff, rest >> 16 & 0xffff, rest & 0xffff,
                       value & 0xffff);
}

const char* tcp_state_text(std::uint64_t state) {
    // In the order of machine::TcpState.
    static constexpr std::array<const char*, 10> names = {"CLOSED",     "SYN-SENT",   "SYN-RECEIVED", "ESTABLISHED",
                                                          "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",   "CLOSING",
                                                          "LAST-ACK",   "TIME-WAIT"};
    return state < names.size() ? names[state] : "?";
}

std::string show(std::uint64_t value, std::string_view how, const Record& r, const PlaceNames& names) {
    const auto ip = [](std::uint64_t v) { return proto::Ipv4Address{static_cast<std::uint32_t>(v)}.to_string(); };
    if (how == "ip") return ip(value);
    if (how == "mac") return proto::MacAddress::from_number(value).to_string();
    if (how == "prefix") return fmt::format("{}/{}", ip(value >> 8), value & 0xff);
    if (how == "endpoint") return endpoint_text(value);
    if (how == "port") return names.port_name(r.node, static_cast<PortId>(value));
    if (how == "time") return fmt::format("{} ms", value / 1'000'000);
    if (how == "icmp") return icmp_text(value);
    if (how == "icmp6") return icmp6_text(value);
    if (how == "tcpstate") return tcp_state_text(value);
    if (how == "protocol")
        return value == 6    ? "TCP"
               : value == 17 ? "UDP"
               : value == 1  ? "ICMP"
               : value == 58 ? "ICMPv6"
                             : fmt::to_string(value);
    return fmt::to_string(value);
}

}  // namespace

const DecisionInfo& info(Decision decision) { return decisions[static_cast<std::size_t>(decision)]; }

std::string sentence(const Record& record, const PlaceNames& names) {
    std::string_view rest = decisions[record.code].sentence;
    std::string out;
    while (!rest.empty()) {
        const std::size_t open = rest.find('{');
        out += rest.substr(0, open);
        if (open == rest.npos) break;
        const std::size_t close = rest.find('}', open);
        const std::string_view what = rest.substr(open + 1, close - open - 1);
        rest.remove_prefix(close + 1);
        if (what == "node")
            out += names.node_name(record.node);
        else if (what == "port")
            out += names.port_name(record.node, record.port);
        else if (what == "ip6")
            out += proto::ipv6_from(record.a, record.b).to_string();
        else
            out += show(what[0] == 'a' ? record.a : record.b, what.size() > 2 ? what.substr(2) : "", record, names);
    }
    return out;
}

const char* explain(DropReason reason) {
    static constexpr std::array<const char*, 15> texts = {
        "",
        "the link lost it",
        "it was damaged on the link (wrong frame check sequence)",
        "the queue in front of the link was full",
        "the link was down",
        "the device was switched off",
        "it was larger than the link carries",
        "its time to live ran out",
        "there was no route to its destination",
        "nobody answered ARP for the next hop",
        "a rule or filter blocked it",
        "a checksum was wrong",
        "it was for somebody else",
        "its fragments never became whole",
        "it was malformed",
    };
    return texts[static_cast<std::size_t>(reason)];
}

}  // namespace layerlab::sim
