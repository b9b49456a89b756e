// nc of OpenBSD as Debian 12 has it (1.219): connect, scan (-z), listen (-l), TCP and UDP. Standard input is empty, as
// with </dev/null: nothing is sent, and what comes is printed until the other side closes.
#include <array>
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/resolve.hpp"
#include "sim/programs/service_names.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr const char* usage_text =
    "usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]\n"
    "\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]\n"
    "\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]\n"
    "\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]\n"
    "\t  [destination] [port]\n";

struct NcOptions {
    bool listens = false, verbose = false, scans = false, udp = false, numeric = false, keeps = false, closes = false;
    Duration timeout{};       // 0: none
    Duration quit_after{-1};  // after the end of standard input; negative: never
    IpAddress source;
    Family family = Family::any;
    std::uint16_t source_port = 0;
    std::string host;
    std::vector<std::uint16_t> ports;
    std::string message;  // an error
};

// "80" or "79-82"; an error text if it is neither.
std::string read_ports(const std::string& text, std::vector<std::uint16_t>& ports) {
    const auto read = [&](const std::string& word, std::int64_t& port) -> std::string {
        if (const std::optional<std::uint16_t> known = service_port(word)) {
            port = *known;
            return {};
        }
        const std::optional<std::int64_t> number = parse_integer(word);
        if (!number) return fmt::format("nc: port number invalid: {}\n", word);
        if (*number < 1) return fmt::format("nc: port number too small: {}\n", word);
        if (*number > 65535) return fmt::format("nc: port number too large: {}\n", word);
        port = *number;
        return {};
    };
    std::int64_t low = 0, high = 0;
    const std::size_t dash = text.find('-', 1);
    const bool is_range = dash != text.npos && text[0] >= '0' && text[0] <= '9';
    std::string error = read(is_range ? text.substr(0, dash) : text, low);
    high = low;
    if (error.empty() && is_range) error = read(text.substr(dash + 1), high);
    if (!error.empty()) return error;
    for (std::int64_t port = std::min(low, high); port <= std::max(low, high); ++port)
        ports.push_back(static_cast<std::uint16_t>(port));
    return {};
}

NcOptions read_options(std::span<const std::string> arguments) {
    NcOptions o;
    const CommandLine line = parse_command_line(arguments, "46CDdFhI:i:klM:m:NnO:P:p:q:rSs:T:tUuV:vW:w:X:x:Zz");
    for (const GivenOption& given : line.options) {
        const std::optional<std::int64_t> number = parse_integer(given.value);
        switch (given.letter) {
            case '4': o.family = Family::ipv4; break;
            case '6': o.family = Family::ipv6; break;
            case 'l': o.listens = true; break;
            case 'v': o.verbose = true; break;
            case 'z': o.scans = true; break;
            case 'u': o.udp = true; break;
            case 'n': o.numeric = true; break;
            case 'k': o.keeps = true; break;
            case 'N': o.closes = true; break;
            case 'h': o.message = std::string("OpenBSD netcat (Debian patchlevel 1.219-1)\n") + usage_text; break;
            case 'w':
                if (!number || *number < 0 || *number > 2'000'000)
                    o.message = fmt::format("nc: timeout invalid: {}\n", given.value);
                else
                    o.timeout = std::chrono::seconds(*number);
                break;
            case 'q':
                if (!number || *number > 2'000'000)
                    o.message = fmt::format("nc: quit timer invalid: {}\n", given.value);
                else
                    o.quit_after = std::chrono::seconds(*number);
                break;
            case 'p':
                if (!number || *number < 1 || *number > 65535)
                    o.message = fmt::format("nc: port number invalid: {}\n", given.value);
                else
                    o.source_port = static_cast<std::uint16_t>(*number);
                break;
            case 's': {
                const Result<IpAddress> address = IpAddress::parse(given.value);
                if (address)
                    o.source = *address;
                else
                    o.message = fmt::format("nc: getaddrinfo: {}\n", "Name or service not known");
                break;
            }
            default: break;
        }
        if (!o.message.empty()) return o;
    }
    if (!line.error.empty()) {
        o.message = fmt::format("nc: {}\n{}", line.error, usage_text);
        return o;
    }
    const std::vector<std::string>& operands = line.operands;
    if (operands.empty() && !(o.listens && o.source_port != 0)) {
        o.message = o.listens ? "nc: missing port number\n" : usage_text;
        return o;
    }
    if (operands.size() > 2) {
        o.message = usage_text;
    } else if (o.listens && operands.size() < 2) {
        if (operands.empty())
            o.ports.push_back(o.source_port);
        else
            o.message = read_ports(operands[0], o.ports);
    } else if (operands.size() < 2) {
        o.message = "nc: missing port number\n";
    } else {
        o.host = operands[0];
        o.message = read_ports(operands[1], o.ports);
    }
    return o;
}

