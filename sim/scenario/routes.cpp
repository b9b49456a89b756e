// The ways that routers know without being told: breadth first from each of them, over routers and the LANs between.
#include <algorithm>
#include <fmt/format.h>

#include "sim/scenario/plan.hpp"

namespace layerlab::sim::scenario {

namespace {

constexpr std::uint64_t most_steps = 200'000'000;
// In a larger world a router with one neighbor is told "everything else is there" instead of a route for each LAN.
constexpr std::size_t most_lans_of_a_leaf = 24;

struct Hop {
    Ipv4Address via;
    std::uint32_t port = no_id;
};

struct Way {
    Ipv4Prefix to;
    std::uint32_t order;  // found earlier: nearer
    Hop hop;
};

class Router {
  public:
    Router(const Scenario& s, Plan& plan) : s_(s), plan_(plan), extra_(extra_prefixes()) {
        lan_seen_.resize(plan.lan_count());
        router_seen_.resize(s.devices.size());
    }

    // The ways from one router; false when the work would be too much.
    bool find(DeviceId router, std::vector<PlannedRoute>& out) {
        ++stamp_;
        ways_.clear();
        queue_.clear();
        router_seen_[router] = stamp_;
        for (const PlannedPort& p : plan_.ports_of(router)) lan_seen_[p.lan] = stamp_;
        for (const PlannedPort& p : plan_.ports_of(router)) meet_routers(p.lan, index(p), nullptr);
        if (queue_.size() == 1 && plan_.lan_count() > most_lans_of_a_leaf) {
            out.push_back({Ipv4Prefix{}, queue_[0].hop.via, queue_[0].hop.port, {}});
            return true;
        }
        for (std::size_t at = 0; at < queue_.size(); ++at) {
            const Met met = queue_[at];
            for (const PlannedPort& p : plan_.ports_of(plan_.ports[met.port].device)) {
                ++steps_;
                const bool is_hidden = p.nat_inside && plan_.ports[met.port].nat_outside;
                if (lan_seen_[p.lan] == stamp_ || is_hidden) continue;
                lan_seen_[p.lan] = stamp_;
                add_ways(p.lan, met.hop);
                meet_routers(p.lan, no_id, &met.hop);
            }
            if (steps_ > most_steps) return false;
        }
        join_ways(out);
        return true;
    }

  private:
    struct Met {
        std::uint32_t port;  // by which it was reached
        Hop hop;             // the first router on the way
    };
    struct LanPrefix {
        LanId lan;
        Ipv4Prefix prefix;
    };

    std::uint32_t index(const PlannedPort& p) const { return static_cast<std::uint32_t>(&p - plan_.ports.data()); }

    // Subnets of a LAN beside its first one.
    std::vector<LanPrefix> extra_prefixes() const {
        std::vector<LanPrefix> out;
        for (const PlannedAddress& a : plan_.addresses) {
            const LanId lan = plan_.ports[a.port].lan;
            const Ipv4Prefix network{a.prefix.network(), a.prefix.length};
            if (network != plan_.lans[lan].subnet) out.push_back({lan, network});
        }
        const auto key = [](const LanPrefix& p) { return std::tuple(p.lan, p.prefix.address.number, p.prefix.length); };
        std::sort(out.begin(), out.end(), [&](const LanPrefix& a, const LanPrefix& b) { return key(a) < key(b); });
        out.erase(std::unique(out.begin(), out.end(),
                              [&](const LanPrefix& a, const LanPrefix& b) { return key(a) == key(b); }),
                  out.end());
        return out;
    }

    // Routers on the LAN that were not met before. `own_port` is the searching router's port there, if it has one.
    void meet_routers(LanId lan, std::uint32_t own_port, const Hop* hop) {
        for (const std::uint32_t p : plan_.ports_in(lan)) {
            ++steps_;
            const DeviceId device = plan_.ports[p].device;
            if (!is_router(s_.devices[device].kind)) break;
            if (router_seen_[device] == stamp_) continue;
            Hop first;
            if (hop != nullptr) {
                first = *hop;
            } else {
                if (plan_.addresses_of(p).empty() || plan_.addresses_of(own_port).empty()) continue;
                first = {plan_.addresses_of(p)[0].prefix.address, own_port};
            }
            router_seen_[device] = stamp_;
            queue_.push_back({p, first});
        }
    }

    void add_ways(LanId lan, const Hop& hop) {
        const auto order = static_cast<std::uint32_t>(ways_.size());
        if (plan_.lans[lan].subnet.length != 0) ways_.push_back({plan_.lans[lan].subnet, order, hop});
        auto e = std::lower_bound(extra_.begin(), extra_.end(), lan,
                                  [](const LanPrefix& p, LanId wanted) { return p.lan < wanted; });
        for (; e != extra_.end() && e->lan == lan; ++e) ways_.push_back({e->prefix, order, hop});
    }

    // Sorted by prefix, the nearest of equal ones; two halves of a prefix with one next router become that prefix.
    void join_ways(std::vector<PlannedRoute>& out) {
        std::sort(ways_.begin(), ways_.end(), [](const Way& a, const Way& b) {
            return std::tuple(a.to.address.number, a.to.length, a.order) <
                   std::tuple(b.to.address.number, b.to.length, b.order);
        });
        const std::size_t base = out.size();
        for (const Way& way : ways_) {
            if (out.size() > base && out.back().to == way.to) continue;
            out.push_back({way.to, way.hop.via, way.hop.port, {}});
            while (out.size() - base >= 2 && are_halves(out[out.size() - 2], out.back())) {
                out.pop_back();
                --out.back().to.length;
            }
        }
    }
    static bool are_halves(const PlannedRoute& a, const PlannedRoute& b) {
        if (a.to.length != b.to.length || a.to.length <= 1 || a.via != b.via || a.port != b.port) return false;
        const std::uint32_t bit = 1u << (32 - a.to.length);
        return (a.to.address.number & bit) == 0 && (a.to.address.number | bit) == b.to.address.number;
    }

    const Scenario& s_;
    Plan& plan_;
    std::vector<LanPrefix> extra_;
    std::vector<std::uint32_t> lan_seen_, router_seen_;
    std::uint32_t stamp_ = 0;
    std::uint64_t steps_ = 0;
    std::vector<Met> queue_;
    std::vector<Way> ways_;
};

}  // namespace

void add_automatic_routes(const Scenario& s, Plan& plan, Diagnostics& diagnostics) {
    Router router(s, plan);
    std::vector<PlannedRoute> all;
    std::uint32_t stated = 0;
    bool finds = true;
    for (DeviceId d = 0; d < s.devices.size(); ++d) {
        const std::uint32_t end = plan.devices[d + 1].first_route;
        const bool has_stated = stated < end || plan.devices[d].gateway_place.known();
        plan.devices[d].first_route = static_cast<std::uint32_t>(all.size());
        for (; stated < end; ++stated) all.push_back(plan.routes[stated]);
        if (!finds || has_stated || !is_router(s.devices[d].kind)) continue;
        finds = router.find(d, all);
        if (!finds)
            diagnostics.error(s.devices[d].place, "there are too many routers to find all ways between them",
                              "state routes, as in: gw route default via 10.0.0.2");
    }
    plan.devices.back().first_route = static_cast<std::uint32_t>(all.size());
    plan.routes.swap(all);
}

}  // namespace layerlab::sim::scenario
