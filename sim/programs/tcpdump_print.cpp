#include "sim/programs/tcpdump_print.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "proto/base/checksum.hpp"
#include "proto/wire/arp.hpp"
#include "proto/wire/icmp.hpp"
#include "proto/wire/ipv4.hpp"
#include "sim/programs/service_names.hpp"

namespace layerlab::sim::programs {
namespace {

namespace wire = proto::wire;
using proto::Bytes;
using proto::Ipv4Address;
using proto::MacAddress;
using proto::View;
using wire::Arp;
using wire::Ipv4;

constexpr std::uint16_t type_ip = 0x0800, type_arp = 0x0806, type_vlan = 0x8100, type_ip6 = 0x86dd;

std::string type_name(std::uint16_t type) {
    switch (type) {
        case type_ip: return "IPv4";
        case type_arp: return "ARP";
        case 0x8035: return "Reverse ARP";
        case type_vlan: return "802.1Q";
        case type_ip6: return "IPv6";
        case 0x8863: return "PPPoE D";
        case 0x8864: return "PPPoE S";
        case 0x88cc: return "LLDP";
        default: return "Unknown";
    }
}

std::string protocol_name(unsigned protocol) {
    switch (protocol) {
        case 1: return "ICMP";
        case 2: return "IGMP";
        case 4: return "IPIP";
        case 6: return "TCP";
        case 17: return "UDP";
        case 41: return "IPv6";
        case 47: return "GRE";
        case 50: return "ESP";
        case 51: return "AH";
        case 89: return "OSPF";
        case 103: return "PIM";
        case 132: return "SCTP";
        default: return "unknown";
    }
}

}  // namespace

std::string hex_lines(Bytes bytes, bool with_characters) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
        const Bytes line = bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at));
        std::string hex, characters;
        for (std::size_t i = 0; i < line.size(); ++i) {
            hex += fmt::format("{}{:02x}", i % 2 == 0 ? " " : "", line[i]);
            characters += line[i] > ' ' && line[i] < 127 ? static_cast<char>(line[i]) : '.';
        }
        text += with_characters ? fmt::format("\n\t0x{:04x}: {:<41} {}", at, hex, characters)
                                : fmt::format("\n\t0x{:04x}: {}", at, hex);
    }
    return text;
}

std::string PacketPrinter::name(Ipv4Address address) const {
    if (!o_.numeric_addresses && o_.name_of)
        if (const std::optional<std::string> known = o_.name_of(address)) return *known;
    return address.to_string();
}

std::string PacketPrinter::port(std::uint16_t port, bool is_tcp) const {
    const std::string_view known = o_.numeric_ports ? std::string_view{} : service_name(port, is_tcp);
    return known.empty() ? fmt::to_string(port) : std::string(known);
}

std::string PacketPrinter::mac(MacAddress m) const {
    return m.to_string() + (o_.numeric_addresses ? "" : m.is_broadcast() ? "" : " (oui Unknown)");
}

// --- link layer ---

std::string PacketPrinter::print(Bytes frame) {
    if (frame.size() < 14) return fmt::format("[|ether]");
    const MacAddress destination = MacAddress::load(frame.data()), source = MacAddress::load(frame.data() + 6);
    std::uint16_t type = proto::load_be16(frame.data() + 12);
    const auto end_name = [&](MacAddress m) {
        return m.is_broadcast() && !o_.numeric_addresses ? std::string("Broadcast") : mac(m);
    };
    const std::string ends = fmt::format("{} > {}", end_name(source), end_name(destination));
    Bytes payload = frame.subspan(14);
    if (type <= 1500) {
        const Bytes llc = payload.first(std::min<std::size_t>(payload.size(), type));
        const bool is_stp = llc.size() >= 3 && llc[0] == 0x42 && llc[1] == 0x42;
        std::string text = o_.link_header ? fmt::format("{}, 802.3, length {}: ", ends, type) : std::string();
        if (!is_stp) return text + fmt::format("LLC, length {}", llc.size());
        if (o_.link_header) text += "LLC, dsap STP (0x42) Individual, ssap STP (0x42) Command, ctrl 0x03: ";
        return text + print_stp(llc.subspan(3));
    }
    std::string text;
    if (o_.link_header)
        text = o_.quiet
                   ? fmt::format("{}, {}, length {}: ", ends, type_name(type), frame.size())
                   : fmt::format("{}, ethertype {} (0x{:04x}), length {}: ", ends, type_name(type), type, frame.size());
    while (type == type_vlan && payload.size() >= 4) {
        const std::uint16_t tag = proto::load_be16(payload.data());
        type = proto::load_be16(payload.data() + 2);
        if (o_.link_header)
            text += fmt::format("vlan {}, p {}{}, ethertype {} (0x{:04x}), ", tag & 0xfff, tag >> 13,
                                tag & 0x1000 ? ", DEI" : "", type_name(type), type);
        payload = payload.subspan(4);
    }
    const std::string rest = print_network(type, payload);
    if (!rest.empty()) return text + rest;
    if (!o_.link_header)
        text = fmt::format("{}, ethertype {} (0x{:04x}), length {}: ", ends, type_name(type), type, frame.size());
    return text + hex_lines(payload, true);
}

