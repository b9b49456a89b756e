#include "sim/pkt/symbols.hpp"

namespace layerlab::sim::pkt {
namespace {

struct Symbol {
    std::string_view name;
    std::int64_t value;
};

constexpr Symbol symbols[] = {
    {"AF_UNSPEC", 0},
    {"AF_INET", 2},
    {"AF_INET6", 10},
    {"PF_INET", 2},
    {"PF_INET6", 10},
    {"SOCK_STREAM", 1},
    {"SOCK_DGRAM", 2},
    {"SOCK_NONBLOCK", 04000},
    {"SOCK_CLOEXEC", 02000000},
    {"IPPROTO_IP", 0},
    {"IPPROTO_ICMP", 1},
    {"IPPROTO_TCP", 6},
    {"IPPROTO_UDP", 17},
    {"IPPROTO_IPV6", 41},
    {"SOL_IP", 0},
    {"SOL_SOCKET", 1},
    {"SOL_TCP", 6},
    {"SOL_UDP", 17},
    {"SOL_IPV6", 41},
    {"SO_REUSEADDR", 2},
    {"SO_TYPE", 3},
    {"SO_ERROR", 4},
    {"SO_SNDBUF", 7},
    {"SO_RCVBUF", 8},
    {"SO_KEEPALIVE", 9},
    {"SO_PRIORITY", 12},
    {"SO_LINGER", 13},
    {"SO_REUSEPORT", 15},
    {"SO_RCVLOWAT", 18},
    {"SO_SNDLOWAT", 19},
    {"SO_RCVTIMEO", 20},
    {"SO_SNDTIMEO", 21},
    {"SO_ACCEPTCONN", 30},
    {"SO_MARK", 36},
    {"SO_PROTOCOL", 38},
    {"SO_DOMAIN", 39},
    {"SO_MAX_PACING_RATE", 47},
    {"SO_ZEROCOPY", 60},
    {"IP_TOS", 1},
    {"IP_TTL", 2},
    {"IP_MTU_DISCOVER", 10},
    {"IP_RECVERR", 11},
    {"IP_FREEBIND", 15},
    {"IPV6_UNICAST_HOPS", 16},
    {"IPV6_RECVERR", 25},
    {"IPV6_TCLASS", 67},
    {"IP_MTU", 14},
    {"IP_PMTUDISC_DONT", 0},
    {"IP_PMTUDISC_WANT", 1},
    {"IP_PMTUDISC_DO", 2},
    {"IP_PMTUDISC_PROBE", 3},
    {"IPV6_V6ONLY", 26},
    {"TCP_NODELAY", 1},
    {"TCP_MAXSEG", 2},
    {"TCP_CORK", 3},
    {"TCP_KEEPIDLE", 4},
    {"TCP_KEEPINTVL", 5},
    {"TCP_KEEPCNT", 6},
    {"TCP_SYNCNT", 7},
    {"TCP_LINGER2", 8},
    {"TCP_DEFER_ACCEPT", 9},
    {"TCP_WINDOW_CLAMP", 10},
    {"TCP_INFO", 11},
    {"TCP_QUICKACK", 12},
    {"TCP_CONGESTION", 13},
    {"TCP_USER_TIMEOUT", 18},
    {"TCP_FASTOPEN", 23},
    {"TCP_TIMESTAMP", 24},
    {"TCP_NOTSENT_LOWAT", 25},
    {"TCP_INQ", 36},
    {"MSG_OOB", 1},
    {"MSG_PEEK", 2},
    {"MSG_DONTWAIT", 0x40},
    {"MSG_EOR", 0x80},
    {"MSG_WAITALL", 0x100},
    {"MSG_TRUNC", 0x20},
    {"MSG_NOSIGNAL", 0x4000},
    {"MSG_MORE", 0x8000},
    {"MSG_ERRQUEUE", 0x2000},
    {"MSG_ZEROCOPY", 0x4000000},
    {"MSG_FASTOPEN", 0x20000000},
    {"F_GETFL", 3},
    {"F_SETFL", 4},
    {"O_RDONLY", 0},
    {"O_WRONLY", 1},
    {"O_RDWR", 2},
    {"O_NONBLOCK", 04000},
    {"SHUT_RD", 0},
    {"SHUT_WR", 1},
    {"SHUT_RDWR", 2},
    {"POLLIN", 1},
    {"POLLPRI", 2},
    {"POLLOUT", 4},
    {"POLLERR", 8},
    {"POLLHUP", 0x10},
    {"POLLNVAL", 0x20},
    {"POLLRDHUP", 0x2000},
    {"FIONREAD", 0x541b},
    {"SIOCINQ", 0x541b},
    {"SIOCOUTQ", 0x5411},
    {"TIOCOUTQ", 0x5411},
    {"FIONBIO", 0x5421},
    {"NULL", 0},
};

constexpr Symbol errors[] = {
    {"EPERM", 1},
    {"ENOENT", 2},
    {"EINTR", 4},
    {"EBADF", 9},
    {"EAGAIN", 11},
    {"EWOULDBLOCK", 11},
    {"ENOMEM", 12},
    {"EFAULT", 14},
    {"EINVAL", 22},
    {"EPIPE", 32},
    {"ENOTSOCK", 88},
    {"EDESTADDRREQ", 89},
    {"EMSGSIZE", 90},
    {"ENOPROTOOPT", 92},
    {"EOPNOTSUPP", 95},
    {"EAFNOSUPPORT", 97},
    {"EADDRINUSE", 98},
    {"EADDRNOTAVAIL", 99},
    {"ENETUNREACH", 101},
    {"ECONNABORTED", 103},
    {"ECONNRESET", 104},
    {"ENOBUFS", 105},
    {"EISCONN", 106},
    {"ENOTCONN", 107},
    {"ETIMEDOUT", 110},
    {"ECONNREFUSED", 111},
    {"EHOSTUNREACH", 113},
    {"EALREADY", 114},
    {"EINPROGRESS", 115},
    {"EPROTO", 71},
    {"EPROTONOSUPPORT", 93},
    {"EPROTOTYPE", 91},
    {"ESOCKTNOSUPPORT", 94},
    {"EMFILE", 24},
    {"ENOTSUP", 95},
};

}  // namespace

std::optional<std::int64_t> symbol(std::string_view name) {
    for (const Symbol& s : symbols)
        if (s.name == name) return s.value;
    if (const auto number = errno_of(name)) return *number;
    return std::nullopt;
}

std::optional<int> errno_of(std::string_view name) {
    for (const Symbol& s : errors)
        if (s.name == name) return static_cast<int>(s.value);
    return std::nullopt;
}

std::string_view errno_name(int number) {
    for (const Symbol& s : errors)
        if (s.value == number) return s.name;
    return "an unknown error";
}

}  // namespace layerlab::sim::pkt
