#include "sim/pkt/posix.hpp"

#include <algorithm>

#include "sim/pkt/packets.hpp"
#include "sim/pkt/symbols.hpp"

namespace layerlab::sim::pkt {

using proto::machine::TcpState;
using proto::machine::TcpTuning;

namespace {

// Of Linux; the names are in symbols.cpp.
constexpr int ebadf = 9, eagain = 11, einval = 22, epipe = 32, edestaddrreq = 89, eopnotsupp = 95, eaddrinuse = 98,
              eisconn = 106, enotconn = 107, ealready = 114, einprogress = 115, eafnosupport = 97, eprotonosupport = 93;
constexpr int sock_type_bits = 0xf, sock_nonblock = 04000;
constexpr int msg_peek = 2, msg_dontwait = 0x40, msg_more = 0x8000, msg_fastopen = 0x2000'0000;

std::int64_t symbol_value(std::string_view name) { return symbol(name).value_or(-1); }

}  // namespace

int errno_of(SocketError error) {
    switch (error) {
        case SocketError::none: return 0;
        case SocketError::network_unreachable:
        case SocketError::no_route: return 101;
        case SocketError::host_unreachable: return 113;
        case SocketError::port_unreachable: return 111;
        case SocketError::timed_out: return 110;
        case SocketError::reset: return 104;
        case SocketError::message_too_long: return 90;
        case SocketError::address_in_use: return 98;
        case SocketError::address_not_available: return 99;
        case SocketError::not_permitted: return 1;
        case SocketError::invalid_argument: return einval;
        case SocketError::broken_pipe: return epipe;
        case SocketError::closed: return 103;
    }
    return einval;
}

Posix::Open* Posix::find(int fd) {
    const auto found = open_.find(fd);
    return found == open_.end() ? nullptr : &found->second;
}

int Posix::add(Open open) {
    int fd = 3;
    while (open_.count(fd) != 0) ++fd;
    open_.emplace(fd, std::move(open));
    return fd;
}

Answer Posix::socket(int domain, int type, int protocol) {
    constexpr int ipv4 = 2, ipv6 = 10;
    if (domain != ipv4 && domain != ipv6 && domain != -1) return Answer::failed(eafnosupport);
    Open o;
    o.is_v6 = domain == ipv6;
    o.is_tcp = (type & sock_type_bits) == symbol_value("SOCK_STREAM");
    if (!o.is_tcp && (type & sock_type_bits) != symbol_value("SOCK_DGRAM")) return Answer::failed(einval);
    if (protocol != 0 && protocol != (o.is_tcp ? 6 : 17)) return Answer::failed(eprotonosupport);
    o.nonblocking = (type & sock_nonblock) != 0;
    return {add(std::move(o)), 0};
}

Answer Posix::bind(int fd, std::uint16_t port) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (o->port != 0) return Answer::failed(einval);
    o->port = port;
    if (o->is_tcp) return {};
    auto opened = UdpSocket::open(self_, {Ipv4Address{}, port});
    if (!opened) return Answer::failed(eaddrinuse);
    o->udp.emplace(std::move(*opened));
    return {};
}

Answer Posix::listen(int fd, int backlog) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (!o->is_tcp) return Answer::failed(eopnotsupp);
    if (o->tcp) return Answer::failed(einval);
    if (o->listener) return {};
    auto opened = TcpListener::open(self_, o->port, {}, static_cast<std::uint32_t>(std::max(backlog, 0)));
    if (!opened) return Answer::failed(eaddrinuse);
    o->listener.emplace(std::move(*opened));
    // A listener hands on what it was told; no other connection of this host could see the difference.
    proto::machine::apply(o->tuning, self_.host().settings().tcp);
    return {};
}

MaybeAnswer Posix::accept(int fd, bool nonblocking) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (!o->listener) return Answer::failed(einval);
    look_ahead(*o);
    std::optional<TcpSocket> accepted = std::move(o->waiting);
    o->waiting.reset();
    if (!accepted) return o->nonblocking ? MaybeAnswer(Answer::failed(eagain)) : std::nullopt;
    Open child;
    child.tcp.emplace(std::move(*accepted));
    child.connect_was_told = true;
    child.nonblocking = nonblocking;
    child.is_v6 = o->is_v6;
    child.tuning = o->tuning;
    child.options = o->options;
    return Answer{add(std::move(child)), 0};
}

