// ping(8) of iputils 20221126 for IPv4 and IPv6: the same moments of sending, the same output, the same ways to end.
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "proto/wire/icmp.hpp"
#include "proto/wire/icmpv6.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/ipv6.hpp"
#include "sim/net/ip_options.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/clock.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/ping_text.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using proto::wire::Icmp;
using proto::wire::Ipv4;

constexpr Duration flood_wait = 10ms;       // without an answer
constexpr Duration flood_interval = 100us;  // a real machine needs time for a packet too
constexpr std::size_t timestamp_size = 16;

struct PingOptions {
    std::int64_t count = 0;  // 0: for ever
    Duration interval = 1s;
    Duration linger = 10s;  // -W: for the last replies
    Duration deadline{};    // -w; 0: none
    std::int64_t size = 56;
    IpOptions ip;
    std::string interface;  // -I
    std::string fragmentation = "want";
    std::vector<std::uint8_t> pattern;
    bool quiet = false, numeric = false, flood = false, verbose = false, broadcast = false;
    bool outstanding = false, timestamps = false;
    Family family = Family::any;
    std::string target;
    std::string error;  // what to print when the options are wrong
    int status = 0;
};

bool number(PingOptions& o, const std::string& text, std::int64_t low, std::int64_t high, std::int64_t& value) {
    const std::optional<std::int64_t> n = parse_integer(text);
    if (n && *n >= low && *n <= high) {
        value = *n;
        return true;
    }
    o.error = fmt::format("ping: invalid argument: '{}'", text);
    if (n) o.error += fmt::format(": out of range: {} <= value <= {}", low, high);
    o.error += "\n";
    o.status = 1;
    return false;
}

bool seconds(PingOptions& o, const std::string& text, const char* what, Duration& value) {
    if (const std::optional<Duration> d = parse_seconds(text)) {
        value = *d;
        return true;
    }
    o.error = fmt::format("ping: bad {}: {}\n", what, text);
    o.status = 1;
    return false;
}

bool pattern(PingOptions& o, const std::string& text) {
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned value = 0;
        for (const char c : text.substr(i, 2)) {
            const char l = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
            const bool is_digit = l >= '0' && l <= '9';
            if (!is_digit && (l < 'a' || l > 'f')) {
                o.error = "ping: patterns must be specified as hex digits: " + text + "\n";
                o.status = 2;
                return false;
            }
            value = value * 16 + static_cast<unsigned>(is_digit ? l - '0' : l - 'a' + 10);
        }
        o.pattern.push_back(static_cast<std::uint8_t>(value));
    }
    return true;
}

bool apply(PingOptions& o, const GivenOption& given) {
    std::int64_t n = 0;
    switch (given.letter) {
        case 'c': return number(o, given.value, 1, INT64_MAX, o.count);
        case 'i': return seconds(o, given.value, "timing interval", o.interval);
        case 's': return number(o, given.value, 0, INT32_MAX, o.size);
        case 'W': return seconds(o, given.value, "linger time", o.linger);
        case 'w':
            if (!number(o, given.value, 0, INT32_MAX, n)) return false;
            o.deadline = std::chrono::seconds(n);
            return true;
        case 't':
            if (!number(o, given.value, 0, 255, n)) return false;
            o.ip.ttl = static_cast<std::uint8_t>(n);
            return true;
        case 'Q':
            if (!number(o, given.value, 0, 255, n)) return false;
            o.ip.tos = static_cast<std::uint8_t>(n);
            return true;
        case 'M':
            if (given.value != "do" && given.value != "dont" && given.value != "want") {
                o.error = fmt::format("ping: invalid -M argument: {}\n", given.value);
                o.status = 2;
                return false;
            }
            o.fragmentation = given.value;
            return true;
        case 'p': return pattern(o, given.value);
        case 'I': o.interface = given.value; return true;
        case 'R': o.ip.record_route = true; return true;
        case 'q': o.quiet = true; return true;
        case 'n': o.numeric = true; return true;
        case 'f': o.flood = true; return true;
        case 'v': o.verbose = true; return true;
        case 'b': o.broadcast = true; return true;
        case 'O': o.outstanding = true; return true;
        case 'D': o.timestamps = true; return true;
        case '4': o.family = Family::ipv4; return true;
        case '6': o.family = Family::ipv6; return true;
        default: return true;  // -a and others that change nothing here
    }
}

