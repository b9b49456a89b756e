// `ip address` and `ip link`.
#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/interface_text.hpp"
#include "sim/programs/ip_objects.hpp"

namespace layerlab::sim::programs {
namespace {

const char* state_text(const InterfaceInfo& i) {
    if (i.is_loopback()) return "UNKNOWN";
    return i.carrier ? "UP" : "DOWN";
}

std::string flags_text(const InterfaceInfo& i) {
    if (i.is_loopback()) return "<LOOPBACK,UP,LOWER_UP>";
    if (!i.up) return "<BROADCAST,MULTICAST>";
    return i.carrier ? "<BROADCAST,MULTICAST,UP,LOWER_UP>" : "<NO-CARRIER,BROADCAST,MULTICAST,UP>";
}

std::string link_text(const InterfaceInfo& i, bool with_mode) {
    std::string out =
        fmt::format("{}: {}: {} mtu {} qdisc {} state {} {}group default qlen 1000\n", i.index, i.name, flags_text(i),
                    i.mtu, i.is_loopback() ? "noqueue" : "pfifo_fast", state_text(i), with_mode ? "mode DEFAULT " : "");
    if (i.is_loopback()) return out + "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n";
    return out + fmt::format("    link/ether {} brd ff:ff:ff:ff:ff:ff\n", i.mac.to_string());
}

std::string statistics_text(const InterfaceCounters& c) {
    return fmt::format(
        "    RX:  bytes packets errors dropped  missed   mcast           \n"
        "    {:>10} {:>7} {:>6} {:>7} {:>7} {:>7} \n"
        "    TX:  bytes packets errors dropped carrier collsns           \n"
        "    {:>10} {:>7} {:>6} {:>7} {:>7} {:>7} \n",
        c.received_bytes, c.received_packets, 0, c.received_dropped, 0, 0, c.sent_bytes, c.sent_packets, 0,
        c.sent_dropped, 0, 0);
}

std::string lifetime_text(const InterfaceAddress& address, Time now) {
    if (address.valid_until == proto::never) return "valid_lft forever preferred_lft forever";
    const std::int64_t left = std::max<std::int64_t>(0, (address.valid_until - now) / std::chrono::seconds(1));
    return fmt::format("valid_lft {}sec preferred_lft {}sec", left, left);
}

std::string inet_text(const InterfaceInfo& i, const InterfaceAddress& address) {
    std::string out = "inet " + address.prefix.to_string();
    if (!i.is_loopback() && address.prefix.length < 31) out += " brd " + address.prefix.broadcast().to_string();
    out += i.is_loopback() ? " scope host " : " scope global ";
    if (address.is_dynamic) out += "dynamic ";
    return out + i.name;
}

std::string address_text(const Host& host, const InterfaceInfo& i, Time now, const IpView& view) {
    std::string out;
    if (view.brief) {
        out = fmt::format("{:<16} {:<14} ", i.name, state_text(i));
        if (!view.only6)
            for (const InterfaceAddress& address : i.addresses) out += address.prefix.to_string() + " ";
        if (!view.only4) out += inet6_text(host, i.is_loopback() ? loopback_port : i.port, i.index, now, view);
        return out + "\n";
    }
    if (!view.one_line) out = link_text(i, false);
    for (const InterfaceAddress& address : i.addresses) {
        if (view.only6) break;
        if (view.one_line)
            out += fmt::format("{}: {}    {}\\       {}\n", i.index, i.name, inet_text(i, address),
                               lifetime_text(address, now));
        else
            out += fmt::format("    {}\n       {}\n", inet_text(i, address), lifetime_text(address, now));
    }
    if (!view.only4) out += inet6_text(host, i.is_loopback() ? loopback_port : i.port, i.index, now, view);
    return out;
}

std::string show_link_text(const InterfaceInfo& i, const IpView& view) {
    if (view.brief) {
        const std::string mac = i.is_loopback() ? "00:00:00:00:00:00" : i.mac.to_string();
        return fmt::format("{:<16} {:<14} {} {} \n", i.name, state_text(i), mac, flags_text(i));
    }
    std::string out = link_text(i, true);
    if (view.statistics) out += statistics_text(i.counters);
    if (view.one_line) {
        out.pop_back();
        for (std::size_t at; (at = out.find('\n')) != out.npos;) out[at] = '\\';
        out += '\n';
    }
    return out;
}

// "show [dev] NAME", or all.
int show(Process& self, const IpView& view, std::span<const std::string> words, bool addresses) {
    std::string_view wanted;
    bool only_up = false;
    for (const std::string& word : words) {
        if (word == "up")
            only_up = true;
        else if (word != "dev")
            wanted = word;
    }
    bool found = false;
    std::string out;
    for (const InterfaceInfo& i : interface_list(self.host())) {
        if (!wanted.empty() && i.name != wanted) continue;
        found = true;
        if (only_up && !i.up) continue;
        if (view.only6 && addresses &&
            inet6_text(self.host(), i.is_loopback() ? loopback_port : i.port, i.index, self.now(), view).empty())
            continue;
        out += addresses ? address_text(self.host(), i, self.now(), view) : show_link_text(i, view);
    }
    if (!found) return ip_fails(self, 1, fmt::format("Device \"{}\" does not exist.", wanted));
    self.print(out);
    return 0;
}

int change_address(Process& self, std::span<const std::string> words, bool add) {
    std::string_view device, text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "dev" && i + 1 < words.size())
            device = words[++i];
        else if ((words[i] == "brd" || words[i] == "broadcast") && i + 1 < words.size())
            ++i;
        else if (text.empty())
            text = words[i];
    }
    if (device.empty()) return ip_fails(self, 1, "Not enough information: \"dev\" argument is required.");
    if (text.find(':') != text.npos) {
        const PortId port6 = self.host().find_port(device);
        if (port6 == no_port) return ip_fails(self, 1, fmt::format("Cannot find device \"{}\"", device));
        return change_address6(self, text, port6, add);
    }
    const std::string whole = text.find('/') == text.npos ? std::string(text) + "/32" : std::string(text);
    const Result<Ipv4Prefix> prefix = Ipv4Prefix::parse(whole);
    if (!prefix) return ip_fails(self, 1, fmt::format("Error: any valid prefix is expected rather than \"{}\".", text));
    const PortId port = self.host().find_port(device);
    if (port == no_port || port == loopback_port)
        return ip_fails(self, 1, fmt::format("Cannot find device \"{}\"", device));
    Stack& stack = self.host().stack();
    const bool is_there = stack.interfaces()[port].has(prefix->address);
    if (add && is_there) return ip_fails(self, 2, "Error: ipv4: Address already assigned.");
    if (!add && !is_there) return ip_fails(self, 2, "Error: ipv4: Address not found.");
    if (add)
        stack.add_address(port, *prefix);
    else
        stack.remove_address(port, prefix->address);
    return 0;
}

