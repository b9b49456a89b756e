// tcpdump 4.99 on the ports of a simulated host. Names come from the host's and the scenario's lists only: looking
// does not cause packets. Not: -w, -r, -D, and what tcpdump_print.hpp and tcpdump_filter.hpp leave out.
#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/clock.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/resolve.hpp"
#include "sim/programs/tcpdump_filter.hpp"
#include "sim/programs/tcpdump_print.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr const char* usage_text =
    "tcpdump version 4.99.3\n"
    "libpcap version 1.10.3\n"
    "Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -c count ]\n"
    "\t\t[ -i interface ] [ -Q in|out|inout ]\n"
    "\t\t[ -s snaplen ] [ expression ]\n";
constexpr const char* snapshot_text = "snapshot length 262144 bytes";

enum class Dump : std::uint8_t { none, hex, hex_and_characters, characters };
enum class Stamp : std::uint8_t { time_of_day, none, seconds, since_last, date, since_first };

struct TcpdumpOptions {
    std::string interface;
    std::uint64_t count = 0;  // 0: until Ctrl-C
    PrintOptions print;
    Dump dump = Dump::none;
    bool dumps_link_header = false;
    unsigned stamps = 0;  // how often -t
    bool in = true, out = true;
    bool numbers_lines = false;
    std::string expression;
    std::string message;
    int status = 1;
};

void take_option(TcpdumpOptions& o, const GivenOption& given) {
    switch (given.letter) {
        case 'i': o.interface = given.value; break;
        case 'c': {
            const std::optional<std::int64_t> count = parse_integer(given.value);
            if (!count || *count <= 0)
                o.message = fmt::format("tcpdump: invalid packet count {}\n", given.value);
            else
                o.count = static_cast<std::uint64_t>(*count);
            break;
        }
        case 'n': o.print.numeric_addresses = o.print.numeric_ports = true; break;
        case 'e': o.print.link_header = true; break;
        case 'v': ++o.print.verbose; break;
        case 'q': o.print.quiet = true; break;
        case 'S': o.print.absolute_sequence = true; break;
        case 'x':
            o.dumps_link_header |= o.dump == Dump::hex;
            o.dump = Dump::hex;
            break;
        case 'X':
            o.dumps_link_header |= o.dump == Dump::hex_and_characters;
            o.dump = Dump::hex_and_characters;
            break;
        case 'A': o.dump = Dump::characters; break;
        case 't': ++o.stamps; break;
        case '#': o.numbers_lines = true; break;
        case 'Q':
            if (given.value != "in" && given.value != "out" && given.value != "inout")
                o.message = fmt::format("tcpdump: unknown capture direction `{}'\n", given.value);
            o.in = given.value != "out";
            o.out = given.value != "in";
            break;
        case 'h':
            o.message = usage_text;
            o.status = 0;
            break;
        default: break;  // accepted, without effect here
    }
}

TcpdumpOptions read_options(std::span<const std::string> arguments) {
    TcpdumpOptions o;
    const CommandLine line = parse_command_line(arguments, "AbeHIi:c:Q:s:Z:B:KlnNOpqStuUvxXh#");
    for (const GivenOption& given : line.options) {
        take_option(o, given);
        if (!o.message.empty()) return o;
    }
    if (!line.error.empty()) o.message = fmt::format("tcpdump: {}\n{}", line.error, usage_text);
    for (const std::string& word : line.operands) o.expression += (o.expression.empty() ? "" : " ") + word;
    return o;
}

class Tcpdump {
  public:
    Tcpdump(Process& self, TcpdumpOptions options, CaptureFilter filter, PortId port)
        : self_(self),
          o_(std::move(options)),
          filter_(std::move(filter)),
          tap_(PortTap::open(self, port)),
          printer_(o_.print),
          port_(port) {}

    Task<int> run() {
        greet();
        while (!is_done()) {
            while (const std::optional<TappedFrame> frame = tap_.take()) {
                take(*frame);
                if (is_done()) break;
            }
            if (is_done()) break;
            const Wake wake = co_await self_.wait({&tap_.readable()});
            if (wake == Wake::interrupted) break;
        }
        if (self_.interrupted()) {
            self_.take_interruption();
            self_.print("\n");
        }
        const auto line = [](std::uint64_t n, const char* what) {
            return fmt::format("{} packet{} {}\n", n, n == 1 ? "" : "s", what);
        };
        self_.print(line(captured_, "captured") + line(captured_, "received by filter") +
                    line(tap_.dropped(), "dropped by kernel"));
        co_return 0;
    }

  private:
    bool is_any() const { return port_ == no_port; }
    bool is_done() const { return o_.count > 0 && captured_ >= o_.count; }