MaybeAnswer Posix::connect(int fd, Endpoint to) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (!o->is_tcp) {
        if (!o->udp) {
            auto opened = UdpSocket::open(self_);
            if (!opened) return Answer::failed(eaddrinuse);
            o->udp.emplace(std::move(*opened));
        }
        o->peer = to;
        const SocketError error = o->udp->connect(self_, to);
        return error == SocketError::none ? Answer{} : Answer::failed(errno_of(error));
    }
    // After a failure that was told, another attempt may be made.
    if (o->tcp && o->error_was_told && !o->connect_was_told) {
        o->tcp.reset();
        o->error_was_told = false;
    }
    if (!o->tcp) {
        TcpSocket::Options options;
        options.tuning = o->tuning;
        auto begun = TcpSocket::start_connect(self_, to, options);
        if (!begun) return Answer::failed(101);
        o->tcp.emplace(std::move(*begun));
        o->connect_was_asked = true;
        if (!o->nonblocking) return std::nullopt;
        return Answer::failed(einprogress);
    }
    if (const int error = pending_error(*o)) return Answer::failed(error);
    if (o->tcp->established()) {
        if (o->connect_was_told) return Answer::failed(eisconn);
        o->connect_was_told = true;
        return Answer{};
    }
    return o->nonblocking ? MaybeAnswer(Answer::failed(ealready)) : std::nullopt;
}

int Posix::pending_error(Open& o) {
    if (!o.tcp || o.error_was_told) return 0;
    const SocketError error = o.tcp->error();
    if (error == SocketError::none) return 0;
    o.error_was_told = true;
    return errno_of(error);
}

void Posix::look_ahead(Open& o) {
    if (o.listener && !o.waiting) o.waiting = o.listener->accept();
    if (o.udp && !o.datagram) o.datagram = o.udp->receive();
    if (o.tcp && o.ahead.empty()) o.tcp->read(self_, o.ahead, 1);
}

MaybeAnswer Posix::read(int fd, std::size_t most, int flags) {
    Open* o = find(fd);
    bytes_.clear();
    if (!o) return Answer::failed(ebadf);
    const bool nonblocking = o->nonblocking || (flags & msg_dontwait) != 0;
    return o->is_tcp ? read_tcp(*o, most, flags, nonblocking) : read_udp(*o, most, nonblocking);
}

MaybeAnswer Posix::read_tcp(Open& o, std::size_t most, int flags, bool nonblocking) {
    if (!o.tcp) return Answer::failed(enotconn);
    bytes_.swap(o.ahead);
    if (bytes_.size() > most) {
        o.ahead.assign(bytes_.begin() + static_cast<long>(most), bytes_.end());
        bytes_.resize(most);
    } else {
        o.ahead.clear();
        o.tcp->read(self_, bytes_, most - bytes_.size());
    }
    if ((flags & msg_peek) != 0) o.ahead.insert(o.ahead.begin(), bytes_.begin(), bytes_.end());
    if (!bytes_.empty() || most == 0) return Answer{static_cast<std::int64_t>(bytes_.size()), 0};
    if (const int error = pending_error(o)) return Answer::failed(error);
    const bool has_failed = o.tcp->error() != SocketError::none;
    if (has_failed || o.read_is_shut || o.tcp->at_end()) return Answer{};
    return nonblocking ? MaybeAnswer(Answer::failed(eagain)) : std::nullopt;
}

MaybeAnswer Posix::read_udp(Open& o, std::size_t most, bool nonblocking) {
    if (o.udp) {
        if (const auto error = o.udp->take_error()) return Answer::failed(error->code == 3 ? 111 : 113);
        look_ahead(o);
        if (const auto datagram = std::move(o.datagram)) {
            o.datagram.reset();
            bytes_.assign(datagram->bytes.begin(),
                          datagram->bytes.begin() + static_cast<long>(std::min(most, datagram->bytes.size())));
            return Answer{static_cast<std::int64_t>(bytes_.size()), 0};
        }
    }
    return nonblocking ? MaybeAnswer(Answer::failed(eagain)) : std::nullopt;
}

MaybeAnswer Posix::write(int fd, Bytes bytes, int flags) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    const bool nonblocking = o->nonblocking || (flags & msg_dontwait) != 0;
    if (!o->is_tcp) {
        if (o->peer.port == 0) return Answer::failed(edestaddrreq);
        return send_to(fd, bytes, o->peer);
    }
    if ((flags & msg_fastopen) != 0 && !o->tcp) return Answer::failed(eopnotsupp);
    if (!o->tcp) return Answer::failed(epipe);
    if (const int error = pending_error(*o)) return Answer::failed(error);
    if (o->tcp->error() != SocketError::none || o->write_is_shut) return Answer::failed(epipe);
    if (!o->tcp->established() && o->connect_was_asked && o->tcp->state() == TcpState::syn_sent)
        return nonblocking ? MaybeAnswer(Answer::failed(eagain)) : std::nullopt;
    const bool more = (flags & msg_more) != 0, was_corked = o->tuning.cork.value_or(false);
    const auto cork = [&](bool on) {
        TcpTuning tuning;
        tuning.cork = on;
        o->tcp->tune(self_, tuning);
    };
    if (more && !was_corked) cork(true);
    const std::size_t taken = o->tcp->write(self_, bytes);
    if (!more && o->more_was_said && !was_corked) cork(false);
    o->more_was_said = more;
    if (taken > 0 || bytes.empty()) return Answer{static_cast<std::int64_t>(taken), 0};
    return nonblocking ? MaybeAnswer(Answer::failed(eagain)) : std::nullopt;
}

