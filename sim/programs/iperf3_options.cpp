#include "sim/programs/iperf3_options.hpp"

#include <array>
#include <cmath>
#include <fmt/format.h>

#include "sim/programs/options.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr const char* usage_text =
    "\nUsage: iperf3 [-s|-c host] [options]\n"
    "       iperf3 [-h|--help] [-v|--version]\n";

constexpr char connect_timeout = 1, ignored = 2, ignored_value = 3;

constexpr std::array<LongOption, 32> long_options{{
    {"client", 'c', true},
    {"server", 's', false},
    {"port", 'p', true},
    {"format", 'f', true},
    {"interval", 'i', true},
    {"verbose", 'V', false},
    {"json", 'J', false},
    {"version", 'v', false},
    {"help", 'h', false},
    {"one-off", '1', false},
    {"udp", 'u', false},
    {"bitrate", 'b', true},
    {"bandwidth", 'b', true},
    {"time", 't', true},
    {"bytes", 'n', true},
    {"blockcount", 'k', true},
    {"length", 'l', true},
    {"parallel", 'P', true},
    {"reverse", 'R', false},
    {"window", 'w', true},
    {"congestion", 'C', true},
    {"no-delay", 'N', false},
    {"version4", '4', false},
    {"version6", '6', false},
    {"zerocopy", 'Z', false},
    {"daemon", 'D', false},
    {"forceflush", ignored, false},
    {"repeating-payload", ignored, false},
    {"dont-fragment", ignored, false},
    {"connect-timeout", connect_timeout, true},
    {"title", ignored_value, true},
    {"bind", 'B', true},
}};

class Reader {
  public:
    explicit Reader(std::span<const std::string> arguments)
        : line_(parse_command_line(arguments, "p:f:i:DVJvsc:ub:t:n:k:l:P:Rw:B:46NZO:1hC:", long_options)) {}

    Iperf3Options read() {
        for (const GivenOption& given : line_.options) {
            take(given);
            if (!o_.message.empty()) return std::move(o_);
        }
        if (!line_.error.empty()) {
            o_.message = fmt::format("iperf3: {}\n{}", line_.error, usage_text);
        } else if (o_.is_server && !o_.host.empty()) {
            fail("cannot be both server and client");
        } else if (!o_.is_server && o_.host.empty()) {
            fail("must either be a client (-c) or server (-s)");
        } else if (ends_ > 1) {
            fail("only one test end condition (-t, -n, -k) may be specified");
        }
        complete();
        return std::move(o_);
    }

  private:
    void fail(std::string_view why) { o_.message = fmt::format("iperf3: parameter error - {}\n{}", why, usage_text); }

    std::uint64_t amount(const std::string& text, std::uint64_t step, std::uint64_t most, const char* why) {
        const std::optional<std::uint64_t> value = parse_amount(text.substr(0, text.find('/')), step);
        if (value && *value <= most) return *value;
        fail(why);
        return 0;
    }

