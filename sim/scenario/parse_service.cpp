// `serve` and `stop`: what a device offers.
#include <array>
#include <fmt/format.h>

#include "sim/scenario/statement_parser.hpp"

namespace layerlab::sim::scenario {

void StatementParser::serve() {
    if (!takes_addresses(taken())) return;
    const Word* w = need("a service");
    if (w == nullptr) return;
    const Keyword* row = find_keyword(WordKind::service, w->text);
    if (row == nullptr) return unknown(*w, fmt::format("{} is not a service", shown(w->text)), {WordKind::service});
    row_ = row;
    (this->*row->parse)();
}

// `serve dhcp lan 192.168.1.100-192.168.1.150 lease 1h dns 203.0.113.53`
void StatementParser::serve_dhcp() {
    ServeDhcp dhcp;
    dhcp.port = subject_.port;
    if (more() && is_name(peek().text)) {
        const auto port = need_port("a port");
        if (!port) return;
        dhcp.port = *port;
    }
    const auto range = need_value("a range of addresses", parse_address_range);
    if (!range) return;
    dhcp.first = range->first;
    dhcp.last = range->last;
    while (more()) {
        if (accept("lease")) {
            const auto lease = need_duration("a time");
            if (!lease) return;
            dhcp.lease = *lease;
        } else if (accept("dns")) {
            auto servers = need_ipv4_list("an address");
            if (!servers) return;
            dhcp.dns = std::move(*servers);
        } else if (accept("gateway")) {
            dhcp.gateway = need_ipv4("an address");
        } else {
            return error(peek().place, fmt::format("{} is not an option of a DHCP server", shown(peek().text)),
                         did_you_mean(peek().text, {"lease", "dns", "gateway"}, "lease, dns or gateway"));
        }
    }
    put(std::move(dhcp));
}

namespace {

struct RecordType {
    std::string_view name;
    std::size_t words;  // of data; 0: any number
};
constexpr std::array<RecordType, 9> record_types{
    {{"A", 1}, {"AAAA", 1}, {"NS", 1}, {"CNAME", 1}, {"PTR", 1}, {"MX", 2}, {"TXT", 0}, {"SRV", 4}, {"SOA", 7}}};

}  // namespace

void StatementParser::serve_dns() {
    const Word* zone = need("a zone");
    if (zone == nullptr) return;
    if (statement_.end != Statement::End::open)
        return error(end_place(), "the { of the zone's records is missing", fmt::format("as in: {}", row_->usage));
    ServeDns dns;
    dns.zone = zone->text;
    if (!finish_statement()) return;
    const Subject subject = subject_;
    const Place place = place_from(setting_start_);
    dns_ = &dns;
    run_block(Block::dns_records);
    dns_ = nullptr;
    subject_ = subject;
    failed_ = false;
    setting_start_ = 0;
    Setting setting{subject.device, place, std::move(dns)};
    if (script_begun_ || beside_)
        emit(std::move(setting));
    else
        scenario_.settings.push_back(std::move(setting));
}

// `www 155 A 192.0.2.100`
void StatementParser::dns_record() {
    DnsRecord record;
    record.place = statement_.place();
    const Word* name = need("a name");
    if (name == nullptr) return;
    record.name = name->text;
    if (more() && is_digits(peek().text)) {
        const auto ttl = need_number("a number of seconds", 0, 0x7fff'ffff);
        if (!ttl) return;
        record.ttl = static_cast<std::uint32_t>(*ttl);
    }
    accept("IN");
    const Word* type = need("a record type");
    if (type == nullptr) return;
    const RecordType* known = nullptr;
    for (const RecordType& t : record_types)
        if (t.name == type->text) known = &t;
    if (known == nullptr) {
        std::vector<std::string_view> names;
        for (const RecordType& t : record_types) names.push_back(t.name);
        return error(type->place, fmt::format("{} is not a record type", shown(type->text)),
                     did_you_mean(type->text, names, fmt::format("the types are {}", fmt::join(names, " "))));
    }
    record.type = known->name;
    for (std::size_t i = 0; i < known->words || (known->words == 0 && more()) || (known->words == 0 && i == 0); ++i) {
        const Word* w = need(fmt::format("the value of the {} record", known->name));
        if (w == nullptr) return;
        record.data.emplace_back(w->text);
    }
    if (dns_data(record)) dns_->records.push_back(std::move(record));
}

bool StatementParser::dns_data(DnsRecord& record) {
    const Place& place = taken().place;
    const auto number = [&](std::size_t i) {
        const Place& at = statement_.words[at_ - record.data.size() + i].place;
        return value(at, parse_number(record.data[i], "a number", 0, 65535)).has_value();
    };
    if (record.type == "A") return ipv4(record.data[0], place, "an IPv4 address").has_value();
    if (record.type == "AAAA" && !Ipv6Address::parse(record.data[0])) {
        error(place, fmt::format("{} is not an IPv6 address", shown(record.data[0])), "such as 2001:db8::80");
        return false;
    }
    if (record.type == "MX") return number(0);
    if (record.type == "SRV") return number(0) && number(1) && number(2);
    return true;
}

std::optional<std::uint16_t> StatementParser::optional_port(std::uint16_t otherwise) {
    if (!more() || !is_digits(peek().text)) return otherwise;
    return need_port_number();
}

// `serve resolver roots 198.51.100.4`, `serve resolver forward 203.0.113.53 2001:db8::53`
void StatementParser::serve_resolver() {
    ServeResolver resolver;
    resolver.forwards = accept("forward");
    if (!resolver.forwards && !need_word("roots")) return;
    auto servers = need_address_list("an address");
    if (!servers) return;
    resolver.servers = std::move(*servers);
    put(std::move(resolver));
}

// `serve http { "/" "hello" ; "/big" 10MB ; "/in" upload }`, `serve http 8080 folder "www"`
void StatementParser::serve_http() {
    ServeHttp http;
    const auto port = optional_port(80);
    if (!port) return;
    http.port = *port;
    if (accept("folder")) {
        auto path = quoted_text();
        if (!path) return;
        http.folder = Text{std::move(*path), taken().place};
    }
    if (statement_.end != Statement::End::open) return put(std::move(http));
    if (!finish_statement()) return;
    const Subject subject = subject_;
    const Place place = place_from(setting_start_);
    http_ = &http;
    run_block(Block::http_pages);
    http_ = nullptr;
    subject_ = subject;
    failed_ = false;
    Setting setting{subject.device, place, std::move(http)};
    if (script_begun_ || beside_)
        emit(std::move(setting));
    else
        scenario_.settings.push_back(std::move(setting));
}

void StatementParser::http_page() {
    HttpPage page;
    const Word* path = need("a path in quotes");
    if (path == nullptr) return;
    if (!path->quoted || !path->text.starts_with('/'))
        return error(path->place, fmt::format("{} is not a path", shown(path->text)),
                     "in quotes, from the / on: \"/index.html\"");
    page.path = path->text;
    const Word* content = need("a text in quotes, a size or upload");
    if (content == nullptr) return;
    if (content->quoted) {
        page.body = content->text;
    } else if (content->text == "upload") {
        page.takes_uploads = true;
    } else {
        const auto size = value(content->place, parse_size(content->text));
        if (!size) return;
        page.size = *size;
        page.is_filler = true;
    }
    http_->pages.push_back(std::move(page));
}

void StatementParser::serve_iperf3() {
    if (const auto port = optional_port(5201)) put(ServeIperf3{*port});
}

// `serve stun 3478`
void StatementParser::serve_stun() {
    const auto port = optional_port(3478);
    if (!port) return;
    if (*port == 65535) return error(taken().place, "the port behind it is needed, too", "a number below 65535");
    put(ServeStun{*port});
}

// `serve tcp 22 echo`, `serve udp 9 discard`
void StatementParser::serve_port() {
    ServePort service;
    service.transport = row_->word == "udp" ? Transport::udp : Transport::tcp;
    const auto port = need_port_number();
    if (!port) return;
    service.port = *port;
    const Word* w = need("echo or discard");
    if (w == nullptr) return;
    service.echo = w->text == "echo";
    if (!service.echo && w->text != "discard")
        return error(w->place, fmt::format("{} is neither echo nor discard", shown(w->text)),
                     did_you_mean(w->text, {"echo", "discard"}));
    put(service);
}

// `web stop http`, `web stop tcp 22`
void StatementParser::stop() {
    if (!takes_addresses(taken())) return;
    const Word* w = need("a service");
    if (w == nullptr) return;
    const Keyword* row = find_keyword(WordKind::service, w->text);
    if (row == nullptr) return unknown(*w, fmt::format("{} is not a service", shown(w->text)), {WordKind::service});
    const auto port = optional_port(0);
    if (port) emit(StopService{subject_.device, row->word, *port});
}

}  // namespace layerlab::sim::scenario
