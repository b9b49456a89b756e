// The IPv6 routing table of a host or router: longest prefix match, then the smaller metric, then the older route
// (RFC 4861 section 5.2 leaves the choice to that). A sorted array, searched once for each prefix length in use; it
// keeps the last answer. Does not know whether an interface is up: the owner adds and removes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

enum class Ipv6RouteKind : std::uint8_t {
    connected,      // by an address of the interface
    static_route,   // by hand or by the plan
    advertisement,  // by a router advertisement: a default router or an on-link prefix
    redirect,       // by a redirect message: one destination
};

struct Ipv6Route {
    Ipv6Prefix prefix;    // host bits are cleared when added
    Ipv6Address gateway;  // ::, the destination is on the link
    std::uint32_t metric = 256;
    std::uint32_t line = 0;  // of the scenario, 0 when nobody wrote it
    std::uint16_t interface = 0;
    Ipv6RouteKind kind = Ipv6RouteKind::static_route;
    Time until = never;  // of what was advertised

    bool is_on_link() const { return is_unspecified(gateway); }
    const Ipv6Address& next_hop(const Ipv6Address& destination) const { return is_on_link() ? destination : gateway; }
    friend bool operator==(const Ipv6Route&, const Ipv6Route&) = default;
};

class Ipv6RouteTable {
  public:
    static constexpr std::size_t limit = 65'536;

    // A route with the same prefix, gateway, interface and kind is replaced. False if the table is full.
    bool add(Ipv6Route route);
    // Removes the best route to exactly this prefix that has the gateway and interface, where they are given.
    bool remove(Ipv6Prefix prefix, std::optional<Ipv6Address> gateway = {}, std::optional<std::uint16_t> interface = {},
                std::optional<Ipv6RouteKind> kind = {});
    std::size_t remove_interface(std::uint16_t interface);
    std::size_t remove_kind(std::uint16_t interface, Ipv6RouteKind kind);
    // Routes through a router that is one no longer (RFC 4861 section 7.3.3).
    std::size_t remove_gateway(std::uint16_t interface, const Ipv6Address& gateway, Ipv6RouteKind kind);
    std::size_t expire(Time now);
    Time next_expiry() const;

    // nullptr when there is none. Valid until the next change. With an interface: only routes through it.
    const Ipv6Route* lookup(const Ipv6Address& destination) {
        if (last_ != none && last_destination_ == destination) return &routes_[last_];
        const Ipv6Route* found = find(destination);
        last_ = found ? static_cast<std::size_t>(found - routes_.data()) : none;
        last_destination_ = destination;
        return found;
    }
    const Ipv6Route* find(const Ipv6Address& destination, std::optional<std::uint16_t> interface = {}) const;

    // In the order of `ip -6 route`: longest prefixes last resort first: by network, the default routes at the end.
    std::vector<Ipv6Route> routes() const;
    std::size_t size() const { return routes_.size(); }
    std::uint32_t generation() const { return generation_; }

  private:
    static constexpr std::size_t none = ~std::size_t{0};
    template <class Predicate>
    std::size_t remove_where(Predicate predicate);
    void changed();

    std::vector<Ipv6Route> routes_;      // length descending, network, metric, age
    std::vector<std::size_t> begin_of_;  // where each length in use begins in routes_
    std::size_t last_ = none;
    Ipv6Address last_destination_;
    std::uint32_t generation_ = 0;
};

}  // namespace layerlab::proto::machine
