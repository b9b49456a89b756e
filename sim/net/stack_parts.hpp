// The inner parts of Stack that its .cpp files share: sockets as the stack sees them, ARP output, what is rarely
// needed.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <set>
#include <vector>

#include "proto/base/checksum.hpp"
#include "proto/machine/fragments.hpp"
#include "proto/machine/icmp_limiter.hpp"
#include "proto/machine/tcp_connection.hpp"
#include "proto/machine/tcp_isn.hpp"
#include "proto/wire/icmp.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ring.hpp"
#include "sim/net/stack.hpp"

namespace layerlab::sim {

// --- sockets ---

struct UdpSocket::State {
    ~State();
    Stack* stack = nullptr;  // nullptr once the host has lost power
    Endpoint local, remote;  // remote: of a connected one
    std::string process;
    std::deque<Datagram> waiting;
    std::size_t waiting_bytes = 0;
    std::deque<IcmpError> errors;
    WaitPoint readable;
    std::uint64_t received = 0;
    bool discards = false;
};

struct Stack::UdpTable {
    std::vector<UdpSocket::State*> sockets;  // in the order of opening
    std::uint64_t changes = 0;               // counts openings and closings

    UdpSocket::State* find(const Endpoint& local, const Endpoint& remote) const;
    bool is_taken(Endpoint local) const;
    void on_error(const Endpoint& local, const Endpoint& remote, const IcmpError& error);
    void forget();
    void list(std::vector<SocketRow>& rows) const;
};

// A connection. The stack holds it until it is closed for good, the program as long as it holds the socket.
struct TcpSocket::State final : public Timer {
    State(Stack& s, Endpoint l, Endpoint r, const std::string& program, const machine::TcpConfig& config);

    void on_timer(Context& context) override;
    std::shared_ptr<State> shared_from_table();

    Stack* stack;  // nullptr once it is out of the table
    Endpoint local, remote;
    machine::TcpConnection connection;
    TcpListener::State* listener = nullptr;  // while the handshake of a passive open goes on
    Time next_confirmation{};                // of the neighbor on the way to the peer
    const std::string* process;              // kept by the table
    WaitPoint changed, ended;
};

struct TcpListener::State {
    ~State();
    Stack* stack = nullptr;
    Endpoint local;
    std::string process;
    std::deque<std::shared_ptr<TcpSocket::State>> ready;
    std::uint32_t in_handshake = 0;
    std::uint32_t backlog = 128;

    bool is_full() const { return ready.size() > backlog; }  // one more than asked, as Linux and the BSDs
    WaitPoint readable;
};

struct Stack::TcpTable {
    using Connection = std::shared_ptr<TcpSocket::State>;
    struct Ends {
        const Endpoint& local;
        const Endpoint& remote;
    };
    struct LocalPort {
        std::uint16_t number;
    };
    // By the local port first, so that those of a local endpoint lie together.
    struct ByEnds {
        using is_transparent = void;
        static Ends ends(const Connection& c) { return {c->local, c->remote}; }
        static const Ends& ends(const Ends& e) { return e; }
        static bool before(const Ends& a, const Ends& b) {
            if (a.local.port != b.local.port) return a.local.port < b.local.port;
            if (!(a.remote == b.remote)) return a.remote < b.remote;
            return a.local < b.local;
        }
        template <class A, class B>
        bool operator()(const A& a, const B& b) const {
            return before(ends(a), ends(b));
        }
        bool operator()(const Connection& c, LocalPort p) const { return c->local.port < p.number; }
        bool operator()(LocalPort p, const Connection& c) const { return p.number < c->local.port; }
    };
    std::set<Connection, ByEnds> connections;
    std::vector<TcpListener::State*> listeners;
    const Connection* last = nullptr;                    // of the last segment
    std::uint64_t changes = 0;                           // counts what was added and removed
    std::optional<machine::TcpIsn> isn;                  // the host's secret, made by the first connection
    std::shared_ptr<const machine::TcpConfig> settings;  // that connections have begun with lately
    std::set<std::string> programs;                      // names of those that have had connections

    const Connection* find(const Endpoint& local, const Endpoint& remote);
    std::shared_ptr<const machine::TcpConfig> shared(const machine::TcpConfig& config);
    TcpListener::State* find_listener(Endpoint local) const;
    bool is_taken(Endpoint local) const;
    void add(Connection connection);
    void remove(TcpSocket::State& connection);
    bool is_in_flight(const Endpoint& local, const Endpoint& remote, std::uint32_t sequence);
    void on_error(Context& context, Endpoint local, Endpoint remote, std::uint32_t sequence, const IcmpError& error);
    void forget(Host& host);
    void list(std::vector<SocketRow>& rows) const;
};

struct IcmpSocket::State {
    ~State() {
        if (stack) stack->remove_icmp(*this);
    }
    void take(const Context& context, const TransportInput& ip);

