#include "proto/machine/dns_resolver.hpp"

#include <algorithm>
#include <utility>

namespace layerlab::proto::machine {

using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsType;
using wire::DomainName;
using wire::ResourceRecord;

namespace {

constexpr std::size_t max_jobs = 1000;  // BIND: recursive-clients
constexpr unsigned max_queries = 100, max_depth = 7;
constexpr unsigned max_tries = 3;
constexpr std::size_t max_servers = 26;
constexpr std::size_t max_measured = 1000;
constexpr Duration total_time = 10s;
constexpr Duration first_timeout = 800ms;
constexpr std::uint32_t lowest_port = 32768, port_count = 28232;

}  // namespace

wire::DnsMessage make_resolver_response(const DnsMessage& query, const DnsAnswer& answer) {
    DnsMessage response = begin_dns_response(query);
    response.header.recursion_available = true;
    response.header.rcode = answer.rcode;
    response.answers = answer.answers;
    response.authorities = answer.authorities;
    return response;
}

std::optional<IpAddress> address_in(const ResourceRecord& record) {
    if (const auto* v4 = std::get_if<Ipv4Address>(&record.data)) return IpAddress(*v4);
    if (const auto* v6 = std::get_if<Ipv6Address>(&record.data)) return IpAddress(*v6);
    return std::nullopt;
}

DnsResolver::DnsResolver(Mode mode, std::vector<IpAddress> servers)
    : mode_(mode),
      servers_(std::move(servers)),
      uses_ipv6_(std::any_of(servers_.begin(), servers_.end(), [](const IpAddress& a) { return a.is_v6(); })) {}

void DnsResolver::start(std::uint64_t ticket, const wire::DnsQuestion& question, Time now, Out& out) {
    if (jobs_.size() >= max_jobs) return out.finished(ticket, {DnsRcode::serv_fail, {}, {}});
    const std::uint32_t id = ++last_job_;
    Job& job = jobs_[id];
    job.ticket = ticket;
    job.root = id;
    job.question = question;
    job.name = question.name;
    job.give_up = now + total_time;
    run(id, now, out);
}

void DnsResolver::on_datagram(const IpAddress& from, std::uint16_t to_port, Bytes bytes, Time now, Out& out) {
    const auto header = wire::decode_dns_header(bytes);
    if (!header) return;
    const auto exchange = exchanges_.find(std::uint32_t{to_port} << 16 | header->id);
    if (exchange == exchanges_.end()) return;
    const Job& job = jobs_.at(exchange->second);
    if (job.transport != DnsTransport::udp || job.servers[job.current].address != from) return;
    on_message(exchange->second, bytes, now, out);
}

void DnsResolver::on_tcp_answer(std::uint32_t exchange, Bytes bytes, Time now, Out& out) {
    const auto found = exchanges_.find(exchange);
    if (found != exchanges_.end() && jobs_.at(found->second).transport == DnsTransport::tcp)
        on_message(found->second, bytes, now, out);
}

void DnsResolver::on_unreachable(std::uint32_t exchange, Time now, Out& out) {
    const auto found = exchanges_.find(exchange);
    if (found == exchanges_.end()) return;
    Job& job = jobs_.at(found->second);
    job.servers[job.current].useless = true;
    next_server(found->second, DnsResolverEvent::unreachable, now, out);
}

void DnsResolver::on_deadline(Time now, Out& out) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const std::uint32_t id = deadlines_.begin()->second;
        const Job& job = jobs_.at(id);
        measure(job.servers[job.current].address, 2 * (now - job.sent));
        next_server(id, DnsResolverEvent::timed_out, now, out);
    }
}

void DnsResolver::next_server(std::uint32_t id, DnsResolverEvent why, Time now, Out& out) {
    Job& job = jobs_.at(id);
    const IpAddress server = job.servers[job.current].address;
    close(job, out);
    out.note(why, job.name, server);
    ask_next(id, now, out);
}

void DnsResolver::run(std::uint32_t id, Time now, Out& out) {
    Job& job = jobs_.at(id);
    DnsAnswer answer;
    if (answer_from_cache(job, answer, now, out)) return finish(id, std::move(answer), now, out);
    if (job.cnames > max_cnames) return give_up(id, now, out);
    choose_servers(job, now);
    ask_next(id, now, out);
}

