// Devices and their settings: kinds, names, addresses, DHCP, routes, NAT, rules.
#include <fmt/format.h>

#include "sim/scenario/statement_parser.hpp"

namespace layerlab::sim::scenario {

namespace {

constexpr std::size_t longest_name = 63;

bool is_value_shape(std::string_view text) {
    return looks_like_ipv4(text) || looks_like_ipv6(text) || text == "dhcp" || text == "mac";
}

}  // namespace

DeviceId StatementParser::find_device(std::string_view name) const {
    return device_names_.find(name,
                              [this](std::uint32_t id) -> std::string_view { return scenario_.devices[id].name; });
}

std::optional<DeviceId> StatementParser::need_device(std::string_view what) {
    const Word* w = need(what);
    if (w == nullptr) return std::nullopt;
    const DeviceId id = find_device(w->text);
    if (id != no_id) return id;
    unknown(*w, fmt::format("{} is not a device", shown(w->text)), {}, [this](NearestWord& n) { offer_devices(n); });
    return std::nullopt;
}

bool StatementParser::check_name(const Word& word, std::string_view what) {
    if (!is_name(word.text) || word.quoted) {
        error(word.place, fmt::format("{} cannot be the name of {}", shown(word.text), what),
              word.text.find('{') != std::string_view::npos
                  ? "in {...} stand whole-number expressions over let and loop names"
                  : "a name is a letter, then letters, digits, - and _");
    } else if (is_keyword(word.text)) {
        error(word.place, fmt::format("{} is a word of the language, not a name", shown(word.text)),
              fmt::format("for instance {}1", word.text));
    } else if (word.text.size() > longest_name) {
        error(word.place, fmt::format("the name of {} has more than {} letters", what, longest_name));
    }
    return !failed_;
}

// The name if it was used before, or is "eth" and a number.
PortName StatementParser::known_port_name(std::string_view text) const {
    if (text.starts_with("eth") && is_digits(text.substr(3)) && text.size() <= 10 &&
        (text[3] != '0' || text.size() == 4)) {
        std::uint32_t n = 0;
        for (const char c : text.substr(3)) n = n * 10 + static_cast<std::uint32_t>(c - '0');
        return PortName::eth(n);
    }
    return {
        port_name_table_.find(text, [&](std::uint32_t id) -> std::string_view { return scenario_.port_names[id]; })};
}

PortName StatementParser::port_name(std::string_view text) {
    const PortName known = known_port_name(text);
    if (known.given()) return known;
    const auto id = static_cast<std::uint32_t>(scenario_.port_names.size());
    scenario_.port_names.emplace_back(text);
    port_name_table_.add(text, id);
    return {id};
}

bool StatementParser::check_port_name(std::string_view text, const Place& place) {
    return check_name({text, place}, "a port");
}

std::optional<StatementParser::Subject> StatementParser::subject_of(const Word& word) {
    const std::size_t dot = word.text.find('.');
    Subject s;
    s.device = find_device(word.text.substr(0, dot));
    if (s.device == no_id) return std::nullopt;
    if (dot == std::string_view::npos) return s;
    s.port.place = word.place;
    if (word.place.length == word.text.size()) {
        s.port.place.column = static_cast<std::uint16_t>(word.place.column + dot + 1);
        s.port.place.length = static_cast<std::uint16_t>(word.place.length - dot - 1);
    }
    if (!check_port_name(word.text.substr(dot + 1), s.port.place)) return std::nullopt;
    s.port.name = port_name(word.text.substr(dot + 1));
    return s;
}

std::optional<StatementParser::Subject> StatementParser::need_subject(std::string_view what) {
    const Word* w = need(what);
    if (w == nullptr) return std::nullopt;
    auto s = subject_of(*w);
    if (!s && !failed_)
        unknown(
            *w, fmt::format("{} is not a device", shown(w->text.substr(0, w->text.find('.')))), {},
            [this](NearestWord& n) { offer_devices(n); }, "a device is declared before it is used: host pc1");
    return s;
}

std::optional<PortRef> StatementParser::need_port(std::string_view what) {
    const Word* w = need(what);
    if (w == nullptr || !check_port_name(w->text, w->place)) return std::nullopt;
    return PortRef{w->place, port_name(w->text), no_id};
}

void StatementParser::declare(DeviceKind kind, const Word& word) {
    if (!check_name(word, "a device")) return;
    const DeviceId other = find_device(word.text);
    if (other != no_id)
        return error(word.place, fmt::format("{} is declared already", shown(word.text)), "",
                     {{scenario_.devices[other].place, "here"}});
    const auto id = static_cast<DeviceId>(scenario_.devices.size());
    scenario_.devices.push_back({std::string(word.text), word.place, kind});
    device_names_.add(scenario_.devices.back().name, id);
    use_.emplace_back();
}

// `pc pc1 pc2`, `server web 203.0.113.80/24 dns 203.0.113.53`
void StatementParser::device() {
    const auto kind = static_cast<DeviceKind>(row_->value);
    if (script_begun_ || beside_)
        return error(taken().place, "devices are declared above the first step",
                     "what stands above the first step describes the world at 0");
    const auto first_device = static_cast<DeviceId>(scenario_.devices.size());
    do {
        const Word* w = need("a name");
        if (w == nullptr) return;
        declare(kind, *w);
        if (failed_) return;
    } while (more() && !peek().quoted && is_name_start(peek().text[0]) && !is_keyword(peek().text) &&
             !looks_like_ipv6(peek().text));
    const auto count = static_cast<DeviceId>(scenario_.devices.size() - first_device);
    if (kind == DeviceKind::capture) capture_file(first_device);
    const std::size_t first_setting = at_;
    for (DeviceId i = 0; i < count && !failed_ && !finished_; ++i) {
        at_ = first_setting;
        subject_ = {first_device + i, {}};
        several_ = count > 1;
        if (more())
            settings();
        else if (statement_.end == Statement::End::open && count == 1)
            group();
    }
    several_ = false;
}

void StatementParser::device_statement() {
    if (at_ == statement_.words.size() && statement_.end == Statement::End::open) return group();
    if (at_ == statement_.words.size())
        return error(taken().place, fmt::format("what about {}?", shown(taken().text)),
                     fmt::format("a setting follows, as in: {} 10.0.0.5/24", scenario_.devices[subject_.device].name));
    settings();
}

// `gw { ... }`: each statement inside is one of its settings.
void StatementParser::group() {
    if (!finish_statement()) return;
    const Subject outer = subject_;
    in_group_ = true;
    const Subject whole{outer.device, {}};
    subject_ = whole;
    run_block(Block::group);
    in_group_ = false;
}

// The settings of `subject_` up to the statement's end.
void StatementParser::settings() {
    const Subject whole = subject_;
    bool first = true;
    if (in_group_ && more() && is_group_port(peek())) {
        subject_.port = {peek().place, port_name(peek().text), no_id};
        ++at_;
        if (at_ == statement_.words.size()) need("a setting of this port");
    }
    while (more() && !finished_) {
        setting_start_ = at_;
        one_setting(first);
        first = false;
        if (!more() && statement_.end == Statement::End::open && !failed_ && !finished_) break;
    }
    subject_ = whole;
}

// In a group the first word may be a port: one that is linked already, or a name before what only ports have.
bool StatementParser::is_group_port(const Word& word) {
    if (word.quoted || !is_name(word.text) || is_keyword(word.text)) return false;
    if (at_ + 1 < statement_.words.size()) return is_value_shape(statement_.words[at_ + 1].text);
    const PortName name = known_port_name(word.text);
    return name.given() && find_port(subject_.device, name) != no_id;
}

void StatementParser::one_setting(bool first) {
    const Word& word = peek();
    if (!word.quoted) {
        for (const WordKind kind : {WordKind::setting, WordKind::change}) {
            const Keyword* row = find_keyword(kind, word.text);
            if (row == nullptr) continue;
            if (kind != WordKind::setting && (!first || in_group_))
                return error(word.place, fmt::format("{} stands alone after the device's name", shown(word.text)),
                             fmt::format("as in: {}", row->usage));
            row_ = row;
            ++at_;
            return (this->*row->parse)();
        }
        if (looks_like_ipv4(word.text) || looks_like_ipv6(word.text)) return address();
        if (find_device(word.text) != no_id)
            return error(word.place, fmt::format("{} is a device, not a setting", shown(word.text)),
                         "one statement per line, or a ; between two");
    }
    unknown(word, fmt::format("{} is not a setting", shown(word.text)), {WordKind::setting, WordKind::change});
}

std::string StatementParser::article_kind(DeviceId device) const {
    for (const Keyword& k : keywords())
        if (k.kind == WordKind::kind && k.value == static_cast<std::uint8_t>(scenario_.devices[device].kind))
            return fmt::format("{} {}", k.word.starts_with('a') ? "an" : "a", k.word);
    return "a device";
}

bool StatementParser::takes_addresses(const Word& word) {
    const Device& d = scenario_.devices[subject_.device];
    if (is_ip_device(d.kind)) return true;
    error(word.place, fmt::format("{} is {} and has no IP settings", shown(d.name), article_kind(subject_.device)),
          "hosts, routers and firewalls have them");
    return false;
}

bool StatementParser::forwards(const Word& word) {
    const Device& d = scenario_.devices[subject_.device];
    if (is_router(d.kind)) return true;
    error(word.place, fmt::format("{} is {} and forwards nothing", shown(d.name), article_kind(subject_.device)),
          "routers and firewalls have rules, NAT and port forwarding");
    return false;
}

// A setting of the world at 0, or a step.
void StatementParser::put(SettingValue value) {
    if (failed_) return;
    Setting setting{subject_.device, place_from(setting_start_), std::move(value)};
    if (script_begun_ || beside_)
        emit(std::move(setting));
    else
        scenario_.settings.push_back(std::move(setting));
}

void StatementParser::address() {
    const Word& word = statement_.words[at_++];
    if (!takes_addresses(word)) return;
    if (several_)
        return error(word.place, "several devices cannot have one address",
                     "each device with an address on its own line");
    const std::string hint = fmt::format("the prefix length belongs to it, as in {}/24", word.text);
    const bool has_length = word.text.find('/') != std::string_view::npos;
    if (looks_like_ipv6(word.text)) {
        const auto prefix = Ipv6Prefix::parse(word.text);
        if (!prefix)
            return error(word.place, fmt::format("{} is not an IPv6 address with its prefix length", shown(word.text)),
                         "such as 2001:db8::1/64");
        if (prefix->length == 0 || is_multicast(prefix->address) || is_link_local(prefix->address))
            return error(word.place, fmt::format("{} cannot be the address of a port", shown(word.text)),
                         "such as 2001:db8::1/64; link-local addresses are made by the port itself");
        return put(Address6Setting{subject_.port, *prefix});
    }
    const auto prefix = Ipv4Prefix::parse(word.text);
    if (!prefix) {
        const bool bare = !has_length && Ipv4Address::parse(word.text).has_value();
        return error(word.place,
                     bare ? fmt::format("{} has no prefix length", shown(word.text))
                          : fmt::format("{} is not an IPv4 address with its prefix length", shown(word.text)),
                     bare ? hint : "such as 10.0.0.5/24");
    }
    if (prefix->length == 0)
        return error(word.place, fmt::format("{} has a prefix length of 0", shown(word.text)),
                     "a subnet such as 10.0.0.5/24");
    scenario_.named_addresses.push_back(prefix->address);
    put(AddressSetting{subject_.port, *prefix});
}

void StatementParser::dhcp() {
    if (takes_addresses(taken())) put(DhcpSetting{subject_.port});
}

void StatementParser::mac() {
    const Word* w = need("a MAC address");
    if (w == nullptr) return;
    const auto mac = MacAddress::parse(w->text);
    if (!mac)
        return error(w->place, fmt::format("{} is not a MAC address", shown(w->text)), "such as 52:54:00:12:34:56");
    if (mac->is_multicast())
        return error(w->place, fmt::format("{} is a group address, not one of a port", shown(w->text)),
                     "the first byte of a port's address is even");
    if (several_) return error(w->place, "several devices cannot have one MAC address");
    put(MacSetting{subject_.port, *mac});
}

void StatementParser::gateway() {
    if (!takes_addresses(taken())) return;
    if (more() && looks_like_ipv6(peek().text)) {
        if (const auto a = need_ipv6("an address")) put(Gateway6Setting{*a});
        return;
    }
    if (const auto a = need_ipv4("an address")) put(GatewaySetting{*a});
}

void StatementParser::dns() {
    if (!takes_addresses(taken())) return;
    auto servers = need_address_list("an address");
    if (servers && !servers->empty()) put(DnsSetting{std::move(*servers)});
}

void StatementParser::route() {
    if (!takes_addresses(taken())) return;
    const Word* to = need("a destination");
    if (to == nullptr) return;
    RouteSetting route;
    if (to->text != "default") {
        if (looks_like_ipv6(to->text) && Ipv6Prefix::parse(to->text)) {
            const Ipv6Prefix to6 = *Ipv6Prefix::parse(to->text);
            if (!need_word("via")) return;
            if (const auto via6 = need_ipv6("an address")) put(Route6Setting{{network_of(to6), to6.length}, *via6});
            return;
        }
        const auto prefix = Ipv4Prefix::parse(to->text);
        if (!prefix)
            return error(to->place, fmt::format("{} is not a destination", shown(to->text)),
                         "a prefix such as 10.2.0.0/16, or default");
        if (prefix->network() != prefix->address)
            diagnostics_.warning(
                to->place, fmt::format("{} has bits behind its prefix length", to->text),
                fmt::format("the destination is {}/{}", prefix->network().to_string(), prefix->length));
        route.to = {prefix->network(), prefix->length};
    }
    if (!need_word("via")) return;
    if (to->text == "default" && more() && looks_like_ipv6(peek().text)) {
        if (const auto via6 = need_ipv6("an address")) put(Route6Setting{{}, *via6});
        return;
    }
    const auto via = need_ipv4("an address");
    if (!via) return;
    route.via = *via;
    put(route);
}

// `endpoint-independent`: how a mapping or the filter of NAT depends on the other side (RFC 4787).
std::optional<proto::machine::NatBehavior> StatementParser::need_nat_behavior() {
    static constexpr std::array<std::string_view, 3> names{"endpoint-independent", "address-dependent",
                                                           "address-and-port-dependent"};
    const Word* w = need(fmt::format("{} or {}", fmt::join(names.begin(), names.begin() + 2, ", "), names[2]));
    if (w == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == w->text && !w->quoted) return static_cast<proto::machine::NatBehavior>(i);
    error(w->place, fmt::format("{} is not a behavior of NAT", shown(w->text)),
          did_you_mean(w->text, {names.begin(), names.end()}, fmt::format("one of {}", fmt::join(names, ", "))));
    return std::nullopt;
}

// `nat lan -> wan mapping address-dependent filtering endpoint-independent`
void StatementParser::nat() {
    if (!forwards(taken())) return;
    NatSetting nat;
    const auto inside = need_port("the inner port");
    if (!inside || !need_word("->")) return;
    const auto outside = need_port("the outer port");
    if (!outside) return;
    if (outside->name == inside->name)
        return error(outside->place, "the inner and the outer port are the same",
                     fmt::format("as in: {}", row_->usage));
    nat.inside = *inside;
    nat.outside = *outside;
    bool has_mapping = false, has_filtering = false;
    while (more() && !failed_) {
        const Word& word = peek();
        const bool is_mapping = accept("mapping");
        if (!is_mapping && !accept("filtering"))
            return error(word.place, fmt::format("{} is not an option of NAT", shown(word.text)),
                         did_you_mean(word.text, {"mapping", "filtering"}, "mapping or filtering"));
        bool& is_there = is_mapping ? has_mapping : has_filtering;
        if (is_there) return error(word.place, fmt::format("{} is said twice", word.text));
        is_there = true;
        const auto behavior = need_nat_behavior();
        if (!behavior) return;
        (is_mapping ? nat.mapping : nat.filtering) = *behavior;
    }
    put(nat);
}

// `forward wan tcp 8080 -> 192.168.1.10:80`
void StatementParser::forward() {
    if (!forwards(taken())) return;
    ForwardSetting f;
    const auto port = need_port("the outer port");
    if (!port) return;
    f.port = *port;
    if (accept("udp"))
        f.transport = Transport::udp;
    else if (!need_word("tcp"))
        return;
    const auto number = need_port_number();
    if (!number || !need_word("->")) return;
    const Word* w = need("an address");
    if (w == nullptr) return;
    const std::size_t colon = w->text.rfind(':');
    const auto to = ipv4(w->text.substr(0, colon), w->place, "an address");
    if (!to) return;
    f.port_number = f.to_port = *number;
    f.to = *to;
    if (colon != std::string_view::npos) {
        const auto to_port = value(w->place, parse_number(w->text.substr(colon + 1), "a port number", 1, 65535));
        if (!to_port) return;
        f.to_port = static_cast<std::uint16_t>(*to_port);
    }
    put(f);
}

RuleEnd StatementParser::need_rule_end() {
    RuleEnd end;
    const Word* w = need("any, a port or an address");
    if (w == nullptr || w->text == "any") return end;
    if (looks_like_ipv4(w->text)) {
        end.kind = RuleEnd::Kind::prefix;
        if (const auto prefix = Ipv4Prefix::parse(w->text))
            end.prefix = {prefix->network(), prefix->length};
        else if (const auto address = ipv4(w->text, w->place, "an address or a prefix"))
            end.prefix = {*address, 32};
        return end;
    }
    if (looks_like_ipv6(w->text)) {
        end.kind = RuleEnd::Kind::prefix;
        if (const auto prefix = Ipv6Prefix::parse(w->text))
            end.prefix6 = Ipv6Prefix{network_of(*prefix), prefix->length};
        else if (const auto address = value(w->place, Ipv6Address::parse(w->text)))
            end.prefix6 = Ipv6Prefix{*address, 128};
        return end;
    }
    const DeviceId device = find_device(w->text);
    if (device != no_id) {
        end.kind = RuleEnd::Kind::device;
        end.device = device;
        return end;
    }
    if (!check_port_name(w->text, w->place)) return end;
    end.kind = RuleEnd::Kind::port;
    end.port = {w->place, port_name(w->text), no_id};
    return end;
}

// `block tcp from wan to any port 22`; row_->word is the verdict.
void StatementParser::rule() {
    RuleSetting rule;
    const std::string_view verdict = row_->word;
    rule.verdict = verdict == "allow" ? Verdict::allow : verdict == "block" ? Verdict::block : Verdict::reject;
    if (!forwards(taken())) return;
    constexpr std::pair<std::string_view, RuleProtocol> protocols[] = {{"tcp", RuleProtocol::tcp},
                                                                       {"udp", RuleProtocol::udp},
                                                                       {"icmp", RuleProtocol::icmp},
                                                                       {"any", RuleProtocol::any}};
    for (const auto& [name, protocol] : protocols)
        if (accept(name)) rule.protocol = protocol;
    while (more()) {
        if (accept("from")) {
            rule.from = need_rule_end();
        } else if (accept("to")) {
            rule.to = need_rule_end();
        } else if (accept("port")) {
            for (const Piece& p : need_list("a port number"))
                if (const auto range = value(p.place, parse_port_range(p.text))) rule.ports.push_back(*range);
            if (rule.protocol != RuleProtocol::tcp && rule.protocol != RuleProtocol::udp)
                return error(taken().place, "only tcp and udp have ports", fmt::format("as in: {}", row_->usage));
        } else {
            return error(peek().place, fmt::format("{} is not part of a rule", shown(peek().text)),
                         did_you_mean(peek().text, {"tcp", "udp", "icmp", "any", "from", "to", "port"},
                                      fmt::format("as in: {}", row_->usage)));
        }
    }
    put(std::move(rule));
}

void StatementParser::default_rule() {
    if (!forwards(taken())) return;
    const Word* w = need("allow, block or reject");
    if (w == nullptr) return;
    if (w->text == "allow") return put(DefaultRule{Verdict::allow});
    if (w->text == "block") return put(DefaultRule{Verdict::block});
    if (w->text == "reject") return put(DefaultRule{Verdict::reject});
    error(w->place, fmt::format("{} is not allow, block or reject", shown(w->text)),
          did_you_mean(w->text, {"allow", "block", "reject"}));
}

void StatementParser::hosts() {
    if (!takes_addresses(taken())) return;
    const Word* name = need("a name");
    if (name == nullptr) return;
    const std::string text(name->text);
    std::optional<proto::IpAddress> address;
    if (more() && looks_like_ipv6(peek().text)) {
        if (const auto a = need_ipv6("an address")) address = *a;
    } else if (const auto a = need_ipv4("an address")) {
        address = *a;
    }
    if (!address) return;
    const auto name_of = [this](std::uint32_t i) -> std::string_view { return hosts_entries_[i]; };
    if (hosts_names_.find(text, name_of) == NameTable::absent) {
        hosts_entries_.push_back(text);
        hosts_names_.add(text, static_cast<std::uint32_t>(hosts_entries_.size() - 1));
    }
    put(HostsSetting{text, *address});
}

void StatementParser::arp() {
    if (!takes_addresses(taken())) return;
    const auto address = need_ipv4("an address");
    const Word* w = address ? need("a MAC address") : nullptr;
    if (w == nullptr) return;
    const auto mac = MacAddress::parse(w->text);
    if (!mac)
        return error(w->place, fmt::format("{} is not a MAC address", shown(w->text)), "such as 52:54:00:12:34:56");
    put(ArpSetting{*address, *mac});
}

// One word of `tcp reno ecn buffer 8MiB`; false when it is none.
bool StatementParser::tcp_word(TcpSetting& tcp) {
    constexpr std::pair<std::string_view, CongestionControl> algorithms[] = {
        {"reno", CongestionControl::reno}, {"cubic", CongestionControl::cubic}, {"bbr", CongestionControl::bbr}};
    for (const auto& [word, algorithm] : algorithms)
        if (accept(word)) {
            tcp.congestion = algorithm;
            return true;
        }
    const std::pair<std::string_view, std::optional<bool>*> switches[] = {
        {"ecn", &tcp.ecn},         {"pacing", &tcp.pacing},
        {"sack", &tcp.sack},       {"timestamps", &tcp.timestamps},
        {"scaling", &tcp.scaling}, {"path-probing", &tcp.path_probing}};
    for (const auto& [word, on] : switches)
        if (accept(word)) {
            *on = !accept("off");
            return true;
        }
    if (accept("buffer")) {
        tcp.buffer = need_value("a size", parse_size);
        return tcp.buffer.has_value();
    }
    if (accept("initial-window")) {
        tcp.initial_window = need_number("a number of segments", 1, 255);
        return tcp.initial_window.has_value();
    }
    if (accept("syn-retries")) {
        tcp.syn_retries = need_number("a number", 1, 127);
        return tcp.syn_retries.has_value();
    }
    return false;
}

// `tcp reno ecn buffer 8MiB`
void StatementParser::tcp() {
    if (!takes_addresses(taken())) return;
    static constexpr std::string_view words[] = {
        "reno",       "cubic",   "bbr",          "buffer",         "ecn",        "pacing", "sack",
        "timestamps", "scaling", "path-probing", "initial-window", "syn-retries"};
    TcpSetting tcp;
    bool any = false;
    while (std::any_of(std::begin(words), std::end(words), [&](std::string_view w) { return next_is(w); })) {
        if (!tcp_word(tcp)) return;
        any = true;
    }
    if (any) return put(tcp);
    if (const Word* w = need("a setting of TCP, such as reno, cubic, bbr, ecn or buffer"))
        error(w->place, fmt::format("{} is not a setting of TCP", shown(w->text)),
              did_you_mean(w->text, {std::begin(words), std::end(words)}, fmt::format("as in: {}", row_->usage)));
}

void StatementParser::power() { put(PowerSetting{row_->word == "up"}); }

}  // namespace layerlab::sim::scenario
