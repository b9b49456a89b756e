// host(1) of BIND 9.18.
#include <algorithm>
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

constexpr const char* usage =
    "Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n"
    "            [-R number] [-m flag] [-p port] hostname [server]\n"
    "       -a is equivalent to -v -t ANY\n"
    "       -A is like -a but omits RRSIG, NSEC, NSEC3\n"
    "       -c specifies query class for non-IN data\n"
    "       -C compares SOA records on authoritative nameservers\n"
    "       -d is equivalent to -v\n"
    "       -l lists all hosts in a domain, using AXFR\n"
    "       -m set memory debugging flag (trace|record|usage)\n"
    "       -N changes the number of dots allowed before root lookup is done\n"
    "       -p specifies the port on the server to query\n"
    "       -r disables recursive processing\n"
    "       -R specifies number of retries for UDP packets\n"
    "       -s a SERVFAIL response should stop query\n"
    "       -t specifies the query type\n"
    "       -T enables TCP/IP mode\n"
    "       -U enables UDP mode\n"
    "       -v enables verbose output\n"
    "       -V print version number and exit\n"
    "       -w specifies to wait forever for a reply\n"
    "       -W specifies how long to wait for a reply\n"
    "       -4 use IPv4 query transport only\n"
    "       -6 use IPv6 query transport only\n";

// "3(NXDOMAIN)"
std::string rcode_text(DnsRcode rcode) { return fmt::format("{}({})", static_cast<unsigned>(rcode), to_string(rcode)); }

class HostCommand {
  public:
    HostCommand(Process& self, CommandLine line) : self_(self), line_(std::move(line)) {}

    Task<int> run() {
        servers_ = dns_servers_of(self_.host());
        verbose_ = line_.has('v') || line_.has('d') || line_.has('a');
        transport_.tcp = line_.has('T');
        if (const std::string* w = line_.find('W')) {
            const std::int64_t seconds = parse_integer(*w).value_or(5);
            transport_.timeout = std::chrono::seconds(seconds < 1 || seconds > 3600 ? 5 : seconds);
        }
        if (const std::string* r = line_.find('R')) tries_ = static_cast<int>(parse_integer(*r).value_or(1)) + 1;
        if (line_.operands.size() > 1) {
            const Result<std::vector<Endpoint>> found = co_await resolve_all(self_, line_.operands[1]);
            if (!found) {
                self_.print(fmt::format("host: couldn't get address for '{}': failure\n", line_.operands[1]));
                co_return 1;
            }
            servers_ = {found->front().address};
        }
        if (line_.has('4') || line_.has('6'))
            servers_.erase(std::remove_if(servers_.begin(), servers_.end(),
                                          [&](const IpAddress& a) { return a.is_v6() != line_.has('6'); }),
                           servers_.end());
        const std::string& name = line_.operands[0];
        if (const Result<IpAddress> address = IpAddress::parse(name)) {
            const wire::DomainName reverse =
                address->is_v6() ? wire::reverse_name(address->v6()) : wire::reverse_name(address->v4());
            co_return co_await look_up(reverse.to_plain_string(), reverse, DnsType::ptr, true);
        }
        std::optional<DnsType> type;
        if (line_.has('a')) type = DnsType::any;
        if (const std::string* t = line_.find('t')) {
            const Result<DnsType> parsed = wire::parse_dns_type(*t);
            if (!parsed) {
                self_.print(fmt::format("host: invalid type: {}\n\n", *t));
                co_return 2;
            }
            type = *parsed;
        }
        int status = 1;
        for (const std::string& candidate : search_candidates(name, self_.host().settings().search_domain)) {
            const Result<wire::DomainName> domain = wire::DomainName::parse(candidate);
            if (!domain) {
                self_.print(fmt::format("host: '{}' is not a legal name\n", candidate));
                co_return 1;
            }
            last_rcode_ = DnsRcode::no_error;
            if (type)
                status = co_await look_up(candidate, *domain, *type, true);
            else
                status = co_await look_up_all(candidate, *domain);
            if (last_rcode_ != DnsRcode::nx_domain) co_return status;
        }
        self_.print(fmt::format("Host {} not found: {}\n", name, rcode_text(last_rcode_)));
        co_return 1;
    }