class Nc {
  public:
    Nc(Process& self, NcOptions options) : self_(self), o_(std::move(options)) {}

    Task<int> run() {
        if (!o_.host.empty()) {
            const bool known = co_await find_host();
            if (!known) co_return 1;
        }
        int status = 1;
        if (o_.listens)
            status = o_.udp ? co_await listen_udp() : co_await listen_tcp();
        else
            status = co_await connect_all();
        co_return self_.interrupted() ? 130 : status;
    }

  private:
    const char* protocol() const { return o_.udp ? "udp" : "tcp"; }

    Task<bool> find_host() {
        const std::string host = o_.host;
        Result<std::vector<Endpoint>> found = proto::fail("Name or service not known");
        if (!o_.numeric || parse_endpoint(self_.host(), host)) found = co_await resolve_all(self_, host, o_.family);
        if (found) {
            addresses_ = *found;
            address_ = found->front().address;
            zone_ = found->front().zone;
            co_return true;
        }
        self_.print(
            fmt::format("nc: getaddrinfo for host \"{}\" port {}: {}\n", host, o_.ports[0], found.error().message));
        co_return false;
    }

    std::string target(std::uint16_t port) const {
        const bool shows_address = !o_.numeric && o_.host != address_.to_string();
        return fmt::format("{}{} port {}", o_.host, shows_address ? fmt::format(" ({})", address_.to_string()) : "",
                           port);
    }

    // --- client ---

    Task<int> connect_all() {
        int status = 1;
        for (const std::uint16_t port : o_.ports) {
            bool connected = false;
            for (const Endpoint& address : addresses_) {  // one after the other, as getaddrinfo lists them
                address_ = address.address;
                zone_ = address.zone;
                connected = o_.udp ? co_await try_udp(port) : co_await try_tcp(port);
                if (connected || self_.interrupted()) break;
            }
            if (self_.interrupted()) break;
            if (connected) status = 0;
        }
        co_return status;
    }

    void tell_success(std::uint16_t port) {
        if (!o_.verbose) return;
        const std::string_view name = o_.numeric ? std::string_view{} : service_name(port, !o_.udp);
        const bool shows_address = !o_.numeric && o_.host != address_.to_string();
        self_.print(fmt::format("Connection to {}{} {} port [{}/{}] succeeded!\n", o_.host,
                                shows_address ? fmt::format(" ({})", address_.to_string()) : "", port, protocol(),
                                name.empty() ? "*" : name));
    }

    Task<bool> try_tcp(std::uint16_t port) {
        TcpSocket::Options options;
        options.source = o_.source;
        const Endpoint to{address_, port, zone_};
        const Time deadline = o_.timeout > Duration{} ? self_.now() + o_.timeout : proto::never;
        Result<TcpSocket> socket = co_await connect(self_, to, deadline, options);
        if (!socket) {
            const bool timed_out = o_.timeout > Duration{} && self_.now() >= deadline;
            if (o_.verbose && !self_.interrupted())
                self_.print(fmt::format(
                    "nc: connect to {} (tcp) {}\n", target(port),
                    timed_out ? "timed out: Operation now in progress" : "failed: " + socket.error().message));
            co_return false;
        }
        tell_success(port);
        if (!o_.scans) co_await read_tcp(*socket);
        co_return true;
    }

