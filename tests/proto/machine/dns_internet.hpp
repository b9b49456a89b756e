// A small internet of authoritative servers at which a resolver is tested: it delivers what the resolver sends, in
// virtual time, and keeps what came out.
#pragma once

#include <deque>
#include <map>

#include "proto/machine/dns_resolver.hpp"
#include "proto/machine/dns_server.hpp"
#include "tests/proto/machine/dns_helpers.hpp"

namespace layerlab::proto::machine::test {

struct Internet : DnsResolver::Out {
    static constexpr Duration one_way = std::chrono::milliseconds(10);

    std::map<IpAddress, DnsServer> servers;
    std::map<IpAddress, wire::DnsMessage> forged;  // answers of servers that do not keep to the rules; id is set
    std::vector<DnsUpstreamQuery> sent;
    std::vector<DnsResolverEvent> events;
    std::map<std::uint64_t, DnsAnswer> answers;
    std::size_t open = 0;
    Time now = time_at(0);

    void send(const DnsUpstreamQuery& query) override {
        sent.push_back(query);
        queue.push_back(query);
        ++open;
    }
    void closed(std::uint32_t) override { --open; }
    void finished(std::uint64_t ticket, const DnsAnswer& answer) override { answers[ticket] = answer; }
    void note(DnsResolverEvent event, const wire::DomainName&, const IpAddress&) override { events.push_back(event); }
    std::uint32_t random() override { return state = state * 1664525u + 1013904223u; }

    DnsServer& at(std::string_view address) { return servers[*IpAddress::parse(address)]; }
    std::size_t count(DnsResolverEvent event) const {
        return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
    }

    // Lets everything happen until nothing more does; at most so many deliveries.
    void run(DnsResolver& resolver, int most = 1000) {
        while (most-- > 0) {
            if (!queue.empty()) {
                const DnsUpstreamQuery query = queue.front();
                queue.pop_front();
                deliver(resolver, query);
            } else if (resolver.next_deadline() != never) {
                now = std::max(now, resolver.next_deadline());
                resolver.on_deadline(now, *this);
            } else {
                return;
            }
        }
        ADD_FAILURE() << "no end";
    }
    DnsAnswer ask(DnsResolver& resolver, std::string_view qname, wire::DnsType type = wire::DnsType::a) {
        sent.clear();
        events.clear();
        const std::uint64_t ticket = ++tickets;
        resolver.start(ticket, {name(qname), type, wire::DnsClass::in}, now, *this);
        run(resolver);
        EXPECT_EQ(open, 0u);
        EXPECT_EQ(resolver.pending(), 0u);
        EXPECT_EQ(answers.count(ticket), 1u) << qname;
        return answers[ticket];
    }

  private:
    void deliver(DnsResolver& resolver, const DnsUpstreamQuery& query) {
        std::vector<std::uint8_t> bytes;
        if (const auto lie = forged.find(query.server); lie != forged.end()) {
            wire::DnsMessage message = lie->second;
            message.header.id = query.id;
            message.header.response = true;
            message.questions = wire::decode_dns_message(query.bytes)->questions;
            bytes = wire::encode_dns_message(message);
        } else if (const auto server = servers.find(query.server); server != servers.end()) {
            bytes = server->second.reply(query.bytes, query.transport).bytes;
        } else {
            return;
        }
        now += 2 * one_way;
        if (query.transport == DnsTransport::tcp)
            resolver.on_tcp_answer(query.exchange, bytes, now, *this);
        else
            resolver.on_datagram(query.server, query.source_port, bytes, now, *this);
    }

    std::deque<DnsUpstreamQuery> queue;
    std::uint32_t state = 1;
    std::uint64_t tickets = 0;
};

// The root at 198.51.100.4, org and net at 10.0.1.53, example.org at 10.0.2.53, example.net at 10.0.3.53.
inline void build_internet(Internet& net) {
    net.at("198.51.100.4")
        .add(zone(".", {"@ NS a.root", "a.root A 198.51.100.4", "org NS ns.nic.org", "net NS ns.nic.org",
                        "ns.nic.org A 10.0.1.53"}));
    net.at("10.0.1.53")
        .add(zone("org", {"@ NS ns.nic", "ns.nic A 10.0.1.53", "example NS ns.example.org", "ns.example A 10.0.2.53",
                          "glueless NS ns.example.net"}));
    net.at("10.0.1.53").add(zone("net", {"@ NS ns.nic.org", "example NS ns.example.net", "ns.example A 10.0.3.53"}));
    net.at("10.0.2.53")
        .add(zone("example.org", {"@ NS ns", "ns A 10.0.2.53", "www 155 A 192.0.2.100", "web 60 CNAME www",
                                  "away CNAME www.example.net", "loop CNAME loop"}));
    net.at("10.0.3.53").add(zone("example.net", {"@ NS ns", "ns A 10.0.3.53", "www A 198.51.100.80"}));
    net.at("10.0.3.53").add(zone("glueless.org", {"www A 198.51.100.81"}));
}

}  // namespace layerlab::proto::machine::test
