// Frames as lines of text, as tcpdump 4.99 prints them: Ethernet, VLAN, ARP, IPv4, ICMP, UDP, TCP, and of applications
// DNS, DHCP, NTP's first line and the first line of HTTP, SMTP, FTP. Other protocols are named by their number.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"

namespace layerlab::sim::programs {

struct PrintOptions {
    unsigned verbose = 0;
    bool link_header = false;        // -e
    bool quiet = false;              // -q
    bool numeric_addresses = false;  // -n
    bool numeric_ports = false;      // -n too: tcpdump has one switch for both
    bool absolute_sequence = false;  // -S
    std::function<std::optional<std::string>(proto::Ipv4Address)> name_of;
};

class PacketPrinter {
  public:
    explicit PacketPrinter(PrintOptions options) : o_(std::move(options)) {}

    // The text behind the time; no newline at its end. The bytes are an Ethernet frame.
    std::string print(proto::Bytes frame);
    // The same behind the pseudo header of "any": `label` is "eth0  In ".
    std::string print_cooked(proto::Bytes frame, unsigned interface_index);

  private:
    std::string print_network(std::uint16_t type, proto::Bytes payload);
    std::string print_arp(proto::Bytes arp) const;
    std::string print_stp(proto::Bytes bpdu) const;
    std::string print_ipv4(proto::Bytes packet, bool with_label);
    std::string print_icmp(proto::Bytes icmp, bool is_whole);
    std::string print_icmp_error(proto::Bytes icmp);
    std::string print_igmp(proto::Bytes igmp) const;
    // tcpdump_transport.cpp
    std::string print_udp(proto::Bytes udp, proto::Ipv4Address source, proto::Ipv4Address destination, bool is_whole);
    std::string print_tcp(proto::Bytes tcp, proto::Ipv4Address source, proto::Ipv4Address destination);
    std::string tcp_options(proto::Bytes options, std::uint32_t sack_base) const;
    std::string tcp_payload(proto::Bytes payload, std::uint16_t source_port, std::uint16_t destination_port) const;

    std::string name(proto::Ipv4Address address) const;
    std::string port(std::uint16_t port, bool is_tcp) const;
    std::string mac(proto::MacAddress mac) const;

    // First sequence numbers of both directions: shown numbers are relative to them.
    struct Conversation {
        std::uint32_t first = 0, second = 0;
    };
    using ConversationKey = std::tuple<std::uint64_t, std::uint64_t>;
    std::map<ConversationKey, Conversation> conversations_;
    PrintOptions o_;
};

// tcpdump_application.cpp. The texts begin behind "a > b: ".
std::string print_dns(proto::Bytes message, unsigned verbose);
std::string print_dhcp(proto::Bytes message, unsigned verbose, bool numeric);

// Lines of "\n\t0x0000:  4500 0030 ..." with or without characters.
std::string hex_lines(proto::Bytes bytes, bool with_characters);

}  // namespace layerlab::sim::programs