std::string PacketPrinter::print_cooked(Bytes frame, unsigned interface_index) {
    if (frame.size() < 14) return "[|sll2]";
    const std::uint16_t type = proto::load_be16(frame.data() + 12);
    const MacAddress source = MacAddress::load(frame.data() + 6);
    const std::string header = o_.link_header
                                   ? fmt::format("ifindex {} {} ethertype {} (0x{:04x}), length {}: ", interface_index,
                                                 mac(source), type_name(type), type, frame.size() + 6)
                                   : std::string();
    const std::string rest = print_network(type, frame.subspan(14));
    return header + (rest.empty() ? fmt::format("ethertype {} (0x{:04x})", type_name(type), type) : rest);
}

std::string PacketPrinter::print_network(std::uint16_t type, Bytes payload) {
    if (type == type_ip) return print_ipv4(payload, !o_.link_header);
    if (type == type_arp) return (o_.link_header ? "" : "ARP, ") + print_arp(payload);
    if (type == type_ip6 && payload.size() >= 40)
        return fmt::format("{}{} > {}: ip-proto-{} {}", o_.link_header ? "" : "IP6 ",
                           proto::Ipv6Address::load(payload.data() + 8).to_string(),
                           proto::Ipv6Address::load(payload.data() + 24).to_string(), payload[6],
                           proto::load_be16(payload.data() + 4));
    return {};
}

std::string PacketPrinter::print_arp(Bytes bytes) const {
    const auto arp = View<Arp>::parse(bytes);
    if (!arp) return "[|arp]";
    std::string text;
    if (o_.verbose > 0) text = "Ethernet (len 6), IPv4 (len 4), ";
    const Ipv4Address sender = (*arp)[Arp::sender_ip], target = (*arp)[Arp::target_ip];
    const MacAddress target_mac = (*arp)[Arp::target_mac];
    switch ((*arp)[Arp::operation]) {
        case 1: {
            text += fmt::format("Request who-has {}", name(target));
            if (target_mac != MacAddress{}) text += fmt::format(" ({})", mac(target_mac));
            text += fmt::format(" tell {}", name(sender));
            break;
        }
        case 2: text += fmt::format("Reply {} is-at {}", name(sender), mac((*arp)[Arp::sender_mac])); break;
        default: text += fmt::format("Unknown ({})", (*arp)[Arp::operation]); break;
    }
    return text + fmt::format(", length {}", bytes.size());
}

std::string PacketPrinter::print_stp(Bytes b) const {
    if (b.size() < 4) return "[|stp]";
    const bool is_rapid = b[2] == 2;
    if (b[3] == 0x80) return fmt::format("STP 802.1d, Topology Change, length {}", b.size());
    if (b.size() < 35) return "[|stp]";
    static constexpr std::array<const char*, 8> flag_names{
        "Topology change", "Proposal", "", "", "Learn", "Forward", "Agreement", "Topology change ACK"};
    std::string flags;
    for (std::size_t i = 0; i < flag_names.size(); ++i)
        if ((b[4] >> i & 1) != 0 && *flag_names[i]) flags += (flags.empty() ? "" : ", ") + std::string(flag_names[i]);
    const auto bridge = [&](std::size_t at) {
        return fmt::format("{:04x}.{}", proto::load_be16(b.data() + at),
                           MacAddress::load(b.data() + at + 2).to_string());
    };
    std::string text = fmt::format("STP {}, Flags [{}], bridge-id {}.{:04x}, length {}",
                                   is_rapid ? "802.1w, Rapid STP" : "802.1d, Config", flags.empty() ? "none" : flags,
                                   bridge(17), proto::load_be16(b.data() + 25), b.size());
    if (o_.verbose == 0) return text;
    const auto seconds = [&](std::size_t at) {
        const unsigned hundredths = proto::load_be16(b.data() + at) * 100u / 256u;
        return fmt::format("{}.{:02}s", hundredths / 100, hundredths % 100);
    };
    return text +
           fmt::format(
               "\n\tmessage-age {}, max-age {}, hello-time {}, forwarding-delay {}\n\troot-id {}, root-pathcost {}",
               seconds(27), seconds(29), seconds(31), seconds(33), bridge(5), proto::load_be32(b.data() + 13));
}

