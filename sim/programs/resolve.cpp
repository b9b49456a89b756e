#include "sim/programs/resolve.hpp"

#include "proto/machine/dns_query.hpp"
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
    const std::vector<Ipv4Address> servers = dns_servers_of(self.host());
    for (int attempt = 0; attempt < attempts; ++attempt)
        for (const Ipv4Address server : servers) {
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

std::optional<std::string> find_in_hosts(const Host& host, Ipv4Address address) {
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

Task<std::optional<std::string>> reverse_name(Process& self, Ipv4Address address) {
    if (std::optional<std::string> known = find_in_hosts(self.host(), address)) co_return known;
    if (self.host().settings().dns_servers.empty()) co_return std::nullopt;
    wire::DnsQuestion question;
    question.name = wire::reverse_name(address);
    question.type = wire::DnsType::ptr;
    const Looked looked = co_await look_up(self, question);
    if (looked.outcome != Looked::Outcome::found) co_return std::nullopt;
    const wire::ResourceRecord* record = find_record(looked.answer, question.name, wire::DnsType::ptr);
    const wire::DomainName* name = record ? std::get_if<wire::DomainName>(&record->data) : nullptr;
    if (!name) co_return std::nullopt;
    co_return name->to_plain_string();
}

}  // namespace layerlab::sim::programs