  private:
    // Addresses and mail servers; behind a CNAME those of the canonical name.
    Task<int> look_up_all(std::string text, wire::DomainName name) {
        canonical_ = name;
        const int status = co_await look_up(text, name, DnsType::a, false);
        if (status != 0 || last_rcode_ != DnsRcode::no_error) co_return status;
        const wire::DomainName final = canonical_;
        co_await look_up(final.to_plain_string(), final, DnsType::aaaa, false);
        co_return co_await look_up(final.to_plain_string(), final, DnsType::mx, false);
    }

    Task<int> look_up(std::string text, wire::DomainName name, DnsType type, bool says_no_data) {
        wire::DnsMessage query;
        query.header.id = random_dns_id(self_);
        query.header.recursion_desired = !line_.has('r');
        query.questions.push_back({name, type, wire::DnsClass::in});
        const std::vector<std::uint8_t> bytes = wire::encode_dns_message(query);
        if (verbose_) self_.print(fmt::format("Trying \"{}\"\n", text));
        DnsTransportOptions transport = transport_;
        transport.tcp |= type == DnsType::any;
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
                if (exchange.answered()) co_return show(exchange, server, text, name, type, says_no_data);
                said_end = report(exchange, server, text, transport.tcp);
                if (tries <= 1) break;
            }
        if (!said_end) self_.print(";; no servers could be reached\n");
        co_return 1;
    }

    bool report(const DnsExchange& exchange, const IpAddress& server, const std::string& name, bool tcp) {
        const std::string address = server.to_string();
        if (!tcp && exchange.sent) {
            self_.print(fmt::format(";; communications error to {}#53: {}\n", address, exchange.reason()));
            return false;
        }
        self_.print(fmt::format(";; {0} {1}#53({1}) for {2} failed: {3}.\n;; no servers could be reached\n",
                                tcp ? "Connection to" : "UDP setup with", address, name, exchange.reason()));
        return true;
    }

    int show(const DnsExchange& exchange, const IpAddress& server, const std::string& text,
             const wire::DomainName& name, DnsType type, bool says_no_data) {
        const Result<wire::DnsMessage> message = wire::decode_dns_message(exchange.bytes);
        if (!message) {
            self_.print(fmt::format(";; Got bad packet: {}\n", message.error().message));
            return 1;
        }
        if (line_.operands.size() > 1 && !introduced_) {
            introduced_ = true;
            self_.print(fmt::format("Using domain server:\nName: {}\nAddress: {}#53\nAliases: \n\n", line_.operands[1],
                                    server.to_string()));
        }
        last_rcode_ = message->header.rcode;
        if (verbose_) {
            self_.print(dig_message_text(*message, DigLayout{}));
            self_.print(fmt::format("Received {} bytes from {}#53 in {} ms\n", exchange.bytes.size(),
                                    server.to_string(), exchange.took / std::chrono::milliseconds(1)));
        }
        if (last_rcode_ == DnsRcode::nx_domain && type != DnsType::ptr) return 1;  // perhaps under another name
        if (last_rcode_ != DnsRcode::no_error) {
            if (!verbose_) self_.print(fmt::format("Host {} not found: {}\n", text, rcode_text(last_rcode_)));
            return 1;
        }
        canonical_ = name;
        std::size_t shown = 0;
        for (const wire::ResourceRecord& record : message->answers) {
            if (record.type == DnsType::cname && record.name == canonical_)
                if (const auto* alias = std::get_if<wire::DomainName>(&record.data)) canonical_ = *alias;
            if (!verbose_) self_.print(host_record_text(record));
            ++shown;
        }
        if (shown == 0 && says_no_data && !verbose_)
            self_.print(fmt::format("{} has no {} record\n", text, to_string(type)));
        return 0;
    }

    Process& self_;
    CommandLine line_;
    std::vector<IpAddress> servers_;
    DnsTransportOptions transport_;
    int tries_ = 2;
    bool verbose_ = false, introduced_ = false;
    DnsRcode last_rcode_ = DnsRcode::no_error;
    wire::DomainName canonical_;
};

}  // namespace

Task<int> host_main(Process& self) {
    CommandLine line = parse_command_line(self.arguments(), "aAc:CdilN:p:rR:st:TUvVwW:46");
    if (line.has('V')) {
        self.print(fmt::format("host {}\n", bind_version));
        co_return 0;
    }
    if (!line.error.empty() || line.operands.empty()) {
        if (!line.error.empty()) self.print(fmt::format("host: {}\n", line.error));
        self.print(usage);
        co_return 1;
    }
    HostCommand command(self, std::move(line));
    co_return co_await command.run();
}

}  // namespace layerlab::sim::programs
