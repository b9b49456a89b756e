// One question to one DNS server and its answer, over UDP or TCP: what resolve, dig, host and nslookup build on.
#pragma once

#include <vector>

#include "proto/wire/dns_message.hpp"
#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

namespace wire = proto::wire;

struct DnsExchange {
    enum class Outcome : std::uint8_t { answered, timed_out, failed, interrupted };
    Outcome outcome = Outcome::timed_out;
    SocketError error = SocketError::none;  // of `failed`
    bool sent = true;                       // false: the packet could not even leave
    std::vector<std::uint8_t> bytes;        // of `answered`
    Duration took{};

    bool answered() const { return outcome == Outcome::answered; }
    // BIND's words: "timed out", "connection refused", "network unreachable".
    const char* reason() const;
};

struct DnsTransportOptions {
    bool tcp = false;
    Duration timeout = std::chrono::seconds(5);
};

// Sends the query and waits for the response with its id.
Task<DnsExchange> ask_dns(Process& self, Endpoint server, std::vector<std::uint8_t> query, DnsTransportOptions options);

// The servers of the host's settings and those that routers advertise; without any, its own address 127.0.0.1, as the
// real tools do.
std::vector<IpAddress> dns_servers_of(const Host& host);
std::uint16_t random_dns_id(Process& self);
// The names to try for one that a user typed: with the search domain first if it has no dot, alone if it ends with one.
std::vector<std::string> search_candidates(const std::string& name, const std::string& search_domain);

}  // namespace layerlab::sim::programs
