// LANs and ports: the part of the plan that follows from devices and links alone.
#include <numeric>

#include "sim/scenario/plan.hpp"

namespace layerlab::sim::scenario {

namespace {

// Disjoint sets of links, with path halving.
class LinkSets {
  public:
    explicit LinkSets(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0u); }

    std::uint32_t root(std::uint32_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    // The earlier link stays the root.
    void join(std::uint32_t a, std::uint32_t b) {
        a = root(a);
        b = root(b);
        if (a != b) parent_[std::max(a, b)] = std::min(a, b);
    }

  private:
    std::vector<std::uint32_t> parent_;
};

void list_ports(const Scenario& s, Plan& plan) {
    plan.devices.resize(s.devices.size() + 1);
    for (const Link& link : s.links)
        for (const LinkEnd& end : link.ends) ++plan.devices[end.device + 1].first_port;
    for (std::size_t d = 1; d < plan.devices.size(); ++d) plan.devices[d].first_port += plan.devices[d - 1].first_port;
    plan.ports.resize(s.links.size() * 2 + 1);
    std::vector<std::uint32_t> next(s.devices.size());
    for (std::size_t d = 0; d < s.devices.size(); ++d) next[d] = plan.devices[d].first_port;
    for (PortId id = 0; id < s.links.size() * 2; ++id) {
        const DeviceId device = s.end(id).device;
        const std::uint32_t index = next[device]++;
        PlannedPort& port = plan.ports[index];
        port.id = id;
        port.device = device;
        port.lan = plan.lan_of_link[id / 2];
        port.mac = MacAddress::from_number(0x0200'0000'0000u + index + 1);
    }
}

void list_lans(const Scenario& s, Plan& plan) {
    LinkSets sets(s.links.size());
    std::vector<LinkId> link_of_switch(s.devices.size(), no_id);
    for (LinkId link = 0; link < s.links.size(); ++link) {
        for (const LinkEnd& end : s.links[link].ends) {
            if (!is_link_layer(s.devices[end.device].kind)) continue;
            if (link_of_switch[end.device] == no_id)
                link_of_switch[end.device] = link;
            else
                sets.join(link_of_switch[end.device], link);
        }
    }
    plan.lan_of_link.resize(s.links.size());
    LanId lans = 0;
    for (LinkId link = 0; link < s.links.size(); ++link) {
        const LinkId first = sets.root(link);
        plan.lan_of_link[link] = first == link ? lans++ : plan.lan_of_link[first];
    }
    plan.lans.resize(lans + 1u);
}

void list_lan_ports(const Scenario& s, Plan& plan) {
    const std::size_t ports = plan.ports.size() - 1;
    const auto has_addresses = [&](std::size_t p) { return is_ip_device(s.devices[plan.ports[p].device].kind); };
    for (std::size_t p = 0; p < ports; ++p)
        if (has_addresses(p)) ++plan.lans[plan.ports[p].lan + 1].first_port;
    for (std::size_t l = 1; l < plan.lans.size(); ++l) plan.lans[l].first_port += plan.lans[l - 1].first_port;
    plan.lan_ports.resize(plan.lans.back().first_port);
    std::vector<std::uint32_t> next(plan.lan_count());
    for (std::size_t l = 0; l < next.size(); ++l) next[l] = plan.lans[l].first_port;
    for (const bool routers : {true, false})
        for (std::uint32_t p = 0; p < ports; ++p)
            if (has_addresses(p) && is_router(s.devices[plan.ports[p].device].kind) == routers)
                plan.lan_ports[next[plan.ports[p].lan]++] = p;
}

}  // namespace

Plan make_topology(const Scenario& s) {
    Plan plan;
    list_lans(s, plan);
    list_ports(s, plan);
    list_lan_ports(s, plan);
    return plan;
}

}  // namespace layerlab::sim::scenario