// --- IPv4 and ICMP ---

std::string PacketPrinter::print_ipv4(Bytes bytes, bool with_label) {
    const auto ip = View<Ipv4>::parse(bytes);
    if (!ip) return "[|ip]";
    const std::size_t header = (*ip)[Ipv4::header_length], length = (*ip)[Ipv4::total_length];
    std::string text = with_label ? "IP " : "";
    if ((*ip)[Ipv4::version] != 4)
        return text + fmt::format("IP{} [wrong link-layer encapsulation]", (*ip)[Ipv4::version]);
    if (header < Ipv4::min_size || header > bytes.size() || length < header)
        return text + fmt::format("bad-hlen {}", header);
    const Bytes packet = bytes.first(std::min(length, bytes.size()));
    const Bytes payload = packet.subspan(header);
    const unsigned offset = (*ip)[Ipv4::fragment_offset];
    const bool more = (*ip)[Ipv4::more_fragments];
    const unsigned protocol = (*ip)[Ipv4::protocol];
    if (o_.verbose > 0) {
        const char* flags = more ? "+" : (*ip)[Ipv4::dont_fragment] ? "DF" : "none";
        text += fmt::format("(tos 0x{:x}, ttl {}, id {}, offset {}, flags [{}], proto {} ({}), length {}{}",
                            (*ip)[Ipv4::ds_field], (*ip)[Ipv4::ttl], (*ip)[Ipv4::identification], offset, flags,
                            protocol_name(protocol), protocol, length, header > Ipv4::min_size ? ", options (" : "");
        if (header > Ipv4::min_size) {
            const std::uint8_t kind = bytes[Ipv4::min_size];
            text += fmt::format("{})", kind == wire::Ipv4Options::record_route   ? "RR"
                                       : kind == wire::Ipv4Options::router_alert ? "RA"
                                       : kind == wire::Ipv4Options::timestamp    ? "TS"
                                                                                 : "unknown");
        }
        const std::uint16_t sum = proto::ChecksumSum{}.add(packet.first(header)).checksum();
        if (sum != 0) text += fmt::format(", bad cksum {:x} (->{:x})!", (*ip)[Ipv4::checksum], sum);
        text += ")\n    ";
    }
    const Ipv4Address source = (*ip)[Ipv4::source], destination = (*ip)[Ipv4::destination];
    const bool has_ports = (protocol == 6 || protocol == 17) && offset == 0;
    if (protocol == 17 && has_ports) return text + print_udp(payload, source, destination, !more);
    if (protocol == 6 && has_ports) return text + print_tcp(payload, source, destination);
    text += fmt::format("{} > {}: ", name(source), name(destination));
    if (offset > 0)
        return text + (o_.numeric_addresses ? fmt::format("ip-proto-{}", protocol)
                       : protocol == 1      ? "icmp"
                       : protocol == 6      ? "tcp"
                       : protocol == 17     ? "udp"
                                            : fmt::format("ip-proto-{}", protocol));
    if (protocol == 1) return text + print_icmp(payload, !more);
    if (protocol == 2) return text + print_igmp(payload);
    return text + fmt::format(" ip-proto-{} {}", protocol, payload.size());
}