int flush_addresses(Process& self, std::span<const std::string> words) {
    if (words.empty()) return ip_fails(self, 255, "Flush requires arguments.");
    const PortId port = self.host().find_port(words.back());
    if (port == no_port || port == loopback_port)
        return ip_fails(self, 1, fmt::format("Device \"{}\" does not exist.", words.back()));
    const std::vector<InterfaceAddress> addresses = self.host().stack().interfaces()[port].addresses;
    for (const InterfaceAddress& address : addresses) self.host().stack().remove_address(port, address.prefix.address);
    return 0;
}

int set_link(Process& self, std::span<const std::string> words) {
    std::string_view device, state;
    std::optional<MacAddress> mac;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "dev") continue;
        if (words[i] == "up" || words[i] == "down") {
            state = words[i];
        } else if (words[i] == "address" && i + 1 < words.size()) {
            const Result<MacAddress> parsed = MacAddress::parse(words[++i]);
            if (!parsed) return ip_fails(self, 1, fmt::format("\"{}\" is invalid lladdr.", words[i]));
            mac = *parsed;
        } else if (device.empty()) {
            device = words[i];
        } else {
            return ip_fails(self, 255,
                            fmt::format("Error: either \"dev\" is duplicate, or \"{}\" is a garbage.", words[i]));
        }
    }
    const PortId port = self.host().find_port(device);
    if (port == no_port || port == loopback_port)
        return ip_fails(self, 1, fmt::format("Cannot find device \"{}\"", device));
    if (mac) self.host().ports()[port].mac = *mac;
    if (!state.empty()) set_port_up(self, port, state == "up");
    return 0;
}

}  // namespace

int ip_address(Process& self, const IpView& view, std::span<const std::string> words) {
    if (words.empty()) return show(self, view, words, true);
    const std::string_view command = words[0];
    const auto rest = words.subspan(1);
    if (is_short_for(command, "show") || is_short_for(command, "list") || command == "lst" || command == "ls")
        return show(self, view, rest, true);
    if (is_short_for(command, "add")) return change_address(self, rest, true);
    if (is_short_for(command, "delete")) return change_address(self, rest, false);
    if (is_short_for(command, "flush")) return flush_addresses(self, rest);
    return ip_fails(self, 255, fmt::format("Command \"{}\" is unknown, try \"ip address help\".", command));
}

int ip_link(Process& self, const IpView& view, std::span<const std::string> words) {
    if (words.empty()) return show(self, view, words, false);
    const std::string_view command = words[0];
    const auto rest = words.subspan(1);
    if (is_short_for(command, "set")) return set_link(self, rest);
    if (is_short_for(command, "show") || is_short_for(command, "list") || command == "lst" || command == "ls")
        return show(self, view, rest, false);
    return ip_fails(self, 255, fmt::format("Command \"{}\" is unknown, try \"ip link help\".", command));
}

}  // namespace layerlab::sim::programs
