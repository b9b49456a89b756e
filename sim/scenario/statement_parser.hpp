// The parser's inside: one function per word of the language, found through the keyword table. Only keywords.cpp and
// the parse_*.cpp files include this.
//
// A parse function finds the cursor behind its word, takes what it needs and puts structs into the scenario. On a
// fault it reports and returns; the rest of the statement is then passed over.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/keywords.hpp"
#include "sim/scenario/name_table.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/values.hpp"

namespace layerlab::sim::scenario {

class StatementParser {
  public:
    StatementParser(const ReadFile& read, const ParseOptions& options);
    ParseResult run(const std::string& path);

    // parser.cpp: how a file is put together
    void let();
    void for_loop();
    void import();
    void title();
    void seed();
    void clock();
    void limit();
    void names();
    void question();
    void answer();
    // parse_device.cpp
    void device();
    void dhcp();
    void mac();
    void gateway();
    void dns();
    void route();
    void nat();
    void forward();
    void rule();
    void default_rule();
    void hosts();
    void arp();
    void tcp();
    bool tcp_word(TcpSetting& tcp);
    void power();
    // parse_service.cpp
    void serve();
    void serve_dhcp();
    void serve_dns();
    void serve_resolver();
    void serve_http();
    void serve_iperf3();
    void serve_stun();
    void serve_port();
    void stop();
    // parse_ipv6.cpp
    void ipv6();
    void dhcp6();
    void slaac();
    void serve_ra();
    void serve_dhcp6();
    // parse_link.cpp
    void link();
    void rate();
    void delay();
    void jitter();
    void loss();
    void duplicate();
    void reorder();
    void corrupt();
    void mtu();
    void queue();
    void mark();
    void link_power();
    // parse_step.cpp
    void wait();
    void after();
    void at();
    void every();
    void note();
    void send();
    void replay();
    // parse_expect.cpp
    void expect();
    void check_output();
    void check_exit();
    void check_fails();
    void reaches();
    void cannot_reach();
    void has_address();

  private:
    enum class Block : std::uint8_t { statements, group, dns_records, http_pages };
    struct Subject {
        DeviceId device = no_id;
        PortRef port;
    };
    struct Piece {
        std::string_view text;
        Place place;
    };

    // ---- blocks and dispatch: parser.cpp
    void run_file(std::uint16_t file);
    void run_block(Block kind);
    void skip_block();
    void run_turn(Block kind, const Variable& value, const Lexer::Position& body, const Place& brace);
    void statement(Block kind);
    void dispatch();  // the statement from the cursor on
    void unknown_statement(const Word& word);
    void output_line();
    bool spend_statement(const Place& place);
    bool finish_statement();  // complains about words that are left; true when all was well
    std::optional<std::string> quoted_text();
    void finish();
    void resolve(Setting& setting);
    void resolve(DeviceId device, PortRef& port);
    std::string joined_rest();
    std::optional<std::vector<std::string>> loop_words(const std::string& list, const Place& place);

    // ---- the cursor: statement_parser.cpp
    bool more() const { return !failed_ && at_ < statement_.words.size(); }
    const Word& peek() const { return statement_.words[at_]; }
    // The word before the cursor.
    const Word& taken() const { return statement_.words[at_ - 1]; }
    bool next_is(std::string_view word) const { return more() && !peek().quoted && peek().text == word; }
    bool accept(std::string_view word);
    // Reports what is missing when there is no next word.
    const Word* need(std::string_view what);
    bool need_word(std::string_view word);
    Place end_place() const;
    Place place_from(std::size_t first_word) const;
    std::vector<Piece> need_list(std::string_view what);  // a,b or a, b

    void error(const Place& place, std::string message, std::string hint = {}, std::vector<RelatedPlace> related = {});
    // Suggests from all words of the kinds, and what `more` offers.
    void unknown(const Word& word, std::string message, std::initializer_list<WordKind> kinds,
                 const std::function<void(NearestWord&)>& more = {}, std::string otherwise = {});
    void offer_devices(NearestWord& nearest) const;
    template <class T>
    std::optional<T> value(const Place& place, Result<T> result);
    template <class T>
    std::optional<T> need_value(std::string_view what, Result<T> (*parse)(std::string_view));

    std::optional<Duration> need_duration(std::string_view what) { return need_value(what, parse_duration); }
    std::optional<std::uint64_t> need_number(std::string_view what, std::uint64_t least, std::uint64_t most);
    std::optional<std::uint16_t> need_port_number();
    std::optional<Ipv4Address> ipv4(std::string_view text, const Place& place, std::string_view what);
    std::optional<Ipv4Address> need_ipv4(std::string_view what);
    std::optional<std::vector<Ipv4Address>> need_ipv4_list(std::string_view what);
    std::optional<Ipv6Address> need_ipv6(std::string_view what);
    std::optional<std::vector<Ipv6Address>> need_ipv6_list(std::string_view what);
    std::optional<std::vector<proto::IpAddress>> need_address_list(std::string_view what);
    PortRef port_of_service();

