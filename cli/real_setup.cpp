#include "cli/real_setup.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::cli {

using namespace sim::scenario;

namespace {

// What dhclient calls with variables and udhcpc with a word: both end in an address, a route and resolv.conf.
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
        if (p.dhcp) setup.background.push_back(dhcp_client(name));
    }
    for (const PlannedRoute& r : plan.routes_of(device))
        setup.first.push_back(fmt::format("ip route add {} via {}", r.to.to_string(), r.via.to_string()));
    if (const Ipv4Address gateway = plan.devices[device].gateway; !gateway.is_zero())
        setup.first.push_back(fmt::format("ip route add default via {}", gateway.to_string()));
    return setup;
}

bool has_real_devices(const Scenario& s) {
    return std::any_of(s.devices.begin(), s.devices.end(), [](const Device& d) { return is_real(d.kind); });
}

std::string real_commands(const Scenario& s, const Plan& plan) {
    std::string text;
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
    return text.empty() ? text : "On real devices, this is run:\n" + text;
}

}  // namespace layerlab::cli
