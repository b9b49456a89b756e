// The IPv6 layer of a host: a host has one only once it has an IPv6 address or wants one. RFC 8200 (packets), RFC 4443
// (ICMPv6), RFC 4861 (neighbor discovery), RFC 4862 (addresses). Reads top to bottom: ipv6_input.cpp (a packet's way
// up), ipv6_output.cpp (a packet's way down), ipv6_fragments.cpp, ipv6_forward.cpp, ipv6_icmp.cpp, ipv6_neighbors.cpp,
// ipv6_configuration.cpp (addresses, routers, groups). UDP and TCP are Stack's.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "proto/machine/icmp_limiter.hpp"
#include "proto/machine/ipv6_address_table.hpp"
#include "proto/machine/ipv6_fragments.hpp"
#include "proto/machine/ipv6_route_table.hpp"
#include "proto/machine/ipv6_rule_table.hpp"
#include "proto/machine/mld_listener.hpp"
#include "proto/machine/neighbor_cache.hpp"
#include "proto/machine/router_discovery.hpp"
#include "proto/machine/stable_address.hpp"
#include "sim/net/stack.hpp"

namespace layerlab::sim {

using proto::Ipv6Address;
using proto::Ipv6Prefix;

struct Ipv6Input {
    PortId in_port;
    Ipv6Address source, destination;
    std::uint8_t protocol, hop_limit;
    bool is_link_multicast;  // the frame was sent to a group
    Bytes packet;            // from the IPv6 header on, without Ethernet padding
    std::size_t at;          // where the header of `protocol` begins
    std::size_t next_field;  // where the octet is that says `protocol`
    PacketId id;

    Bytes payload() const { return packet.subspan(at); }
};

// What a router says on one port.
struct RouterSettings {
    proto::wire::RouterAdvertisement advertisement;
    std::uint32_t line = 0;
};

struct Ipv6Interface {
    machine::Ipv6AddressTable addresses;
    machine::NeighborCache<PacketRef, Ipv6Address> neighbors;
    machine::MldListener groups;
    machine::RouterSolicitor solicitor;
    machine::RouterAdvertiser advertiser;
    std::unique_ptr<RouterSettings> router;  // advertises
    std::unique_ptr<Timer> timer;
    std::vector<Ipv6Address> dns_servers;  // advertised
    bool autoconfigures = false;           // listens to router advertisements
    bool is_announced = false;             // has told the link that it is there: groups are reported
    bool managed = false, other = false;   // M and O of the last advertisement
    std::uint8_t dad_counter = 0;          // of RFC 7217: how often an address was somebody else's
    std::uint8_t hop_limit = 64;
    std::uint16_t mtu = 0;  // advertised; 0: the port's
    std::uint16_t open_groups = 0;
};

class Ipv6Stack {
  public:
    explicit Ipv6Stack(Stack& stack);
    ~Ipv6Stack();

    // --- configuration; interfaces have the indices of the host's ports ---
    // The link-local address and the groups of a port. With `announces` as when a cable is plugged in: duplicate
    // address detection, listener reports; otherwise as if that were long ago.
    void enable(Context& context, PortId port, bool announces);
    bool is_enabled(PortId port) const;
    void add_address(Context& context, PortId port, Ipv6Prefix prefix, bool with_probe,
                     machine::Ipv6AddressOrigin origin = machine::Ipv6AddressOrigin::stated,
                     Time preferred_until = proto::never, Time valid_until = proto::never);
    bool remove_address(Context& context, PortId port, const Ipv6Address& address);
    void autoconfigure(Context& context, PortId port);  // asks for routers and listens to them
    void advertise(Context& context, PortId port, RouterSettings settings);
    void stop_advertising(Context& context, PortId port);
    bool add_route(Ipv6Prefix to, const Ipv6Address& gateway, PortId out, std::uint32_t line,
                   std::uint32_t metric = 1024);
    bool set_permanent_neighbor(Context& context, PortId port, const Ipv6Address& address, MacAddress mac);
    std::vector<Ipv6Interface>& interfaces() { return interfaces_; }
    const std::vector<Ipv6Interface>& interfaces() const { return interfaces_; }
    machine::Ipv6RouteTable& routes() { return routes_; }
    const machine::Ipv6RouteTable& routes() const { return routes_; }
    machine::Ipv6RuleTable& rules() { return rules_; }
    const machine::Ipv6FragmentTable& fragments() const { return fragments_; }
    std::size_t path_mtu_count() const { return path_mtus_.size(); }
    void join(Context& context, PortId port, const Ipv6Address& group);
    void leave(Context& context, PortId port, const Ipv6Address& group);
    std::vector<Ipv6Address> dns_servers() const;            // advertised
    std::function<void(Context&, PortId)> on_advertisement;  // M or O was heard: a DHCPv6 client begins

    // --- frames and time ---
    void on_packet(Context& context, PortId port, PacketRef&& frame);
    void on_carrier(Context& context, PortId port, bool up);
    void forget();
    void come_up(Context& context);  // power is back