MaybeAnswer Posix::send_to(int fd, Bytes bytes, Endpoint to) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (o->is_tcp) return write(fd, bytes);
    if (!o->udp) {
        auto opened = UdpSocket::open(self_);
        if (!opened) return Answer::failed(eaddrinuse);
        o->udp.emplace(std::move(*opened));
    }
    if (const auto error = o->udp->take_error()) return Answer::failed(error->code == 3 ? 111 : 113);
    const SocketError error = o->udp->send_to(self_, to, bytes);
    if (error != SocketError::none) return Answer::failed(errno_of(error));
    return Answer{static_cast<std::int64_t>(bytes.size()), 0};
}

Answer Posix::shutdown(int fd, int how) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (!o->tcp || (!o->tcp->established() && !o->tcp->at_end())) return Answer::failed(enotconn);
    if (how != 1) o->read_is_shut = true;
    if (how != 0) {
        o->write_is_shut = true;
        o->tcp->shutdown_send(self_);
    }
    return {};
}

Answer Posix::close(int fd) { return open_.erase(fd) == 1 ? Answer{} : Answer::failed(ebadf); }

std::optional<proto::machine::TcpInfo> Posix::info(int fd) {
    const Open* o = find(fd);
    return o && o->tcp ? std::optional(o->tcp->info()) : std::nullopt;
}

Endpoint Posix::peer(int fd) {
    const Open* o = find(fd);
    return !o ? Endpoint{} : o->tcp ? o->tcp->remote() : o->peer;
}

std::optional<TcpState> Posix::state(int fd) {
    const Open* o = find(fd);
    return o && o->tcp ? std::optional(o->tcp->state()) : std::nullopt;
}

Answer Posix::fcntl(int fd, int command, std::int64_t argument) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (command == symbol_value("F_GETFL")) return {2 | (o->nonblocking ? sock_nonblock : 0), 0};
    if (command != symbol_value("F_SETFL")) return Answer::failed(einval);
    o->nonblocking = (argument & sock_nonblock) != 0;
    return {};
}

Answer Posix::ioctl(int fd, std::int64_t request) {
    Open* o = find(fd);
    if (!o) return Answer::failed(ebadf);
    if (request == symbol_value("SIOCINQ")) {
        if (o->tcp) o->tcp->read(self_, o->ahead);
        return {static_cast<std::int64_t>(o->ahead.size()), 0};
    }
    if (request == symbol_value("SIOCOUTQ") && o->tcp) return {static_cast<std::int64_t>(o->tcp->unsent()), 0};
    return Answer::failed(einval);
}

int Posix::poll(int fd, int events) {
    constexpr int in = 1, out = 4, err = 8, hup = 0x10, nval = 0x20, rdhup = 0x2000;
    Open* o = find(fd);
    if (!o) return nval;
    int now = 0;
    if (o->listener) {
        look_ahead(*o);
        return o->waiting ? events & in : 0;
    }
    if (o->udp) {
        look_ahead(*o);
        const int ready = (o->datagram ? in : 0) | out;
        return (ready & events) | (o->udp->has_error() ? err : 0);
    }
    if (!o->tcp) return hup | (events & out);
    look_ahead(*o);
    const bool has_failed = o->tcp->error() != SocketError::none;
    const TcpState state = o->tcp->state();
    const bool peer_has_ended = state == TcpState::close_wait || state == TcpState::last_ack ||
                                state == TcpState::closing || state == TcpState::time_wait || state == TcpState::closed;
    const bool at_end = has_failed || peer_has_ended || o->read_is_shut;
    if (!o->ahead.empty() || at_end) now |= in;
    if (at_end) now |= rdhup;
    if (has_failed && !o->error_was_told) now |= err;
    if (has_failed || (at_end && o->write_is_shut)) now |= hup;
    if (has_failed || (o->tcp->established() && o->tcp->writable() > 0)) now |= out;
    return now & (events | err | hup);
}

}  // namespace layerlab::sim::pkt
