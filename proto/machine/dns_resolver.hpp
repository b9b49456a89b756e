// A DNS resolver that asks for others: recursive from root hints (RFC 1034 section 5.3.3) or forwarding to given
// servers, with a cache. It follows referrals and CNAMEs, looks up the addresses of servers that come without glue,
// prefers servers that answer fast, repeats queries that are not answered, asks again over TCP what was truncated, and
// believes a server only what lies in the zone it was asked for. Servers are asked over IPv6 when one of those given
// has an IPv6 address. No DNSSEC, no 0x20, no prefetch.
//
// Bounds per question: 100 queries, 16 CNAMEs, 7 levels of server addresses looked up, 10 seconds.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/machine/dns_cache.hpp"
#include "proto/machine/dns_query.hpp"

namespace layerlab::proto::machine {

// A query to be sent to port 53 of a server: over UDP from `source_port`, or over TCP behind two bytes of length.
struct DnsUpstreamQuery {
    std::uint32_t exchange = 0;  // names the query until Out::closed()
    IpAddress server;
    DnsTransport transport = DnsTransport::udp;
    std::uint16_t id = 0, source_port = 0;
    std::vector<std::uint8_t> bytes;
};

struct DnsAnswer {
    wire::DnsRcode rcode = wire::DnsRcode::no_error;
    std::vector<wire::ResourceRecord> answers;      // the chain of CNAMEs first
    std::vector<wire::ResourceRecord> authorities;  // the SOA of a negative answer
};
// The address in an A or AAAA record.
std::optional<IpAddress> address_in(const wire::ResourceRecord& record);
// The response that a resolver gives to its client: QR, RD as asked, RA.
wire::DnsMessage make_resolver_response(const wire::DnsMessage& query, const DnsAnswer& answer);

enum class DnsResolverEvent : std::uint8_t {
    asked,           // a query went out to the server
    asked_over_tcp,  // again, for the answer was truncated
    timed_out,       // the server did not answer in time
    unreachable,     // the network says so
    referred,        // the server knows who knows: the name is the zone
    alias,           // a CNAME leads on: the name is its target
    lame,            // the answer is of no use: SERVFAIL, REFUSED, or not about the question
    server_address,  // the address of the server of that name is looked up first
    from_cache,      // answered without a query
    answered,        // the answer is complete
    gave_up,         // SERVFAIL
};

class DnsResolver {
  public:
    struct Out {
        virtual ~Out() = default;
        virtual void send(const DnsUpstreamQuery& query) = 0;
        // No answer to this query is expected any more: its socket can be closed.
        virtual void closed(std::uint32_t exchange) = 0;
        virtual void finished(std::uint64_t ticket, const DnsAnswer& answer) = 0;
        virtual void note(DnsResolverEvent event, const wire::DomainName& name, const IpAddress& server) = 0;
        virtual std::uint32_t random() = 0;  // query ids and source ports
    };
    enum class Mode : std::uint8_t { recursive, forwarding };
    // `servers`: the root hints, or the servers to forward to, in the order of preference.
    DnsResolver(Mode mode, std::vector<IpAddress> servers);

    // Looks up; `ticket` comes back with the answer, perhaps before start() returns.
    void start(std::uint64_t ticket, const wire::DnsQuestion& question, Time now, Out& out);
    // A datagram from port 53 of `from`. What answers no query is ignored.
    void on_datagram(const IpAddress& from, std::uint16_t to_port, Bytes bytes, Time now, Out& out);
    // The message that came over TCP, without its length.
    void on_tcp_answer(std::uint32_t exchange, Bytes bytes, Time now, Out& out);
    // An ICMP error, or TCP could not connect or was closed without an answer.
    void on_unreachable(std::uint32_t exchange, Time now, Out& out);

    Time next_deadline() const { return deadlines_.empty() ? never : deadlines_.begin()->first; }
    void on_deadline(Time now, Out& out);

    DnsCache& cache() { return cache_; }
    const DnsCache& cache() const { return cache_; }
    std::size_t pending() const { return jobs_.size(); }

  private:
    static constexpr unsigned max_cnames = 16;
    struct Server {
        wire::DomainName name;
        IpAddress address;
        bool has_address = false, useless = false, without_edns = false;
        std::uint8_t tries = 0, lookups = 0;  // lookups: of its A, then of its AAAA records
    };
    struct Job {
        std::uint64_t ticket = 0;
        std::uint32_t parent = 0, root = 0;  // jobs are numbered from 1
        unsigned depth = 0, cnames = 0, queries = 0;
        wire::DnsQuestion question;
        wire::DomainName name;  // asked for now, behind the CNAMEs so far
        std::vector<wire::ResourceRecord> answers;
        wire::DomainName zone;
        std::vector<Server> servers;
        std::size_t current = 0;  // index of the server that was asked last
        std::uint32_t exchange = 0;
        DnsTransport transport = DnsTransport::udp;
        Time sent{}, deadline = never, give_up{};
    };
    using Records = std::vector<wire::ResourceRecord>;

    // All of these may end the job: nothing of it may be touched behind them.
    void run(std::uint32_t id, Time now, Out& out);
    void ask_next(std::uint32_t id, Time now, Out& out);
    void look_up_server(std::uint32_t id, Time now, Out& out);
    void on_message(std::uint32_t id, Bytes bytes, Time now, Out& out);
    void on_response(std::uint32_t id, const wire::DnsMessage& message, Time now, Out& out);
    void on_no_data(std::uint32_t id, const wire::DnsMessage& message, Time now, Out& out);
    void finish(std::uint32_t id, DnsAnswer answer, Time now, Out& out);
    void give_up(std::uint32_t id, Time now, Out& out);
    void next_server(std::uint32_t id, DnsResolverEvent why, Time now, Out& out);

    bool answer_from_cache(Job& job, DnsAnswer& answer, Time now, Out& out);
    void choose_servers(Job& job, Time now);
    std::vector<Server> known_servers(const Records& ns, Time now) const;
    int best_server(Job& job);
    void send(Job& job, std::uint32_t id, DnsTransport transport, Time now, Out& out);
    void close(Job& job, Out& out);
    enum class Found : std::uint8_t { answer, alias, nothing };
    Found take_answers(Job& job, const wire::DnsMessage& message, Time now, Out& out);
    bool take_referral(Job& job, const wire::DnsMessage& message, Time now, Out& out);
    void take_addresses(Job& parent, const wire::DomainName& server, const DnsAnswer& answer);
    Records addresses_of(const wire::DomainName& server, Time now) const;
    void measure(const IpAddress& server, Duration rtt);

    Mode mode_;
    std::vector<IpAddress> servers_;
    bool uses_ipv6_ = false;
    DnsCache cache_;
    std::map<std::uint32_t, Job> jobs_;
    std::map<std::uint32_t, std::uint32_t> exchanges_;  // (source port, id) to job
    std::set<std::pair<Time, std::uint32_t>> deadlines_;
    std::map<IpAddress, Duration> round_trips_;  // smoothed
    std::uint32_t last_job_ = 0;
};

}  // namespace layerlab::proto::machine