    // --- sending ---
    SocketError send(Context& context, PacketRef packet, wire::IpProtocol protocol, const Ipv6Address& destination,
                     const IpOptions& options);
    // :: if there is no route or no address.
    Ipv6Address source_for(const Ipv6Address& destination, PortId zone = no_port) const;
    bool is_own(const Ipv6Address& address) const;
    std::uint16_t mtu_to(const Ipv6Address& destination, Time now) const;
    bool can_reach(const Ipv6Address& destination) const;
    void confirm(Time now, const Ipv6Address& destination, PortId zone);
    // Tells the sender of `packet` why it went no further, within the limits of RFC 4443 section 2.4.
    void send_error(Context& context, PortId in, Bytes packet, wire::Icmpv6Type type, std::uint8_t code,
                    std::uint32_t rest = 0);

    // Whether the rules let a packet pass, to this host or out of a port; if not, that has been recorded.
    bool judge(Context& context, const Ipv6Input& ip, std::optional<PortId> out);

    struct Own {
        Ipv6Address address;
        PortId port;
    };

  private:
    class PortTimer;
    class NeighborOut;
    struct AddressOut;
    struct General;  // the timer of fragments and routes

    // ipv6_input.cpp
    bool is_for_me(const Ipv6Input& ip) const;
    void process(Context& context, Ipv6Input ip);
    void deliver(Context& context, const Ipv6Input& ip);
    bool take_options(Context& context, const Ipv6Input& ip, std::size_t at, std::size_t size);
    bool take_option(Context& context, const Ipv6Input& ip, std::size_t at);
    void parameter_problem(Context& context, const Ipv6Input& ip, std::uint8_t code, std::size_t pointer);
    // ipv6_fragments.cpp
    void reassemble(Context& context, const Ipv6Input& ip);
    void expire(Context& context);
    SocketError emit_fragments(Context& context, PortId out, const Ipv6Address& next_hop, PacketRef packet,
                               std::uint16_t mtu);
    void arm_general(Context& context);
    // ipv6_forward.cpp
    void forward(Context& context, const Ipv6Input& ip, PacketRef&& frame);
    void maybe_redirect(Context& context, const Ipv6Input& ip, const machine::Ipv6Route& route);
    // ipv6_output.cpp
    SocketError route_and_emit(Context& context, PacketRef&& packet, const Ipv6Address& destination,
                               const IpOptions& options);
    void emit(Context& context, PortId out, const Ipv6Address& next_hop, PacketRef&& packet);
    std::uint16_t path_mtu(const Ipv6Address& destination, std::uint16_t mtu, Time now) const;
    std::uint16_t port_mtu(PortId port) const;
    PortId only_port() const;
    // ipv6_icmp.cpp
    void on_icmp(Context& context, const Ipv6Input& ip);
    void on_error(Context& context, const Ipv6Input& ip);
    void answer_echo(Context& context, const Ipv6Input& ip);
    void send_message(Context& context, PortId out, const Ipv6Address& source, const Ipv6Address& destination,
                      Bytes message, std::uint8_t hop_limit = 255, bool router_alert = false,
                      const MacAddress* to = nullptr);
    // ipv6_neighbors.cpp
    void on_solicitation(Context& context, const Ipv6Input& ip);
    void on_neighbor_advertisement(Context& context, const Ipv6Input& ip);
    void on_redirect(Context& context, const Ipv6Input& ip);
    void note_neighbor(Context& context, PortId port, const Ipv6Address& address, const MacAddress& mac,
                       bool may_create, PacketId id);
    void park(Context& context, PortId out, const Ipv6Address& next_hop, PacketRef&& packet);
    // ipv6_configuration.cpp
    void on_router_solicitation(Context& context, const Ipv6Input& ip);
    void on_router_advertisement(Context& context, const Ipv6Input& ip);
    void on_query(Context& context, const Ipv6Input& ip);
    void send_advertisement(Context& context, PortId port, bool is_last = false);
    void send_report(Context& context, PortId port, const std::vector<wire::MldRecord>& records);
    void on_conflict(Context& context, PortId port, const Ipv6Address& address);
    void join_groups_of(Context& context, PortId port, const Ipv6Address& address);
    void make_link_local(Context& context, PortId port, bool with_probe);
    void on_port_deadline(Context& context, PortId port);
    void arm(Context& context, PortId port);
    void refresh_own();
    Duration random(Context& context, Duration most);
    const machine::SipKey& secret(Context& context);
    std::optional<Ipv6Address> link_local_of(PortId port) const;

    Host& host();
    const Host& host() const;

    Stack& stack_;
    std::vector<Ipv6Interface> interfaces_;
    std::vector<Own> own_;  // usable addresses, flat for the look-up on every packet
    machine::Ipv6RouteTable routes_;
    machine::Ipv6RuleTable rules_;
    machine::Ipv6FragmentTable fragments_;
    machine::IcmpLimiter limiter_;
    struct PathMtu {
        Ipv6Address destination;
        std::uint16_t mtu;
        Time until;  // RFC 8201 section 4: then larger packets are tried again
    };
    std::vector<PathMtu> path_mtus_;
    std::unique_ptr<General> general_;
    std::optional<machine::SipKey> secret_;
    std::uint32_t next_identification_ = 0;
};

}  // namespace layerlab::sim
