// hostname(1): the device's name in the scenario is the host's.
#include <fmt/format.h>

#include "sim/net/host.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/options.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr LongOption long_options[] = {{"all-ip-addresses", 'I', false},
                                       {"ip-address", 'i', false},
                                       {"fqdn", 'f', false},
                                       {"long", 'f', false},
                                       {"short", 's', false},
                                       {"domain", 'd', false}};

std::string addresses(const Host& host) {
    std::string text;
    for (const Interface& interface : host.stack().interfaces())
        for (const InterfaceAddress& address : interface.addresses) {
            text += address.prefix.address.to_string();
            text += ' ';
        }
    return text;
}

}  // namespace

Task<int> hostname_main(Process& self) {
    const Host& host = self.host();
    const CommandLine line = parse_command_line(self.arguments(), "Iifsd", long_options);
    if (!line.error.empty()) {
        self.print(fmt::format("hostname: {}\n", line.error));
        co_return 255;
    }
    if (!line.operands.empty()) {
        self.print("hostname: you must be root to change the host name\n");
        co_return 1;
    }
    if (line.has('I')) {
        self.print(addresses(host) + "\n");
    } else if (line.has('i')) {
        const std::optional<Ipv4Address> address = host.shared_names().find(host.name());
        self.print(fmt::format("{}\n", address ? address->to_string() : "127.0.1.1"));
    } else if (line.has('f') && !host.settings().search_domain.empty()) {
        self.print(fmt::format("{}.{}\n", host.name(), host.settings().search_domain));
    } else if (line.has('d')) {
        if (!host.settings().search_domain.empty()) self.print(host.settings().search_domain + "\n");
    } else {
        self.print(host.name() + "\n");
    }
    co_return 0;
}

}  // namespace layerlab::sim::programs