std::string PacketPrinter::print_icmp(Bytes icmp, bool is_whole) {
    if (icmp.size() < wire::Icmp::min_size) return "[|icmp]";
    const std::uint8_t type = icmp[0];
    std::string text = "ICMP ";
    const std::uint16_t identifier = proto::load_be16(icmp.data() + 4), sequence = proto::load_be16(icmp.data() + 6);
    switch (type) {
        case 0:
        case 8:
            text += fmt::format("echo {}, id {}, seq {}", type == 8 ? "request" : "reply", identifier, sequence);
            break;
        case 13: text += fmt::format("time stamp query id {} seq {}", identifier, sequence); break;
        case 14: text += fmt::format("time stamp reply id {} seq {}", identifier, sequence); break;
        case 9: text += "router advertisement"; break;
        case 10: text += "router solicitation"; break;
        case 17: text += "address mask request"; break;
        default: text += wire::is_icmp_error(type) ? print_icmp_error(icmp) : fmt::format("type-#{}", type); break;
    }
    text += fmt::format(", length {}", icmp.size());
    if (o_.verbose == 0) return text;
    const std::uint16_t sum = proto::ChecksumSum{}.add(icmp).checksum();
    if (sum != 0 && is_whole)
        text += fmt::format(" (wrong icmp cksum {:x} (->{:x})!)", proto::load_be16(icmp.data() + 2), sum);
    if (wire::is_icmp_error(type) && icmp.size() >= 28) text += "\n\t" + print_ipv4(icmp.subspan(8), true);
    return text;
}

std::string PacketPrinter::print_icmp_error(Bytes icmp) {
    const auto quoted = View<Ipv4>::parse(icmp.subspan(8));
    const std::string target = quoted ? name((*quoted)[Ipv4::destination]) : "?";
    const std::uint8_t type = icmp[0], code = icmp[1];
    if (type == 11) return code == 0 ? "time exceeded in-transit" : "ip reassembly time exceeded";
    if (type == 4) return "source quench";
    if (type == 12) return fmt::format("parameter problem - octet {}", icmp[4]);
    if (type == 5) {
        static constexpr std::array<const char*, 4> kinds{"net", "host", "tos and net", "tos and host"};
        return fmt::format("redirect {} to {} {}", target, code < 4 ? kinds[code] : "host",
                           name(Ipv4Address::load(icmp.data() + 4)));
    }
    switch (code) {
        case 0: return fmt::format("net {} unreachable", target);
        case 1: return fmt::format("host {} unreachable", target);
        case 2: return fmt::format("{} protocol {} unreachable", target, quoted ? (*quoted)[Ipv4::protocol] : 0);
        case 4: {
            const std::uint16_t mtu = proto::load_be16(icmp.data() + 6);
            return mtu > 0 ? fmt::format("{} unreachable - need to frag (mtu {})", target, mtu)
                           : fmt::format("{} unreachable - need to frag", target);
        }
        case 5: return fmt::format("{} unreachable - source route failed", target);
        case 6: return fmt::format("net {} unreachable - unknown", target);
        case 7: return fmt::format("host {} unreachable - unknown", target);
        case 9: return fmt::format("net {} unreachable - admin prohibited", target);
        case 10: return fmt::format("host {} unreachable - admin prohibited", target);
        case 13: return fmt::format("host {} unreachable - admin prohibited filter", target);
        case 3: break;
        default: return fmt::format("{} unreachable - #{}", target, code);
    }
    const std::size_t header = quoted ? std::size_t{(*quoted)[Ipv4::header_length]} : 0;
    if (!quoted || icmp.size() < 8 + header + 4) return fmt::format("{} port unreachable", target);
    const std::uint16_t number = proto::load_be16(icmp.data() + 8 + header + 2);
    const unsigned protocol = (*quoted)[Ipv4::protocol];
    if (protocol == 6) return fmt::format("{} tcp port {} unreachable", target, port(number, true));
    if (protocol == 17) return fmt::format("{} udp port {} unreachable", target, port(number, false));
    return fmt::format("{} protocol {} port {} unreachable", target, protocol, number);
}

std::string PacketPrinter::print_igmp(Bytes igmp) const {
    if (igmp.size() < 8) return "[|igmp]";
    const Ipv4Address group = Ipv4Address::load(igmp.data() + 4);
    switch (igmp[0]) {
        case 0x11: return group.is_zero() ? "igmp query v2" : fmt::format("igmp query v2 [gaddr {}]", name(group));
        case 0x12: return fmt::format("igmp v1 report {}", name(group));
        case 0x16: return fmt::format("igmp v2 report {}", name(group));
        case 0x17: return fmt::format("igmp leave {}", name(group));
        case 0x22: return fmt::format("igmp v3 report, {} group record(s)", proto::load_be16(igmp.data() + 6));
        default: return fmt::format("igmp-{}", igmp[0]);
    }
}

}  // namespace layerlab::sim::programs
