#include "cli/real_setup.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "cli/complain.hpp"

namespace layerlab::cli {

using namespace sim::scenario;

namespace {

// What dhclient calls with variables and udhcpc with a word: both end in an address, a route and resolv.conf. DHCPv6
// brings no route, and its client needs a link-local address first.
constexpr const char* dhcp_script = R"(#!/bin/sh
case "${reason:-$1}" in
BOUND|RENEW|REBIND|REBOOT|bound|renew)
    address=${new_ip_address:-$ip}
    netmask=${new_subnet_mask:-$subnet}
    gateways=${new_routers:-$router}
    servers=${new_domain_name_servers:-$dns}
    ip address replace "$address/$netmask" dev "$interface"
    for gateway in $gateways; do ip route replace default via "$gateway" dev "$interface"; break; done
    { for server in $servers; do echo "nameserver $server"; done; } > /etc/resolv.conf ;;
BOUND6|RENEW6|REBIND6)
    ip -6 address replace "$new_ip6_address/${new_ip6_prefixlen:-128}" dev "$interface" \
        valid_lft "${new_max_life:-forever}" preferred_lft "${new_preferred_life:-forever}"
    { for server in $new_dhcp6_name_servers; do echo "nameserver $server"; done; } > /etc/resolv.conf ;;
EXPIRE6|RELEASE6|STOP6|DEPREF6)
    ip -6 address del "$old_ip6_address/${old_ip6_prefixlen:-128}" dev "$interface" ;;
PREINIT6)
    ip link set "$interface" up
    for turn in 1 2 3 4 5 6 7 8 9; do
        ip -6 -o address show dev "$interface" scope link | grep -vq tentative && break
        sleep 0.5
    done ;;
EXPIRE|RELEASE|STOP|FAIL|deconfig)
    ip address flush dev "$interface" scope global ;;
PREINIT)
    ip link set "$interface" up ;;
esac
exit 0
)";
constexpr const char* dhcp_script_path = "/run/layerlab/dhcp";

std::string dhcp_client(const std::string& interface) {
    return fmt::format(
        "if command -v dhclient >/dev/null; then exec dhclient -4 -d -sf {0} -lf /run/layerlab/{1}.leases "
        "-pf /run/layerlab/{1}.pid {1}; else exec udhcpc -f -i {1} -s {0}; fi",
        dhcp_script_path, interface);
}

std::string dhcp6_client(const std::string& interface) {
    return fmt::format("exec dhclient -6 -d -sf {0} -lf /run/layerlab/{1}.leases6 -pf /run/layerlab/{1}.pid6 {1}",
                       dhcp_script_path, interface);
}

// Whether the setting is one of this kind for this port.
template <class T>
bool is_for(const Setting& setting, const PlannedPort& port) {
    const T* value = std::get_if<T>(&setting.value);
    return value && setting.device == port.device && (value->port.id == no_id || value->port.id == port.id);
}

// As Debian's ifupdown does it: an interface with a stated address does not listen to routers.
void set_up_ipv6(const Scenario& s, const Plan& plan, std::uint32_t port, const std::string& name, RealSetup& setup) {
    const PlannedPort& p = plan.ports[port];
    bool is_stated = false, listens = false;
    for (const Setting& setting : s.settings) {
        listens |= is_for<SlaacSetting>(setting, p);
        if (is_for<Dhcp6Setting>(setting, p)) setup.background.push_back(dhcp6_client(name));
    }
    for (const Ipv6Plan::Address& a : plan.ipv6.addresses) {
        if (a.port != port) continue;
        if (!is_stated && !listens)
            setup.first.push_back(fmt::format("echo 0 > /proc/sys/net/ipv6/conf/{}/accept_ra", name));
        is_stated = true;
        setup.first.push_back(fmt::format("ip -6 address add {} dev {} nodad", a.prefix.to_string(), name));
    }
}

void add_ipv6_routes(const Plan& plan, DeviceId device, const std::vector<std::string>& names, RealSetup& setup) {
    const std::uint32_t first = plan.devices[device].first_port;
    for (const Ipv6Plan::Route& r : plan.ipv6.routes) {
        if (r.device != device) continue;
        // A link-local address says nothing without its interface.
        const std::uint32_t port = r.port == no_id && is_link_local(r.via) && !names.empty() ? first : r.port;
        setup.first.push_back(fmt::format("ip -6 route add {} via {}{}",
                                          r.to.length == 0 ? "default" : r.to.to_string(), r.via.to_string(),
                                          port == no_id ? std::string() : " dev " + names[port - first]));
    }
}

