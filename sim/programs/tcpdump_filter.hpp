// Capture filters in the language of pcap-filter(7), compiled to a predicate over the bytes of an Ethernet frame.
//
//     host 10.0.0.1 and (tcp port 80 or 443)      icmp[icmptype] = icmp-echo      not arp
//     src net 10.0.0.0/8 and udp dst port 53      tcp[tcpflags] & (tcp-syn|tcp-fin) != 0
//
// `and` and `or` bind alike, from the left, as there. Known: host net port portrange proto broadcast multicast
// src dst ether ip ip6 arp rarp tcp udp icmp igmp vlan len less greater, and comparisons of bytes. Not: inbound,
// outbound, MPLS, PPPoE, wlan, protochain.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/result.hpp"

namespace layerlab::sim::programs {

class CaptureFilter {
  public:
    using FindHost = std::function<std::optional<proto::Ipv4Address>(std::string_view name)>;

    CaptureFilter() = default;  // takes everything
    // The error's message is tcpdump's: "can't parse filter expression: syntax error", "unknown host 'x'".
    static proto::Result<CaptureFilter> parse(std::string_view text, const FindHost& find_host);

    bool matches(proto::Bytes frame) const;

    enum class Protocol : std::uint8_t { any, ether, ip, ip6, arp, rarp, tcp, udp, icmp, igmp, vlan };
    enum class Direction : std::uint8_t { either, source, destination, both };
    enum class Test : std::uint8_t {
        all_of,
        any_of,
        negation,
        protocol,  // a protocol alone
        host,      // `low` is the address
        net,       // `low` address, `high` mask
        port,      // from `low` to `high`
        mac,       // `mac`
        number,    // ether type or IP protocol `low`
        broadcast,
        multicast,
        vlan,  // `low` identifier, `high` 1: any
        less,  // length at most `low`
        greater,
        compare,  // children are the two sides, `low` the comparison
        // of numbers
        constant,  // `low`
        length,
        load,       // child: offset; `high` bytes of the protocol's header
        operation,  // children; `low` the operator's character
    };
    struct Node {
        Test test = Test::all_of;
        Protocol protocol = Protocol::any;
        Direction direction = Direction::either;
        std::uint32_t low = 0, high = 0;
        proto::MacAddress mac{};
        int left = -1, right = -1;  // children
    };

  private:
    std::vector<Node> nodes_;
    int root_ = -1;
};

}  // namespace layerlab::sim::programs
