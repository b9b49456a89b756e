// The client of DHCP for one interface: RFC 2131 section 4.4 and figure 5, without INIT-REBOOT and INFORM.
//
//     stopped --start--> selecting --offer--> requesting --ack--> [probing --free-->] bound --T1--> renewing --T2-->
//     rebinding
//        ^                   ^                    |nak                |in use ^---ack-------'---ack----------'
//        '--release, stop    '----waiting <-------'-------------------'                   nak, expiry: back to
//        selecting
//
// It takes the first offer. The host sends what comes out, sets the address, asks by ARP whether it is free, and gives
// the answer back. Random numbers come from the host: transaction ids and the +-1 s of each retransmission.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/base/time.hpp"
#include "proto/wire/dhcp.hpp"

namespace layerlab::proto::machine {

// What a server gave, as the host needs it.
struct DhcpLease {
    Ipv4Prefix address;  // with the mask's length; without a mask option that of the address class (RFC 950)
    std::vector<Ipv4Address> routers;
    std::vector<Ipv4Address> dns_servers;
    std::string domain;
    Ipv4Address server;                                            // its identifier (option 54)
    Time renew_at = never, rebind_at = never, expires_at = never;  // T1, T2, the end; never: for good

    friend bool operator==(const DhcpLease&, const DhcpLease&) = default;
};

enum class DhcpClientState : std::uint8_t {
    stopped,
    waiting,  // a pause before the next DISCOVER, after a DECLINE or repeated NAKs
    selecting,
    requesting,
    probing,  // the host asks by ARP whether the acknowledged address is in use
    bound,
    renewing,
    rebinding,
};
const char* to_text(DhcpClientState state);  // "SELECTING"

enum class DhcpUnbind : std::uint8_t { expired, nak, address_in_use, released, stopped };
const char* to_text(DhcpUnbind reason);

enum class DhcpSending : std::uint8_t { broadcast, unicast };

struct DhcpClientConfig {
    MacAddress mac;
    std::string hostname;                 // option 12; empty: not sent
    std::vector<std::uint8_t> client_id;  // option 61 whole; empty: not sent
    bool probe = true;                    // ask before use; false: bound as soon as acknowledged
    bool broadcast_replies = false;       // the broadcast flag, for hosts that cannot receive unicast yet
};

class DhcpClient {
  public:
    class Out {
      public:
        virtual ~Out() = default;
        // To port 67 of 255.255.255.255 or of `server`, from port 68 of `source` (0.0.0.0 before there is an address).
        virtual void send(const wire::DhcpMessage& message, DhcpSending how, Ipv4Address server,
                          Ipv4Address source) = 0;
        // Ask by ARP whether somebody has the address, then call address_free() or address_in_use().
        virtual void probe(Ipv4Address address) = 0;
        virtual void bind(const DhcpLease& lease) = 0;  // also when renewed, with new times
        virtual void unbind(DhcpUnbind reason) = 0;     // only after bind
        virtual std::uint32_t random() = 0;
    };

    explicit DhcpClient(DhcpClientConfig config) : config_(std::move(config)) {}

    void start(Time now, Out& out);    // nothing when already started
    void stop(Out& out);               // silently, as when the cable is pulled
    void release(Time now, Out& out);  // gives the lease back, then stopped

    void on_message(const wire::DhcpMessage& message, Time now, Out& out);  // whatever came to port 68
    void address_free(Time now, Out& out);                                  // answers probe()
    void address_in_use(Time now, Out& out);  // answers probe(), or a conflict seen later: DHCPDECLINE

    Time next_deadline() const { return deadline_; }
    void on_deadline(Time now, Out& out);

    DhcpClientState state() const { return state_; }
    bool has_lease() const { return holds_address(); }
    const DhcpLease& lease() const { return lease_; }  // of meaning when has_lease() or probing
    unsigned tries() const { return tries_; }          // messages sent in this state

  private:
    bool holds_address() const;
    void discover(Time now, Out& out);
    void pause(Duration length, Time now, Out& out);
    void send_discover(Time now, Out& out);
    void send_request(Time now, Out& out);
    void ask_for_extension(DhcpClientState state, Time now, Out& out);
    void on_offer(const wire::DhcpMessage& offer, Time now, Out& out);
    void on_ack(const wire::DhcpMessage& ack, Time now, Out& out);
    void on_nak(Time now, Out& out);
    void take_bound(Out& out);
    void unbind(DhcpUnbind reason, Out& out);
    wire::DhcpMessage message(wire::DhcpType type, Time now) const;
    Duration backoff(Out& out) const;

    DhcpClientConfig config_;
    DhcpLease lease_;
    DhcpClientState state_ = DhcpClientState::stopped;
    std::uint32_t id_ = 0;
    unsigned tries_ = 0;
    unsigned naks_ = 0;     // since the last lease
    Ipv4Address previous_;  // asked for again in the next DISCOVER
    Time began_{};          // of this acquisition: `secs`
    Time requested_{};      // when the REQUEST was first sent: a lease counts from there (RFC 2131 section 4.4.1)
    Time deadline_ = never;
};

}  // namespace layerlab::proto::machine