// True when `answer` is complete. CNAMEs that are known move the job on to their targets.
bool DnsResolver::answer_from_cache(Job& job, DnsAnswer& answer, Time now, Out& out) {
    for (; job.cnames <= max_cnames; ++job.cnames) {
        const auto known = cache_.find(job.name, job.question.type, now);
        if (known) {
            const bool positive = known->kind == DnsCacheEntry::Kind::records;
            answer.answers = job.answers;
            auto& section = positive ? answer.answers : answer.authorities;
            section.insert(section.end(), known->records.begin(), known->records.end());
            if (known->kind == DnsCacheEntry::Kind::no_such_name) answer.rcode = DnsRcode::nx_domain;
            out.note(DnsResolverEvent::from_cache, job.name, {});
            return true;
        }
        const auto alias = cache_.find(job.name, DnsType::cname, now);
        if (!alias || alias->kind != DnsCacheEntry::Kind::records || job.question.type == DnsType::any) return false;
        const auto* target = std::get_if<DomainName>(&alias->records.front().data);
        if (target == nullptr) return false;
        job.answers.push_back(alias->records.front());
        job.name = *target;
        out.note(DnsResolverEvent::alias, job.name, {});
    }
    return false;
}

// The servers of the nearest zone above the name that is known; at the end the hints.
void DnsResolver::choose_servers(Job& job, Time now) {
    job.servers.clear();
    job.zone = job.name;
    while (mode_ == Mode::recursive && !job.zone.is_root()) {
        const auto ns = cache_.find(job.zone, DnsType::ns, now, DnsTrust::glue);
        if (ns && ns->kind == DnsCacheEntry::Kind::records) {
            job.servers = known_servers(ns->records, now);
            // Without any address, servers whose names lie in the zone itself cannot be found.
            const auto usable = [&](const Server& s) { return s.has_address || !s.name.is_within(job.zone); };
            if (std::any_of(job.servers.begin(), job.servers.end(), usable)) return;
        }
        job.zone = job.zone.parent();
    }
    job.zone = DomainName{};
    job.servers.clear();
    for (const IpAddress& address : servers_) {
        Server server;
        server.address = address;
        server.has_address = true;
        job.servers.push_back(std::move(server));
    }
}

std::vector<DnsResolver::Server> DnsResolver::known_servers(const Records& ns, Time now) const {
    std::vector<Server> servers;
    for (const ResourceRecord& r : ns) {
        const auto* name = std::get_if<DomainName>(&r.data);
        if (name == nullptr || servers.size() >= max_servers) continue;
        Server server;
        server.name = *name;
        for (const ResourceRecord& a : addresses_of(*name, now)) {
            const std::optional<IpAddress> address = address_in(a);
            if (!address || servers.size() >= max_servers) continue;
            server.address = *address;
            server.has_address = true;
            servers.push_back(server);
        }
        if (!server.has_address) servers.push_back(std::move(server));
    }
    return servers;
}

DnsResolver::Records DnsResolver::addresses_of(const DomainName& server, Time now) const {
    Records records;
    for (const DnsType type : {DnsType::a, DnsType::aaaa}) {
        if (type == DnsType::aaaa && !uses_ipv6_) continue;
        const auto known = cache_.find(server, type, now, DnsTrust::glue);
        if (known) records.insert(records.end(), known->records.begin(), known->records.end());
    }
    return records;
}

// Fewest tries first, then the shortest round trip; those not measured yet are tried. -1: nobody is left.
int DnsResolver::best_server(Job& job) {
    int best = -1;
    Duration best_time{};
    for (std::size_t i = 0; i < job.servers.size(); ++i) {
        const Server& s = job.servers[i];
        if (!s.has_address || s.useless || s.tries >= max_tries) continue;
        const auto measured = round_trips_.find(s.address);
        const Duration time = measured == round_trips_.end() ? Duration{} : measured->second;
        if (measured != round_trips_.end()) measured->second = measured->second / 100 * 98;  // others get their turn
        const bool better = best < 0 || s.tries < job.servers[static_cast<std::size_t>(best)].tries ||
                            (s.tries == job.servers[static_cast<std::size_t>(best)].tries && time < best_time);
        if (!better) continue;
        best = static_cast<int>(i);
        best_time = time;
    }
    return best;
}

void DnsResolver::ask_next(std::uint32_t id, Time now, Out& out) {
    Job& job = jobs_.at(id);
    unsigned& queries = jobs_.at(job.root).queries;
    if (now >= job.give_up || queries >= max_queries) return give_up(id, now, out);
    const int best = best_server(job);
    if (best < 0) return look_up_server(id, now, out);
    ++queries;
    job.current = static_cast<std::size_t>(best);
    send(job, id, DnsTransport::udp, now, out);
    ++job.servers[job.current].tries;
}

