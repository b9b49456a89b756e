// What the resolver takes from an answer, and what it does not believe.
#include <algorithm>

#include "proto/machine/dns_resolver.hpp"

namespace layerlab::proto::machine {

using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsType;
using wire::DomainName;
using wire::ResourceRecord;

namespace {

constexpr std::size_t max_glue = 64;

// The records of a name and type (any type for ANY).
std::vector<ResourceRecord> set_of(const std::vector<ResourceRecord>& section, const DomainName& name, DnsType type) {
    std::vector<ResourceRecord> set;
    for (const ResourceRecord& r : section)
        if ((r.type == type || type == DnsType::any) && r.klass == wire::DnsClass::in && r.name == name)
            set.push_back(r);
    return set;
}

std::optional<ResourceRecord> soa_of(const DnsMessage& message, const DomainName& name, const DomainName& zone) {
    for (const ResourceRecord& r : message.authorities)
        if (r.type == DnsType::soa && name.is_within(r.name) && r.name.is_within(zone)) return r;
    return std::nullopt;
}

}  // namespace

void DnsResolver::on_message(std::uint32_t id, Bytes bytes, Time now, Out& out) {
    Job& job = jobs_.at(id);
    const auto message = wire::decode_dns_message(bytes);
    const wire::DnsQuestion question{job.name, job.question.type, job.question.klass};
    const auto query_id = static_cast<std::uint16_t>(job.exchange);
    if (!message || !answers_dns_query(*message, query_id, question)) return;  // perhaps the right one comes yet
    Server& server = job.servers[job.current];
    measure(server.address, now - job.sent);
    const DnsRcode rcode = message->header.rcode;
    if (message->header.truncated && job.transport == DnsTransport::udp) {
        close(job, out);
        return send(job, id, DnsTransport::tcp, now, out);
    }
    const bool dislikes_edns = rcode == DnsRcode::form_err || rcode == DnsRcode::not_imp;
    if (dislikes_edns && !server.without_edns) {
        server.without_edns = true;
        const DnsTransport transport = job.transport;
        close(job, out);
        return send(job, id, transport, now, out);
    }
    if (rcode != DnsRcode::no_error && rcode != DnsRcode::nx_domain) {
        server.useless = true;
        return next_server(id, DnsResolverEvent::lame, now, out);
    }
    on_response(id, *message, now, out);
}

void DnsResolver::on_response(std::uint32_t id, const DnsMessage& message, Time now, Out& out) {
    Job& job = jobs_.at(id);
    const DomainName before = job.name;
    switch (take_answers(job, message, now, out)) {
        case Found::answer: {
            close(job, out);
            out.note(DnsResolverEvent::answered, job.name, job.servers[job.current].address);
            return finish(id, {DnsRcode::no_error, job.answers, {}}, now, out);
        }
        case Found::alias: {
            close(job, out);
            return run(id, now, out);
        }
        case Found::nothing: break;
    }
    on_no_data(id, message, now, out);
}

// Follows the answers from the name on. Found::alias: they lead to a name that must be asked for elsewhere.
DnsResolver::Found DnsResolver::take_answers(Job& job, const DnsMessage& message, Time now, Out& out) {
    bool moved = false;
    for (; job.cnames <= max_cnames; ++job.cnames) {
        if (moved && !job.name.is_within(job.zone)) return Found::alias;
        auto set = set_of(message.answers, job.name, job.question.type);
        if (!set.empty()) {
            if (job.question.type != DnsType::any) cache_.put(set, DnsTrust::answer, now);
            job.answers.insert(job.answers.end(), set.begin(), set.end());
            return Found::answer;
        }
        const auto alias = set_of(message.answers, job.name, DnsType::cname);
        const auto* target = alias.empty() ? nullptr : std::get_if<DomainName>(&alias.front().data);
        if (target == nullptr) break;
        cache_.put({alias.front()}, DnsTrust::answer, now);
        job.answers.push_back(alias.front());
        job.name = *target;
        moved = true;
        out.note(DnsResolverEvent::alias, job.name, job.servers[job.current].address);
    }
    // The end of the chain is not in the answer. A negative answer is about it (RFC 6604); else it is asked for anew.
    const bool negative = message.header.rcode == DnsRcode::nx_domain || soa_of(message, job.name, job.zone);
    return moved && !negative ? Found::alias : Found::nothing;
}

void DnsResolver::on_no_data(std::uint32_t id, const DnsMessage& message, Time now, Out& out) {
    Job& job = jobs_.at(id);
    const bool no_such_name = message.header.rcode == DnsRcode::nx_domain;
    if (!no_such_name && take_referral(job, message, now, out)) {
        close(job, out);
        return ask_next(id, now, out);
    }
    const auto soa = soa_of(message, job.name, job.zone);
    if (!no_such_name && !soa && !message.header.authoritative && mode_ == Mode::recursive) {
        job.servers[job.current].useless = true;
        return next_server(id, DnsResolverEvent::lame, now, out);
    }
    const auto kind = no_such_name ? DnsCacheEntry::Kind::no_such_name : DnsCacheEntry::Kind::no_such_type;
    cache_.put_negative(job.name, job.question.type, kind, soa, now);
    DnsAnswer answer{no_such_name ? DnsRcode::nx_domain : DnsRcode::no_error, job.answers, {}};
    if (soa) answer.authorities.push_back(*soa);
    close(job, out);
    out.note(DnsResolverEvent::answered, job.name, job.servers[job.current].address);
    finish(id, std::move(answer), now, out);
}

// A referral leads strictly down, towards the name. Glue counts only from within the zone of who gives it.
bool DnsResolver::take_referral(Job& job, const DnsMessage& message, Time now, Out& out) {
    if (mode_ == Mode::forwarding) return false;
    const auto leads_down = [&](const ResourceRecord& r) {
        return r.type == DnsType::ns && r.name != job.zone && r.name.is_within(job.zone) && job.name.is_within(r.name);
    };
    const auto first = std::find_if(message.authorities.begin(), message.authorities.end(), leads_down);
    if (first == message.authorities.end()) return false;
    const auto ns = set_of(message.authorities, first->name, DnsType::ns);
    cache_.put(ns, DnsTrust::referral, now);
    const IpAddress teller = job.servers[job.current].address;
    std::vector<Server> servers;
    std::size_t glue = 0;
    for (const ResourceRecord& r : ns) {
        const auto* name = std::get_if<DomainName>(&r.data);
        if (name == nullptr || servers.size() >= max_glue) continue;
        const bool believed = name->is_within(job.zone);
        Records addresses;
        for (const DnsType type : {DnsType::a, DnsType::aaaa}) {
            if (!believed || (type == DnsType::aaaa && !uses_ipv6_)) continue;
            const Records set = set_of(message.additionals, *name, type);
            cache_.put(set, DnsTrust::glue, now);
            addresses.insert(addresses.end(), set.begin(), set.end());
        }
        auto known = known_servers({r}, now);
        Server server;
        server.name = *name;
        server.has_address = true;
        for (const ResourceRecord& a : addresses) {  // a TTL of 0 keeps glue out of the cache
            const std::optional<IpAddress> address = address_in(a);
            if (!address || (!known.empty() && known.front().has_address) || ++glue > max_glue) continue;
            server.address = *address;
            servers.push_back(server);
        }
        if (addresses.empty() || (!known.empty() && known.front().has_address))
            servers.insert(servers.end(), known.begin(), known.end());
    }
    job.zone = first->name;
    job.servers = std::move(servers);
    job.current = 0;
    out.note(DnsResolverEvent::referred, job.zone, teller);
    return true;
}

}  // namespace layerlab::proto::machine