PingOptions read_options(const std::vector<std::string>& arguments) {
    PingOptions o;
    const CommandLine line = parse_command_line(arguments, "46abc:DfhI:i:M:nOp:qQ:Rs:t:vw:W:");
    if (!line.error.empty() || line.has('h')) {
        o.error = (line.error.empty() ? std::string() : fmt::format("ping: {}\n", line.error)) + ping_usage;
        o.status = 2;
        return o;
    }
    bool has_interval = false;
    for (const GivenOption& given : line.options) {
        if (!apply(o, given)) return o;
        has_interval |= given.letter == 'i';
    }
    if (line.operands.empty()) {
        o.error = "ping: usage error: Destination address required\n";
        o.status = 1;
        return o;
    }
    if (o.flood && !has_interval) o.interval = {};
    o.target = line.operands.back();
    return o;
}

class Ping {
  public:
    Ping(Process& self, PingOptions options) : self_(self), o_(std::move(options)) {}

    // Where to, from where; false when it has said why not.
    Task<bool> prepare() {
        std::string canonical;
        const bool is_numeric = parse_endpoint(self_.host(), o_.target).has_value();
        const Result<std::vector<Endpoint>> found = co_await resolve_all(self_, o_.target, o_.family, &canonical);
        if (!found) {
            self_.print(fmt::format("ping: {}: {}\n", o_.target, found.error().message));
            co_return false;
        }
        to_ = found->front().address;
        zone_ = found->front().zone;
        is_v6_ = to_.is_v6();
        name_ = canonical;
        if (is_numeric) o_.numeric = true;
        Result<IcmpSocket> socket = IcmpSocket::open(self_, is_v6_);
        if (!socket) {
            self_.print(fmt::format("ping: socket: {}\n", socket.error().message));
            co_return false;
        }
        socket_.emplace(std::move(*socket));
        co_return is_v6_ ? choose_source6() : choose_source();
    }

    Task<int> run() {
        identifier_ = static_cast<std::uint16_t>(self_.host().rng(self_.simulator()).below(0x10000));
        if (is_v6_)
            co_await greet6();
        else
            greet();
        const Time begin = self_.now();
        Time next = begin;
        exit_at_ = o_.deadline > Duration{} ? begin + o_.deadline : proto::never;
        while (!finished()) {
            if (self_.now() >= next && may_send()) next = send();
            if (finished()) break;
            const Time wake_at = std::min(exit_at_, may_send() ? next : proto::never);
            const Wake wake = co_await self_.wait({&socket_->readable()}, wake_at);
            if (wake == Wake::interrupted) break;
            const std::int64_t received_before = statistics_.received();
            while (std::optional<IcmpMessage> message = socket_->receive()) co_await on_message(*message);
            const bool answered = statistics_.received() != received_before;
            if (o_.interval == Duration{} && answered) next = std::max(last_sent_ + flood_interval, self_.now());
        }
        self_.take_interruption();
        const Duration elapsed = last_sent_ - first_sent_;
        self_.print(statistics_.summary(name_, elapsed / 1us, is_timed(), o_.interval == Duration{}));
        co_return statistics_.received() == 0 || (o_.deadline > Duration{} && statistics_.received() < o_.count) ? 1
                                                                                                                 : 0;
    }

  private:
    bool is_timed() const { return o_.size >= static_cast<std::int64_t>(timestamp_size); }

    bool choose_source() {
        Stack& stack = self_.host().stack();
        source_ = stack.source_for(to_.v4());
        if (const Result<Ipv4Address> address = Ipv4Address::parse(o_.interface)) {
            if (!stack.is_own(*address)) {
                self_.print("ping: bind: Cannot assign requested address\n");
                return false;
            }
            o_.ip.source = source_ = *address;
        } else if (!o_.interface.empty()) {
            const PortId port = self_.host().find_port(o_.interface);
            if (port == no_port || port == loopback_port) {
                self_.print(fmt::format("ping: SO_BINDTODEVICE {}: No such device\n", o_.interface));
                return false;
            }
            const Interface& interface = stack.interfaces()[port];
            if (!interface.addresses.empty()) source_ = interface.addresses[0].prefix.address;
            const proto::machine::Route* route = stack.routes().find(to_.v4());
            if (!route || route->interface != port) o_.ip.out_port = port;
            o_.ip.source = source_;
            bound_to_port_ = true;
        }
        if (source_.is_zero()) {
            self_.print("ping: connect: Network is unreachable\n");
            return false;
        }
        bool is_broadcast = to_.v4().is_broadcast();
        for (PortId port = 0; port < stack.interfaces().size(); ++port)
            is_broadcast |= stack.is_broadcast(port, to_.v4());
        if (is_broadcast && !o_.broadcast) {
            self_.print("ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n");
            return false;
        }
        if (is_broadcast) self_.print("WARNING: pinging broadcast address\n");
        return true;
    }

