// A DHCP server for one subnet: RFC 2131 section 4.3. Of relay agents it serves those on that subnet. Without static
// assignments and without a probe before the offer.
//
// A message goes in; a verdict with its reason, and the answer if there is one, come out. New clients get the lowest
// address that nobody has had, then the lowest one that is free again; a client gets its earlier address while nobody
// else has it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "proto/base/time.hpp"
#include "proto/wire/dhcp.hpp"

namespace layerlab::proto::machine {

struct DhcpRange {
    Ipv4Address first, last;  // both included
};

struct DhcpServerConfig {
    Ipv4Address address;  // of this server on that subnet; its identifier
    Ipv4Prefix subnet;    // gives mask and broadcast address
    std::vector<DhcpRange>
        ranges;                // what lies outside the subnet, and the server's and routers' addresses, is left out
    Duration lease_time = 1h;  // whole seconds; a client may ask for less
    std::vector<Ipv4Address> routers;
    std::vector<Ipv4Address> dns_servers;
    std::string domain;
    bool authoritative = true;    // refuses (NAK) what it does not know, instead of silence
    Duration offer_time = 60s;    // an offer is kept that long for the client
    Duration quarantine = 10min;  // a declined address is not given out that long
};

enum class DhcpLeaseState : std::uint8_t { offered, bound, expired, released, declined };
const char* to_text(DhcpLeaseState state);

struct DhcpServerLease {
    Ipv4Address address;
    MacAddress mac;
    std::string hostname;
    DhcpLeaseState state = DhcpLeaseState::offered;
    Time until = never;      // end of the offer, lease or quarantine; of the past for expired and released
    bool was_bound = false;  // remembered when it ends, unlike an offer that nobody took
    std::string client;      // key: client id, or hardware type and address
};

enum class DhcpVerdict : std::uint8_t { ignored, offered, acknowledged, refused, declined, released, informed };

enum class DhcpReason : std::uint8_t {
    // offered
    lowest_free,      // a new client
    current_address,  // the client has, or is offered, this address
    earlier_address,  // the client had it before
    asked_for,        // option 50, and free
    // acknowledged
    offer_accepted,
    known_after_reboot,
    extended,
    // refused
    wrong_network,
    taken,         // somebody else has it
    not_assigned,  // this client was not given that address
    // declined, released, informed
    in_use,
    given_back,
    has_address,
    // ignored
    not_a_request,
    relayed,
    not_ethernet,
    bad_message,
    other_server,
    scope_exhausted,
    unknown_client,
};
const char* to_text(DhcpReason reason);  // "no address of the range is free"

// Where a reply goes: to port 68 of `address` (or 67 of a relay agent), and without ARP to `mac` unless the host is to
// resolve it.
struct DhcpDestination {
    enum class Kind : std::uint8_t {
        broadcast,       // 255.255.255.255, ff:ff:ff:ff:ff:ff
        unconfigured,    // to yiaddr in a frame to chaddr: the client cannot answer ARP yet
        client_address,  // to ciaddr, as any datagram
        relay,           // to port 67 of giaddr
    };
    Kind kind = Kind::broadcast;
    Ipv4Address address{0xffff'ffff};
    MacAddress mac = broadcast_mac;
};

struct DhcpServerResult {
    DhcpVerdict verdict = DhcpVerdict::ignored;
    DhcpReason reason = DhcpReason::bad_message;
    Ipv4Address address;  // that the verdict is about, 0.0.0.0 if none
    std::optional<wire::DhcpMessage> reply;
    DhcpDestination destination;
};

class DhcpServer {
  public:
    explicit DhcpServer(DhcpServerConfig config);

    DhcpServerResult on_message(const wire::DhcpMessage& message, Time now);

    // When the next offer, lease or quarantine ends. It need not be waited for: on_message looks first.
    Time next_deadline() const { return ends_.empty() ? never : ends_.begin()->first; }
    void on_deadline(Time now);

    const DhcpServerConfig& config() const { return config_; }
    const std::map<Ipv4Address, DhcpServerLease>& leases() const { return leases_; }  // by address
    std::uint64_t free_addresses() const;                                             // free ones, had before or not

  private:
    struct Choice {
        DhcpServerLease* lease = nullptr;
        DhcpReason reason = DhcpReason::scope_exhausted;
    };
    // Free addresses as intervals first -> last, so that a /8 costs nothing.
    class Intervals {
      public:
        void add(std::uint32_t first, std::uint32_t last);
        void remove(std::uint32_t address);
        bool contains(std::uint32_t address) const;
        bool empty() const { return intervals_.empty(); }
        std::uint32_t lowest() const { return intervals_.begin()->first; }
        std::uint64_t count() const;

      private:
        std::map<std::uint32_t, std::uint32_t> intervals_;
    };

    DhcpServerResult answer_to(const wire::DhcpMessage& message, Time now);
    static void by_relay(const wire::DhcpMessage& message, DhcpServerResult& result);
    DhcpServerResult on_discover(const wire::DhcpMessage& m, const std::string& client, Time now);
    DhcpServerResult on_request(const wire::DhcpMessage& m, const std::string& client, Time now);
    DhcpServerResult on_decline(const wire::DhcpMessage& m, const std::string& client, Time now);
    DhcpServerResult on_release(const wire::DhcpMessage& m, const std::string& client, Time now);
    DhcpServerResult on_inform(const wire::DhcpMessage& m) const;
    DhcpServerResult acknowledge(const wire::DhcpMessage& m, DhcpServerLease& lease, DhcpReason reason, Time now);
    DhcpServerResult refuse(const wire::DhcpMessage& m, Ipv4Address address, DhcpReason reason) const;
    void withdraw_offer(const std::string& client, Time now);

    Choice choose(const wire::DhcpMessage& m, const std::string& client);
    DhcpServerLease* lease_of(const std::string& client);
    DhcpServerLease& assign(Ipv4Address address, const wire::DhcpMessage& m, const std::string& client);
    void forget(Ipv4Address address);
    void set(DhcpServerLease& lease, DhcpLeaseState state, Time until);
    static bool is_held(DhcpLeaseState state);

    wire::DhcpMessage answer(const wire::DhcpMessage& m, wire::DhcpType type) const;
    void add_parameters(wire::DhcpMessage& reply, const wire::DhcpMessage& m) const;
    void add_times(wire::DhcpMessage& reply, Duration lease) const;
    Duration granted(const wire::DhcpMessage& m) const;
    static DhcpDestination destination_of(const wire::DhcpMessage& m, Ipv4Address your_address);

    DhcpServerConfig config_;
    Intervals unused_;  // never given out
    Intervals again_;   // expired or released, still remembered in leases_
    std::map<Ipv4Address, DhcpServerLease> leases_;
    std::map<std::string, Ipv4Address> clients_;
    std::set<std::pair<Time, Ipv4Address>> ends_;  // of what is offered, bound or declined
};

}  // namespace layerlab::proto::machine
