// A DHCPv6 server for the addresses of one range, or without a range for other configuration only: RFC 8415 section
// 18.3. One address for each client and association; the binding is kept for the same client as long as there is room.
#pragma once

#include <optional>

#include "proto/base/time.hpp"
#include "proto/wire/dhcpv6.hpp"

namespace layerlab::proto::machine {

struct Dhcpv6ServerConfig {
    std::vector<std::uint8_t> duid;
    std::optional<Ipv6Address> first, last;  // within one /64
    Duration lease = 7200s;                  // valid lifetime; preferred: five eighths of it
    std::vector<Ipv6Address> dns_servers;
    std::string domain;
};

struct Dhcpv6Binding {
    std::vector<std::uint8_t> duid;
    std::uint32_t iaid = 0;
    Ipv6Address address;
    Time until{};
    bool is_declined = false;  // somebody has the address without us
};

class Dhcpv6Server {
  public:
    static constexpr std::size_t most_bindings = 65'536;
    explicit Dhcpv6Server(Dhcpv6ServerConfig config) : config_(std::move(config)) {}

    // The answer to a client's message, if it gets one.
    std::optional<wire::Dhcpv6Message> on_message(Time now, const wire::Dhcpv6Message& message);
    const std::vector<Dhcpv6Binding>& bindings() const { return bindings_; }

  private:
    Dhcpv6Binding* find(const wire::Dhcpv6Message& message);
    Dhcpv6Binding* assign(Time now, const wire::Dhcpv6Message& message);
    bool is_free(Time now, const Ipv6Address& address) const;
    bool is_in_range(const Ipv6Address& address) const;
    void grant(Time now, Dhcpv6Binding& binding, wire::Dhcpv6Message& answer, bool is_final) const;

    Dhcpv6ServerConfig config_;
    std::vector<Dhcpv6Binding> bindings_;
};

}  // namespace layerlab::proto::machine
