#include "sim/scenario/checker.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace layerlab::sim::scenario {

namespace {

class Checker {
  public:
    Checker(const Scenario& s, const Plan& plan, Diagnostics& diagnostics)
        : s_(s), plan_(plan), diagnostics_(diagnostics) {}

    void run() {
        one_address_twice();
        masks_that_differ();
        gateways();
        switch_loops();
        unlinked_devices();
        unreachable_servers();
    }

  private:
    const std::string& name_of(std::uint32_t port) const { return s_.devices[plan_.ports[port].device].name; }
    // Addresses of each LAN side by side, in the order that `less` says within one.
    template <class Key>
    std::vector<const PlannedAddress*> stated_by_lan(const Key& key) const;
    void one_address_twice();
    void masks_that_differ();
    void gateways();
    void switch_loops();
    void report_loop(LinkId closing);
    void unlinked_devices();
    void unreachable_servers();

    const Scenario& s_;
    const Plan& plan_;
    Diagnostics& diagnostics_;
};

template <class Key>
std::vector<const PlannedAddress*> Checker::stated_by_lan(const Key& key) const {
    std::vector<const PlannedAddress*> out;
    for (const PlannedAddress& a : plan_.addresses)
        if (a.place.known()) out.push_back(&a);
    std::stable_sort(out.begin(), out.end(), [&](const PlannedAddress* a, const PlannedAddress* b) {
        return std::tuple(plan_.ports[a->port].lan, key(*a), a->place.line) <
               std::tuple(plan_.ports[b->port].lan, key(*b), b->place.line);
    });
    return out;
}

void Checker::one_address_twice() {
    const auto all = stated_by_lan([](const PlannedAddress& a) { return a.prefix.address.number; });
    for (std::size_t i = 1; i < all.size(); ++i) {
        const PlannedAddress &a = *all[i - 1], &b = *all[i];
        if (plan_.ports[a.port].lan != plan_.ports[b.port].lan || a.prefix.address != b.prefix.address) continue;
        if (a.port == b.port) continue;
        diagnostics_.warning(b.place,
                             fmt::format("{} and {} have one address, {}", name_of(a.port), name_of(b.port),
                                         b.prefix.address.to_string()),
                             "answers go to whichever ARP found last",
                             {{a.place, fmt::format("{} has it here", name_of(a.port))}});
    }
}

// Subnets of one LAN that overlap but differ in length.
void Checker::masks_that_differ() {
    const auto all =
        stated_by_lan([](const PlannedAddress& a) { return std::tuple(a.prefix.network().number, a.prefix.length); });
    // Sorted by network, the wider first: whatever lies inside a wider one comes right behind it.
    const PlannedAddress* wide = nullptr;
    for (const PlannedAddress* a : all) {
        if (wide == nullptr || plan_.ports[wide->port].lan != plan_.ports[a->port].lan ||
            !wide->prefix.contains(a->prefix.address)) {
            wide = a;
            continue;
        }
        if (wide->prefix.length == a->prefix.length) continue;
        const PlannedAddress &first = wide->place < a->place ? *wide : *a,
                             &second = wide->place < a->place ? *a : *wide;
        diagnostics_.warning(
            second.place,
            fmt::format("{} has the prefix length /{}, {} on the same LAN has /{}", name_of(second.port),
                        second.prefix.length, name_of(first.port), first.prefix.length),
            "they do not agree who is reached directly",
            {{first.place, fmt::format("{} is here", name_of(first.port))}});
    }
}

void Checker::gateways() {
    for (DeviceId d = 0; d < s_.devices.size(); ++d) {
        const PlannedDevice& device = plan_.devices[d];
        if (!device.gateway_place.known() || plan_.port_towards(d, device.gateway) != no_id) continue;
        const PlannedAddress* own = nullptr;
        bool dhcp = false;
        for (const PlannedPort& p : plan_.ports_of(d)) {
            dhcp = dhcp || p.dhcp;
            const auto addresses = plan_.addresses_of(static_cast<std::uint32_t>(&p - plan_.ports.data()));
            if (own == nullptr && !addresses.empty()) own = &addresses[0];
        }
        if (own == nullptr || dhcp) continue;
        const Place& place = own->place.known() ? own->place : s_.devices[d].place;
        diagnostics_.warning(
            device.gateway_place,
            fmt::format("the gateway {} of {} is outside of its subnet {}/{}", device.gateway.to_string(),
                        s_.devices[d].name, own->prefix.network().to_string(), own->prefix.length),
            "a gateway is a neighbour",
            {{place, fmt::format("{} is {} here", s_.devices[d].name, own->prefix.to_string())}});
    }
    for (const PlannedRoute& r : plan_.routes)
        if (r.place.known() && r.port == no_id)
            diagnostics_.warning(r.place, fmt::format("{} is in no subnet of this device", r.via.to_string()),
                                 "the next router is a neighbour");
}

// A link between two link-layer devices that were joined already.
void Checker::switch_loops() {
    std::vector<DeviceId> parent(s_.devices.size());
    std::iota(parent.begin(), parent.end(), 0u);
    const auto root = [&](DeviceId i) {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    };
    for (LinkId link = 0; link < s_.links.size(); ++link) {
        const LinkEnd* ends = s_.links[link].ends;
        if (!is_link_layer(s_.devices[ends[0].device].kind) || !is_link_layer(s_.devices[ends[1].device].kind))
            continue;
        if (s_.links[link].properties.up == false) continue;
        const DeviceId a = root(ends[0].device), b = root(ends[1].device);
        if (a == b) return report_loop(link);
        parent[std::max(a, b)] = std::min(a, b);
    }
}

void Checker::report_loop(LinkId closing) {
    const LinkEnd* ends = s_.links[closing].ends;
    Place other;
    for (LinkId link = 0; link < closing && !other.known(); ++link)
        for (const LinkEnd& end : s_.links[link].ends)
            for (const LinkEnd& far : s_.links[link].ends)
                if (&end != &far && end.device == ends[0].device && is_link_layer(s_.devices[far.device].kind))
                    other = s_.links[link].place;
    std::vector<RelatedPlace> related;
    if (other.known()) related.push_back({other, "they are joined already, by way of this link"});
    diagnostics_.warning(s_.links[closing].place,
                         fmt::format("{} and {} close a loop of switches without spanning tree",
                                     s_.devices[ends[0].device].name, s_.devices[ends[1].device].name),
                         "one broadcast will circle for ever", std::move(related));
}

void Checker::unlinked_devices() {
    for (DeviceId d = 0; d < s_.devices.size(); ++d)
        if (plan_.ports_of(d).empty())
            diagnostics_.warning(s_.devices[d].place, fmt::format("{} is linked to nothing", s_.devices[d].name),
                                 fmt::format("as in: link {} sw", s_.devices[d].name));
}

bool is_service(const SettingValue& v) {
    return std::holds_alternative<ServeDns>(v) || std::holds_alternative<ServeResolver>(v) ||
           std::holds_alternative<ServeHttp>(v) || std::holds_alternative<ServeIperf3>(v) ||
           std::holds_alternative<ServePort>(v) || std::holds_alternative<ServeStun>(v) ||
           std::holds_alternative<ServeDhcp>(v);
}

// A server without an address, or with no other host anywhere its links lead.
void Checker::unreachable_servers() {
    std::vector<DeviceId> parent(s_.devices.size());
    std::iota(parent.begin(), parent.end(), 0u);
    const auto root = [&](DeviceId i) {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    };
    for (const Link& link : s_.links) {
        const DeviceId a = root(link.ends[0].device), b = root(link.ends[1].device);
        parent[std::max(a, b)] = std::min(a, b);
    }
    std::vector<std::uint32_t> clients(s_.devices.size());
    for (DeviceId d = 0; d < s_.devices.size(); ++d)
        if (!is_link_layer(s_.devices[d].kind)) ++clients[root(d)];
    std::vector<std::uint8_t> told(s_.devices.size());
    for (const Setting& setting : s_.settings) {
        const DeviceId d = setting.device;
        if (!is_service(setting.value) || told[d] != 0 || plan_.ports_of(d).empty() || clients[root(d)] > 1) continue;
        told[d] = 1;
        diagnostics_.warning(setting.place, fmt::format("nobody can reach this server of {}", s_.devices[d].name),
                             "no other host is linked with it",
                             {{s_.devices[d].place, fmt::format("{} is declared here", s_.devices[d].name)}});
    }
}

}  // namespace