    Stack* stack = nullptr;
    bool is_v6 = false;
    std::deque<IcmpMessage> waiting;
    WaitPoint readable;
};

struct PortTap::State {
    ~State() {
        if (stack) stack->remove_tap(*this);
    }
    void see(const Context& context, PortId at, bool outgoing, Bytes frame);

    Stack* stack = nullptr;
    PortId port = no_port;
    std::deque<TappedFrame> waiting;
    std::uint64_t dropped = 0;
    WaitPoint readable;
};

// A free port from 32768 on, where Linux begins; starts at a random one. 0 if all are taken.
template <class IsFree>
std::uint16_t ephemeral_port(Process& self, IsFree is_free) {
    constexpr std::uint32_t first = 32768, count = 28232;
    const auto start = static_cast<std::uint32_t>(self.host().rng(self.simulator()).below(count));
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto port = static_cast<std::uint16_t>(first + (start + i) % count);
        if (is_free(port)) return port;
    }
    return 0;
}

// --- ARP ---

struct Stack::NeighborTimer final : public Timer {
    NeighborTimer(Stack& s, PortId p) : stack(s), port(p) {}
    void on_timer(Context& context) override;
    Stack& stack;
    PortId port;
};

class Stack::NeighborOut {
  public:
    NeighborOut(Stack& s, Context& c, PortId p) : stack(s), context(c), port(p) {}
    void request(Ipv4Address target, const MacAddress* unicast_to, const PacketRef* cause);
    void resolved(Ipv4Address target, const MacAddress& mac, PacketRef&& packet);
    void unreachable(Ipv4Address target, PacketRef&& packet);
    void overflowed(Ipv4Address target, PacketRef&& packet);
    void changed(const machine::NeighborView<Ipv4Address>&) {}
    void tell_unreachable();

    Stack& stack;
    Context& context;
    PortId port;
    std::vector<PacketRef> lost;
};

// --- the loopback interface ---

struct Stack::Loopback final : public Timer {
    // What the operating system takes for a packet. Without it programs that answer each other would stop the time.
    static constexpr Duration per_packet = std::chrono::microseconds(5);
    static constexpr std::size_t most_waiting = 1000;

    explicit Loopback(Stack& s) : stack(s) {}
    void on_timer(Context& context) override;
    void forget(Host& host) {
        host.clear_timer(*this);
        while (!waiting.empty()) waiting.pop_front();
    }

    struct Waiting {
        Time arrives;
        PacketRef frame;
    };
    Stack& stack;
    Ring<Waiting> waiting;
    Time free_at{};
    InterfaceCounters counters;
};

// --- what most hosts never need ---

struct Stack::Rare final : public Timer {
    explicit Rare(Stack& s) : stack(s) {}
    void on_timer(Context& context) override { stack.expire_fragments(context); }

    std::uint16_t path_mtu(Ipv4Address destination, std::uint16_t port_mtu, Time now) const {
        for (const PathMtu& p : path_mtus)
            if (p.destination == destination && now < p.until) return std::min(p.mtu, port_mtu);
        return port_mtu;
    }
    void remember_mtu(Ipv4Address destination, std::uint16_t mtu, Time now) {
        std::erase_if(path_mtus, [&](const PathMtu& p) { return p.destination == destination || p.until <= now; });
        if (path_mtus.size() < 1024) path_mtus.push_back({destination, mtu, now + std::chrono::minutes(10)});
    }
    void forget(Host& host) {
        host.clear_timer(*this);
        fragments.clear();
        path_mtus.clear();
        for (PortTap::State* t : taps) t->stack = nullptr;
        for (IcmpSocket::State* s : icmp) s->stack = nullptr;
        taps.clear();
        icmp.clear();
    }

    bool may_send_error(Ipv4Address to, std::uint8_t type, std::uint8_t code, Time now) {
        return limiter.allow(now, to, type, code);
    }

    struct PathMtu {
        Ipv4Address destination;
        std::uint16_t mtu;
        Time until;  // RFC 1191 section 6.3: then larger packets are tried again
    };
    Stack& stack;
    machine::FragmentTable fragments;
    machine::IcmpLimiter limiter;
    std::vector<PathMtu> path_mtus;
    std::vector<PortTap::State*> taps;
    std::vector<IcmpSocket::State*> icmp;
};

}  // namespace layerlab::sim
