// The IP host as one piece: Ethernet and ARP, IPv4 with fragments and ICMP, UDP and TCP, and what a router adds:
// forwarding, rules and NAT. RFC 1122, RFC 1812. Reads top to bottom: stack_input.cpp (a frame's way up),
// stack_output.cpp (a packet's way down), stack_loopback.cpp, stack_forward.cpp, stack_icmp.cpp, stack_udp.cpp,
// stack_tcp.cpp.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "proto/machine/route_table.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/ipv4.hpp"
#include "sim/net/filter.hpp"
#include "sim/net/interface.hpp"
#include "sim/net/socket.hpp"

namespace layerlab::proto::machine {
class FragmentTable;
struct TcpHeader;
}  // namespace layerlab::proto::machine

namespace layerlab::sim {

namespace machine = proto::machine;
namespace wire = proto::wire;

class Host;
class Ipv6Stack;
struct Ipv6Input;

// Counters of `netstat -s`.
struct StackCounters {
    std::uint64_t ip_received = 0, ip_forwarded = 0, ip_delivered = 0, ip_sent = 0, ip_discarded = 0;
    std::uint64_t icmp_sent = 0, icmp_received = 0;
    std::uint64_t udp_received = 0, udp_sent = 0, udp_no_port = 0;
    std::uint64_t tcp_received = 0, tcp_sent = 0, tcp_retransmitted = 0, tcp_resets_sent = 0;
};

// A parsed IPv4 packet inside a frame; valid while the frame is.
struct Ipv4Input {
    PortId in_port;
    Ipv4Address source, destination;
    std::uint8_t protocol, ttl;
    std::uint8_t header_length;  // bytes
    bool is_link_broadcast;      // the frame was sent to more than this host
    Bytes packet;                // from the IP header on, without Ethernet padding
    PacketId id;

    Bytes payload() const { return packet.subspan(header_length); }
};

// What UDP and TCP see of a packet of either family.
struct TransportInput {
    PortId in_port;
    IpAddress source, destination;
    std::uint8_t protocol, ttl;
    bool is_link_broadcast;
    Bytes packet;   // from the IP header on
    Bytes segment;  // from the transport header on
    PacketId id;

    Bytes payload() const { return segment; }
    Endpoint from(std::uint16_t port) const { return {source, port, zone_of(source)}; }
    Endpoint to(std::uint16_t port) const { return {destination, port}; }

  private:
    PortId zone_of(const IpAddress& a) const { return a.is_v6() && needs_zone(a.v6()) ? in_port : no_port; }
};

class Stack {
  public:
    explicit Stack(Host& host);
    ~Stack();

    // --- configuration; ports() of the host and interfaces() have the same indices ---
    std::vector<Interface>& interfaces() { return interfaces_; }
    const std::vector<Interface>& interfaces() const { return interfaces_; }
    void add_interface() { interfaces_.emplace_back(); }
    void add_address(PortId port, Ipv4Prefix prefix, bool is_dynamic = false, Time valid_until = proto::never);
    void remove_address(PortId port, Ipv4Address address);
    // What the administrator says; whether there is a carrier is the link's.
    void set_interface_up(Context& context, PortId port, bool up);
    machine::RouteTable& routes() { return routes_; }
    const machine::RouteTable& routes() const { return routes_; }
    void set_default_gateway(Ipv4Address gateway, std::uint32_t line);
    bool set_permanent_neighbor(Context& context, Ipv4Address address, MacAddress mac);
    bool forwards = false;
    Filter* filter() { return filter_.get(); }
    const Filter* filter() const { return filter_.get(); }
    Filter& make_filter();
    // nullptr: this host speaks IPv4 only.
    Ipv6Stack* ipv6() { return ipv6_.get(); }
    const Ipv6Stack* ipv6() const { return ipv6_.get(); }
    Ipv6Stack& make_ipv6();
    void come_up(Context& context);  // power is back
    const StackCounters& counters() const { return counters_; }
    const InterfaceCounters& loopback_counters() const;

