#include "sim/programs/resolve.hpp"

#include <algorithm>

#include "proto/machine/address_selection.hpp"
#include "proto/machine/dns_query.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/dns_exchange.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr int attempts = 2;  // resolv.conf(5): attempts:2, timeout:5
constexpr int most_aliases = 16;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = wire::ascii_lower(c);
    return out;
}

struct Looked {
    enum class Outcome : std::uint8_t { found, no_such_name, no_data, no_answer } outcome = Outcome::no_answer;
    wire::DnsMessage answer;
};

// One name, all servers, all attempts.
Task<Looked> look_up(Process& self, wire::DnsQuestion question) {
    Looked looked;
    const std::vector<IpAddress> servers = dns_servers_of(self.host());
    for (int attempt = 0; attempt < attempts; ++attempt)
        for (const IpAddress& server : servers) {
            const std::uint16_t id = random_dns_id(self);
            const std::vector<std::uint8_t> query = proto::machine::make_dns_query(id, question, true, false);
            DnsTransportOptions transport;
            DnsExchange exchange = co_await ask_dns(self, {server, wire::dns_port}, query, transport);
            if (exchange.outcome == DnsExchange::Outcome::interrupted) co_return looked;
            if (exchange.answered() && exchange.bytes.size() > 2 && (exchange.bytes[2] & 2) != 0) {  // TC
                transport.tcp = true;
                exchange = co_await ask_dns(self, {server, wire::dns_port}, query, transport);
            }
            if (!exchange.answered()) continue;
            Result<wire::DnsMessage> message = wire::decode_dns_message(exchange.bytes);
            if (!message || !proto::machine::answers_dns_query(*message, id, question)) continue;
            const wire::DnsRcode rcode = message->header.rcode;
            if (rcode != wire::DnsRcode::no_error && rcode != wire::DnsRcode::nx_domain) continue;
            looked.outcome = rcode == wire::DnsRcode::nx_domain ? Looked::Outcome::no_such_name
                             : message->answers.empty()         ? Looked::Outcome::no_data
                                                                : Looked::Outcome::found;
            looked.answer = std::move(*message);
            co_return looked;
        }
    co_return looked;
}

// The first record of the type for the name, CNAMEs followed within the answer.
const wire::ResourceRecord* find_record(const wire::DnsMessage& message, wire::DomainName name, wire::DnsType type) {
    for (int i = 0; i < most_aliases; ++i) {
        const wire::DomainName* alias = nullptr;
        for (const wire::ResourceRecord& record : message.answers) {
            if (record.name != name) continue;
            if (record.type == type) return &record;
            if (record.type == wire::DnsType::cname) alias = std::get_if<wire::DomainName>(&record.data);
        }
        if (!alias) return nullptr;
        name = *alias;
    }
    return nullptr;
}

}  // namespace

std::optional<Ipv4Address> find_in_hosts(const Host& host, std::string_view name) {
    const std::string lowered = lower(name);
    for (const HostsEntry& entry : host.settings().hosts)
        if (lower(entry.name) == lowered) return entry.address;
    if (lowered == "localhost") return Ipv4Address{0x7f000001};
    if (const std::optional<Ipv4Address> shared = host.shared_names().find(name)) return shared;
    return host.shared_names().find(lowered);
}

namespace {

std::vector<Ipv6Address> find6_in_hosts(const Host& host, std::string_view name) {
    const std::string lowered = lower(name);
    std::vector<Ipv6Address> found;
    for (const auto& [known, address] : host.settings().hosts6)
        if (lower(known) == lowered) found.push_back(address);
    if (!found.empty()) return found;
    if (lowered == "localhost" && host.stack().ipv6()) return {proto::ipv6_loopback};
    found = host.shared_names().find6(name);
    return found.empty() ? host.shared_names().find6(lowered) : found;
}

// Every record of the type for the name, CNAMEs followed within the answer.
void take_addresses(const wire::DnsMessage& message, wire::DomainName name, std::vector<IpAddress>& out,
                    std::string* canonical) {
    for (int i = 0; i < most_aliases; ++i) {
        const wire::DomainName* alias = nullptr;
        for (const wire::ResourceRecord& record : message.answers) {
            if (record.name != name) continue;
            if (const auto* four = std::get_if<Ipv4Address>(&record.data)) out.emplace_back(*four);
            if (const auto* six = std::get_if<Ipv6Address>(&record.data)) out.emplace_back(*six);
            if (record.type == wire::DnsType::cname) alias = std::get_if<wire::DomainName>(&record.data);
        }
        if (!alias) break;
        name = *alias;
    }
    if (canonical) *canonical = name.to_plain_string();
}

// What can be reached first, then by the rules of RFC 6724 or, of a hosts file, in its order.
std::vector<Endpoint> in_order(const Host& host, const std::vector<IpAddress>& addresses, bool by_rules) {
    std::vector<proto::machine::DestinationCandidate> candidates;
    for (const IpAddress& a : addresses) candidates.push_back({a, host.stack().source_for(Endpoint{a})});
    if (by_rules)
        proto::machine::sort_destinations(candidates);
    else
        std::stable_sort(candidates.begin(), candidates.end(),
                         [](const auto& a, const auto& b) { return !a.source.is_zero() && b.source.is_zero(); });
    std::vector<Endpoint> out;
    for (const auto& c : candidates) out.push_back({c.address});
    return out;
}

}  // namespace

