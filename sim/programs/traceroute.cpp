// traceroute(8) 2.1 for Linux: UDP to rising ports, ICMP echo (-I) or TCP SYN (-T), sixteen probes at a time.
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "proto/base/checksum.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/icmp.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/tcp.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/resolve.hpp"
#include "sim/programs/trace_probes.hpp"

namespace layerlab::sim::programs {
namespace {

namespace wire = proto::wire;

constexpr const char* usage =
    "Usage:\n"
    "  traceroute [ -46dFITnreAUDV ] [ -f first_ttl ] [ -g gate,... ] [ -i device ] [ -m max_ttl ] [ -N squeries ] [ "
    "-p "
    "port ] [ -t tos ] [ -l flow_label ] [ -w MAX,HERE,NEAR ] [ -q nqueries ] [ -s src_addr ] [ -z sendwait ] [ "
    "--fwmark=num ] host [ packetlen ]\n";
constexpr LongOption long_options[] = {
    {"icmp", 'I', false},          {"tcp", 'T', false},   {"first", 'f', true},     {"max-hops", 'm', true},
    {"queries", 'q', true},        {"wait", 'w', true},   {"port", 'p', true},      {"sim-queries", 'N', true},
    {"dont-fragment", 'F', false}, {"source", 's', true}, {"interface", 'i', true}, {"udp", 'U', false}};

using proto::Ipv6Address;

constexpr std::int64_t default_length = 60;
constexpr std::uint16_t first_udp_port = 33'434;

enum class Method : std::uint8_t { udp, icmp, tcp };

struct TraceOptions {
    TraceSettings settings;
    Method method = Method::udp;
    bool numeric = false, constant_port = false;
    std::uint16_t port = 0;
    IpOptions ip;
    std::int64_t length = default_length;
    Family family = Family::any;
    bool has_length = false;
    std::string host, error;
};

bool apply(TraceOptions& o, const GivenOption& given) {
    const auto in_range = [&](std::int64_t low, std::int64_t high, auto& value, const char* complaint) {
        const std::optional<std::int64_t> n = parse_integer(given.value);
        if (!n || *n < low || *n > high) {
            o.error = std::string(complaint) + "\n";
            return false;
        }
        value = static_cast<std::remove_reference_t<decltype(value)>>(*n);
        return true;
    };
    switch (given.letter) {
        case 'I': o.method = Method::icmp; return true;
        case 'T': o.method = Method::tcp; return true;
        case 'U': o.constant_port = true; return true;
        case 'n': o.numeric = true; return true;
        case 'F': o.ip.dont_fragment = true; return true;
        case 'f': return in_range(1, 255, o.settings.first_hop, "first hop out of range");
        case 'm': return in_range(1, 255, o.settings.max_hops, "max hops cannot be more than 255");
        case 'q': return in_range(1, 10, o.settings.probes_per_hop, "no more than 10 probes per hop");
        case 'N': return in_range(1, 100, o.settings.at_once, "no more than 100 probes at once");
        case 'p': return in_range(1, 65'535, o.port, "bad port");
        case 't': return in_range(0, 255, o.ip.tos, "bad tos");
        case 'w': {
            const std::optional<Duration> wait = parse_seconds(given.value.substr(0, given.value.find(',')));
            if (!wait) o.error = fmt::format("bad wait specifications `{}' used\n", given.value);
            o.settings.wait = wait.value_or(o.settings.wait);
            return wait.has_value();
        }
        case 's': o.ip.source = IpAddress::parse(given.value).value_or(IpAddress{}); return true;
        case '4': o.family = Family::ipv4; return true;
        case '6': o.family = Family::ipv6; return true;
        default: return true;
    }
}

TraceOptions read_options(const std::vector<std::string>& arguments) {
    TraceOptions o;
    const CommandLine line = parse_command_line(arguments, "46dFITnreUf:i:m:N:p:t:w:q:s:z:", long_options);
    if (!line.error.empty()) {
        o.error = fmt::format("{}\n", line.error);
        return o;
    }
    for (const GivenOption& given : line.options)
        if (!apply(o, given)) return o;
    if (line.operands.empty()) {
        o.error = usage;
        return o;
    }
    if (o.settings.first_hop > o.settings.max_hops) o.error = "first hop out of range\n";
    o.host = line.operands[0];
    o.has_length = line.operands.size() > 1;
    if (o.has_length)
        o.length = std::clamp<std::int64_t>(parse_integer(line.operands[1]).value_or(default_length), 28, 65'000);
    return o;
}

class Traceroute {
  public:
    Traceroute(Process& self, TraceOptions options, const Endpoint& to, UdpSocket udp, IcmpSocket icmp)
        : self_(self),
          o_(std::move(options)),
          to_(to.address),
          zone_(to.zone),
          is_v6_(to_.is_v6()),
          probes_(o_.settings),
          udp_(std::move(udp)),
          icmp_(std::move(icmp)),
          tap_(PortTap::open(self, o_.method == Method::tcp ? no_port : loopback_port)) {
        Rng& rng = self.host().rng(self.simulator());
        identifier_ = static_cast<std::uint16_t>(rng.below(0x10000));
        sequence_ = static_cast<std::uint32_t>(rng.next());
        source_port_ = static_cast<std::uint16_t>(32'768 + rng.below(20'000));
        if (is_v6_ && !o_.has_length) o_.length = 80;
        if (is_v6_) o_.length = std::max<std::int64_t>(o_.length, 48);
        o_.ip.out_port = zone_;
    }

    Task<int> run() {
        if (self_.host().stack().source_for(Endpoint{to_, 0, zone_}).is_zero()) {
            if (o_.method == Method::udp) greet();
            self_.print("\nconnect: Network is unreachable\n");
            co_return 1;
        }
        greet();
        while (!probes_.finished() && !self_.interrupted()) {
            take_answers();
            const Time next_expiry = probes_.expire(self_.now());
            for (const std::size_t number : probes_.take_printable()) co_await print(number);
            if (probes_.finished()) break;
            take_answers();  // those that came while a name was looked up are not late
            if (const std::optional<TraceProbes::Next> next = probes_.next()) {
                send(*next);
                continue;
            }
            const Time deadline = std::min(next_expiry, probes_.expire(self_.now()));
            co_await self_.wait({&icmp_.readable(), &udp_.readable(), &tap_.readable()}, deadline);
        }
        self_.print("\n");
        co_return self_.interrupted() ? 130 : 0;
    }

  private:
    void greet() {
        self_.print(fmt::format("traceroute to {} ({}), {} hops max, {} byte packets", o_.host, to_.to_string(),
                                o_.settings.max_hops, o_.length));
    }

    void take_answers() {
        while (const std::optional<IcmpMessage> message = icmp_.receive()) on_icmp(*message);
        while (udp_.take_error()) {
        }
        while (const std::optional<Datagram> datagram = udp_.receive()) on_datagram(*datagram);
        while (const std::optional<TappedFrame> frame = tap_.take()) on_frame(*frame);
    }

    void send(TraceProbes::Next next) {
        probes_.sent(next.number, self_.now());
        o_.ip.ttl = static_cast<std::uint8_t>(next.hop);
        SocketError error = SocketError::none;
        const auto payload = static_cast<std::size_t>(o_.length) - (is_v6_ ? 40 : wire::Ipv4::min_size) - 8;
        const std::vector<std::uint8_t> data(payload, 0x40);
        switch (o_.method) {
            case Method::udp: error = udp_.send_to(self_, {to_, udp_port(next.number), zone_}, data, o_.ip); break;
            case Method::icmp:
                error =
                    icmp_.send_echo(self_, to_, identifier_, static_cast<std::uint16_t>(next.number + 1), data, o_.ip);
                break;
            case Method::tcp: error = send_syn(next.number); break;
        }
        if (error != SocketError::none) probes_.answered(next.number, own_address(), self_.now(), true, "!N");
    }

    IpAddress own_address() const { return self_.host().stack().source_for(Endpoint{to_, 0, zone_}); }
    std::uint16_t udp_port(std::size_t number) const {
        if (o_.constant_port) return o_.port ? o_.port : 53;
        return static_cast<std::uint16_t>((o_.port ? o_.port : first_udp_port) + number - first_number());
    }
    std::size_t first_number() const { return std::size_t{o_.settings.first_hop - 1} * o_.settings.probes_per_hop; }

    // A SYN of no connection: each probe from a port of its own, so that the answer tells which one it is for.
    SocketError send_syn(std::size_t number) {
        constexpr std::uint32_t size = 20;
        PacketRef packet = self_.simulator().packets().make(size);
        std::uint8_t* p = packet.writable();
        std::fill(p, p + size, std::uint8_t{0});
        proto::store_be16(p, static_cast<std::uint16_t>(source_port_ + number));
        proto::store_be16(p + 2, o_.port ? o_.port : std::uint16_t{80});
        proto::store_be32(p + 4, sequence_);
        p[12] = 5 << 4;
        p[13] = 0x02;
        proto::store_be16(p + 14, 5840);
        const IpAddress source = o_.ip.source.is_zero() ? own_address() : o_.ip.source;
        proto::store_be16(p + 16, proto::pseudo_header(source, to_, 6, size).add({p, size}).checksum());
        Context context = self_.context();
        return self_.host().stack().send(context, std::move(packet), wire::IpProtocol::tcp, Endpoint{to_, 0, zone_},
                                         o_.ip);
    }

    void on_icmp(const IcmpMessage& message) {
        const Bytes bytes = message.bytes;
        if (bytes.size() < wire::Icmp::min_size) return;
        const std::uint8_t unreachable = is_v6_ ? 1 : 3, exceeded = is_v6_ ? 3 : 11, reply = is_v6_ ? 129 : 0;
        if (message.type == reply) {
            if (o_.method == Method::icmp && message.from == to_ && proto::load_be16(bytes.data() + 4) == identifier_)
                answer(std::size_t{proto::load_be16(bytes.data() + 6)} - 1, message.from, message.at, true, {});
            return;
        }
        if (message.type != unreachable && message.type != exceeded) return;
        const Bytes quoted = bytes.subspan(wire::Icmp::min_size);
        const std::optional<std::size_t> number = probe_of(quoted);
        if (!number) return;
        std::string mark;
        if (message.type == unreachable)
            mark = is_v6_ ? unreachable_mark6(message.code)
                          : unreachable_mark(message.code, proto::load_be16(bytes.data() + 6));
        answer(*number, message.from, message.at, message.type == unreachable, std::move(mark));
    }

    // Which probe an ICMP error quotes.
    std::optional<std::size_t> probe_of(Bytes quoted) const {
        std::size_t header = 40;
        std::uint8_t protocol = 0;
        if (is_v6_) {
            if (quoted.size() < header + 8 || !(IpAddress(Ipv6Address::load(quoted.data() + 24)) == to_))
                return std::nullopt;
            protocol = quoted[6];
        } else {
            if (quoted.size() < wire::Ipv4::min_size || !(IpAddress(Ipv4Address::load(quoted.data() + 16)) == to_))
                return std::nullopt;
            header = std::size_t{quoted[0] & 0x0fu} * 4;
            if (header < wire::Ipv4::min_size || quoted.size() < header + 8) return std::nullopt;
            protocol = quoted[9];
        }
        const std::uint8_t* p = quoted.data() + header;
        if (o_.method == Method::udp && protocol == 17 && proto::load_be16(p) == udp_.local().port) {
            if (o_.constant_port) return oldest_open();
            return static_cast<std::size_t>(proto::load_be16(p + 2) - udp_port(first_number())) + first_number();
        }
        if (o_.method == Method::icmp && protocol == (is_v6_ ? 58 : 1) && p[0] == (is_v6_ ? 128 : 8) &&
            proto::load_be16(p + 4) == identifier_)
            return std::size_t{proto::load_be16(p + 6)} - 1;
        if (o_.method == Method::tcp && protocol == 6)
            return static_cast<std::size_t>(static_cast<std::uint16_t>(proto::load_be16(p) - source_port_));
        return std::nullopt;
    }

    std::optional<std::size_t> oldest_open() const {
        for (std::size_t n = first_number(); n < probes_.size(); ++n)
            if (probes_[n].sent && !probes_[n].done) return n;
        return std::nullopt;
    }

    void on_datagram(const Datagram& datagram) {
        if (!(datagram.from.address == to_)) return;
        std::optional<std::size_t> number = oldest_open();
        if (!o_.constant_port)
            number = static_cast<std::size_t>(datagram.from.port - udp_port(first_number())) + first_number();
        if (number) answer(*number, datagram.from.address, datagram.at, true, {});
    }

    // SYN-ACK or RST of the target to one of our SYNs.
    void on_frame(const TappedFrame& frame) {
        if (o_.method != Method::tcp || frame.outgoing || frame.bytes.size() < 54) return;
        const std::uint8_t* ip = frame.bytes.data() + 14;
        const std::uint16_t type = proto::load_be16(frame.bytes.data() + 12);
        std::size_t header = 40;
        if (is_v6_) {
            if (type != 0x86dd || ip[6] != 6 || !(IpAddress(Ipv6Address::load(ip + 8)) == to_)) return;
        } else {
            if (type != 0x0800 || ip[9] != 6 || !(IpAddress(Ipv4Address::load(ip + 12)) == to_)) return;
            header = std::size_t{ip[0] & 0x0fu} * 4;
        }
        if (frame.bytes.size() < 14 + header + 20) return;
        const std::uint8_t* tcp = ip + header;
        const auto number = static_cast<std::uint16_t>(proto::load_be16(tcp + 2) - source_port_);
        if (proto::load_be16(tcp) == (o_.port ? o_.port : 80)) answer(number, to_, frame.at, true, {});
    }

    void answer(std::size_t number, const IpAddress& from, Time at, bool is_final, std::string mark) {
        if (number < probes_.size()) probes_.answered(number, from, at, is_final, std::move(mark));
    }

    Task<void> print(std::size_t number) {
        std::string place;
        if (const std::optional<IpAddress> from = probes_[number].from) place = co_await place_text(*from);
        self_.print(probes_.text(number, place));
    }

    Task<std::string> place_text(IpAddress address) {
        if (o_.numeric) co_return " " + address.to_string();
        const auto known = names_.find(address);
        if (known != names_.end()) co_return known->second;
        const std::optional<std::string> name = co_await reverse_name(self_, address);
        std::string text = fmt::format(" {} ({})", name.value_or(address.to_string()), address.to_string());
        names_[address] = text;
        co_return text;
    }

    Process& self_;
    TraceOptions o_;
    IpAddress to_;
    PortId zone_ = no_port;
    bool is_v6_ = false;
    TraceProbes probes_;
    UdpSocket udp_;
    IcmpSocket icmp_;
    PortTap tap_;
    std::uint16_t identifier_ = 0, source_port_ = 0;
    std::uint32_t sequence_ = 0;
    std::map<IpAddress, std::string> names_;
};

}  // namespace

Task<int> traceroute_main(Process& self) {
    TraceOptions options = read_options(self.arguments());
    if (!options.error.empty()) {
        self.print(options.error);
        co_return options.error == usage ? 0 : 2;
    }
    const Result<std::vector<Endpoint>> to = co_await resolve_all(self, options.host, options.family);
    if (!to) {
        self.print(fmt::format("{0}: {1}\nCannot handle \"host\" cmdline arg `{0}' on position 1 (argc {2})\n",
                               options.host, to.error().message, self.arguments().size() - 1));
        co_return 2;
    }
    Result<UdpSocket> udp = UdpSocket::open(self);
    Result<IcmpSocket> icmp = IcmpSocket::open(self, to->front().address.is_v6());
    if (!udp || !icmp) {
        self.print("socket: Address already in use\n");
        co_return 1;
    }
    Traceroute traceroute(self, std::move(options), to->front(), std::move(*udp), std::move(*icmp));
    co_return co_await traceroute.run();
}

}  // namespace layerlab::sim::programs