    // --- frames and time ---
    void on_frame(Context& context, PortId port, PacketRef&& frame);
    void on_carrier(Context& context, PortId port, bool up);
    void forget();  // power lost: caches, learned routes, sockets and half-made packets are gone

    // --- sending ---
    // `packet` holds the payload of IP (an ICMP, UDP or TCP message) with room in front. Pushes the IP header and
    // sends. Checksums of the payload are the caller's.
    SocketError send(Context& context, PacketRef packet, wire::IpProtocol protocol, Ipv4Address destination,
                     const IpOptions& options);
    // The same to an address of either family.
    SocketError send(Context& context, PacketRef packet, wire::IpProtocol protocol, const Endpoint& to,
                     const IpOptions& options);
    // The source address that packets to `destination` get; 0 if there is no route.
    Ipv4Address source_for(Ipv4Address destination) const;
    IpAddress source_for(const Endpoint& to) const;
    bool is_own(Ipv4Address a) const;
    bool is_own(const IpAddress& a) const;
    bool is_broadcast(PortId port, Ipv4Address a) const;
    // Tells the sender of `packet` (bytes from its IP header on) that it could not be delivered, within the limits of
    // RFC 1122 section 3.2.2 and RFC 1812 section 4.3.2. `rest` is the second word of the ICMP header.
    void send_icmp_error(Context& context, Bytes packet, std::uint8_t type, std::uint8_t code, std::uint32_t rest = 0);
    // Sends an ARP request of its own (arping, address conflict probe, announcement).
    void send_arp(Context& context, PortId port, bool is_reply, Ipv4Address sender, Ipv4Address target,
                  MacAddress target_mac, MacAddress frame_destination);
    // Called with every ARP message that arrives on a port while set: the conflict probe of a DHCP client.
    std::function<void(Context&, PortId, Ipv4Address sender, MacAddress mac)> on_arp_heard;

    // --- sockets ---
    struct UdpTable;
    struct TcpTable;
    UdpTable& udp();
    TcpTable& tcp();
    // For netstat and ss, by local port.
    struct SocketRow {
        bool is_tcp = false;
        std::string state;  // "LISTEN", "ESTAB" ... as ss prints; UDP: "UNCONN"
        Endpoint local, remote;
        std::uint64_t receive_queue = 0, send_queue = 0;
        std::string process;
    };
    std::vector<SocketRow> sockets() const;
    // Counts sockets that were opened and closed; whoever shows them looks again when this differs.
    std::uint64_t socket_changes() const;
    // What waits for the rest of its fragments, by the table; nullptr: never was anything.
    const machine::FragmentTable* fragments() const;
    std::size_t path_mtu_count() const;  // destinations whose path MTU is remembered

    // --- for the sockets ---
    Host& host() { return host_; }
    void add_tap(PortTap::State& tap);
    void remove_tap(PortTap::State& tap);
    void add_icmp(IcmpSocket::State& socket);
    void remove_icmp(IcmpSocket::State& socket);
    void count_udp_sent() { ++counters_.udp_sent; }
    void count_tcp_sent(bool again) {
        ++counters_.tcp_sent;
        if (again) ++counters_.tcp_retransmitted;
    }
    // Settings of a new connection to `remote`, with fresh random numbers.
    machine::TcpConfig tcp_config(Simulator& simulator, const Endpoint& local, const Endpoint& remote);
    // Timer, listener and waiting programs after anything has happened to a connection.
    void after_tcp_work(Context& context, TcpSocket::State& connection);
    // Largest IP packet towards a destination: the port's MTU or what path MTU discovery has found.
    std::uint16_t mtu_to(Ipv4Address destination, Time now) const;
    std::uint16_t mtu_to(const IpAddress& destination, Time now) const;