    void take(const GivenOption& given) {
        Iperf3Parameters& p = o_.parameters;
        const std::string& value = given.value;
        switch (given.letter) {
            case 's': o_.is_server = true; break;
            case 'c': o_.host = value; break;
            case 'p': {
                const std::uint64_t port = amount(value, 1024, 65535, "port number is not valid");
                o_.port = static_cast<std::uint16_t>(port);
                break;
            }
            case 'f': take_format(value); break;
            case 'i': take_interval(value); break;
            case 'J': o_.json = true; break;
            case '1': o_.server.is_one_off = true; break;
            case 'u': p.udp = true; break;
            case 'b':
                p.rate = amount(value, 1000, 10'000'000'000'000, "invalid bitrate");
                has_rate_ = true;
                break;
            case 't':
                p.time = std::chrono::seconds(
                    amount(value, 1024, 86400, "test duration valid values are 0 to 86400 seconds"));
                ++ends_;
                break;
            case 'n':
                p.bytes = amount(value, 1024, 1'000'000'000'000'000, "invalid number of bytes");
                ++ends_;
                break;
            case 'k':
                p.blocks = amount(value, 1024, 1'000'000'000'000, "invalid block count");
                ++ends_;
                break;
            case 'l':
                p.length = static_cast<std::uint32_t>(
                    amount(value, 1024, 1 << 20, "block size too large (maximum = 1048576 bytes)"));
                break;
            case 'P':
                p.streams = static_cast<unsigned>(
                    amount(value, 1024, most_iperf3_streams, "number of parallel streams too large (maximum = 128)"));
                break;
            case 'R': p.reverse = true; break;
            case '4': o_.family = Family::ipv4; break;
            case '6': o_.family = Family::ipv6; break;
            case 'w':
                p.window = static_cast<std::uint32_t>(
                    amount(value, 1024, 512 << 20, "socket buffer size too large (maximum = 536870912 bytes)"));
                break;
            case 'C': p.congestion = value; break;
            case 'N': p.no_delay = true; break;
            case connect_timeout:
                o_.connect_timeout = std::chrono::milliseconds(amount(value, 1024, 86'400'000, "invalid timeout"));
                break;
            case 'v':
                o_.message = "iperf 3.12 (LayerLab)\n";
                o_.status = 0;
                break;
            case 'h':
                o_.message = usage_text + 1;
                o_.status = 0;
                break;
            default: break;  // accepted, without effect here
        }
    }

    void take_format(const std::string& value) {
        if (value.size() == 1 && std::string_view("kmgtKMGT").find(value[0]) != std::string_view::npos)
            o_.format = value[0];
        else
            fail("bad format specifier (valid formats are in the set [kmgtKMGT])");
    }

    void take_interval(const std::string& value) {
        const std::optional<Duration> interval = parse_seconds(value);
        const bool fits = interval && (*interval == Duration{} || (*interval >= std::chrono::milliseconds(100) &&
                                                                   *interval <= std::chrono::seconds(60)));
        if (fits)
            o_.interval = *interval;
        else
            fail("invalid report interval (min = 0.1, max = 60 seconds)");
    }

    void complete() {
        Iperf3Parameters& p = o_.parameters;
        if (p.udp && !has_rate_) p.rate = 1 << 20;
        if (p.bytes > 0 || p.blocks > 0) p.time = Duration{};
        if (p.streams == 0) p.streams = 1;
        if (!p.udp && p.length == 0) p.length = 131072;
        if (p.udp && p.length > 65507) fail("block size invalid (minimum = 16 bytes, maximum = 65507 bytes)");
        if (p.congestion != "cubic" && p.congestion != "reno") p.congestion.clear();
        o_.server.port = o_.port;
        o_.server.interval = o_.interval;
        o_.server.format = o_.format;
        o_.server.prints = true;
    }

    CommandLine line_;
    Iperf3Options o_;
    unsigned ends_ = 0;
    bool has_rate_ = false;
};

}  // namespace

Iperf3Options parse_iperf3_options(std::span<const std::string> arguments) { return Reader(arguments).read(); }

std::optional<std::uint64_t> parse_amount(std::string_view text, std::uint64_t step) {
    std::uint64_t unit = 1;
    if (!text.empty()) {
        const std::size_t power = std::string_view("KMGTkmgt").find(text.back());
        if (power != std::string_view::npos) {
            for (std::size_t i = 0; i <= power % 4; ++i) unit *= step;
            text.remove_suffix(1);
        }
    }
    // A number with at most six decimals, exact.
    const std::size_t point = text.find('.');
    const std::optional<std::int64_t> whole =
        parse_integer(text.substr(0, point).empty() ? "0" : text.substr(0, point));
    if (!whole || *whole < 0 || text.empty() || static_cast<std::uint64_t>(*whole) > 1'000'000'000'000'000'000u / unit)
        return std::nullopt;
    std::uint64_t value = static_cast<std::uint64_t>(*whole) * unit;
    if (point == text.npos) return value;
    std::uint64_t fraction = 0, scale = 1;
    for (const char c : text.substr(point + 1)) {
        if (c < '0' || c > '9' || scale == 1'000'000) return std::nullopt;
        fraction = fraction * 10 + static_cast<std::uint64_t>(c - '0');
        scale *= 10;
    }
    value += unit * fraction / scale;
    return value;
}

}  // namespace layerlab::sim::programs
