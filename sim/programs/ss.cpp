// ss(8) of iproute2 6.1.0 for TCP and UDP over IPv4. Columns are as wide as what stands in them, addresses to the
// right and ports to the left of their colon, as ss lays them out when its output is not wider than the terminal.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/socket_table.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr LongOption long_options[] = {{"tcp", 't', false},     {"udp", 'u', false},       {"all", 'a', false},
                                       {"numeric", 'n', false}, {"listening", 'l', false}, {"processes", 'p', false},
                                       {"summary", 's', false}};

constexpr std::size_t columns = 9;
using Row = std::array<std::string, columns>;
// Netid State Recv-Q Send-Q Local-Address :Port Peer-Address :Port Process
constexpr std::array<bool, columns> to_the_right{false, false, false, false, true, false, true, false, false};

// A socket for any address of a host with IPv6 takes both families: "*".
std::string address_text(const Host& host, const IpAddress& address) {
    if (address.is_v6()) return fmt::format("[{}]:", address.to_string());
    return (address.is_zero() && host.stack().ipv6() ? "*" : address.to_string()) + ":";
}

std::string lay_out(const std::vector<Row>& rows, bool with_netid) {
    std::array<std::size_t, columns> width{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < columns; ++i) width[i] = std::max(width[i], row[i].size());
    std::string out;
    for (const Row& row : rows) {
        for (std::size_t i = with_netid ? 0 : 1; i < columns; ++i) {
            const bool is_joined = i == 5 || i == 7 || i == 8;
            if (i > (with_netid ? 0u : 1u) && !is_joined) out += ' ';
            out += to_the_right[i] ? fmt::format("{:>{}}", row[i], width[i]) : fmt::format("{:<{}}", row[i], width[i]);
        }
        out += "\n";
    }
    return out;
}

std::string summary(const Host& host) {
    std::size_t tcp = 0, udp = 0, established = 0, waiting = 0;
    for (const Stack::SocketRow& row : host.stack().sockets()) {
        (row.is_tcp ? tcp : udp) += 1;
        established += row.is_tcp && row.state == "ESTAB" ? 1 : 0;
        waiting += row.state == "TIME-WAIT" ? 1 : 0;
    }
    return fmt::format(
        "Total: {}\nTCP:   {} (estab {}, closed {}, orphaned 0, timewait {})\n\n"
        "Transport Total     IP        IPv6\nRAW\t  0         0         0        \n"
        "UDP\t  {:<9} {:<9} 0        \nTCP\t  {:<9} {:<9} 0        \nINET\t  {:<9} {:<9} 0        \n"
        "FRAG\t  0         0         0        \n\n",
        tcp + udp, tcp, established, waiting, waiting, udp, udp, tcp - waiting, tcp - waiting, tcp + udp - waiting,
        tcp + udp - waiting);
}

}  // namespace

Task<int> ss_main(Process& self) {
    const CommandLine line = parse_command_line(self.arguments(), "tualnpis46oeHm", long_options);
    if (!line.error.empty()) {
        self.print(fmt::format("ss: {}\nUsage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n", line.error));
        co_return 255;
    }
    if (line.has('s')) {
        self.print(summary(self.host()));
        co_return 0;
    }
    SocketChoice choice;
    const bool both = line.has('t') == line.has('u');
    choice.tcp = both || line.has('t');
    choice.udp = both || line.has('u');
    choice.everything = line.has('a');
    choice.listening = line.has('l') && !choice.everything;
    const bool numeric = line.has('n');
    std::vector<Row> rows;
    if (!line.has('H'))
        rows.push_back(
            {"Netid", "State", "Recv-Q", "Send-Q", "Local Address:", "Port", "Peer Address:", "Port", "Process"});
    const std::vector<Stack::SocketRow> sockets = chosen_sockets(self.host(), choice);
    for (const bool tcp : {false, true})
        for (const Stack::SocketRow& s : sockets) {
            if (s.is_tcp != tcp || !is_of_family(self.host(), s, line.has('4'), line.has('6'))) continue;
            const bool v6 = s.local.address.is_v6();
            const std::string peer_port = s.remote.port == 0 ? "*" : port_text(s.remote.port, s.is_tcp, numeric);
            rows.push_back({tcp ? "tcp" : "udp", s.state, fmt::to_string(s.receive_queue), fmt::to_string(s.send_queue),
                            address_text(self.host(), s.local.address), port_text(s.local.port, s.is_tcp, numeric),
                            v6 && s.remote.address.is_zero() ? "[::]:" : address_text(self.host(), s.remote.address),
                            peer_port,
                            line.has('p') && !s.process.empty() ? fmt::format(" users:((\"{}\"))", s.process) : ""});
        }
    self.print(lay_out(rows, choice.tcp && choice.udp));
    co_return 0;
}

}  // namespace layerlab::sim::programs