  private:
    friend class Ipv6Stack;
    struct NeighborTimer;  // the ARP timers of one interface
    class NeighborOut;     // where its ARP cache sends
    struct Loopback;       // the interface `lo`
    struct Rare;           // what most hosts never need

    // stack_input.cpp
    void on_arp(Context& context, PortId port, const PacketRef& frame);
    void on_ipv4(Context& context, PortId port, PacketRef&& frame);
    bool is_for_me(const Ipv4Input& ip) const;
    void deliver(Context& context, const Ipv4Input& ip);
    void reassemble(Context& context, const Ipv4Input& ip);
    void expire_fragments(Context& context);
    // stack_forward.cpp
    void forward(Context& context, const Ipv4Input& ip, PacketRef&& frame);
    // stack_output.cpp
    SocketError route_and_emit(Context& context, PacketRef&& packet, Ipv4Address destination, const IpOptions& options);
    void emit(Context& context, PortId out, Ipv4Address next_hop, PacketRef&& packet);
    SocketError emit_fragments(Context& context, PortId out, Ipv4Address next_hop, PacketRef packet, std::uint16_t mtu);
    void put_on_wire(Context& context, PortId out, const MacAddress& to, PacketRef&& packet, wire::EtherType type);
    void loop_back(Context& context, PacketRef packet);
    void arm_neighbors(Context& context, PortId port);
    // stack_icmp.cpp
    void on_icmp(Context& context, const Ipv4Input& ip);
    void on_icmp_error(Context& context, const Ipv4Input& ip);
    bool is_credible(Context& context, PortId in, PacketId id, const Endpoint& local, const Endpoint& remote,
                     const std::uint8_t* quoted_header);
    void answer_echo(Context& context, const Ipv4Input& ip);
    // stack_udp.cpp, stack_tcp.cpp
    void on_udp(Context& context, const TransportInput& ip);
    void on_tcp(Context& context, const TransportInput& ip);
    void say_port_unreachable(Context& context, const TransportInput& ip);
    void tell_icmp_sockets(Context& context, const TransportInput& ip);
    bool pass_to_host6(Context& context, const Ipv6Input& ip);
    bool pass_through6(Context& context, const Ipv6Input& ip, PortId out);
    void confirm_neighbor(Time now, TcpSocket::State& connection);
    void on_tcp_without_connection(Context& context, const TransportInput& ip, Endpoint local, Endpoint remote,
                                   const machine::TcpHeader& header, std::size_t payload);

    void tap(Context& context, PortId port, bool outgoing, Bytes frame);
    Rare& rare();

    struct OwnAddress {
        Ipv4Address address, broadcast;
        PortId port;
    };
    void refresh_own_addresses();
    void connect_networks(PortId port);
    void take_out(PortId port, std::vector<InterfaceAddress>::iterator address);

    Host& host_;
    std::vector<Interface> interfaces_;
    // False: it is neither an address nor a broadcast address of this host's. Routers with many interfaces ask that of
    // every packet.
    bool may_be_own(Ipv4Address a) const { return (own_bits_[own_bit(a) / 64] >> (own_bit(a) % 64) & 1) != 0; }
    static constexpr std::uint32_t own_bit(Ipv4Address a) { return (a.number * 0x9e37'79b1u) >> 24; }
    std::vector<OwnAddress> own_;  // all addresses of all interfaces, flat for the look-up on every packet
    std::array<std::uint64_t, 4> own_bits_{};
    machine::RouteTable routes_;
    std::unique_ptr<UdpTable> udp_;
    std::unique_ptr<TcpTable> tcp_;
    std::unique_ptr<Filter> filter_;
    std::unique_ptr<Rare> rare_;
    std::unique_ptr<Loopback> loopback_;
    std::unique_ptr<Ipv6Stack> ipv6_;
    StackCounters counters_;
    std::uint16_t next_identification_ = 0;
};

}  // namespace layerlab::sim
