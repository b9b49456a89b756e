// The socket calls of POSIX over a simulated host: descriptors, errno values, blocking and not. What would block says
// so; the caller tries again when something has happened.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/net/host.hpp"
#include "sim/net/socket.hpp"

namespace layerlab::sim::pkt {

// What a call gives: a value, or -1 and an errno of Linux.
struct Answer {
    std::int64_t value = 0;
    int error = 0;

    static Answer failed(int error) { return {-1, error}; }
};
// Nothing: it would block, and may.
using MaybeAnswer = std::optional<Answer>;

class Posix {
  public:
    // Everything is done in the name of this process.
    explicit Posix(Process& self) : self_(self) {}

    Answer socket(int domain, int type, int protocol);
    Answer bind(int fd, std::uint16_t port);
    Answer listen(int fd, int backlog);
    MaybeAnswer accept(int fd, bool nonblocking);
    MaybeAnswer connect(int fd, Endpoint to);
    MaybeAnswer read(int fd, std::size_t most, int flags = 0);
    MaybeAnswer write(int fd, Bytes bytes, int flags = 0);
    MaybeAnswer send_to(int fd, Bytes bytes, Endpoint to);
    Answer shutdown(int fd, int how);
    Answer close(int fd);
    Answer set_option(int fd, int level, int name, std::int64_t value, std::int64_t second = 0);
    // The value of the option, as an answer's value; of SO_LINGER the time in its upper half.
    Answer option(int fd, int level, int name);
    Answer set_congestion(int fd, std::string_view name);
    std::string_view congestion(int fd);
    bool is_v6(int fd) { return find(fd) != nullptr && find(fd)->is_v6; }
    Answer fcntl(int fd, int command, std::int64_t argument);
    Answer ioctl(int fd, std::int64_t request);
    // The events of those asked for that hold now; errors always.
    int poll(int fd, int events);

    // Of a TCP connection; nothing for others.
    std::optional<proto::machine::TcpInfo> info(int fd);
    std::optional<proto::machine::TcpState> state(int fd);
    Endpoint peer(int fd);  // the other end, as far as there is one
    bool is_nonblocking(int fd) { return find(fd) != nullptr && find(fd)->nonblocking; }
    Time now() const { return self_.now(); }

    // When a call that waits for some time gives up; never: none does.
    Time wake_at = proto::never;

    // What read() has taken last.
    const std::vector<std::uint8_t>& bytes() const { return bytes_; }

  private:
    struct Open {
        bool is_tcp = true, is_v6 = false;
        bool nonblocking = false;
        bool connect_was_asked = false, connect_was_told = false;
        bool error_was_told = false, read_is_shut = false, write_is_shut = false;
        bool more_was_said = false;  // MSG_MORE: what is small waits for the next call
        std::uint16_t port = 0;      // bound to; 0: none
        Endpoint peer;               // of a connected UDP socket
        proto::machine::TcpTuning tuning;
        std::map<std::pair<int, int>, std::int64_t> options;  // what was set, by level and name
        std::optional<TcpListener> listener;
        std::optional<TcpSocket> waiting;  // accepted before it was asked for
        std::optional<TcpSocket> tcp;
        std::optional<UdpSocket> udp;
        std::optional<Datagram> datagram;  // received before it was asked for
        std::vector<std::uint8_t> ahead;   // read from TCP before it was asked for: MSG_PEEK, poll
    };

    Open* find(int fd);
    int add(Open open);
    int pending_error(Open& o);  // tells it once
    void look_ahead(Open& o);
    MaybeAnswer read_tcp(Open& o, std::size_t most, int flags, bool nonblocking);
    MaybeAnswer read_udp(Open& o, std::size_t most, bool nonblocking);
    void apply(Open& o, const proto::machine::TcpTuning& tuning);

    Process& self_;
    std::map<int, Open> open_;
    std::vector<std::uint8_t> bytes_;
};

// ECONNREFUSED and its like.
int errno_of(SocketError error);

}  // namespace layerlab::sim::pkt
