// netstat(8) of net-tools 2.10: sockets, routes, interfaces, counters.
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/interface_text.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/resolve.hpp"
#include "sim/programs/route_text.hpp"
#include "sim/programs/socket_table.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr LongOption long_options[] = {
    {"tcp", 't', false},       {"udp", 'u', false},        {"all", 'a', false},
    {"listening", 'l', false}, {"numeric", 'n', false},    {"program", 'p', false},
    {"route", 'r', false},     {"statistics", 's', false}, {"interfaces", 'i', false}};

// The names of netstat for the states of ss.
std::string_view state_text(std::string_view state) {
    if (state == "ESTAB") return "ESTABLISHED";
    if (state == "SYN-SENT") return "SYN_SENT";
    if (state == "SYN-RECV") return "SYN_RECV";
    if (state == "FIN-WAIT-1") return "FIN_WAIT1";
    if (state == "FIN-WAIT-2") return "FIN_WAIT2";
    if (state == "TIME-WAIT") return "TIME_WAIT";
    if (state == "CLOSE-WAIT") return "CLOSE_WAIT";
    if (state == "LAST-ACK") return "LAST_ACK";
    if (state == "UNCONN") return "";
    return state;
}

Task<std::string> endpoint_text(Process& self, Endpoint endpoint, bool is_tcp, bool numeric) {
    std::string address = endpoint.address.to_string();
    if (!numeric && !endpoint.address.is_zero()) {
        const std::optional<std::string> name = co_await reverse_name(self, endpoint.address);
        if (name) address = *name;
    }
    const std::string port = endpoint.port == 0 ? "*" : port_text(endpoint.port, is_tcp, numeric);
    co_return fmt::format("{}:{}", address.substr(0, 23 - std::min<std::size_t>(port.size() + 1, 22)), port);
}

Task<int> show_sockets(Process& self, CommandLine line) {
    SocketChoice choice;
    const bool both = line.has('t') == line.has('u');
    choice.tcp = both || line.has('t');
    choice.udp = both || line.has('u');
    choice.everything = line.has('a');
    choice.listening = line.has('l') && !choice.everything;
    const bool numeric = line.has('n');
    self.print(fmt::format("Active Internet connections ({})\n", choice.everything  ? "servers and established"
                                                                 : choice.listening ? "only servers"
                                                                                    : "w/o servers"));
    self.print(fmt::format("Proto Recv-Q Send-Q Local Address           Foreign Address         State      {}\n",
                           line.has('p') ? " PID/Program name    " : ""));
    const std::vector<Stack::SocketRow> rows = chosen_sockets(self.host(), choice);
    for (const bool tcp : {true, false})
        for (const Stack::SocketRow& row : rows) {
            if (row.is_tcp != tcp || !is_of_family(self.host(), row, line.has('4'), line.has('6'))) continue;
            const bool v6 = row.local.address.is_v6();
            const std::string local = co_await endpoint_text(self, row.local, tcp, numeric);
            const std::string remote = co_await endpoint_text(self, row.remote, tcp, numeric);
            std::string text = fmt::format(
                "{:<5} {:>6} {:>6} {:<23} {:<23} {:<11}", v6 ? (tcp ? "tcp6" : "udp6") : (tcp ? "tcp" : "udp"),
                row.receive_queue, is_listening(row) ? 0 : row.send_queue, local, remote, state_text(row.state));
            if (line.has('p')) text += fmt::format(" {:<20}", row.process.empty() ? "-" : row.process);
            self.print(text + "\n");
        }
    co_return 0;
}

void show_interfaces(Process& self) {
    self.print(
        "Kernel Interface table\n"
        "Iface             MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n");
    for (const InterfaceInfo& i : interface_list(self.host())) {
        if (!i.up) continue;
        const InterfaceCounters& c = i.counters;
        self.print(fmt::format("{:<15} {:>5} {:>8} {:>6} {:>6} {:<6} {:>8} {:>6} {:>6} {:>6} {}\n", i.name, i.mtu,
                               c.received_packets, 0, c.received_dropped, 0, c.sent_packets, 0, c.sent_dropped, 0,
                               i.is_loopback() ? "LRU"
                               : i.carrier     ? "BMRU"
                                               : "BMU"));
    }
}

void show_statistics(Process& self) {
    const Stack& stack = self.host().stack();
    const StackCounters& c = stack.counters();
    std::size_t established = 0;
    for (const Stack::SocketRow& row : stack.sockets()) established += row.state == "ESTAB" ? 1 : 0;
    self.print(
        fmt::format("Ip:\n    Forwarding: {}\n    {} total packets received\n    {} forwarded\n"
                    "    {} incoming packets discarded\n    {} incoming packets delivered\n    {} requests sent out\n",
                    stack.forwards ? 1 : 2, c.ip_received, c.ip_forwarded, c.ip_discarded, c.ip_delivered, c.ip_sent));
    self.print(
        fmt::format("Icmp:\n    {} ICMP messages received\n    {} ICMP messages sent\n", c.icmp_received, c.icmp_sent));
    self.print(
        fmt::format("Tcp:\n    {} connections established\n    {} segments received\n    {} segments sent out\n"
                    "    {} segments retransmitted\n    {} resets sent\n",
                    established, c.tcp_received, c.tcp_sent, c.tcp_retransmitted, c.tcp_resets_sent));
    self.print(
        fmt::format("Udp:\n    {} packets received\n    {} packets to unknown port received\n    {} packets sent\n",
                    c.udp_received, c.udp_no_port, c.udp_sent));
}

}  // namespace

Task<int> netstat_main(Process& self) {
    CommandLine line = parse_command_line(self.arguments(), "tualnprsi46eW", long_options);
    if (!line.error.empty()) {
        self.print(
            fmt::format("netstat: {}\nusage: netstat [-vWeenNcCF] [<Af>] -r         netstat {{-V|--version|-h|"
                        "--help}}\n       netstat [-vWnNcaeol] [<Socket> ...]\n",
                        line.error));
        co_return 4;
    }
    if (line.has('r')) {
        self.print(line.has('6') ? classic_ipv6_route_table(self.host(), line.has('n'))
                                 : classic_route_table(self.host(), line.has('n'), true));
        co_return 0;
    }
    if (line.has('i')) {
        show_interfaces(self);
        co_return 0;
    }
    if (line.has('s')) {
        show_statistics(self);
        co_return 0;
    }
    co_return co_await show_sockets(self, std::move(line));
}

}  // namespace layerlab::sim::programs
