#include "sim/scenario/keywords.hpp"

#include <array>
#include <fmt/format.h>
#include <vector>

#include "sim/scenario/name_table.hpp"
#include "sim/scenario/statement_parser.hpp"

namespace layerlab::sim::scenario {

namespace {

using P = StatementParser;
using W = WordKind;

constexpr std::uint8_t kind(DeviceKind k) { return static_cast<std::uint8_t>(k); }

// clang-format off
constexpr Keyword table[] = {
    {W::statement, "title", "title \"A home network\"", "Names the scenario.", &P::title},
    {W::statement, "let", "let n = 30", "Declares a number or a word that {n} stands for; --set n=100 overrides it.", &P::let},
    {W::statement, "for", "for i in 1..n {", "Repeats the block for each number of a range, or each word of a list (for x in amy, bob {).", &P::for_loop},
    {W::statement, "import", "import \"other.lab\"", "Reads another file in place of this line.", &P::import},
    {W::statement, "link", "link a b rate 1Gbps delay 5us", "Links two devices, or changes the link between them.", &P::link},
    {W::statement, "names", "names off", "Device names no longer resolve on every host.", &P::names},
    {W::statement, "ipv6", "ipv6 on", "Gives every device IPv6 and numbers each LAN without a stated prefix from fd00::/16.", &P::ipv6},
    {W::statement, "clock", "clock 2026-01-01T00:00:00Z", "Sets the date and time at which the run begins.", &P::clock},
    {W::statement, "seed", "seed 7", "Begins all random streams differently.", &P::seed},
    {W::statement, "limit", "limit 1h", "Sets how long a step may last in virtual time; 10 minutes otherwise.", &P::limit},
    {W::statement, "expect", "expect 2 at gw.wan: icmp", "Checks a command's output, a state, or how many packets there were.", &P::expect},
    {W::statement, "question", "question \"Why did bob wait?\"", "Asks the reader something.", &P::question},
    {W::statement, "answer", "answer \"Because his first request was lost.\"", "Gives an answer to the question above it.", &P::answer},

    {W::kind, "host", "host pc1 pc2", "A computer with an IP stack and a shell.", &P::device, kind(DeviceKind::host)},
    {W::kind, "pc", "pc pc1", "A host, drawn as a desktop computer.", &P::device, kind(DeviceKind::pc)},
    {W::kind, "laptop", "laptop amy", "A host, drawn as a laptop.", &P::device, kind(DeviceKind::laptop)},
    {W::kind, "phone", "phone bob", "A host, drawn as a phone.", &P::device, kind(DeviceKind::phone)},
    {W::kind, "server", "server web 203.0.113.80/24", "A host, drawn as a server.", &P::device, kind(DeviceKind::server)},
    {W::kind, "switch", "switch sw", "Learns MAC addresses and forwards frames where they belong.", &P::device, kind(DeviceKind::switch_)},
    {W::kind, "bridge", "bridge br", "A switch that joins a few segments.", &P::device, kind(DeviceKind::bridge)},
    {W::kind, "hub", "hub h", "Repeats every frame on all other ports.", &P::device, kind(DeviceKind::hub)},
    {W::kind, "router", "router gw", "Forwards packets between networks.", &P::device, kind(DeviceKind::router)},
    {W::kind, "firewall", "firewall fw", "A router, drawn as a firewall.", &P::device, kind(DeviceKind::firewall)},
    {W::kind, "accesspoint", "accesspoint ap", "Bridges its stations to its cable.", &P::device, kind(DeviceKind::accesspoint)},
    {W::kind, "modem", "modem m", "Bridges a home to its provider.", &P::device, kind(DeviceKind::modem)},
    {W::kind, "linux", "linux amy dhcp", "A real Linux network namespace; runs only with --real.", &P::device, kind(DeviceKind::linux_namespace)},
    {W::kind, "nic", "nic uplink", "A real network interface; runs only with --real --nic uplink=eth1.", &P::device, kind(DeviceKind::nic)},
    {W::kind, "capture", "capture old \"http.pcap\" map 10.0.0.1 -> web", "A capture file that plays its packets.", &P::device, kind(DeviceKind::capture)},

    {W::property, "rate", "rate 1Gbps", "Bits per second.", &P::rate},
    {W::property, "delay", "delay 5us", "Propagation time, one way.", &P::delay},
    {W::property, "jitter", "jitter 1ms", "Adds a random time up to this to the delay of each frame.", &P::jitter},
    {W::property, "loss", "loss 1%", "Chance of each frame to be lost.", &P::loss},
    {W::property, "duplicate", "duplicate 1%", "Chance of each frame to arrive twice.", &P::duplicate},
    {W::property, "reorder", "reorder 2%", "Chance of each frame to be overtaken.", &P::reorder},
    {W::property, "corrupt", "corrupt 1%", "Chance of a flipped bit, which the receiving port notices; not so with corrupt 1% undetected.", &P::corrupt},
    {W::property, "mtu", "mtu 1500", "Largest packet that the link carries, in bytes.", &P::mtu},
    {W::property, "queue", "queue 1000p", "Room in front of the link, in packets (p) or bytes (64kB).", &P::queue},
    {W::property, "ecn", "ecn 50p", "Where so much waits, packets are marked instead of dropped later (RFC 3168); ecn off ends it.", &P::mark},
    {W::property, "down", "link a b down", "Takes the link down; what is on it is lost.", &P::link_power},
    {W::property, "up", "link a b up", "Brings the link up again.", &P::link_power},

    {W::setting, "dhcp", "amy dhcp", "Asks a DHCP server for an address.", &P::dhcp},
    {W::setting, "dhcp6", "amy dhcp6", "Asks a DHCPv6 server for an address.", &P::dhcp6},
    {W::setting, "slaac", "amy slaac", "Makes itself IPv6 addresses from router advertisements.", &P::slaac},
    {W::setting, "mac", "amy mac 52:54:00:12:34:56", "Sets the MAC address of a port.", &P::mac},
    {W::setting, "gateway", "amy gateway 10.0.0.1", "Sets the default gateway.", &P::gateway},
    {W::setting, "dns", "amy dns 10.0.0.53", "Sets the DNS servers.", &P::dns},
    {W::setting, "route", "gw route 10.2.0.0/16 via 10.0.0.2", "Adds a static route; default is 0.0.0.0/0.", &P::route},
    {W::setting, "nat", "gw nat lan -> wan", "Translates addresses of what goes from one port out of the other; mapping and filtering choose the class of RFC 4787.", &P::nat},
    {W::setting, "forward", "gw forward wan tcp 8080 -> 192.168.1.10:80", "Forwards a port of the outer address to a host inside.", &P::forward},
    {W::setting, "serve", "web serve http { \"/\" \"hello\" }", "Starts a service.", &P::serve},
    {W::setting, "allow", "fw allow tcp from lan to any port 80,443", "A firewall rule that lets packets pass; the first match wins.", &P::rule},
    {W::setting, "block", "fw block tcp from wan to any port 22", "A firewall rule that drops packets silently.", &P::rule},
    {W::setting, "reject", "fw reject tcp from wan to any port 22", "A firewall rule that drops packets and answers.", &P::rule},
    {W::setting, "default", "fw default block", "What happens to packets that no rule matches.", &P::default_rule},
    {W::setting, "hosts", "amy hosts intranet.example 10.0.0.80", "Adds a line to the hosts file.", &P::hosts},
    {W::setting, "arp", "pc1 arp 10.0.0.9 52:54:00:00:00:09", "Adds a permanent entry to the ARP cache.", &P::arp},
    {W::setting, "tcp", "a tcp reno buffer 8MiB", "Sets TCP: congestion control (reno, cubic, bbr), ecn, pacing, sack, timestamps, scaling (each may be off), buffer size ...", &P::tcp},

    {W::service, "dhcp", "serve dhcp lan 192.168.1.100-192.168.1.150 lease 1h dns 203.0.113.53", "Leases addresses of a range on a port.", &P::serve_dhcp},
    {W::service, "ra", "serve ra lan 2001:db8:1::/64 dns 2001:db8::53", "Sends router advertisements on a port; other, managed: the rest by DHCPv6.", &P::serve_ra},
    {W::service, "dhcp6", "serve dhcp6 lan 2001:db8::100-2001:db8::1ff lease 1h dns 2001:db8::53", "Leases IPv6 addresses of a range on a port, or without a range tells DNS servers only.", &P::serve_dhcp6},
    {W::service, "dns", "serve dns example.org { www A 203.0.113.80 ; mail MX 10 mx.example.org }", "Answers for a zone.", &P::serve_dns},
    {W::service, "resolver", "serve resolver roots 198.51.100.4", "Resolves names from the root servers, or with forward by another resolver.", &P::serve_resolver},
    {W::service, "http", "serve http { \"/\" \"hello\" ; \"/big\" 10MB }", "A web server with these pages, or with those of folder \"www\".", &P::serve_http},
    {W::service, "iperf3", "serve iperf3", "The other end of iperf3 -c.", &P::serve_iperf3},
    {W::service, "stun", "serve stun", "A STUN server (RFC 5780) at the first two addresses of the device, on this port and the next.", &P::serve_stun},
    {W::service, "tcp", "serve tcp 22 echo", "A TCP server that echoes or discards.", &P::serve_port},
    {W::service, "udp", "serve udp 9 discard", "A UDP server that echoes or discards.", &P::serve_port},

    {W::step, "wait", "wait 3s", "Lets virtual time pass.", &P::wait},
    {W::step, "after", "after amy has address", "Waits for a condition; with a statement behind it, runs that beside the steps.", &P::after},
    {W::step, "at", "at 2s link a b down", "Runs a statement at a time of the run, beside the steps.", &P::at},
    {W::step, "every", "every 1s until 9s pc1$ ping -c 1 pc2", "Runs a statement again and again, beside the steps.", &P::every},
    {W::step, "note", "note \"Now bob asks for an address.\"", "Shows a text when it is reached.", &P::note},

    {W::change, "send", "a send udp b:9 1000B every 10us count 1000", "Sends datagrams, or a stream (a send tcp b:5001 1GB).", &P::send},
    {W::change, "down", "sw down", "Switches a device off.", &P::power},
    {W::change, "up", "sw up", "Switches a device on.", &P::power},
    {W::change, "stop", "web stop http", "Stops a service.", &P::stop},
    {W::change, "replay", "old replay speed 10", "Plays a capture, here ten times as fast.", &P::replay},

    {W::condition, "reaches", "pc1 reaches pc2", "One of three echo requests, a second apart, is answered.", &P::reaches},
    {W::condition, "cannot", "pc1 cannot reach db", "None of three echo requests is answered.", &P::cannot_reach},
    {W::condition, "has", "amy has address in 192.168.1.0/24", "A port has an address (of the prefix).", &P::has_address},

    {W::check, "output", "expect output \"0% packet loss\"", "The output contains the text, or a line matches the /regular expression/.", &P::check_output},
    {W::check, "exit", "expect exit 0", "The command ends with this status.", &P::check_exit},
    {W::check, "fails", "expect fails", "The command ends with another status than 0.", &P::check_fails},
    {W::check, "some", "expect some at gw.wan: icmp", "At least one packet passes the filter."},
    {W::check, "none", "expect none at sw: udp", "No packet passes the filter."},

    {W::drop, "loss", "expect some drop: loss", "The link lost the frame."},
    {W::drop, "corrupt", "expect some drop: corrupt", "A bit was flipped, and the receiving port noticed."},
    {W::drop, "queue", "expect some drop: queue", "The queue in front of a link was full."},
    {W::drop, "link-down", "expect some drop: link-down", "The link was or went down."},
    {W::drop, "device-down", "expect some drop: device-down", "The device was or went down."},
    {W::drop, "mtu", "expect some drop: mtu", "The packet was larger than the link carries."},
    {W::drop, "ttl", "expect some drop: ttl", "The time to live ran out."},
    {W::drop, "no-route", "expect some drop: no-route", "There is no route to the destination."},
    {W::drop, "no-neighbor", "expect some drop: no-neighbor", "Nobody answered ARP."},
    {W::drop, "blocked", "expect some drop: blocked", "A firewall rule or the filter of NAT stopped the packet."},
    {W::drop, "checksum", "expect some drop: checksum", "A checksum of IP, ICMP, UDP or TCP was wrong."},
    {W::drop, "not-for-me", "expect some drop: not-for-me", "The packet was for somebody else, or for nothing that listens."},
    {W::drop, "unreassembled", "expect some drop: unreassembled", "Fragments never became whole."},

    {W::part, "in", "for i in 1..n {", "Before a loop's range, or a condition's prefix."},
    {W::part, "from", "fw block tcp from wan to any", "Before the port or address where a packet comes from."},
    {W::part, "to", "fw block tcp from wan to any", "Before the port or address where a packet goes."},
    {W::part, "any", "fw block tcp from wan to any", "Every port, address or protocol."},
    {W::part, "port", "fw block tcp from wan to any port 22", "Before destination ports: 22, 80,443 or 1000-2000."},
    {W::part, "udp", "fw block udp from wan to any", "The protocol of a rule or of what is sent."},
    {W::part, "icmp", "fw block icmp from wan to any", "The protocol of a rule."},
    {W::part, "via", "gw route 10.2.0.0/16 via 10.0.0.2", "Before the next router."},
    {W::part, "mapping", "gw nat lan -> wan mapping address-dependent", "Before for whom one outside port of an inside endpoint serves; endpoint-independent otherwise."},
    {W::part, "filtering", "gw nat lan -> wan filtering endpoint-independent", "Before who may send in through a mapping; address-and-port-dependent otherwise."},
    {W::part, "endpoint-independent", "gw nat lan -> wan filtering endpoint-independent", "NAT: everybody's."},
    {W::part, "address-dependent", "gw nat lan -> wan mapping address-dependent", "NAT: one port for each address; who was sent to, from any port."},
    {W::part, "address-and-port-dependent", "gw nat lan -> wan mapping address-and-port-dependent", "NAT: one port for each endpoint (symmetric); the endpoints that were sent to."},
    {W::part, "lease", "serve dhcp lan 10.0.0.100-10.0.0.150 lease 1h", "Before the time a lease lasts."},
    {W::part, "roots", "serve resolver roots 198.51.100.4", "Before the addresses of the root servers."},
    {W::part, "folder", "serve http folder \"www\"", "Before a folder below the file's own."},
    {W::part, "upload", "serve http { \"/in\" upload }", "A page that takes PUT and POST, and answers with the SHA-256 of what came."},
    {W::part, "echo", "serve tcp 7 echo", "Sends back what it receives."},
    {W::part, "discard", "serve udp 9 discard", "Throws away what it receives."},
    {W::part, "count", "a send udp b:9 1000B every 10us count 1000", "Before a number of datagrams."},
    {W::part, "until", "every 1s until 9s pc1$ ping -c 1 pc2", "Before the time of the run after which nothing is begun any more."},
    {W::part, "within", "expect bob reaches web within 20s", "Before the longest time to wait."},
    {W::part, "reach", "pc1 cannot reach db", "Follows cannot."},
    {W::part, "address", "amy has address", "Follows has."},
    {W::part, "drop", "expect some drop: loss", "Counts packets that were dropped for this reason."},
    {W::part, "undetected", "corrupt 1% undetected", "Leaves a flipped bit to the checksums above."},
    {W::part, "reno", "a tcp reno", "Congestion control after RFC 5681 and RFC 6582."},
    {W::part, "cubic", "a tcp cubic", "Congestion control after RFC 9438."},
    {W::part, "bbr", "a tcp bbr", "Congestion control after a model of the path (BBR version 1), paced."},
    {W::part, "ecn", "a tcp ecn", "Asks for explicit congestion notification (RFC 3168)."},
    {W::part, "pacing", "a tcp pacing", "Spreads segments over the round trip instead of sending bursts."},
    {W::part, "sack", "a tcp sack off", "Selective acknowledgments (RFC 2018); on unless off is said."},
    {W::part, "timestamps", "a tcp timestamps off", "Timestamps (RFC 7323); on unless off is said."},
    {W::part, "scaling", "a tcp scaling off", "Window scaling (RFC 7323); on unless off is said."},
    {W::part, "path-probing", "a tcp path-probing", "After some timeouts smaller segments are tried (RFC 4821)."},
    {W::part, "initial-window", "a tcp initial-window 2", "Before the number of segments that a connection begins with."},
    {W::part, "syn-retries", "a tcp syn-retries 3", "Before how often a SYN is repeated."},
    {W::part, "buffer", "a tcp buffer 8MiB", "Before the size of the socket buffers."},
    {W::part, "map", "capture old \"http.pcap\" map 10.0.0.1 -> web", "Before what becomes of the capture's addresses."},
    {W::part, "speed", "old replay speed 10", "Before how many times as fast."},
    {W::part, "on", "names on", "Device names resolve on every host."},
    {W::part, "off", "names off", "Device names resolve nowhere."},
};
// clang-format on

// Rows by the hash of their word; words that are in several rows stand in the order of the rows.
class Index {
  public:
    Index() {
        static_assert(std::size(table) * 2 < slots);
        for (std::uint16_t row = 0; row < std::size(table); ++row) {
            std::size_t i = hash_of(table[row].word) % slots;
            while (rows_[i] != empty) i = (i + 1) % slots;
            rows_[i] = row;
        }
    }
    // The first row with the word that `wanted` says yes to.
    template <class Wanted>
    const Keyword* find(std::string_view word, const Wanted& wanted) const {
        if (word.size() > longest) return nullptr;
        for (std::size_t i = hash_of(word) % slots; rows_[i] != empty; i = (i + 1) % slots) {
            const Keyword& k = table[rows_[i]];
            if (k.word == word && wanted(k)) return &k;
        }
        return nullptr;
    }