std::string hosts_file(const Scenario& s, const Plan& plan, DeviceId device) {
    std::string text = "127.0.0.1 localhost\n::1 localhost\n";
    for (const Setting& setting : s.settings)
        if (const auto* own = std::get_if<HostsSetting>(&setting.value); own && setting.device == device)
            text += fmt::format("{} {}\n", own->address.to_string(), own->name);
    if (!s.names) return text;
    for (DeviceId d = 0; d < s.devices.size(); ++d)
        for (std::uint32_t port = plan.devices[d].first_port; port < plan.devices[d + 1].first_port; ++port)
            for (const PlannedAddress& a : plan.addresses_of(port))
                text += fmt::format("{} {}\n", a.prefix.address.to_string(), s.devices[d].name);
    for (const Ipv6Plan::Address& a : plan.ipv6.addresses)
        text += fmt::format("{} {}\n", a.prefix.address.to_string(), s.devices[plan.ports[a.port].device].name);
    return text;
}

std::string resolv_conf(const Scenario& s, DeviceId device) {
    std::string text;
    for (const Setting& setting : s.settings)
        if (const auto* dns = std::get_if<DnsSetting>(&setting.value); dns && setting.device == device)
            for (const auto& server : dns->servers) text += fmt::format("nameserver {}\n", server.to_string());
    return text;
}

}  // namespace

RealSetup real_setup(const Scenario& s, const Plan& plan, DeviceId device) {
    RealSetup setup;
    setup.sandbox.name = s.devices[device].name;
    setup.sandbox.files = {{"/etc/hosts", hosts_file(s, plan, device)},
                           {"/etc/resolv.conf", resolv_conf(s, device)},
                           {dhcp_script_path, dhcp_script}};
    setup.first.emplace_back("ip link set lo up");
    std::vector<std::string> names;
    const std::uint32_t first = plan.devices[device].first_port;
    for (std::uint32_t port = first; port < plan.devices[device + 1].first_port; ++port) {
        const PlannedPort& p = plan.ports[port];
        const std::string& name = names.emplace_back(s.port_name(p.id));
        const unsigned mtu = s.links[p.id / 2].properties.mtu.value_or(1500);
        setup.sandbox.interfaces.push_back({name, p.mac, mtu});
        setup.first.push_back(fmt::format("ip link set {} up", name));
        for (const PlannedAddress& a : plan.addresses_of(port))
            setup.first.push_back(fmt::format("ip address add {} dev {}", a.prefix.to_string(), name));
        set_up_ipv6(s, plan, port, name, setup);
        if (p.dhcp) setup.background.push_back(dhcp_client(name));
    }
    for (const PlannedRoute& r : plan.routes_of(device))
        setup.first.push_back(fmt::format("ip route add {} via {}", r.to.to_string(), r.via.to_string()));
    if (const Ipv4Address gateway = plan.devices[device].gateway; !gateway.is_zero())
        setup.first.push_back(fmt::format("ip route add default via {}", gateway.to_string()));
    add_ipv6_routes(plan, device, names, setup);
    return setup;
}

bool parse_nics(const std::vector<std::string>& texts, NicNames& out) {
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == 0 || equals == text.npos || equals + 1 == text.size()) {
            complain({fmt::format("--nic {}: a device, \"=\" and an interface are expected", text),
                      "as in --nic uplink=eth1"});
            return false;
        }
        out[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return true;
}

bool has_real_devices(const Scenario& s) {
    return std::any_of(s.devices.begin(), s.devices.end(), [](const Device& d) { return is_real(d.kind); });
}

std::string real_commands(const Scenario& s, const Plan& plan, const NicNames& nics) {
    std::string interfaces, text;
    for (const Device& d : s.devices)
        if (const auto nic = nics.find(d.name); d.kind == DeviceKind::nic && nic != nics.end())
            interfaces +=
                fmt::format("{} is the interface {} of this machine: what its cable carries goes out there.\n", d.name,
                            nic->second);
    for (DeviceId d = 0; d < s.devices.size(); ++d) {
        if (s.devices[d].kind != DeviceKind::linux_namespace) continue;
        const RealSetup setup = real_setup(s, plan, d);
        for (const std::string& line : setup.first) text += fmt::format("{}$ {}\n", s.devices[d].name, line);
        for (const std::string& line : setup.background) text += fmt::format("{}$ {} &\n", s.devices[d].name, line);
    }
    for (const Step& step : s.steps) {
        const auto* command = std::get_if<Command>(&step.action);
        if (command && is_real(s.devices[command->device].kind))
            text += fmt::format("{}$ {}\n", s.devices[command->device].name, command->text.text);
    }
    return interfaces + (text.empty() ? text : "On real devices, this is run:\n" + text);
}

}  // namespace layerlab::cli
