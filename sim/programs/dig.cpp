// dig(1) of BIND 9.18.
#include <fmt/format.h>
#include <optional>

#include "proto/wire/dns_record_text.hpp"
#include "sim/programs/clock.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/dig_options.hpp"
#include "sim/programs/dns_exchange.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr std::uint16_t cookie_option = 10;
constexpr int most_referrals = 32;
constexpr std::size_t most_servers = 64;  // of one referral

// Somebody to ask, and how he was called.
struct Server {
    IpAddress address;
    std::string name;
};

const char* reason_text(const proto::Error& error) {
    return error.message == "Name or service not known" ? "not found" : "failure";
}

class Dig {
  public:
    Dig(Process& self, DigCommandLine line) : self_(self), line_(std::move(line)) {}

    Task<int> run() {
        self_.print(line_.warnings);
        int status = 0;
        for (const DigLookup& lookup : line_.lookups) {
            const int one = co_await look_up(lookup);
            if (one != 0) status = one;
            if (one == 1 || self_.interrupted()) break;
        }
        co_return status;
    }

  private:
    Task<int> look_up(const DigLookup& lookup) {
        std::vector<Server> servers;
        for (const IpAddress& address : dns_servers_of(self_.host())) servers.push_back({address, address.to_string()});
        if (!lookup.server.empty()) {
            const Result<std::vector<Endpoint>> found = co_await resolve_all(self_, lookup.server, lookup.family);
            if (!found) {
                self_.print(
                    fmt::format("dig: couldn't get address for '{}': {}\n", lookup.server, reason_text(found.error())));
                co_return 1;
            }
            servers = {{found->front().address, lookup.server}};
        }
        std::vector<std::string> names = {lookup.name};
        if (lookup.search) names = search_candidates(lookup.name, self_.host().settings().search_domain);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const Result<wire::DomainName> name = wire::DomainName::parse(names[i]);
            if (!name) {
                self_.print(fmt::format("dig: '{}' is not a legal name ({})\n", names[i], name.error().message));
                co_return 10;
            }
            if (lookup.trace) co_return co_await trace(lookup, servers, *name);
            const int status = co_await ask(lookup, servers, *name, i + 1 == names.size());
            if (status >= 0) co_return status;
        }
        co_return 0;
    }

    // From the root servers, which the first server names, down from referral to referral.
    Task<int> trace(DigLookup lookup, std::vector<Server> servers, wire::DomainName name) {
        DigLookup first = lookup;
        first.type = wire::DnsType::ns;
        int status = co_await ask(first, servers, *wire::DomainName::parse("."), true);
        lookup.recurse = false;
        for (int step = 0; status == 0 && last_ && step < most_referrals; ++step) {
            if (step > 0 && !last_->answers.empty()) break;
            const std::vector<wire::ResourceRecord> records = step == 0 ? last_->answers : last_->authorities;
            servers.clear();
            std::string unknown;
            for (const wire::ResourceRecord& record : records) {
                const auto* server = std::get_if<wire::DomainName>(&record.data);
                if (record.type != wire::DnsType::ns || !server || servers.size() >= most_servers) continue;
                // As dig does: by the host's resolver, not from the glue.
                const Result<Ipv4Address> found = co_await resolve_name(self_, server->to_plain_string());
                if (found) {
                    servers.push_back({*found, server->to_plain_string()});
                    continue;
                }
                unknown = fmt::format("couldn't get address for '{}': {}\n", server->to_plain_string(),
                                      reason_text(found.error()));
                self_.print(unknown);
            }
            if (servers.empty() && !unknown.empty()) {
                self_.print("dig: " + unknown);
                co_return 10;
            }
            if (servers.empty()) break;
            last_.reset();
            status = co_await ask(lookup, servers, name, true);
        }
        co_return status;
    }

    wire::DnsMessage make_query(const DigLookup& lookup, const wire::DomainName& name) {
        wire::DnsMessage query;
        query.header.id = random_dns_id(self_);
        query.header.recursion_desired = lookup.recurse;
        query.header.authentic_data = lookup.ad;
        query.header.checking_disabled = lookup.cd;
        wire::DnsQuestion question;
        question.name = name;
        question.type = lookup.type;
        query.questions.push_back(question);
        if (!lookup.edns) return query;
        wire::Edns edns;
        edns.udp_size = lookup.buffer_size;
        edns.dnssec_ok = lookup.dnssec;
        if (lookup.cookie) {
            wire::EdnsOption cookie;
            cookie.code = cookie_option;
            const std::uint64_t random = self_.host().rng(self_.simulator()).next();
            for (int shift = 56; shift >= 0; shift -= 8)
                cookie.data.push_back(static_cast<std::uint8_t>(random >> shift));
            edns.options.push_back(cookie);
        }
        query.edns = edns;
        return query;
    }

    // Exit status; -1: the name does not exist and another one is to be tried.
    Task<int> ask(const DigLookup& lookup, std::vector<Server> servers, wire::DomainName name, bool is_last) {
        const wire::DnsMessage query = make_query(lookup, name);
        const std::vector<std::uint8_t> bytes = wire::encode_dns_message(query);
        if (lookup.show_query) {
            greet(lookup);
            self_.print(";; Sending:\n" + dig_message_text(query, lookup.layout) +
                        fmt::format(";; QUERY SIZE: {}\n\n", bytes.size()));
        }
        DnsTransportOptions transport;
        transport.tcp = lookup.tcp || lookup.type == wire::DnsType::any;
        transport.timeout = std::chrono::seconds(lookup.timeout);
        int tries = lookup.tries;
        for (const Server& server : servers)
            for (;; --tries) {
                DnsExchange exchange = co_await ask_dns(self_, {server.address, lookup.port}, bytes, transport);
                if (exchange.outcome == DnsExchange::Outcome::interrupted) co_return 130;
                if (exchange.answered() && !transport.tcp && !lookup.ignore_truncation &&
                    (exchange.bytes[2] & 2) != 0) {
                    self_.print(";; Truncated, retrying in TCP mode.\n");
                    transport.tcp = true;
                    exchange = co_await ask_dns(self_, {server.address, lookup.port}, bytes, transport);
                }
                if (exchange.answered()) co_return show(lookup, exchange, server, transport.tcp, is_last);
                report(lookup, exchange, server, name, transport.tcp);
                if (tries <= 1) break;
            }
        if (!reported_end_) {
            greet(lookup);
            self_.print(";; no servers could be reached\n");
        }
        co_return 9;
    }

    void report(const DigLookup& lookup, const DnsExchange& exchange, const Server& server,
                const wire::DomainName& name, bool tcp) {
        const std::string address = fmt::format("{}#{}", server.address.to_string(), lookup.port);
        reported_end_ = tcp || !exchange.sent;
        if (reported_end_)
            self_.print(fmt::format(";; {} {}({}) for {} failed: {}.\n;; no servers could be reached\n",
                                    tcp ? "Connection to" : "UDP setup with", address, server.name,
                                    name.to_plain_string(), exchange.reason()));
        else
            self_.print(fmt::format(";; communications error to {}: {}\n", address, exchange.reason()));
    }

    // Once for the whole command.
    void greet(const DigLookup& lookup) {
        if (!line_.print_command || greeted_) return;
        greeted_ = true;
        std::string text = fmt::format("\n; <<>> DiG {} <<>>", bind_version);
        for (std::size_t i = 1; i < self_.arguments().size(); ++i) text += " " + self_.arguments()[i];
        text += "\n";
        if (!lookup.server.empty()) text += "; (1 server found)\n";
        self_.print(text + ";; global options: +cmd\n");
    }

    int show(const DigLookup& lookup, const DnsExchange& exchange, const Server& server, bool tcp, bool is_last) {
        Result<wire::DnsMessage> message = wire::decode_dns_message(exchange.bytes);
        if (!message) {
            greet(lookup);
            self_.print(
                fmt::format(";; Got bad packet: {}\n{} bytes\n", message.error().message, exchange.bytes.size()));
            return 8;
        }
        if (!is_last && message->header.rcode == wire::DnsRcode::nx_domain) return -1;
        greet(lookup);
        const std::int64_t ms = exchange.took / std::chrono::milliseconds(1);
        if (lookup.short_form) {
            for (const wire::ResourceRecord& record : message->answers) {
                if (lookup.trace) self_.print(std::string(to_string(record.type)) + " ");
                self_.print(wire::rdata_to_string(record));
                if (lookup.identify)
                    self_.print(fmt::format(" from server {} in {} ms.", server.address.to_string(), ms));
                self_.print("\n");
            }
            last_ = std::move(*message);
            return 0;
        }
        if (lookup.layout.comments) self_.print(";; Got answer:\n");
        self_.print(dig_message_text(*message, lookup.layout));
        const std::string from = fmt::format("{}#{}({})", server.address.to_string(), lookup.port, server.name);
        const std::size_t size = exchange.bytes.size();
        if (lookup.stats)
            self_.print(
                fmt::format(";; Query time: {} msec\n;; SERVER: {} ({})\n;; WHEN: {}\n;; MSG SIZE  rcvd: {}\n\n", ms,
                            from, tcp ? "TCP" : "UDP", date_text(wall_clock(self_)), size));
        else if (lookup.identify)
            self_.print(fmt::format(";; Received {} bytes from {} in {} ms\n\n", size, from, ms));
        last_ = std::move(*message);
        return 0;
    }

    Process& self_;
    DigCommandLine line_;
    std::optional<wire::DnsMessage> last_;  // the answer that was shown last
    bool greeted_ = false, reported_end_ = false;
};

}  // namespace

Task<int> dig_main(Process& self) {
    DigCommandLine line = read_dig_arguments(self.arguments());
    if (!line.error.empty()) {
        self.print(line.error);
        co_return 1;
    }
    if (line.version) {
        self.print(fmt::format("DiG {}\n", bind_version));
        co_return 0;
    }
    Dig dig(self, std::move(line));
    co_return co_await dig.run();
}

}  // namespace layerlab::sim::programs