    bool choose_source6() {
        Host& host = self_.host();
        o_.ip.out_port = zone_;
        const Result<IpAddress> address = IpAddress::parse(o_.interface);
        if (address && !host.stack().is_own(*address)) {
            self_.print("ping: bind icmp socket: Cannot assign requested address\n");
            return false;
        }
        if (!address && !o_.interface.empty()) {
            zone_ = o_.ip.out_port = host.find_port(o_.interface);
            if (zone_ == no_port) {
                self_.print(fmt::format("ping: SO_BINDTODEVICE {}: No such device\n", o_.interface));
                return false;
            }
            bound_to_port_ = true;
        }
        const Ipv6Stack* ipv6 = host.stack().ipv6();
        const bool is_vague = needs_zone(to_.v6()) && zone_ == no_port && !host.stack().is_own(to_);
        if (!ipv6 || is_vague) {
            self_.print(fmt::format("ping: connect: {}\n", is_vague ? "Invalid argument" : "Network is unreachable"));
            return false;
        }
        source_ = address ? *address : host.stack().source_for(Endpoint{to_, 0, zone_});
        if (source_.is_zero()) {
            const bool has_route = needs_zone(to_.v6()) || ipv6->can_reach(to_.v6());
            self_.print(fmt::format("ping: connect: {}\n",
                                    has_route ? "Cannot assign requested address" : "Network is unreachable"));
            return false;
        }
        if (!o_.interface.empty()) o_.ip.source = source_;
        return true;
    }

    // "fe80::1%eth0"
    std::string text_of(const IpAddress& address) const {
        if (zone_ == no_port || !address.is_v6() || !needs_zone(address.v6())) return address.to_string();
        return fmt::format("{}%{}", address.to_string(), self_.host().port_name(zone_));
    }

    // As iputils: with the name that belongs to the address.
    Task<void> greet6() {
        const std::string to = co_await place(to_);
        const std::string from = o_.interface.empty() ? std::string()
                                                      : fmt::format(" from {} {}:", text_of(source_),
                                                                    bound_to_port_ ? o_.interface : std::string());
        self_.print(fmt::format("PING {}({}){} {} data bytes\n", name_, to, from, o_.size));
    }

    void greet() {
        if (!o_.pattern.empty()) {
            std::string text;
            for (const std::uint8_t byte : o_.pattern) text += fmt::format("{:02x}", byte);
            self_.print(fmt::format("PATTERN: 0x{}\n", text));
        }
        const std::size_t options = o_.ip.record_route ? record_route_size : 0;
        const std::string from =
            o_.interface.empty() ? std::string()
                                 : fmt::format("from {} {}: ", source_.to_string(), bound_to_port_ ? o_.interface : "");
        self_.print(fmt::format("PING {} ({}) {}{}({}) bytes of data.\n", name_, to_.to_string(), from, o_.size,
                                static_cast<std::size_t>(o_.size) + Icmp::min_size + Ipv4::min_size + options));
    }

    bool finished() const {
        if (self_.interrupted() || self_.now() >= exit_at_) return true;
        if (o_.count && statistics_.received() + statistics_.errors() >= o_.count) return true;
        return o_.deadline > Duration{} && statistics_.errors() > 0;
    }
    bool may_send() const { return o_.count == 0 || statistics_.transmitted() < o_.count || o_.deadline > Duration{}; }

    // Sends one request; returns when the next one is due.
    Time send() {
        const Time now = self_.now();
        if (statistics_.transmitted() == 0) first_sent_ = now;
        last_sent_ = now;
        if (o_.outstanding && statistics_.transmitted() > 0 && sent_.count(sequence_) && !answered_[sequence_])
            self_.print(stamp() + fmt::format("no answer yet for icmp_seq={}\n", sequence_));
        ++sequence_;
        sent_[sequence_] = now;
        answered_[sequence_] = false;
        const std::uint16_t mtu = self_.host().stack().mtu_to(to_, now);
        const auto packet_size = static_cast<std::int64_t>((is_v6_ ? 40 : Ipv4::min_size) + Icmp::min_size) + o_.size;
        o_.ip.dont_fragment = o_.fragmentation == "do" || (!is_v6_ && o_.fragmentation == "want" && packet_size <= mtu);
        SocketError error = SocketError::message_too_long;
        if (o_.size <= 65'507) error = socket_->send_echo(self_, to_, identifier_, sequence_, data(), o_.ip);
        statistics_.on_sent();
        if (error != SocketError::none) {
            on_send_error(error, packet_size > 65'535 ? std::uint16_t{65'535} : mtu);
        } else if (o_.flood && !o_.quiet) {
            self_.print(".");
        }
        if (!may_send()) schedule_exit();
        return now + (o_.interval == Duration{} ? flood_wait : o_.interval);
    }

