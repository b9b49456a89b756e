// A DHCPv6 client for one address, or for other configuration only: RFC 8415 section 18.2, with the retransmissions of
// section 15 (their random factors come from the caller, so that a run can be repeated). No relay, no rapid commit.
#pragma once

#include <optional>

#include "proto/base/time.hpp"
#include "proto/wire/dhcpv6.hpp"

namespace layerlab::proto::machine {

enum class Dhcpv6State : std::uint8_t {
    stopped,
    soliciting,
    requesting,
    bound,
    renewing,
    rebinding,
    releasing,
    informing
};
const char* to_string(Dhcpv6State state);

// Section 7.6.
struct Dhcpv6Timing {
    Duration initial, most;  // IRT, MRT
    int count = 0;           // MRC; 0: for ever
};

class Dhcpv6Out {
  public:
    virtual ~Dhcpv6Out() = default;
    virtual void send(const wire::Dhcpv6Message& message) = 0;  // to ff02::1:2
    // The address is ours from now on, or still: with its lifetimes in seconds.
    virtual void bound(const wire::Dhcpv6Address& address, bool is_new) = 0;
    virtual void unbound(const Ipv6Address& address) = 0;
    virtual void configured(const wire::Dhcpv6Message& reply) = 0;  // DNS servers and the domain of a reply
    virtual std::uint32_t random() = 0;
};

class Dhcpv6Client {
  public:
    Dhcpv6Client(std::vector<std::uint8_t> duid, std::uint32_t iaid) : duid_(std::move(duid)), iaid_(iaid) {}

    void start(Time now, Dhcpv6Out& out);            // an address: solicit
    void ask_information(Time now, Dhcpv6Out& out);  // stateless: information-request
    void release(Time now, Dhcpv6Out& out);
    // The address was somebody else's (duplicate address detection): section 18.2.8.
    void decline(Time now, Dhcpv6Out& out);
    void on_message(Time now, const wire::Dhcpv6Message& message, Dhcpv6Out& out);
    Time next_deadline() const;
    void on_deadline(Time now, Dhcpv6Out& out);

    Dhcpv6State state() const { return state_; }
    const std::optional<wire::Dhcpv6Address>& address() const { return address_; }

  private:
    void begin(Time now, Dhcpv6State state, wire::Dhcpv6Type type, Dhcpv6Timing timing, Dhcpv6Out& out);
    void transmit(Time now, Dhcpv6Out& out);
    void take_reply(Time now, const wire::Dhcpv6Message& reply, Dhcpv6Out& out);
    void lose(Dhcpv6Out& out);
    Duration spread(Duration d, Dhcpv6Out& out);

    std::vector<std::uint8_t> duid_;
    std::uint32_t iaid_;
    Dhcpv6State state_ = Dhcpv6State::stopped;
    wire::Dhcpv6Type type_ = wire::Dhcpv6Type::none;
    Dhcpv6Timing timing_{};
    std::uint32_t id_ = 0;
    int sent_ = 0;
    Time began_{}, next_ = never;
    Duration timeout_{};
    std::optional<wire::Dhcpv6Message> best_;  // the advertisement to be requested
    std::vector<std::uint8_t> server_;
    std::optional<wire::Dhcpv6Address> address_;
    Time renew_at_ = never, rebind_at_ = never, valid_until_ = never;
};

}  // namespace layerlab::proto::machine
