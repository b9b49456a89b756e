// The resolver inside a host: asks the servers of its list in order, as glibc 2.36 does (resolv.conf(5)): `attempts`
// rounds over the list, 5 s for the first server, for later ones 5 s doubled per place and divided by their number;
// SERVFAIL, NOTIMP and REFUSED lead to the next server; truncated answers are asked for again over TCP.
// One object is one lookup of one question; search lists and the hosts file are the caller's.
#pragma once

#include <optional>
#include <vector>

#include "proto/base/time.hpp"
#include "proto/machine/dns_query.hpp"

namespace layerlab::proto::machine {

struct DnsStubOptions {
    std::vector<Ipv4Address> servers;
    Duration timeout = std::chrono::seconds(5);
    unsigned attempts = 2;  // dig: 3
    bool recursion_desired = true;
    bool edns = false;               // dig: true
    bool only_tcp = false;           // dig +tcp
    bool ignore_truncation = false;  // dig +ignore
    bool next_on_failure = true;     // nslookup, host and dig take a failure as their answer
};

struct DnsStubQuery {
    Ipv4Address server;  // port 53
    DnsTransport transport = DnsTransport::udp;
    std::vector<std::uint8_t> bytes;  // over TCP behind two bytes of length
};

struct DnsStubResult {
    enum class Status : std::uint8_t { answered, timed_out, unreachable, no_servers } status = Status::no_servers;
    wire::DnsMessage message;  // when answered, whatever its rcode
    Ipv4Address server;        // asked last
    DnsTransport transport = DnsTransport::udp;
    std::size_t size = 0;  // bytes of the message
    Duration took{};       // from the sending of the query that was answered
};

class DnsStub {
  public:
    struct Out {
        virtual ~Out() = default;
        virtual void send(const DnsStubQuery& query) = 0;
        // This server did not answer; the next one or another attempt may follow.
        virtual void timed_out(Ipv4Address server) = 0;
        virtual void finished(const DnsStubResult& result) = 0;  // the object may be destroyed behind this
    };
    DnsStub(DnsStubOptions options, wire::DnsQuestion question, std::uint16_t id);

    void start(Time now, Out& out);
    void on_datagram(Ipv4Address from, Bytes bytes, Time now, Out& out);
    void on_tcp_answer(Bytes bytes, Time now, Out& out);  // the message without its length
    // The current server cannot be reached: ICMP port unreachable, or TCP failed.
    void on_unreachable(Time now, Out& out);

    Time next_deadline() const { return deadline_; }
    void on_deadline(Time now, Out& out);

  private:
    Ipv4Address server() const { return options_.servers[place_]; }
    Duration timeout() const;
    void ask(DnsTransport transport, Time now, Out& out);
    void next(Time now, Out& out);
    void on_message(Bytes bytes, Time now, Out& out);
    void finish(DnsStubResult result, Out& out);

    DnsStubOptions options_;
    wire::DnsQuestion question_;
    std::uint16_t id_;
    std::size_t place_ = 0;  // in the list of servers
    unsigned attempt_ = 0;
    DnsTransport transport_ = DnsTransport::udp;
    Time sent_{}, deadline_ = never;
    bool any_timeout_ = false;
    std::optional<DnsStubResult> failure_;  // given if no other server does better
};

}  // namespace layerlab::proto::machine