    void on_send_error(SocketError error, std::uint16_t mtu) {
        if (error == SocketError::message_too_long) {
            statistics_.on_error();
            if (!o_.quiet) self_.print(fmt::format("ping: local error: message too long, mtu={}\n", mtu));
        } else if (!o_.quiet) {
            self_.print(fmt::format("ping: sendmsg: {}\n", to_string(error)));
        }
    }

    // When everything has been sent: for how long the last replies are waited for.
    void schedule_exit() {
        if (o_.deadline > Duration{} || exit_at_ != proto::never) return;
        Duration wait = o_.linger;
        if (statistics_.received() > 0)
            wait = std::max<Duration>(std::chrono::microseconds(2 * statistics_.longest()), o_.interval);
        exit_at_ = self_.now() + wait;
    }

    // The time as a timeval of a 64-bit little-endian machine, then counted bytes or the pattern.
    std::vector<std::uint8_t> data() const {
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(o_.size));
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = o_.pattern.empty() ? static_cast<std::uint8_t>(i) : o_.pattern[i % o_.pattern.size()];
        if (!is_timed()) return bytes;
        const std::int64_t us = wall_clock(self_) / 1000;
        const std::int64_t parts[2] = {us / 1'000'000, us % 1'000'000};
        for (std::size_t i = 0; i < timestamp_size; ++i)
            bytes[i] = static_cast<std::uint8_t>(parts[i / 8] >> (8 * (i % 8)));
        return bytes;
    }

    std::string stamp() const {
        if (!o_.timestamps) return {};
        const std::int64_t us = wall_clock(self_) / 1000;
        return fmt::format("[{}.{:06}] ", us / 1'000'000, us % 1'000'000);
    }

    Task<void> on_message(const IcmpMessage& message) {
        const Bytes bytes = message.bytes;
        if (bytes.size() < Icmp::min_size) co_return;
        if (is_v6_) {
            if (message.type == 129 && proto::load_be16(bytes.data() + 4) == identifier_)
                co_await on_reply(message, proto::load_be16(bytes.data() + 6));
            else if (message.type < 128)
                co_await on_error6(message, bytes.subspan(8));
            co_return;
        }
        if (message.type == 0 && proto::load_be16(bytes.data() + 4) == identifier_) {
            co_await on_reply(message, proto::load_be16(bytes.data() + 6));
        } else if (proto::wire::is_icmp_error(message.type)) {
            co_await on_error(message, bytes.subspan(Icmp::min_size));
        }
    }

    Task<void> on_reply(const IcmpMessage& message, std::uint16_t sequence) {
        const auto sent = sent_.find(sequence);
        if (sent == sent_.end()) co_return;
        const bool is_duplicate = answered_[sequence];
        answered_[sequence] = true;
        statistics_.acknowledge(sequence);
        statistics_.on_reply(is_duplicate);
        const std::int64_t us = (message.at - sent->second) / 1us;
        if (is_timed()) statistics_.on_time(us);
        if (o_.quiet) co_return;
        if (o_.flood) {
            self_.print("\b \b");
            co_return;
        }
        const std::string from = co_await place(message.from);
        std::string text = stamp() + fmt::format("{} bytes from {}: icmp_seq={}", message.bytes.size(), from, sequence);
        if (o_.verbose) text += fmt::format(" ident={}", identifier_);
        text += fmt::format(" ttl={}", message.ttl);
        if (is_timed()) text += " time=" + ping_time_text(us);
        if (is_duplicate) text += " (DUP!)";
        text += co_await route_text(message.options);
        self_.print(text + "\n");
    }

    Task<void> on_error(const IcmpMessage& message, Bytes quoted) {
        const auto ip = proto::View<Ipv4>::parse(quoted);
        if (!ip) co_return;
        const std::size_t header = std::size_t{quoted[0] & 0x0fu} * 4;
        const bool is_mine = IpAddress(Ipv4Address::load(quoted.data() + 16)) == to_ && quoted[9] == 1 &&
                             header >= Ipv4::min_size && quoted.size() >= header + Icmp::min_size &&
                             quoted[header] == 8 && proto::load_be16(quoted.data() + header + 4) == identifier_;
        if (!is_mine) co_return;
        const std::uint16_t sequence = proto::load_be16(quoted.data() + header + 6);
        const bool is_redirect = message.type == 5;
        if (!is_redirect) {
            statistics_.acknowledge(sequence);
            statistics_.on_error();
        }
        if (o_.quiet) co_return;
        if (o_.flood) {
            self_.print("\bE");
            co_return;
        }
        const std::string from = co_await place(message.from);
        self_.print(stamp() + fmt::format("From {} icmp_seq={} {}\n", from, sequence, icmp_error_text(message.bytes)));
    }

    Task<void> on_error6(const IcmpMessage& message, Bytes quoted) {
        const std::size_t header = proto::wire::Ipv6::min_size;
        const bool is_mine = quoted.size() >= header + 8 && quoted[0] >> 4 == 6 && quoted[6] == 58 &&
                             IpAddress(Ipv6Address::load(quoted.data() + 24)) == to_ && quoted[header] == 128 &&
                             proto::load_be16(quoted.data() + header + 4) == identifier_;
        if (!is_mine) co_return;
        const std::uint16_t sequence = proto::load_be16(quoted.data() + header + 6);
        statistics_.acknowledge(sequence);
        statistics_.on_error();
        if (o_.quiet) co_return;
        if (o_.flood) {
            self_.print("\bE");
            co_return;
        }
        const std::string from = co_await place(message.from);
        self_.print(stamp() +
                    fmt::format("From {} icmp_seq={} {}\n", from, sequence, icmpv6_error_text(message.bytes)));
    }

    // The addresses of a record route option, or that they are the same as before.
    Task<std::string> route_text(std::vector<std::uint8_t> options) {
        std::size_t at = 0;
        while (at < options.size() && options[at] == 1) ++at;
        if (at + 3 > options.size() || options[at] != 7) co_return std::string();
        const std::size_t end = std::min<std::size_t>(at + options[at + 2] - 1, options.size());
        std::vector<std::uint8_t> route(options.begin() + static_cast<std::ptrdiff_t>(std::min(at + 3, end)),
                                        options.begin() + static_cast<std::ptrdiff_t>(end));
        if (route.size() < 4) co_return std::string();
        if (route == last_route_) co_return std::string("\t(same route)");
        last_route_ = route;
        std::string text = "\nRR: ";
        for (std::size_t i = 0; i + 4 <= route.size(); i += 4) {
            const std::string hop = co_await place(Ipv4Address::load(route.data() + i));
            text += "\t" + hop + "\n";
        }
        co_return text;
    }

    // "name (address)", or the address alone.
    Task<std::string> place(IpAddress address) {
        if (o_.numeric) co_return text_of(address);
        const auto known = names_.find(address);
        if (known != names_.end()) co_return known->second;
        const std::optional<std::string> name = co_await reverse_name(self_, address);
        std::string text = name ? fmt::format("{} ({})", *name, text_of(address)) : text_of(address);
        names_[address] = text;
        co_return text;
    }

    Process& self_;
    PingOptions o_;
    std::optional<IcmpSocket> socket_;
    IpAddress to_, source_;
    PortId zone_ = no_port;
    bool is_v6_ = false;
    std::string name_;
    std::uint16_t identifier_ = 0, sequence_ = 0;
    bool bound_to_port_ = false;
    Time first_sent_{}, last_sent_{}, exit_at_ = proto::never;
    std::map<std::uint16_t, Time> sent_;
    std::vector<bool> answered_ = std::vector<bool>(0x10000);
    std::map<IpAddress, std::string> names_;
    std::vector<std::uint8_t> last_route_;
    PingStatistics statistics_;
};

}  // namespace

Task<int> ping_main(Process& self) {
    PingOptions options = read_options(self.arguments());
    if (!options.error.empty()) {
        self.print(options.error);
        co_return options.status;
    }
    Ping ping(self, std::move(options));
    const bool ready = co_await ping.prepare();
    if (!ready) co_return 2;
    co_return co_await ping.run();
}

}  // namespace layerlab::sim::programs