void check_network(const Scenario& scenario, const Plan& plan, Diagnostics& diagnostics) {
    Checker(scenario, plan, diagnostics).run();
}

namespace {

// What a real device can be told before it starts; its own programs do the rest.
bool can_be_told(DeviceKind kind, const SettingValue& v) {
    if (std::holds_alternative<PowerSetting>(v)) return true;
    return kind == DeviceKind::linux_namespace &&
           (std::holds_alternative<AddressSetting>(v) || std::holds_alternative<DhcpSetting>(v) ||
            std::holds_alternative<MacSetting>(v) || std::holds_alternative<GatewaySetting>(v) ||
            std::holds_alternative<DnsSetting>(v) || std::holds_alternative<RouteSetting>(v) ||
            std::holds_alternative<HostsSetting>(v) || std::holds_alternative<Address6Setting>(v) ||
            std::holds_alternative<Gateway6Setting>(v) || std::holds_alternative<Route6Setting>(v) ||
            std::holds_alternative<SlaacSetting>(v) || std::holds_alternative<Dhcp6Setting>(v));
}

void check_real_devices(const Scenario& s, Diagnostics& diagnostics) {
    const auto refuse = [&](const Setting& setting, std::string_view why) {
        const Device& d = s.devices[setting.device];
        diagnostics.error(setting.place, fmt::format("{} is a real device, which {}", d.name, why),
                          "a command can do it there, as in: " + d.name + "$ ip address",
                          {{d.place, fmt::format("{} is declared here", d.name)}});
    };
    for (const Setting& setting : s.settings)
        if (is_real(s.devices[setting.device].kind) && !can_be_told(s.devices[setting.device].kind, setting.value))
            refuse(setting, "cannot be told this");
    for (const Step& step : s.steps) {
        const auto* setting = std::get_if<Setting>(&step.action);
        if (setting && is_real(s.devices[setting->device].kind) &&
            !std::holds_alternative<PowerSetting>(setting->value))
            refuse(*setting, "takes no settings once it runs");
        const auto* what = std::get_if<Send>(&step.action);
        if (what && is_real(s.devices[what->device].kind))
            diagnostics.error(step.place,
                              fmt::format("{} is a real device: its own programs send", s.devices[what->device].name),
                              "as in: " + s.devices[what->device].name + "$ ping -c 1 web");
    }
}

}  // namespace

void check_runnable(const Scenario& s, Diagnostics& diagnostics, bool real) {
    if (s.devices.empty() && s.sources.size() > 0) {
        Place top;
        top.line = top.column = 1;
        diagnostics.error(top, "there is no device in this scenario", "as in: host pc1 pc2");
    }
    for (DeviceId id = 0; id < s.devices.size(); ++id) {
        const Device& d = s.devices[id];
        const auto is_on = [id](const Link& link) { return link.ends[0].device == id || link.ends[1].device == id; };
        if (d.kind == DeviceKind::nic && std::count_if(s.links.begin(), s.links.end(), is_on) > 1)
            diagnostics.error(d.place, fmt::format("{} is one network interface and takes one link", d.name),
                              "a switch can stand before it");
        if (is_real(d.kind) && !real)
            diagnostics.error(d.place,
                              fmt::format("{} is a real {}, which takes part only with --real", d.name,
                                          d.kind == DeviceKind::nic ? "network interface" : "Linux namespace"),
                              "its programs and its traffic are real: look at the file first, then: "
                              "layerlab run --real FILE");
    }
    check_real_devices(s, diagnostics);
}

}  // namespace layerlab::sim::scenario
