// The IPv4 routing table of a host or router: longest prefix match (RFC 1812 section 5.2.4.3), then the smaller metric,
// then the older route. A small table is a sorted array; a large one a hash of prefixes that is asked once for each
// prefix length in use. Both keep the last answers. Does not know whether an interface is up: the owner adds and
// removes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/machine/slot_index.hpp"

namespace layerlab::proto::machine {

using InterfaceId = std::uint16_t;

enum class RouteKind : std::uint8_t { connected, static_route, dynamic };

struct Route {
    Ipv4Prefix prefix;    // host bits are cleared when added
    Ipv4Address gateway;  // 0.0.0.0: the destination is on the link
    std::uint32_t metric = 0;
    std::uint32_t line = 0;  // of the scenario, 0 when nobody wrote it
    InterfaceId interface = 0;
    RouteKind kind = RouteKind::static_route;

    bool is_on_link() const { return gateway.is_zero(); }
    Ipv4Address next_hop(Ipv4Address destination) const { return is_on_link() ? destination : gateway; }

    friend bool operator==(const Route&, const Route&) = default;
};

class RouteTable {
  public:
    static constexpr std::size_t max_small = 24;       // routes of the array form
    static constexpr std::size_t max_per_prefix = 64;  // routes to one prefix

    RouteTable() = default;
    RouteTable(RouteTable&&) = default;
    RouteTable& operator=(RouteTable&&) = default;

    // False when the very route (prefix, gateway, interface, metric) is there already or its prefix has too many.
    bool add(Route route);
    // Removes the best route to exactly this prefix that has the gateway and interface, where they are given.
    bool remove(Ipv4Prefix prefix, std::optional<Ipv4Address> gateway = {}, std::optional<InterfaceId> interface = {});
    // Removes what an interface had: it lost its address. The number of routes removed.
    std::size_t remove_interface(InterfaceId interface);
    std::size_t remove_kind(RouteKind kind);
    void clear();

    std::size_t size() const { return size_; }
    // Counts the changes: whoever keeps an answer asks again when this differs.
    std::uint32_t generation() const { return generation_; }

    // The route for a destination, nullptr when there is none. Valid until the next change.
    const Route* lookup(Ipv4Address destination) {
        Recent& recent = recent_[(destination.number * 0x9e37'79b1u) >> 29];
        if (recent.route && recent.destination == destination) return recent.route;
        recent.route = large_ ? large_lookup(destination) : small_lookup(destination);
        recent.destination = destination;
        return recent.route;
    }
    // Like lookup, without the memory of the last answers.
    const Route* find(Ipv4Address destination) const {
        return large_ ? large_find(destination) : small_lookup(destination);
    }

    // In the order of `ip route`: by network, the default route first; longer prefixes before shorter ones; by metric.
    std::vector<Route> routes() const;

  private:
    struct Bucket {  // the routes to one prefix, best first; empty when free
        Ipv4Prefix prefix;
        std::vector<Route> routes;
    };
    struct Answer {
        Ipv4Address destination;
        std::uint32_t generation = 0xffff'ffffu;
        const Route* route = nullptr;
    };
    struct Large {
        std::vector<Bucket> buckets;
        std::vector<std::uint32_t> free;
        SlotIndex index;
        std::array<std::uint32_t, 33> per_length{};
        std::array<Answer, 256> answers;
    };

    const Route* small_lookup(Ipv4Address destination) const {
        for (const Route& route : small_)
            if (((route.prefix.address.number ^ destination.number) & route.prefix.mask()) == 0) return &route;
        return nullptr;
    }
    const Route* large_lookup(Ipv4Address destination);
    const Route* large_find(Ipv4Address destination) const;
    std::uint32_t find_bucket(Ipv4Prefix prefix) const;
    bool add_small(const Route& route);
    bool add_large(const Route& route);
    void become_large();
    void free_bucket(std::uint32_t slot);
    void changed();
    template <class Predicate>
    std::size_t remove_where(Predicate predicate);

    std::vector<Route> small_;  // length descending, network, metric, age
    std::unique_ptr<Large> large_;
    struct Recent {
        const Route* route = nullptr;
        Ipv4Address destination;
    };
    std::array<Recent, 8> recent_;  // the last answers, by destination
    std::uint32_t generation_ = 0;
    std::uint32_t size_ = 0;
};

}  // namespace layerlab::proto::machine