    // ---- devices and ports: parse_device.cpp
    DeviceId find_device(std::string_view name) const;
    std::optional<DeviceId> need_device(std::string_view what);
    // "gw" or "gw.wan"; nullopt without a word when `name` is no device.
    std::optional<Subject> subject_of(const Word& word);
    std::optional<Subject> need_subject(std::string_view what);
    std::optional<PortRef> need_port(std::string_view what);  // of the subject
    PortName known_port_name(std::string_view text) const;
    PortName port_name(std::string_view text);
    bool check_port_name(std::string_view text, const Place& place);
    void declare(DeviceKind kind, const Word& word);
    bool check_name(const Word& word, std::string_view what);
    void capture_file(DeviceId device);
    void device_statement();  // cursor behind the name
    void group();
    void settings();
    void one_setting(bool first);
    void address();
    bool is_group_port(const Word& word);
    bool takes_addresses(const Word& word);
    bool forwards(const Word& word);
    RuleEnd need_rule_end();
    std::optional<proto::machine::NatBehavior> need_nat_behavior();
    std::string article_kind(DeviceId device) const;  // "a switch"
    void put(SettingValue value);

    // ---- parse_service.cpp
    void dns_record();
    bool dns_data(DnsRecord& record);
    void http_page();
    std::optional<std::uint16_t> optional_port(std::uint16_t otherwise);

    // ---- parse_link.cpp
    std::optional<LinkId> new_link(const Subject& a, const Subject& b, const Place& place);
    std::optional<LinkId> find_link(const Subject& a, const Subject& b);
    void index_links();
    PortId find_port(DeviceId device, PortName name);
    LinkId link_of_port(const Subject& s);
    void link_not_possible(const Subject& s, LinkId link);
    std::optional<Chance> need_chance();

    // ---- parse_step.cpp, parse_expect.cpp
    void emit(Action action);
    void run_beside(Schedule schedule);
    void command();
    void real_command(const Place& place, DeviceId device);
    void emit_command(Command command);
    std::optional<Condition> need_condition();
    void packet_expectation(std::size_t first);
    void state_expectation(std::size_t first);
    void add_check(std::size_t first, decltype(CommandCheck::check) check);
    Command* command_above();
    void need_target();

    const ReadFile& read_;
    const ParseOptions& options_;
    ParseResult result_;
    Scenario& scenario_ = result_.scenario;
    Diagnostics& diagnostics_ = result_.diagnostics;
    Budget budget_;
    Variables variables_;
    std::vector<std::uint8_t> used_settings_;  // which of options_.set
    std::vector<std::uint16_t> open_files_;    // importing each other
    int depth_ = 0;
    bool stop_ = false;

    Lexer* lexer_ = nullptr;
    Statement statement_;
    std::size_t at_ = 0;
    bool failed_ = false, finished_ = false, block_taken_ = false, tail_taken_ = false;
    const Keyword* row_ = nullptr;

    NameTable device_names_, port_name_table_, hosts_names_;
    std::vector<std::string> hosts_entries_;
    // Of the first `indexed_links_` links: most links never need to be looked up.
    NumberMap ports_;          // device and port name to port
    NumberMap pairs_;          // two devices to the first link between them
    NumberMap doubled_pairs_;  // those with more than one
    LinkId indexed_links_ = 0;
    struct DeviceUse {
        std::uint32_t links = 0, next_eth = 0;
        bool has_stated_eth = false;  // a port was named eth and a number by hand
    };
    std::vector<DeviceUse> use_;
    std::vector<Text> targets_;  // names without a dot that are not devices: hosts entries may follow

    Subject subject_;
    bool in_group_ = false;
    bool several_ = false;  // the settings belong to several devices
    std::size_t setting_start_ = 0;
    ServeDns* dns_ = nullptr;
    ServeHttp* http_ = nullptr;
    LinkProperties* properties_ = nullptr;
    Condition condition_;

    Schedule schedule_ = InTurn{};
    bool beside_ = false;
    bool script_begun_ = false;
    std::size_t command_step_ = no_id;  // the command that checks are for
    bool output_open_ = false;          // its last check is a | block
};

template <class T>
std::optional<T> StatementParser::value(const Place& place, Result<T> result) {
    if (result) return std::move(*result);
    error(place, std::move(result.error().message), std::move(result.error().hint));
    return std::nullopt;
}

template <class T>
std::optional<T> StatementParser::need_value(std::string_view what, Result<T> (*parse)(std::string_view)) {
    const Word* w = need(what);
    if (w == nullptr) return std::nullopt;
    return value(w->place, parse(w->text));
}

}  // namespace layerlab::sim::scenario