  private:
    static constexpr std::size_t slots = 1024;
    static constexpr std::size_t longest = [] {
        std::size_t most = 0;
        for (const Keyword& k : table) most = k.word.size() > most ? k.word.size() : most;
        return most;
    }();
    static constexpr std::uint16_t empty = 0xffff;
    std::array<std::uint16_t, slots> rows_ = [] {
        std::array<std::uint16_t, slots> r{};
        r.fill(empty);
        return r;
    }();
};

const Index& keyword_index() {
    static const Index made;
    return made;
}

constexpr std::pair<WordKind, std::string_view> headings[] = {
    {W::statement, "Statements"},
    {W::kind, "Kinds of device"},
    {W::property, "Properties of a link"},
    {W::setting, "Settings of a device"},
    {W::service, "Services, after serve and stop"},
    {W::step, "Steps of the script (and: name$ command)"},
    {W::change, "Changes of a device in the script"},
    {W::condition, "Conditions, after expect and after"},
    {W::check, "Checks, after expect"},
    {W::drop, "Reasons why packets are dropped"},
    {W::part, "Words inside of statements"},
};

}  // namespace

std::span<const Keyword> keywords() { return table; }

const Keyword* find_keyword(WordKind kind, std::string_view word) {
    return keyword_index().find(word, [kind](const Keyword& k) { return k.kind == kind; });
}

const Keyword* any_keyword(std::string_view word) {
    return keyword_index().find(word, [](const Keyword&) { return true; });
}

std::string language_reference() {
    std::string out;
    for (const auto& [kind, heading] : headings) {
        out += fmt::format("{}{}\n", out.empty() ? "" : "\n", heading);
        for (const Keyword& k : table)
            if (k.kind == kind) out += fmt::format("  {:<14} {}\n  {:<14} {}\n", k.word, k.usage, "", k.help);
    }
    return out;
}

}  // namespace layerlab::sim::scenario
