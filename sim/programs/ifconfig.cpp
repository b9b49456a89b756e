// ifconfig(8) of net-tools 2.10.
#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/interface_text.hpp"
#include "sim/programs/route_text.hpp"

namespace layerlab::sim::programs {
namespace {

// "3.4 KiB": cut off, not rounded.
std::string scaled(std::uint64_t bytes) {
    static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    std::uint64_t divisor = 1;
    while (unit < 4 && bytes > divisor * 1024) {
        divisor *= 1024;
        ++unit;
    }
    const std::uint64_t tenths = bytes / divisor * 10 + bytes % divisor * 10 / divisor;
    return fmt::format("{}.{} {}", tenths / 10, tenths % 10, units[unit]);
}

std::string interface_text(const InterfaceInfo& i) {
    const char* flags = i.is_loopback() ? "73<UP,LOOPBACK,RUNNING>"
                        : !i.up         ? "4098<BROADCAST,MULTICAST>"
                        : i.carrier     ? "4163<UP,BROADCAST,RUNNING,MULTICAST>"
                                        : "4099<UP,BROADCAST,MULTICAST>";
    std::string out = fmt::format("{}: flags={}  mtu {}\n", i.name, flags, i.mtu);
    if (!i.addresses.empty()) {
        const Ipv4Prefix prefix = i.addresses[0].prefix;
        out += fmt::format("        inet {}  netmask {}", prefix.address.to_string(), mask_text(prefix));
        if (!i.is_loopback()) out += fmt::format("  broadcast {}", prefix.broadcast().to_string());
        out += "\n";
    }
    if (i.is_loopback())
        out += "        loop  txqueuelen 1000  (Local Loopback)\n";
    else
        out += fmt::format("        ether {}  txqueuelen 1000  (Ethernet)\n", i.mac.to_string());
    const InterfaceCounters& c = i.counters;
    out += fmt::format(
        "        RX packets {}  bytes {} ({})\n        RX errors 0  dropped {}  overruns 0  frame 0\n"
        "        TX packets {}  bytes {} ({})\n        TX errors 0  dropped {} overruns 0  carrier 0  collisions 0\n\n",
        c.received_packets, c.received_bytes, scaled(c.received_bytes), c.received_dropped, c.sent_packets,
        c.sent_bytes, scaled(c.sent_bytes), c.sent_dropped);
    return out;
}

// The mask that an address without one gets: by its class.
std::uint8_t class_length(Ipv4Address address) {
    if (address.number < 0x8000'0000u) return 8;
    return address.number < 0xc000'0000u ? 16 : 24;
}

int change(Process& self, PortId port, std::span<const std::string> words) {
    std::optional<Ipv4Prefix> wanted;
    std::optional<bool> up;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "up" || word == "down") {
            up = word == "up";
        } else if (word == "netmask" && i + 1 < words.size() && wanted) {
            const Result<Ipv4Address> mask = Ipv4Address::parse(words[++i]);
            std::uint8_t length = 0;
            while (mask && length < 32 && Ipv4Prefix{{}, length}.mask() != mask->number) ++length;
            wanted->length = length;
        } else if ((word == "broadcast" || word == "mtu") && i + 1 < words.size()) {
            ++i;
        } else if (const Result<Ipv4Prefix> prefix = Ipv4Prefix::parse(word)) {
            wanted = *prefix;
        } else if (const Result<Ipv4Address> address = Ipv4Address::parse(word)) {
            wanted = Ipv4Prefix{*address, class_length(*address)};
        } else {
            self.print(
                fmt::format("{}: Host name lookup failure\nifconfig: `--help' gives usage information.\n", word));
            return 1;
        }
    }
    if (wanted) {
        Stack& stack = self.host().stack();
        const std::vector<InterfaceAddress> before = stack.interfaces()[port].addresses;
        for (const InterfaceAddress& address : before) stack.remove_address(port, address.prefix.address);
        stack.add_address(port, *wanted);
    }
    if (up || wanted) set_port_up(self, port, up.value_or(true));
    return 0;
}

}  // namespace

Task<int> ifconfig_main(Process& self) {
    std::span<const std::string> words = std::span<const std::string>(self.arguments()).subspan(1);
    bool all = false;
    while (!words.empty() && (words[0] == "-a" || words[0] == "-v")) {
        all |= words[0] == "-a";
        words = words.subspan(1);
    }
    std::vector<InterfaceInfo> list = interface_list(self.host());
    if (words.empty()) {
        std::sort(list.begin(), list.end(),
                  [](const InterfaceInfo& a, const InterfaceInfo& b) { return a.name < b.name; });
        for (const InterfaceInfo& i : list)
            if (i.up || all) self.print(interface_text(i));
        co_return 0;
    }
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const InterfaceInfo& i) { return i.name == words[0]; });
    if (found == list.end()) {
        self.print(fmt::format("{}: error fetching interface information: Device not found\n", words[0]));
        co_return 1;
    }
    if (words.size() == 1) {
        self.print(interface_text(*found));
        co_return 0;
    }
    if (found->is_loopback()) {
        self.print("SIOCSIFFLAGS: Operation not permitted\n");
        co_return 255;
    }
    co_return change(self, found->port, words.subspan(1));
}

}  // namespace layerlab::sim::programs