    Task<bool> try_udp(std::uint16_t port) {
        Result<UdpSocket> socket = UdpSocket::open(self_, Endpoint{o_.source, o_.source_port});
        if (!socket) {
            self_.print(fmt::format("nc: bind failed: {}\n", socket.error().message));
            co_return false;
        }
        const Endpoint to{address_, port, zone_};
        if (socket->connect(self_, to) != SocketError::none) {
            if (o_.verbose)
                self_.print(fmt::format("nc: connect to {} (udp) failed: Network is unreachable\n", target(port)));
            co_return false;
        }
        if (o_.scans) {  // five datagrams in three seconds; an ICMP error shows at the next one
            const std::array<std::uint8_t, 1> probe{'X'};
            for (int i = 0; i < 5; ++i) {
                if (i > 1) {
                    const Wake wake = co_await self_.sleep(std::chrono::seconds(1));
                    if (wake == Wake::interrupted) co_return false;
                }
                if (socket->take_error() || socket->send_to(self_, to, probe) != SocketError::none) co_return false;
            }
        }
        tell_success(port);
        if (o_.scans) co_return true;
        for (;;) {
            const Time deadline = idle_deadline();
            const std::optional<Datagram> datagram = co_await receive(self_, *socket, deadline);
            if (!datagram) co_return true;
            if (datagram->from == to) self_.print(proto::as_text(datagram->bytes));
        }
    }

    Time idle_deadline() const {
        if (o_.quit_after >= Duration{}) return self_.now() + o_.quit_after;
        return o_.timeout > Duration{} ? self_.now() + o_.timeout : proto::never;
    }

    // Standard input is at its end: with -N or -q the own direction is closed at once.
    Task<void> read_tcp(TcpSocket& socket) {
        if (o_.closes || o_.quit_after >= Duration{}) socket.shutdown_send(self_);
        std::vector<std::uint8_t> bytes;
        for (;;) {
            bytes.clear();
            const Time deadline = idle_deadline();
            const std::size_t n = co_await receive(self_, socket, bytes, deadline);
            if (n == 0) co_return;
            self_.print(proto::as_text(bytes));
        }
    }

    // --- server ---

    Task<void> tell_peer(Endpoint peer) {
        if (!o_.verbose) co_return;
        std::string name = peer.address.to_string();
        if (!o_.numeric) {
            const std::optional<std::string> found = co_await reverse_name(self_, peer.address);
            if (found) name = *found;
        }
        self_.print(fmt::format("Connection received on {} {}\n", name, peer.port));
    }

    bool tell_listening(const char* what, const std::string& error) {
        if (!error.empty()) {
            self_.print(fmt::format("nc: {}\n", error));
            return false;
        }
        if (o_.verbose) self_.print(fmt::format("{} on {} {}\n", what, address_.to_string(), o_.ports[0]));
        return true;
    }

    Task<int> listen_tcp() {
        Result<TcpListener> listener = TcpListener::open(self_, o_.ports[0], address_);
        if (!tell_listening("Listening", listener ? std::string() : listener.error().message)) co_return 1;
        do {
            std::optional<TcpSocket> connection = co_await accept(self_, *listener);
            if (!connection) co_return 1;
            const Endpoint peer = connection->remote();
            co_await tell_peer(peer);
            co_await read_tcp(*connection);
            if (self_.interrupted()) co_return 1;
        } while (o_.keeps);
        co_return 0;
    }

    Task<int> listen_udp() {
        Result<UdpSocket> socket = UdpSocket::open(self_, Endpoint{address_, o_.ports[0]});
        if (!tell_listening("Bound", socket ? std::string() : socket.error().message)) co_return 1;
        std::optional<Endpoint> peer;
        for (;;) {
            const Time deadline = peer ? idle_deadline() : proto::never;
            const std::optional<Datagram> datagram = co_await receive(self_, *socket, deadline);
            if (!datagram) co_return 0;
            if (peer && !(datagram->from == *peer) && !o_.keeps) continue;  // it is connected to the first one
            const bool is_new = !peer || !(datagram->from == *peer);
            peer = datagram->from;
            if (!o_.keeps) socket->connect(self_, *peer);
            const Endpoint from = datagram->from;
            if (is_new) co_await tell_peer(from);
            self_.print(proto::as_text(datagram->bytes));
        }
    }

    Process& self_;
    NcOptions o_;
    std::vector<Endpoint> addresses_;
    IpAddress address_;
    PortId zone_ = no_port;
};

}  // namespace

Task<int> nc_main(Process& self) {
    NcOptions options = read_options(self.arguments());
    if (!options.message.empty()) {
        self.print(options.message);
        co_return 1;
    }
    Nc nc(self, std::move(options));
    co_return co_await nc.run();
}

}  // namespace layerlab::sim::programs
