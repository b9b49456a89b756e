#include "sim/programs/ping_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "proto/wire/icmp.hpp"

namespace layerlab::sim::programs {
namespace {

std::int64_t square_root(std::int64_t n) {
    std::int64_t low = 0, high = 3'037'000'499;
    while (low < high) {
        const std::int64_t middle = (low + high + 1) / 2;
        if (middle * middle <= n)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

std::string milliseconds(std::int64_t us) { return fmt::format("{}.{:03}", us / 1000, us % 1000); }

constexpr std::array<const char*, 16> unreachable_texts{"Destination Net Unreachable",
                                                        "Destination Host Unreachable",
                                                        "Destination Protocol Unreachable",
                                                        "Destination Port Unreachable",
                                                        "Frag needed and DF set",
                                                        "Source Route Failed",
                                                        "Destination Net Unknown",
                                                        "Destination Host Unknown",
                                                        "Source Host Isolated",
                                                        "Destination Net Prohibited",
                                                        "Destination Host Prohibited",
                                                        "Destination Net Unreachable for Type of Service",
                                                        "Destination Host Unreachable for Type of Service",
                                                        "Packet filtered",
                                                        "Precedence Violation",
                                                        "Precedence Cutoff"};

}  // namespace

void PingStatistics::acknowledge(std::uint16_t sequence) {
    const auto ahead = static_cast<std::uint16_t>(static_cast<std::uint16_t>(transmitted_) - sequence);
    if (ahead <= 0x7fff) pipe_ = std::max(pipe_, ahead + 1);
}

void PingStatistics::on_reply(bool is_duplicate) {
    if (is_duplicate)
        ++duplicates_;
    else
        ++received_;
}

void PingStatistics::on_time(std::int64_t us) {
    min_ = std::min(min_, us);
    max_ = std::max(max_, us);
    sum_ += us;
    sum_of_squares_ += us * us;
    average8_ = average8_ == 0 ? us * 8 : average8_ + us - average8_ / 8;
}

std::string PingStatistics::summary(const std::string& target, std::int64_t elapsed, bool timed, bool rapid) const {
    std::string out = fmt::format("\n--- {} ping statistics ---\n{} packets transmitted, {} received", target,
                                  transmitted_, received_);
    if (duplicates_) out += fmt::format(", +{} duplicates", duplicates_);
    if (errors_) out += fmt::format(", +{} errors", errors_);
    if (transmitted_) {
        const double loss = static_cast<double>(transmitted_ - received_) * 100.0 / static_cast<double>(transmitted_);
        out += fmt::format(", {:g}% packet loss, time {}ms", loss, elapsed / 1000);
    }
    out += "\n";
    const char* comma = "";
    if (received_ && timed) {
        const std::int64_t n = received_ + duplicates_;
        const std::int64_t average = sum_ / n;
        const std::int64_t variance =
            sum_ < INT32_MAX ? (sum_of_squares_ - sum_ * sum_ / n) / n : sum_of_squares_ / n - average * average;
        out += fmt::format("rtt min/avg/max/mdev = {}/{}/{}/{} ms", milliseconds(min_), milliseconds(average),
                           milliseconds(max_), milliseconds(square_root(variance)));
        comma = ", ";
    }
    if (pipe_ > 1) {
        out += fmt::format("{}pipe {}", comma, pipe_);
        comma = ", ";
    }
    if (received_ && rapid && transmitted_ > 1)
        out += fmt::format("{}ipg/ewma {}/{} ms", comma, milliseconds(elapsed / (transmitted_ - 1)),
                           milliseconds(average8_ / 8));
    return out + "\n";
}

std::string ping_time_text(std::int64_t us) {
    if (us >= 100'000 - 50) return fmt::format("{} ms", (us + 500) / 1000);
    if (us >= 10'000 - 5) return fmt::format("{}.{} ms", (us + 50) / 1000, (us + 50) % 1000 / 100);
    if (us >= 1000) return fmt::format("{}.{:02} ms", (us + 5) / 1000, (us + 5) % 1000 / 10);
    return fmt::format("{} ms", milliseconds(us));
}

std::string icmp_error_text(proto::Bytes message) {
    using proto::wire::Icmp;
    const auto icmp = proto::View<Icmp>::parse(message);
    if (!icmp) return "Bad ICMP message";
    const unsigned type = (*icmp)[Icmp::type], code = (*icmp)[Icmp::code];
    switch (type) {
        case 3:
            if (code >= unreachable_texts.size()) return fmt::format("Dest Unreachable, Bad Code: {}", code);
            if (code == 4) return fmt::format("{} (mtu = {})", unreachable_texts[4], (*icmp)[Icmp::mtu]);
            return unreachable_texts[code];
        case 4: return "Source Quench";
        case 5:
            return fmt::format("Redirect {}(New nexthop: {})", code == 0 ? "Network" : "Host",
                               (*icmp)[Icmp::gateway].to_string());
        case 11:
            if (code == 0) return "Time to live exceeded";
            if (code == 1) return "Frag reassembly time exceeded";
            return fmt::format("Time exceeded, Bad Code: {}", code);
        case 12: return fmt::format("Parameter problem: pointer = {}", (*icmp)[Icmp::pointer]);
        default: return fmt::format("Bad ICMP type: {}", type);
    }
}

std::string icmpv6_error_text(proto::Bytes message) {
    if (message.size() < 8) return "Bad ICMP message";
    const unsigned type = message[0], code = message[1];
    const std::uint32_t rest = proto::load_be32(message.data() + 4);
    switch (type) {
        case 1:
            switch (code) {
                case 0: return "Destination unreachable: No route";
                case 1: return "Destination unreachable: Administratively prohibited";
                case 2: return "Destination unreachable: Beyond scope of source address";
                case 3: return "Destination unreachable: Address unreachable";
                case 4: return "Destination unreachable: Port unreachable";
                default: return fmt::format("Destination unreachable: Unknown code {}", code);
            }
        case 2: return fmt::format("Packet too big: mtu={}", rest);
        case 3:
            if (code == 0) return "Time exceeded: Hop limit";
            if (code == 1) return "Time exceeded: Defragmentation failure";
            return fmt::format("Time exceeded: code {}", code);
        case 4:
            if (code == 0) return fmt::format("Parameter problem: Wrong header field at {}", rest);
            if (code == 1) return fmt::format("Parameter problem: Unknown header at {}", rest);
            if (code == 2) return fmt::format("Parameter problem: Unknown option at {}", rest);
            return fmt::format("Parameter problem: code {}", code);
        default: return fmt::format("unknown icmp type: {}", type);
    }
}

const char* const ping_usage = R"(
Usage
  ping [options] <destination>

Options:
  <destination>      dns name or ip address
  -a                 use audible ping
  -A                 use adaptive ping
  -B                 sticky source address
  -c <count>         stop after <count> replies
  -C                 call connect() syscall on socket creation
  -D                 print timestamps
  -d                 use SO_DEBUG socket option
  -e <identifier>    define identifier for ping session, default is random for
                     SOCK_RAW and kernel defined for SOCK_DGRAM
                     Imply using SOCK_RAW (for IPv4 only for identifier 0)
  -f                 flood ping
  -h                 print help and exit
  -I <interface>     either interface name or address
  -i <interval>      seconds between sending each packet
  -L                 suppress loopback of multicast packets
  -l <preload>       send <preload> number of packages while waiting replies
  -m <mark>          tag the packets going out
  -M <pmtud opt>     define mtu discovery, can be one of <do|dont|want>
  -n                 no dns name resolution
  -O                 report outstanding replies
  -p <pattern>       contents of padding byte
  -q                 quiet output
  -Q <tclass>        use quality of service <tclass> bits
  -s <size>          use <size> as number of data bytes to be sent
  -S <size>          use <size> as SO_SNDBUF socket option value
  -t <ttl>           define time to live
  -U                 print user-to-user latency
  -v                 verbose output
  -V                 print version and exit
  -w <deadline>      reply wait <deadline> in seconds
  -W <timeout>       time to wait for response

IPv4 options:
  -4                 use IPv4
  -b                 allow pinging broadcast
  -R                 record route
  -T <timestamp>     define timestamp, can be one of <tsonly|tsandaddr|tsprespec>

IPv6 options:
  -6                 use IPv6
  -F <flowlabel>     define flow label, default is random
  -N <nodeinfo opt>  use icmp6 node info query, try <help> as argument

For more details see ping(8).
)";

}  // namespace layerlab::sim::programs
