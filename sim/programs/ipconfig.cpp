// ipconfig of Windows 10: what a learner types there. The host has no DNS cache, so there is none to show or flush.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/programs/clock.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/dhcp_client_service.hpp"
#include "sim/programs/route_text.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::DhcpClientState;

constexpr Duration patience = std::chrono::seconds(60);

// "   IPv4 Address. . . . . . . . . . . : 10.0.0.2"
std::string field(std::string_view name, std::string_view value) { return fmt::format("   {} : {}\n", name, value); }

std::string mac_text(MacAddress mac) {
    std::string text = mac.to_string();
    for (char& c : text) {
        if (c == ':') c = '-';
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

// "Thursday, January 1, 2026 12:00:00 AM"
std::string date(std::int64_t ns) {
    static constexpr std::array<const char*, 7> days{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                     "Thursday", "Friday", "Saturday"};
    static constexpr std::array<const char*, 12> months{"January",   "February", "March",    "April",
                                                        "May",       "June",     "July",     "August",
                                                        "September", "October",  "November", "December"};
    const CalendarTime t = calendar_time(ns);
    return fmt::format("{}, {} {}, {} {}:{:02}:{:02} {}", days[t.weekday], months[t.month - 1], t.day, t.year,
                       t.hour % 12 == 0 ? 12 : t.hour % 12, t.minute, t.second, t.hour < 12 ? "AM" : "PM");
}

const DhcpPortStatus* dhcp_status(const Host& host, PortId port) {
    return host.settings().dhcp_client ? host.settings().dhcp_client->find(port) : nullptr;
}

std::string gateway_of(const Host& host, PortId port) {
    for (const proto::machine::Route& route : host.stack().routes().routes())
        if (route.prefix.length == 0 && route.interface == port) return route.gateway.to_string();
    return {};
}

std::string lease_text(const Host& host, const DhcpPortStatus& status) {
    if (!status.lease || status.lease->expires_at == proto::never) return {};
    const std::int64_t wall = host.shared_names().wall_epoch_ns;
    return field("Lease Expires . . . . . . . . . .", date(wall + proto::nanoseconds(status.lease->expires_at))) +
           field("DHCP Server . . . . . . . . . . .", status.lease->server.to_string());
}

std::string adapter_text(const Host& host, PortId port, bool all) {
    std::string out = fmt::format("Ethernet adapter {}:\n\n", host.port_name(port));
    const Port& p = host.ports()[port];
    if (!p.has_carrier()) out += field("Media State . . . . . . . . . . .", "Media disconnected");
    out += field("Connection-specific DNS Suffix  .", host.settings().search_domain);
    const DhcpPortStatus* status = dhcp_status(host, port);
    if (all) {
        out += field("Description . . . . . . . . . . .", "LayerLab Ethernet Adapter");
        out += field("Physical Address. . . . . . . . .", mac_text(p.mac));
        out += field("DHCP Enabled. . . . . . . . . . .", status ? "Yes" : "No");
        out += field("Autoconfiguration Enabled . . . .", "Yes");
    }
    if (!p.has_carrier()) return out + "\n";
    for (const InterfaceAddress& address : host.stack().interfaces()[port].addresses) {
        out +=
            field("IPv4 Address. . . . . . . . . . .", address.prefix.address.to_string() + (all ? "(Preferred)" : ""));
        out += field("Subnet Mask . . . . . . . . . . .", mask_text(address.prefix));
    }
    if (all && status) out += lease_text(host, *status);
    out += field("Default Gateway . . . . . . . . .", gateway_of(host, port));
    if (all && !host.settings().dns_servers.empty()) {
        bool first = true;
        for (const IpAddress& server : host.settings().dns_servers) {
            out += first ? field("DNS Servers . . . . . . . . . . .", server.to_string())
                         : fmt::format("{:39}{}\n", "", server.to_string());
            first = false;
        }
    }
    return out + "\n";
}

std::string all_text(const Host& host, bool all) {
    std::string out = "\nWindows IP Configuration\n\n";
    if (all) {
        out += field("Host Name . . . . . . . . . . . .", host.name());
        out += field("Primary Dns Suffix  . . . . . . .", host.settings().search_domain);
        out += field("Node Type . . . . . . . . . . . .", "Hybrid");
        out += field("IP Routing Enabled. . . . . . . .", host.stack().forwards ? "Yes" : "No");
        out += field("WINS Proxy Enabled. . . . . . . .", "No");
        out += "\n";
    }
    out += "\n";
    for (PortId port = 0; port < host.ports().size(); ++port) out += adapter_text(host, port, all) + "\n";
    out.pop_back();
    return out;
}

Task<int> change_lease(Process& self, bool renew) {
    Host& host = self.host();
    const std::shared_ptr<DhcpClientControl> control = host.settings().dhcp_client;
    if (!control || control->ports.empty()) {
        self.print(
            "\nWindows IP Configuration\n\nThe operation failed as no adapter is in the state permissible for \n"
            "this operation.\n");
        co_return 1;
    }
    const Time deadline = self.now() + patience;
    for (std::size_t i = 0; i < control->ports.size(); ++i) {
        const PortId port = control->ports[i].port;
        const std::uint64_t bound_before = control->ports[i].bound;
        control->to_release.push_back(port);
        if (renew) control->to_start.push_back(port);
        control->wanted.notify(self.context().cause);
        for (;;) {
            const DhcpPortStatus& status = control->ports[i];
            if (renew ? status.bound > bound_before && status.state == DhcpClientState::bound
                      : status.state == DhcpClientState::stopped)
                break;
            const Wake wake = co_await self.wait({&control->changed}, deadline);
            if (wake == Wake::ready) continue;
            self.print(
                fmt::format("\nWindows IP Configuration\n\nAn error occurred while renewing interface {} : "
                            "unable to contact your DHCP server. Request has timed out.\n",
                            host.port_name(port)));
            co_return 1;
        }
    }
    self.print(all_text(host, false));
    co_return 0;
}

}  // namespace

Task<int> ipconfig_main(Process& self) {
    std::string option = self.arguments().size() > 1 ? self.arguments()[1] : std::string();
    for (char& c : option)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (!option.empty() && option[0] == '-') option[0] = '/';
    if (option.empty() || option == "/all") {
        self.print(all_text(self.host(), !option.empty()));
        co_return 0;
    }
    if (option == "/release" || option == "/renew") co_return co_await change_lease(self, option == "/renew");
    if (option == "/flushdns") {
        self.print("\nWindows IP Configuration\n\nSuccessfully flushed the DNS Resolver Cache.\n");
        co_return 0;
    }
    if (option == "/displaydns") {
        self.print("\nWindows IP Configuration\n\nCould not display the DNS Resolver Cache.\n");
        co_return 0;
    }
    self.print(
        fmt::format("\nError: unrecognized or incomplete command line.\n\nUSAGE:\n    ipconfig [/all | /renew | "
                    "/release | /flushdns | /displaydns]\n"));
    co_return 1;
}

}  // namespace layerlab::sim::programs
