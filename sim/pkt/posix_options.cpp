// Socket options: what may be set, what each gives back, and what it does to a connection.
#include <algorithm>

#include "sim/pkt/posix.hpp"
#include "sim/pkt/symbols.hpp"

namespace layerlab::sim::pkt {

using proto::machine::CongestionAlgorithm;
using proto::machine::TcpTuning;

namespace {

constexpr int ebadf = 9, einval = 22, enoprotoopt = 92;
constexpr int sol_ip = 0, sol_socket = 1, sol_tcp = 6, sol_ipv6 = 41;

// What Linux takes and what it begins with. Sizes and times are those that the scripts' own settings make.
struct Known {
    int level;
    std::string_view name;
    std::int64_t least, most, usual;
};
constexpr std::int64_t any_least = -(1ll << 31), any_most = 0xffff'ffff;
constexpr Known known_options[] = {
    {sol_socket, "SO_REUSEADDR", any_least, any_most, 0},
    {sol_socket, "SO_REUSEPORT", any_least, any_most, 0},
    {sol_socket, "SO_KEEPALIVE", any_least, any_most, 0},
    {sol_socket, "SO_SNDBUF", any_least, any_most, 262'144},
    {sol_socket, "SO_RCVBUF", any_least, any_most, 540'000},
    {sol_socket, "SO_PRIORITY", any_least, any_most, 0},
    {sol_socket, "SO_MARK", any_least, any_most, 0},
    {sol_socket, "SO_LINGER", any_least, any_most, 0},
    {sol_socket, "SO_RCVLOWAT", any_least, any_most, 1},
    {sol_socket, "SO_SNDLOWAT", any_least, any_most, 1},
    {sol_socket, "SO_MAX_PACING_RATE", any_least, any_most, any_most},
    {sol_socket, "SO_RCVTIMEO", any_least, any_most, 0},
    {sol_socket, "SO_SNDTIMEO", any_least, any_most, 0},
    {sol_socket, "SO_ZEROCOPY", 0, 1, 0},
    {sol_tcp, "TCP_NODELAY", any_least, any_most, 0},
    {sol_tcp, "TCP_CORK", any_least, any_most, 0},
    {sol_tcp, "TCP_MAXSEG", 0, 32'767, 536},
    {sol_tcp, "TCP_KEEPIDLE", 1, 32'767, 7200},
    {sol_tcp, "TCP_KEEPINTVL", 1, 32'767, 75},
    {sol_tcp, "TCP_KEEPCNT", 1, 127, 9},
    {sol_tcp, "TCP_SYNCNT", 1, 127, 6},
    {sol_tcp, "TCP_LINGER2", any_least, any_most, 60},
    {sol_tcp, "TCP_DEFER_ACCEPT", any_least, any_most, 0},
    {sol_tcp, "TCP_WINDOW_CLAMP", 0, any_most, 0},
    {sol_tcp, "TCP_QUICKACK", any_least, any_most, 1},
    {sol_tcp, "TCP_USER_TIMEOUT", 0, any_most, 0},
    {sol_tcp, "TCP_NOTSENT_LOWAT", any_least, any_most, 0},
    {sol_tcp, "TCP_INQ", 0, 1, 0},
    {sol_tcp, "TCP_TIMESTAMP", any_least, any_most, 0},
    {sol_ip, "IP_TOS", any_least, any_most, 0},
    {sol_ip, "IP_TTL", -1, 255, 64},
    {sol_ip, "IP_MTU_DISCOVER", 0, 5, 1},
    {sol_ip, "IP_RECVERR", any_least, any_most, 0},
    {sol_ip, "IP_FREEBIND", any_least, any_most, 0},
    {sol_ipv6, "IPV6_V6ONLY", any_least, any_most, 0},
    {sol_ipv6, "IPV6_UNICAST_HOPS", -1, 255, 64},
    {sol_ipv6, "IPV6_TCLASS", -1, 255, 0},
    {sol_ipv6, "IPV6_RECVERR", any_least, any_most, 0},
};

const Known* find_known(int level, int name) {
    for (const Known& k : known_options)
        if (k.level == level && symbol(k.name) == name) return &k;
    return nullptr;
}

// What an option that changes a connection asks of it.
TcpTuning tuning_of(std::string_view name, std::int64_t value, std::int64_t second) {
    const auto seconds = [](std::int64_t n) { return proto::Duration(n * 1'000'000'000); };
    const auto small = [&] { return static_cast<std::uint8_t>(value); };
    TcpTuning t;
    // Linux keeps twice what is asked, for its own bookkeeping; half of it is for data.
    if (name == "SO_SNDBUF") t.send_buffer = static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 2304, 1 << 30));
    if (name == "SO_RCVBUF")
        t.receive_buffer = static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 1152, 1 << 30));
    if (name == "SO_KEEPALIVE") t.keepalive = value != 0;
    if (name == "SO_LINGER") t.linger = value != 0 ? seconds(second) : proto::Duration(-1);
    if (name == "TCP_NODELAY") t.nodelay = value != 0;
    if (name == "TCP_CORK") t.cork = value != 0;
    if (name == "TCP_QUICKACK") t.quick_ack = value != 0;
    if (name == "TCP_MAXSEG") t.max_segment = static_cast<std::uint16_t>(value);
    if (name == "TCP_KEEPIDLE") t.keepalive_idle = seconds(value);
    if (name == "TCP_KEEPINTVL") t.keepalive_interval = seconds(value);
    if (name == "TCP_KEEPCNT") t.keepalive_probes = small();
    if (name == "TCP_SYNCNT") t.syn_retries = small();
    if (name == "TCP_USER_TIMEOUT") t.user_timeout = proto::Duration(value * 1'000'000);
    return t;
}

// As the kernel keeps it.
std::int64_t kept(std::string_view name, std::int64_t value, std::int64_t second) {
    constexpr std::int64_t most = 1 << 30;
    if (name == "SO_SNDBUF") return std::clamp<std::int64_t>(2 * value, 4608, most);
    if (name == "SO_RCVBUF") return std::clamp<std::int64_t>(2 * value, 2304, most);
    if (name == "SO_LINGER") return (value != 0 ? 1 : 0) | second << 32;
    const bool is_flag = name == "SO_KEEPALIVE" || name == "SO_REUSEADDR" || name == "SO_REUSEPORT" ||
                         name == "TCP_NODELAY" || name == "TCP_CORK" || name == "TCP_QUICKACK" || name == "IPV6_V6ONLY";
    return is_flag ? (value != 0 ? 1 : 0) : value;
}

constexpr std::pair<std::string_view, CongestionAlgorithm> algorithms[] = {
    {"cubic", CongestionAlgorithm::cubic}, {"reno", CongestionAlgorithm::reno}, {"bbr", CongestionAlgorithm::bbr}};

}  // namespace

void Posix::apply(Open& o, const TcpTuning& tuning) {
    if (!o.is_tcp) return;
    if (o.listener) proto::machine::apply(tuning, self_.host().settings().tcp);
    if (o.tcp) o.tcp->tune(self_, tuning);
    const auto keep = [](auto& to, const auto& from) {
        if (from) to = from;
    };
    keep(o.tuning.nodelay, tuning.nodelay);
    keep(o.tuning.cork, tuning.cork);
    keep(o.tuning.quick_ack, tuning.quick_ack);
    keep(o.tuning.keepalive, tuning.keepalive);
    keep(o.tuning.keepalive_idle, tuning.keepalive_idle);
    keep(o.tuning.keepalive_interval, tuning.keepalive_interval);
    keep(o.tuning.keepalive_probes, tuning.keepalive_probes);
    keep(o.tuning.syn_retries, tuning.syn_retries);
    keep(o.tuning.user_timeout, tuning.user_timeout);
    keep(o.tuning.linger, tuning.linger);
    keep(o.tuning.max_segment, tuning.max_segment);
    keep(o.tuning.send_buffer, tuning.send_buffer);
    keep(o.tuning.receive_buffer, tuning.receive_buffer);
    keep(o.tuning.congestion, tuning.congestion);
}

Answer Posix::set_option(int fd, int level, int name, std::int64_t value, std::int64_t second) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    const Known* known = find_known(level, name);
    if (!known || (level == sol_tcp && !o->is_tcp)) return Answer::failed(enoprotoopt);
    constexpr std::int64_t least_segment = 88;
    const bool is_small_segment = known->name == "TCP_MAXSEG" && value != 0 && value < least_segment;
    if (value < known->least || value > known->most || is_small_segment) return Answer::failed(einval);
    o->options[{level, name}] = kept(known->name, value, second);
    apply(*o, tuning_of(known->name, value, second));
    return {};
}

Answer Posix::set_congestion(int fd, std::string_view name) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (name == "newreno") name = "reno";  // as FreeBSD calls it
    for (const auto& [known, algorithm] : algorithms) {
        if (known != name) continue;
        TcpTuning t;
        t.congestion = algorithm;
        apply(*o, t);
        return {};
    }
    return Answer::failed(2);  // ENOENT
}

std::string_view Posix::congestion(int fd) {
    const Open* o = find(fd);
    const CongestionAlgorithm used =
        o ? o->tuning.congestion.value_or(CongestionAlgorithm::cubic) : CongestionAlgorithm{};
    for (const auto& [name, algorithm] : algorithms)
        if (algorithm == used) return name;
    return {};
}

Answer Posix::option(int fd, int level, int name) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    const auto is = [&](int wanted_level, std::string_view wanted) {
        return level == wanted_level && symbol(wanted) == name;
    };
    if (is(sol_socket, "SO_ERROR")) {
        if (o->udp)
            if (const auto error = o->udp->take_error()) return {error->is_port_unreachable() ? 111 : 113, 0};
        return {pending_error(*o), 0};
    }
    if (is(sol_socket, "SO_TYPE")) return {o->is_tcp ? 1 : 2, 0};
    if (is(sol_socket, "SO_PROTOCOL")) return {o->is_tcp ? 6 : 17, 0};
    if (is(sol_socket, "SO_DOMAIN")) return {o->is_v6 ? 10 : 2, 0};
    if (is(sol_socket, "SO_ACCEPTCONN")) return {o->listener ? 1 : 0, 0};
    if (is(sol_tcp, "TCP_CONGESTION") && o->is_tcp) return {};  // congestion() has its name
    if (is(sol_tcp, "TCP_MAXSEG") && o->tcp) return {static_cast<std::int64_t>(o->tcp->info().mss), 0};
    const Known* known = find_known(level, name);
    if (!known || (level == sol_tcp && !o->is_tcp)) return Answer::failed(enoprotoopt);
    const auto set = o->options.find({level, name});
    return {set == o->options.end() ? known->usual : set->second, 0};
}

}  // namespace layerlab::sim::pkt
