#include "proto/machine/dns_server.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

using wire::DnsClass;
using wire::DnsMessage;
using wire::DnsRcode;
using wire::DnsType;
using wire::DomainName;
using wire::ResourceRecord;

namespace {

constexpr int max_cnames = 16;
constexpr std::size_t max_additionals = 32;

void append(std::vector<ResourceRecord>& to, std::span<const ResourceRecord> records) {
    to.insert(to.end(), records.begin(), records.end());
}

DnsDecision decision_of(DnsRcode rcode) {
    switch (rcode) {
        case DnsRcode::form_err: return DnsDecision::format_error;
        case DnsRcode::not_imp: return DnsDecision::not_implemented;
        case DnsRcode::bad_vers: return DnsDecision::bad_version;
        default: return DnsDecision::ignored;
    }
}

// The host that a record points to, where clients will want its addresses.
const DomainName* host_of(const ResourceRecord& r) {
    if (const auto* mx = std::get_if<wire::Mx>(&r.data)) return &mx->exchange;
    if (const auto* srv = std::get_if<wire::Srv>(&r.data)) return &srv->target;
    return r.type == DnsType::ns ? std::get_if<DomainName>(&r.data) : nullptr;
}

bool is_refused(const wire::DnsQuestion& question) {
    const bool transfer = question.type == DnsType::axfr || question.type == DnsType::ixfr;
    return transfer || (question.klass != DnsClass::in && question.klass != DnsClass::any);
}

}  // namespace

void DnsServer::add(DnsZone zone) {
    DomainName origin = zone.origin();
    zones_.insert_or_assign(std::move(origin), std::move(zone));
}

const DnsZone* DnsServer::zone_for(const DomainName& name) const {
    for (DomainName n = name;; n = n.parent()) {
        const auto found = zones_.find(n);
        if (found != zones_.end()) return &found->second;
        if (n.is_root()) return nullptr;
    }
}

DnsDecision DnsServer::answer(const wire::DnsQuestion& question, DnsMessage& response, DomainName& zone_name) const {
    const DnsZone* zone = is_refused(question) ? nullptr : zone_for(question.name);
    if (zone == nullptr) {
        response.header.rcode = DnsRcode::refused;
        return DnsDecision::refused;
    }
    DomainName name = question.name;
    for (int cnames = 0;; ++cnames) {
        zone_name = zone->origin();
        const auto cut = zone->delegation(name);
        if (!cut.empty()) {
            append(response.authorities, cut);
            zone_name = cut.front().name;
            add_addresses(response);
            return DnsDecision::referred;
        }
        response.header.authoritative = true;
        const auto all = zone->at(name);
        const auto wanted = question.type == DnsType::any ? all : zone->at(name, question.type);
        const bool alias = wanted.empty() && !all.empty() && all.front().type == DnsType::cname;
        append(response.answers, alias ? all : wanted);
        if (!alias && wanted.empty()) {
            const bool exists = zone->has_name(name);
            if (!exists) response.header.rcode = DnsRcode::nx_domain;
            response.authorities.push_back(zone->negative_soa());
            return exists ? DnsDecision::no_such_type : DnsDecision::no_such_name;
        }
        const auto* target = alias ? std::get_if<DomainName>(&all.front().data) : nullptr;
        const DnsZone* next = target != nullptr && cnames < max_cnames ? zone_for(*target) : nullptr;
        if (next == nullptr) {
            add_addresses(response);
            return DnsDecision::answered;
        }
        zone = next;
        name = *target;
    }
}

// RFC 1034 section 4.3.2 step 6: the addresses, glue included, of the hosts that the response names.
void DnsServer::add_addresses(DnsMessage& response) const {
    std::vector<DomainName> hosts;
    for (const auto* section : {&response.answers, &response.authorities}) {
        for (const ResourceRecord& r : *section) {
            const DomainName* host = host_of(r);
            if (host == nullptr || std::find(hosts.begin(), hosts.end(), *host) != hosts.end()) continue;
            const DnsZone* zone = zone_for(*host);
            if (zone == nullptr) continue;
            hosts.push_back(*host);
            append(response.additionals, zone->at(*host, DnsType::a));
            append(response.additionals, zone->at(*host, DnsType::aaaa));
            if (response.additionals.size() >= max_additionals || hosts.size() >= max_additionals) return;
        }
    }
}

DnsReply DnsServer::reply(Bytes bytes, DnsTransport transport) const {
    DnsReply reply;
    DnsQueryCheck check = check_dns_query(bytes, transport);
    if (!check.query) {
        reply.decision = check.refusal.empty() ? DnsDecision::ignored : decision_of(check.rcode);
        reply.bytes = std::move(check.refusal);
        return reply;
    }
    reply.question = check.query->questions.front();
    DnsMessage response = begin_dns_response(*check.query);
    reply.decision = answer(reply.question, response, reply.zone);
    reply.bytes = finish_dns_response(*check.query, response, transport);
    reply.truncated = reply.bytes.size() > 2 && (reply.bytes[2] & 0x02) != 0;
    return reply;
}

}  // namespace layerlab::proto::machine