std::optional<Endpoint> parse_endpoint(const Host& host, std::string_view text) {
    const std::size_t percent = text.find('%');
    const Result<IpAddress> address = IpAddress::parse(text.substr(0, percent));
    if (!address) return std::nullopt;
    Endpoint to{*address};
    if (percent == text.npos) return to;
    to.zone = host.find_port(text.substr(percent + 1));
    if (!address->is_v6() || to.zone == no_port) return std::nullopt;
    if (!needs_zone(address->v6())) to.zone = no_port;
    return to;
}

Task<Result<std::vector<Endpoint>>> resolve_all(Process& self, std::string name, Family family,
                                                std::string* canonical) {
    using Found = std::vector<Endpoint>;
    if (canonical) *canonical = name;
    const Host& host = self.host();
    const bool wants4 = family != Family::ipv6, wants6 = family != Family::ipv4;
    if (const std::optional<Endpoint> literal = parse_endpoint(host, name)) {
        if (literal->address.is_v6() ? !wants6 : !wants4)
            co_return proto::fail("Address family for hostname not supported");
        co_return Found{*literal};
    }
    std::vector<IpAddress> known;
    if (wants4)
        if (const std::optional<Ipv4Address> four = find_in_hosts(host, name)) known.emplace_back(*four);
    if (wants6)
        for (const Ipv6Address& six : find6_in_hosts(host, name)) known.emplace_back(six);
    if (!known.empty()) co_return in_order(host, known, false);
    const bool asks6 = wants6 && (host.stack().ipv6() != nullptr || family == Family::ipv6);
    const bool has_server =
        !host.settings().dns_servers.empty() || (host.stack().ipv6() && !host.stack().ipv6()->dns_servers().empty());
    if (!has_server) co_return proto::fail("Temporary failure in name resolution");
    const char* problem = "Name or service not known";
    for (const std::string& candidate : search_candidates(name, host.settings().search_domain)) {
        const Result<wire::DomainName> domain = wire::DomainName::parse(candidate);
        if (!domain) co_return proto::fail("Name or service not known");
        std::vector<IpAddress> found;
        for (const bool six : {false, true}) {
            if (six ? !asks6 : !wants4) continue;
            wire::DnsQuestion question;
            question.name = *domain;
            question.type = six ? wire::DnsType::aaaa : wire::DnsType::a;
            const Looked looked = co_await look_up(self, question);
            if (looked.outcome == Looked::Outcome::no_answer && found.empty() && (six || !asks6))
                co_return proto::fail("Temporary failure in name resolution");
            if (looked.outcome == Looked::Outcome::no_data) problem = "No address associated with hostname";
            if (looked.outcome == Looked::Outcome::found) {
                problem = "No address associated with hostname";
                take_addresses(looked.answer, *domain, found, canonical);
            }
        }
        if (!found.empty()) co_return in_order(host, found, true);
    }
    co_return proto::fail(problem);
}

std::optional<std::string> find_in_hosts(const Host& host, IpAddress either) {
    if (either.is_v6()) {
        for (const auto& [name, known] : host.settings().hosts6)
            if (known == either.v6()) return name;
        if (is_loopback(either.v6())) return "localhost";
        return host.shared_names().find6(either.v6());
    }
    const Ipv4Address address = either.v4();
    for (const HostsEntry& entry : host.settings().hosts)
        if (entry.address == address) return entry.name;
    if (address.number == 0x7f000001) return "localhost";
    return host.shared_names().find(address);
}

Task<Result<Ipv4Address>> resolve_name(Process& self, std::string name, std::string* canonical) {
    if (canonical) *canonical = name;
    if (const Result<Ipv4Address> literal = Ipv4Address::parse(name)) co_return *literal;
    if (const std::optional<Ipv4Address> known = find_in_hosts(self.host(), name)) co_return *known;
    if (self.host().settings().dns_servers.empty()) {
        // Nobody to ask: a host without servers would ask itself and be refused.
        co_return proto::fail("Temporary failure in name resolution");
    }
    const char* problem = "Name or service not known";
    for (const std::string& candidate : search_candidates(name, self.host().settings().search_domain)) {
        const Result<wire::DomainName> domain = wire::DomainName::parse(candidate);
        if (!domain) co_return proto::fail("Name or service not known");
        wire::DnsQuestion question;
        question.name = *domain;
        const Looked looked = co_await look_up(self, question);
        if (looked.outcome == Looked::Outcome::no_answer) co_return proto::fail("Temporary failure in name resolution");
        if (looked.outcome == Looked::Outcome::no_data) problem = "No address associated with hostname";
        if (looked.outcome != Looked::Outcome::found) continue;
        if (const wire::ResourceRecord* record = find_record(looked.answer, *domain, wire::DnsType::a))
            if (const Ipv4Address* address = std::get_if<Ipv4Address>(&record->data)) {
                if (canonical) *canonical = record->name.to_plain_string();
                co_return *address;
            }
        problem = "No address associated with hostname";
    }
    co_return proto::fail(problem);
}

Task<std::optional<std::string>> reverse_name(Process& self, IpAddress address) {
    if (std::optional<std::string> known = find_in_hosts(self.host(), address)) co_return known;
    if (self.host().settings().dns_servers.empty()) co_return std::nullopt;
    wire::DnsQuestion question;
    question.name = address.is_v6() ? wire::reverse_name(address.v6()) : wire::reverse_name(address.v4());
    question.type = wire::DnsType::ptr;
    const Looked looked = co_await look_up(self, question);
    if (looked.outcome != Looked::Outcome::found) co_return std::nullopt;
    const wire::ResourceRecord* record = find_record(looked.answer, question.name, wire::DnsType::ptr);
    const wire::DomainName* name = record ? std::get_if<wire::DomainName>(&record->data) : nullptr;
    if (!name) co_return std::nullopt;
    co_return name->to_plain_string();
}

}  // namespace layerlab::sim::programs
