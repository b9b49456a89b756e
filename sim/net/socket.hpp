// The sockets of simulated programs: UDP, TCP, ICMP and a tap on ports, as small owning handles over the host's stack.
// They never block by themselves: look, and if there is nothing, `co_await process.wait({&socket.readable()},
// deadline)`. The helpers at the end do that loop. Closing is what the destructor does.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/base/result.hpp"
#include "proto/machine/tcp_types.hpp"
#include "sim/net/process.hpp"

namespace layerlab::sim {

using proto::IpAddress;
using proto::Result;

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;
    PortId zone = no_port;  // of a link-local address: the port to its link

    std::string to_string() const;  // "10.0.0.1:80", "[2001:db8::1]:80"
    // For decisions. Of an IPv6 address the last 47 bits, with the top bit set.
    std::uint64_t number() const {
        if (address.is_v6()) return 1ull << 63 | (address.low() & 0x7fff'ffff'ffffu) << 16 | port;
        return std::uint64_t{address.v4().number} << 16 | port;
    }
    friend constexpr bool operator==(const Endpoint&, const Endpoint&) = default;
    friend constexpr bool operator<(const Endpoint& a, const Endpoint& b) {
        if (!(a.address == b.address)) return a.address < b.address;
        return a.port != b.port ? a.port < b.port : a.zone < b.zone;
    }
};

// What IP says about a packet apart from its payload.
struct IpOptions {
    std::uint8_t ttl = 64;
    std::uint8_t tos = 0;              // DSCP << 2 | ECN
    bool dont_fragment = false;        // TCP sets it
    bool record_route = false;         // ping -R
    PortId out_port = no_port;         // forces the interface (DHCP before there is an address)
    IpAddress source{};                // 0: chosen by the route
    Bytes reply_options{};             // of the IP header that is being answered: an echo reply carries them back
    std::optional<MacAddress> to_mac;  // without asking ARP: a DHCP server answers a client without an address
};

// Why a socket call failed; the texts are errno's.
enum class SocketError : std::uint8_t {
    none,
    network_unreachable,
    host_unreachable,
    port_unreachable /* connection refused */,
    timed_out,
    reset,
    message_too_long,
    address_in_use,
    address_not_available,
    not_permitted,
    no_route,
    closed,
    invalid_argument,
    broken_pipe,
};
const char* to_string(SocketError error);  // "Connection refused", "No route to host", ...

// An ICMP error that came back for something this socket sent.
struct IcmpError {
    IpAddress from;
    std::uint8_t type = 0, code = 0;   // of the family of `from`: RFC 792 or RFC 4443
    std::uint16_t mtu = 0;             // of "fragmentation needed" and "packet too big"
    std::vector<std::uint8_t> quoted;  // the IP packet in it, from its IP header on
    PacketId packet = 0;
    Time at{};

    bool is_port_unreachable() const { return from.is_v6() ? type == 1 && code == 4 : type == 3 && code == 3; }
};

struct Datagram {
    Endpoint from, to;
    std::vector<std::uint8_t> bytes;
    std::uint8_t ttl = 0;
    PortId in_port = no_port;
    PacketId packet = 0;
    Time at{};
};

class UdpSocket {
  public:
    // Port 0: an ephemeral one. Address 0: any.
    static Result<UdpSocket> open(Process& self, Endpoint local = {});
    UdpSocket(UdpSocket&&) noexcept;
    UdpSocket& operator=(UdpSocket&&) noexcept;
    ~UdpSocket();

    Endpoint local() const;
    // From now on only this peer is heard, and errors about what is sent to it; sends nothing. What waits stays. The
    // default endpoint takes the restriction back.
    SocketError connect(Process& self, Endpoint peer);
    Endpoint remote() const;  // port 0: not connected
    SocketError send_to(Process& self, Endpoint to, Bytes bytes, const IpOptions& options = {});
    std::optional<Datagram> receive();      // the oldest that waits
    std::optional<IcmpError> take_error();  // port unreachable and its like
    bool has_error() const;
    WaitPoint& readable();           // a datagram or an error
    void discard();                  // from now on datagrams are counted and thrown away
    std::uint64_t received() const;  // datagrams so far
    struct State;

