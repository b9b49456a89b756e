// nslookup(1) of BIND 9.18, without its interactive mode.
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/dig_text.hpp"
#include "sim/programs/dns_exchange.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {
namespace {

using wire::DnsRcode;
using wire::DnsType;

class Nslookup {
  public:
    explicit Nslookup(Process& self) : self_(self) {}

    Task<int> run() {
        std::vector<std::string> operands;
        for (std::size_t i = 1; i < self_.arguments().size(); ++i) {
            const std::string& word = self_.arguments()[i];
            if (word.size() > 1 && word[0] == '-')
                set(word.substr(1));
            else
                operands.push_back(word);
        }
        if (operands.empty()) {
            self_.print("nslookup: this shell has no terminal to ask from; give a name\n");
            co_return 1;
        }
        servers_ = dns_servers_of(self_.host());
        if (operands.size() > 1) {
            const Result<std::vector<Endpoint>> found = co_await resolve_all(self_, operands[1]);
            if (!found) {
                self_.print(fmt::format("nslookup: couldn't get address for '{}': failure\n", operands[1]));
                co_return 1;
            }
            servers_ = {found->front().address};
            server_name_ = operands[1];
        }
        const int status = co_await look_up(operands[0]);
        self_.print("\n");
        co_return status;
    }

  private:
    // -type=mx, -timeout=2 and their like.
    void set(const std::string& option) {
        const std::size_t equals = option.find('=');
        const std::string name = option.substr(0, equals);
        const std::string value = equals == option.npos ? std::string() : option.substr(equals + 1);
        const auto number = [&](std::int64_t otherwise) {
            const std::int64_t n = parse_integer(value).value_or(otherwise);
            return n < 1 || n > 3600 ? otherwise : n;
        };
        if (name == "type" || name == "querytype" || name == "query" || name == "q" || name == "ty") {
            if (const Result<DnsType> type = wire::parse_dns_type(value)) {
                type_ = *type;
                default_lookups_ = false;
            } else {
                self_.print(fmt::format("unknown query type: {}\n", value));
            }
        } else if (name == "timeout") {
            transport_.timeout = std::chrono::seconds(number(5));
        } else if (name == "retry") {
            tries_ = static_cast<int>(number(3));
        } else if (name == "vc") {
            transport_.tcp = true;
        } else if (name == "norecurse" || name == "norec") {
            recurse_ = false;
        } else if (name == "nosearch") {
            search_ = false;
        } else if (name != "debug" && name != "nodebug" && name != "recurse" && name != "search") {
            self_.print(fmt::format("*** Invalid option: {}\n", option));
        }
    }

    Task<int> look_up(std::string name) {
        if (const Result<IpAddress> address = IpAddress::parse(name); address && default_lookups_) {
            const wire::DomainName reverse =
                address->is_v6() ? wire::reverse_name(address->v6()) : wire::reverse_name(address->v4());
            co_return co_await ask(reverse.to_plain_string(), reverse, DnsType::ptr, true);
        }
        std::vector<std::string> candidates = {name};
        if (search_) candidates = search_candidates(name, self_.host().settings().search_domain);
        int status = 1;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const Result<wire::DomainName> domain = wire::DomainName::parse(candidates[i]);
            if (!domain) {
                self_.print(fmt::format("nslookup: '{}' is not a legal name\n", candidates[i]));
                co_return 1;
            }
            const bool is_last = i + 1 == candidates.size();
            status = co_await ask(candidates[i], *domain, type_, is_last);
            if (status == 0 && default_lookups_ && rcode_ == DnsRcode::no_error) {
                status = co_await ask(candidates[i], *domain, DnsType::aaaa, true);
                co_return status;
            }
            if (rcode_ != DnsRcode::nx_domain) co_return status;
        }
        co_return status;
    }