    void greet() {
        if (is_any()) self_.print("tcpdump: data link type LINUX_SLL2\n");
        if (o_.print.verbose == 0)
            self_.print("tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n");
        self_.print(fmt::format("{}listening on {}, link-type {}, {}\n", o_.print.verbose > 0 ? "tcpdump: " : "",
                                is_any() ? "any" : o_.interface,
                                is_any() ? "LINUX_SLL2 (Linux cooked v2)" : "EN10MB (Ethernet)", snapshot_text));
    }

    void take(const TappedFrame& frame) {
        if (frame.outgoing ? !o_.out : !o_.in) return;
        if (!filter_.matches(frame.bytes)) return;
        ++captured_;
        std::string text = o_.numbers_lines ? fmt::format("{:5}  ", captured_) : std::string();
        text += stamp(frame.at);
        text += is_any() ? cooked(frame) : printer_.print(frame.bytes);
        self_.print(text + dump(frame.bytes) + "\n");
    }

    std::string cooked(const TappedFrame& frame) {
        const std::uint8_t first = frame.bytes.empty() ? std::uint8_t{0} : frame.bytes[0];
        const char* way = frame.outgoing ? "Out" : first == 0xff ? "B" : (first & 1) != 0 ? "M" : "In";
        const bool is_loopback = frame.port == loopback_port;
        const unsigned index = is_loopback ? 1u : frame.port + 2u;
        return fmt::format("{:<5} {:<3} ", self_.host().port_name(frame.port), way) +
               printer_.print_cooked(frame.bytes, index);
    }

    // -t none, -tt seconds since 1970, -ttt since the line before, -tttt with the date, -ttttt since the first line.
    std::string stamp(Time at) {
        const std::int64_t us = (self_.host().shared_names().wall_epoch_ns + proto::nanoseconds(at)) / 1000;
        const std::int64_t first = first_us_ < 0 ? us : first_us_, last = last_us_ < 0 ? us : last_us_;
        first_us_ = first;
        last_us_ = us;
        const auto clock = [](std::int64_t t) {
            const std::int64_t s = t / 1'000'000;
            return fmt::format("{:02}:{:02}:{:02}.{:06} ", s / 3600 % 24, s / 60 % 60, s % 60, t % 1'000'000);
        };
        switch (static_cast<Stamp>(std::min(o_.stamps, 5u))) {
            case Stamp::none: return {};
            case Stamp::seconds: return fmt::format("{}.{:06} ", us / 1'000'000, us % 1'000'000);
            case Stamp::since_last: return " " + clock(us - last);
            case Stamp::since_first: return " " + clock(us - first);
            case Stamp::date: {
                const CalendarTime t = calendar_time(us * 1000);
                return fmt::format("{}-{:02}-{:02} {}", t.year, t.month, t.day, clock(us));
            }
            case Stamp::time_of_day: break;
        }
        return clock(us);
    }

    std::string dump(proto::Bytes frame) const {
        if (o_.dump == Dump::none) return {};
        const std::size_t header = o_.dumps_link_header ? 0 : std::min<std::size_t>(14, frame.size());
        const proto::Bytes shown = frame.subspan(header);
        if (o_.dump != Dump::characters) return hex_lines(shown, o_.dump == Dump::hex_and_characters);
        std::string text = "\n";
        for (const std::uint8_t c : shown)
            if (c != '\r') text += (c >= ' ' && c < 127) || c == '\n' || c == '\t' ? static_cast<char>(c) : '.';
        return text;
    }

    Process& self_;
    TcpdumpOptions o_;
    CaptureFilter filter_;
    PortTap tap_;
    PacketPrinter printer_;
    PortId port_;
    std::uint64_t captured_ = 0;
    std::int64_t first_us_ = -1, last_us_ = -1;
};

}  // namespace

Task<int> tcpdump_main(Process& self) {
    TcpdumpOptions options = read_options(self.arguments());
    if (!options.message.empty()) {
        self.print(options.message);
        co_return options.status;
    }
    Host& host = self.host();
    if (options.interface.empty() && !host.ports().empty()) options.interface = host.port_name(0);
    const bool is_any = options.interface == "any";
    const PortId port = is_any ? no_port : host.find_port(options.interface);
    if (!is_any && port == no_port) {
        self.print(fmt::format("tcpdump: {}: No such device exists\n(No such device exists)\n", options.interface));
        co_return 1;
    }
    const Result<CaptureFilter> filter =
        CaptureFilter::parse(options.expression, [&host](std::string_view name) { return find_in_hosts(host, name); });
    if (!filter) {
        self.print(fmt::format("tcpdump: {}\n", filter.error().message));
        co_return 1;
    }
    options.print.name_of = [&host](Ipv4Address address) { return find_in_hosts(host, address); };
    Tcpdump dump(self, std::move(options), *filter, port);
    co_return co_await dump.run();
}

}  // namespace layerlab::sim::programs