  private:
    explicit UdpSocket(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class TcpSocket {
  public:
    TcpSocket() = default;
    TcpSocket(TcpSocket&&) noexcept;
    TcpSocket& operator=(TcpSocket&&) noexcept;
    ~TcpSocket();  // closes; unread data resets the connection, as in Linux

    struct Options {
        std::optional<proto::machine::CongestionAlgorithm> congestion;  // the host's setting if absent
        std::uint32_t buffer = 0;                                       // the host's setting if 0
        bool nagle = true;
        proto::machine::TcpTuning tuning{};  // setsockopt before connect
        IpAddress source{};
    };
    // Sends the SYN. The state tells how it goes on: wait on changed().
    static Result<TcpSocket> start_connect(Process& self, Endpoint to, const Options& options);
    static Result<TcpSocket> start_connect(Process& self, Endpoint to);

    bool is_open() const { return state_ != nullptr; }
    Endpoint local() const;
    Endpoint remote() const;
    bool established() const;                            // the handshake is done and nothing has failed
    SocketError error() const;                           // refused, reset, timed out ...
    std::size_t write(Process& self, Bytes bytes);       // as much as the buffer takes
    void write_pattern(Process& self, std::uint64_t n);  // n generated bytes, all at once
    std::size_t writable() const;
    std::size_t read(Process& self, std::vector<std::uint8_t>& out, std::size_t most = 1 << 20);  // appends
    void discard_received();            // from now on what arrives is counted (info()) and thrown away
    bool at_end() const;                // the peer has closed and all is read
    std::size_t unsent() const;         // written and not yet acknowledged
    void shutdown_send(Process& self);  // FIN after what is written
    void abort(Process& self);          // RST
    void set_no_delay(Process& self);   // TCP_NODELAY: small segments are sent at once
    void tune(Process& self, const proto::machine::TcpTuning& tuning);  // setsockopt
    proto::machine::TcpState state() const;
    WaitPoint& changed();  // readable, writable, connected or failed
    WaitPoint& ended();    // at_end() or failed: for who discards, so that segments do not wake him
    proto::machine::TcpInfo info() const;
    struct State;

  private:
    friend class TcpListener;
    explicit TcpSocket(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

class TcpListener {
  public:
    // `backlog`: so many established connections wait for accept(); beyond it no handshake is completed.
    static Result<TcpListener> open(Process& self, std::uint16_t port, IpAddress address = {},
                                    std::uint32_t backlog = 128);
    TcpListener(TcpListener&&) noexcept;
    TcpListener& operator=(TcpListener&&) noexcept;
    ~TcpListener();

    std::optional<TcpSocket> accept();  // the oldest established connection that waits
    WaitPoint& readable();
    struct State;

  private:
    explicit TcpListener(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Raw ICMP (and IP) as ping and traceroute use it.
struct IcmpMessage {
    IpAddress from, to;
    std::uint8_t ttl = 0;
    std::uint8_t type = 0, code = 0;
    std::vector<std::uint8_t> bytes;    // the ICMP message from its type on; checksum verified
    std::vector<std::uint8_t> options;  // of the IPv4 header
    PacketId packet = 0;
    PortId in_port = no_port;
    Time at{};
};

class IcmpSocket {
  public:
    // All messages of ICMP, or of ICMPv6.
    static Result<IcmpSocket> open(Process& self, bool is_v6 = false);
    IcmpSocket(IcmpSocket&&) noexcept;
    IcmpSocket& operator=(IcmpSocket&&) noexcept;
    ~IcmpSocket();

    // An echo request with this identifier, sequence and data.
    SocketError send_echo(Process& self, const IpAddress& to, std::uint16_t identifier, std::uint16_t sequence,
                          Bytes data, const IpOptions& options = {});
    std::optional<IcmpMessage> receive();  // every ICMP message that the host gets, errors included
    WaitPoint& readable();
    struct State;

  private:
    explicit IcmpSocket(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// What passes a port of this host, as tcpdump sees it.
struct TappedFrame {
    Time at{};
    PortId port = no_port;
    bool outgoing = false;
    std::vector<std::uint8_t> bytes;
};

class PortTap {
  public:
    // no_port: all ports. Frames beyond 4096 that nobody takes are counted as dropped.
    static PortTap open(Process& self, PortId port);
    PortTap(PortTap&&) noexcept;
    PortTap& operator=(PortTap&&) noexcept;
    ~PortTap();

    std::optional<TappedFrame> take();
    std::uint64_t dropped() const;
    WaitPoint& readable();
    struct State;

  private:
    explicit PortTap(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// --- the usual loops ---

// A datagram, or nullopt at the deadline, on an error or on Ctrl-C (ask take_error() and interrupted()).
Task<std::optional<Datagram>> receive(Process& self, UdpSocket& socket, Time deadline = proto::never);
// Connected, or why not.
Task<Result<TcpSocket>> connect(Process& self, Endpoint to, Time deadline = proto::never,
                                TcpSocket::Options options = {});
Task<std::optional<TcpSocket>> accept(Process& self, TcpListener& listener);
// Appends what has arrived, at least one byte; 0 at the end of the stream, on failure, at the deadline or on Ctrl-C.
Task<std::size_t> receive(Process& self, TcpSocket& socket, std::vector<std::uint8_t>& out,
                          Time deadline = proto::never);
// Until everything is in the send buffer; false if the connection failed or was interrupted.
Task<bool> send_all(Process& self, TcpSocket& socket, Bytes bytes);
Task<bool> send_all(Process& self, TcpSocket& socket, std::string_view text);
// Sends the FIN and waits until the peer has acknowledged all and closed too, or the deadline.
Task<void> close(Process& self, TcpSocket& socket, Time deadline = proto::never);

}  // namespace layerlab::sim