    // `is_last`: a name that does not exist is the answer, else another one is tried.
    Task<int> ask(std::string text, wire::DomainName name, DnsType type, bool is_last) {
        rcode_ = DnsRcode::serv_fail;
        wire::DnsMessage query;
        query.header.id = random_dns_id(self_);
        query.header.recursion_desired = recurse_;
        query.questions.push_back({name, type, wire::DnsClass::in});
        const std::vector<std::uint8_t> bytes = wire::encode_dns_message(query);
        DnsTransportOptions transport = transport_;
        int tries = tries_;
        bool said_end = false;
        for (const IpAddress& server : servers_)
            for (;; --tries) {
                DnsExchange exchange = co_await ask_dns(self_, {server, wire::dns_port}, bytes, transport);
                if (exchange.outcome == DnsExchange::Outcome::interrupted) co_return 130;
                if (exchange.answered() && !transport.tcp && (exchange.bytes[2] & 2) != 0) {
                    transport.tcp = true;
                    exchange = co_await ask_dns(self_, {server, wire::dns_port}, bytes, transport);
                }
                if (exchange.answered()) co_return show(exchange, server, text, type, is_last);
                said_end = transport.tcp || !exchange.sent;
                const std::string address = server.to_string();
                if (said_end)
                    self_.print(fmt::format(";; {0} {1}#53({1}) for {2} failed: {3}.\n;; no servers could be reached\n",
                                            transport.tcp ? "Connection to" : "UDP setup with", address, text,
                                            exchange.reason()));
                else
                    self_.print(fmt::format(";; communications error to {}#53: {}\n", address, exchange.reason()));
                if (tries <= 1) break;
            }
        if (!said_end) self_.print(";; no servers could be reached\n");
        co_return 1;
    }

    int show(const DnsExchange& exchange, const IpAddress& server, const std::string& text, DnsType type,
             bool is_last) {
        const Result<wire::DnsMessage> message = wire::decode_dns_message(exchange.bytes);
        if (!message) {
            self_.print(fmt::format(";; Got bad packet: {}\n", message.error().message));
            return 1;
        }
        rcode_ = message->header.rcode;
        if (rcode_ == DnsRcode::nx_domain && !is_last) return 1;
        if (!default_lookups_ || type == DnsType::a)
            self_.print(fmt::format("Server:\t\t{}\nAddress:\t{}#53\n\n",
                                    server_name_.empty() ? server.to_string() : server_name_, server.to_string()));
        if (rcode_ != DnsRcode::no_error) {
            self_.print(fmt::format("** server can't find {}: {}\n", text, to_string(rcode_)));
            return 1;
        }
        const bool is_authoritative = message->header.authoritative;
        if (!is_authoritative && (!default_lookups_ || type == DnsType::a)) self_.print("Non-authoritative answer:\n");
        for (const wire::ResourceRecord& record : message->answers) {
            if (type == DnsType::aaaa && default_lookups_ && record.type == DnsType::cname) continue;
            self_.print(nslookup_record_text(record));
        }
        if (message->answers.empty()) {
            if (default_lookups_ && type == DnsType::a)
                had_no_address_ = true;
            else if (!default_lookups_ || (had_no_address_ && type == DnsType::aaaa))
                self_.print(fmt::format("*** Can't find {}: No answer\n", text));
        }
        if (!is_authoritative && type != DnsType::a && type != DnsType::aaaa) {
            self_.print("\nAuthoritative answers can be found from:\n");
            for (const wire::ResourceRecord& record : message->authorities) self_.print(nslookup_record_text(record));
            for (const wire::ResourceRecord& record : message->additionals) self_.print(additional_text(record));
        }
        return 0;
    }

    static std::string additional_text(const wire::ResourceRecord& record) {
        const bool is_address = record.type == DnsType::a || record.type == DnsType::aaaa;
        if (!is_address) return nslookup_record_text(record);
        std::string address;
        if (const auto* v4 = std::get_if<Ipv4Address>(&record.data)) address = v4->to_string();
        if (const auto* v6 = std::get_if<proto::Ipv6Address>(&record.data)) address = v6->to_string();
        return fmt::format("{}\t{}{}\n", record.name.to_plain_string(),
                           record.type == DnsType::a ? "internet address = " : "has AAAA address ", address);
    }

    Process& self_;
    std::vector<IpAddress> servers_;
    std::string server_name_;
    DnsTransportOptions transport_;
    DnsType type_ = DnsType::a;
    bool default_lookups_ = true, recurse_ = true, search_ = true, had_no_address_ = false;
    int tries_ = 3;
    DnsRcode rcode_ = DnsRcode::no_error;
};

}  // namespace

Task<int> nslookup_main(Process& self) {
    Nslookup nslookup(self);
    co_return co_await nslookup.run();
}

}  // namespace layerlab::sim::programs