void DnsResolver::send(Job& job, std::uint32_t id, DnsTransport transport, Time now, Out& out) {
    const Server& server = job.servers[job.current];
    DnsUpstreamQuery query;
    const std::uint32_t random = out.random();
    query.id = static_cast<std::uint16_t>(random);
    query.source_port = static_cast<std::uint16_t>(lowest_port + (random >> 16) % port_count);
    const std::uint32_t port_bits = std::uint32_t{query.source_port} << 16;
    while (exchanges_.find(port_bits | query.id) != exchanges_.end()) ++query.id;
    query.exchange = port_bits | query.id;
    query.server = server.address;
    query.transport = transport;
    const wire::DnsQuestion question{job.name, job.question.type, job.question.klass};
    query.bytes = make_dns_query(query.id, question, mode_ == Mode::forwarding, !server.without_edns);
    job.exchange = query.exchange;
    job.transport = transport;
    job.sent = now;
    const Duration timeout = first_timeout * (1 << server.tries) * (transport == DnsTransport::tcp ? 2 : 1);
    job.deadline = std::min(now + timeout, job.give_up);
    exchanges_[job.exchange] = id;
    deadlines_.emplace(job.deadline, id);
    out.note(transport == DnsTransport::tcp ? DnsResolverEvent::asked_over_tcp : DnsResolverEvent::asked, job.name,
             server.address);
    out.send(query);
}

void DnsResolver::close(Job& job, Out& out) {
    if (job.exchange == 0) return;
    const auto exchange = exchanges_.find(job.exchange);
    deadlines_.erase({job.deadline, exchange->second});
    exchanges_.erase(exchange);
    out.closed(std::exchange(job.exchange, 0));
}

// The address of a server that came without one is a question of its own.
void DnsResolver::look_up_server(std::uint32_t id, Time now, Out& out) {
    Job& job = jobs_.at(id);
    const auto open = [&](const Server& s) { return !s.has_address && s.lookups < (uses_ipv6_ ? 2 : 1); };
    const auto server = std::find_if(job.servers.begin(), job.servers.end(), open);
    if (server == job.servers.end() || job.depth >= max_depth || jobs_.size() >= max_jobs) return give_up(id, now, out);
    const DnsType type = server->lookups++ == 0 ? DnsType::a : DnsType::aaaa;
    Job child;
    child.parent = id;
    child.root = job.root;
    child.depth = job.depth + 1;
    child.question = {server->name, type, wire::DnsClass::in};
    child.name = server->name;
    child.give_up = job.give_up;
    for (std::uint32_t above = id; above != 0; above = jobs_.at(above).parent)
        if (jobs_.at(above).question == child.question) return ask_next(id, now, out);  // it would wait for itself
    out.note(DnsResolverEvent::server_address, child.name, {});
    const std::uint32_t child_id = ++last_job_;
    jobs_.emplace(child_id, std::move(child));
    run(child_id, now, out);
}

void DnsResolver::give_up(std::uint32_t id, Time now, Out& out) {
    const Job& job = jobs_.at(id);
    if (job.parent == 0) out.note(DnsResolverEvent::gave_up, job.name, {});
    finish(id, {DnsRcode::serv_fail, {}, {}}, now, out);
}

void DnsResolver::finish(std::uint32_t id, DnsAnswer answer, Time now, Out& out) {
    const Job job = std::move(jobs_.at(id));
    jobs_.erase(id);
    if (job.parent == 0) return out.finished(job.ticket, answer);
    take_addresses(jobs_.at(job.parent), job.question.name, answer);
    ask_next(job.parent, now, out);
}

// A server may have several addresses.
void DnsResolver::take_addresses(Job& parent, const DomainName& name, const DnsAnswer& answer) {
    Server server;
    server.name = name;
    server.has_address = true;
    for (const ResourceRecord& r : answer.answers) {
        const std::optional<IpAddress> address = address_in(r);
        if (!address || parent.servers.size() >= max_servers) continue;
        server.address = *address;
        parent.servers.push_back(server);
    }
}

void DnsResolver::measure(const IpAddress& server, Duration rtt) {
    if (round_trips_.size() >= max_measured) round_trips_.clear();
    const auto [known, is_new] = round_trips_.emplace(server, rtt);
    if (!is_new) known->second = (known->second * 7 + rtt * 3) / 10;
}

}  // namespace layerlab::proto::machine
