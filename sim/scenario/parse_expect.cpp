// Checks: of a command's output, of state, of packets.
#include <fmt/format.h>

#include "sim/scenario/statement_parser.hpp"

namespace layerlab::sim::scenario {

namespace {

bool is_count(std::string_view text) {
    return text == "some" || text == "none" || (!text.empty() && text[0] >= '0' && text[0] <= '9');
}

}  // namespace

void StatementParser::expect() {
    const std::size_t first = at_ - 1;
    const Word* w = need("what is expected");
    if (w == nullptr) return;
    const bool plain = !w->quoted;
    if (const Keyword* row = plain ? find_keyword(WordKind::check, w->text) : nullptr; row != nullptr && row->parse) {
        row_ = row;
        return (this->*row->parse)();
    }
    if (plain && is_count(w->text)) return packet_expectation(first);
    command_step_ = no_id;
    if (plain && find_device(w->text) != no_id) {
        --at_;
        return state_expectation(first);
    }
    unknown(
        *w, fmt::format("{} is neither a check nor a device", shown(w->text)), {WordKind::check},
        [this](NearestWord& n) { offer_devices(n); }, "expect output, exit, fails, a device, or a number of packets");
}

Command* StatementParser::command_above() {
    if (command_step_ < scenario_.steps.size())
        if (auto* c = std::get_if<Command>(&scenario_.steps[command_step_].action)) return c;
    return nullptr;
}

void StatementParser::add_check(std::size_t first, decltype(CommandCheck::check) check) {
    if (failed_) return;
    Command* command = command_above();
    if (command == nullptr)
        return error(place_from(first), "there is no command above this check",
                     "checks stand right under their command");
    command->checks.push_back({place_from(first), std::move(check)});
    output_open_ = false;
}

void StatementParser::check_output() {
    const std::size_t first = at_ - 2;
    if (statement_.tail_kind == Statement::Tail::regex) {
        tail_taken_ = true;
        return add_check(first, OutputMatches{std::move(statement_.tail)});
    }
    auto text = quoted_text();
    if (text) add_check(first, OutputContains{std::move(*text)});
}

void StatementParser::check_exit() {
    const std::size_t first = at_ - 2;
    if (const auto n = need_number("an exit status", 0, 255)) add_check(first, ExitIs{static_cast<int>(*n)});
}

void StatementParser::check_fails() { add_check(at_ - 2, Fails{}); }

// A `|` line under a command: one more line of its output.
void StatementParser::output_line() {
    finished_ = true;
    Command* command = command_above();
    if (command == nullptr)
        return error(statement_.brace, "there is no command above this output",
                     "lines with a | stand right under their command");
    if (!output_open_) command->checks.push_back({statement_.brace, OutputIs{}});
    output_open_ = true;
    std::get<OutputIs>(command->checks.back().check).lines.push_back(std::move(statement_.tail.text));
}

// `expect 1..2 at gw.wan: icmp`, `expect some drop: loss`
void StatementParser::packet_expectation(std::size_t first) {
    PacketExpectation e;
    e.place = place_from(first);
    const auto count = value(taken().place, parse_count(taken().text));
    if (!count) return;
    e.min = count->min;
    e.max = count->max;
    bool is_drop = false;
    while (more()) {
        if (accept("at")) {
            const auto s = need_subject("a device or a port");
            if (!s) return;
            e.at_device = s->device;
            e.at_port = s->port;
        } else if (accept("drop")) {
            is_drop = true;
        } else {
            return error(peek().place, fmt::format("{} is not expected here", shown(peek().text)),
                         "at a device or port, drop, or a : before the filter");
        }
    }
    if (failed_) return;
    if (statement_.tail_kind != Statement::Tail::filter || statement_.tail.text.empty())
        return error(end_place(),
                     is_drop ? "a : and a drop reason are missing here" : "a : and a filter are missing here",
                     is_drop ? "as in: expect some drop: loss" : "as in: expect 2 at gw.wan: icmp");
    if (is_drop) {
        const std::string& reason = statement_.tail.text;
        const Keyword* row = find_keyword(WordKind::drop, reason);
        if (row == nullptr)
            return unknown({reason, statement_.tail.at(0, reason.size())},
                           fmt::format("{} is not a reason to drop a packet", shown(reason)), {WordKind::drop}, {},
                           "the reasons are listed by: layerlab help lang");
        e.drop = row->word;
    } else {
        e.filter = std::move(statement_.tail);
    }
    scenario_.packet_expectations.push_back(std::move(e));
}

// `expect bob reaches www.example.org within 20s`
void StatementParser::state_expectation(std::size_t first) {
    auto condition = need_condition();
    if (!condition) return;
    StateExpectation e{std::move(*condition), std::nullopt};
    if (accept("within")) {
        e.within = need_duration("a time");
        if (!e.within) return;
    }
    e.condition.place = place_from(first + 1);
    emit(std::move(e));
}

std::optional<Condition> StatementParser::need_condition() {
    const std::size_t first = at_;
    const auto device = need_device("a device");
    if (!device) return std::nullopt;
    if (!is_ip_device(scenario_.devices[*device].kind)) {
        error(taken().place, fmt::format("{} is {} and has no address", shown(taken().text), article_kind(*device)));
        return std::nullopt;
    }
    const Word* w = need("a condition");
    if (w == nullptr) return std::nullopt;
    const Keyword* row = find_keyword(WordKind::condition, w->text);
    if (row == nullptr) {
        unknown(*w, fmt::format("{} is not a condition", shown(w->text)), {WordKind::condition}, {},
                "reaches, cannot reach or has address");
        return std::nullopt;
    }
    row_ = row;
    condition_ = {};
    condition_.device = *device;
    (this->*row->parse)();
    if (failed_) return std::nullopt;
    condition_.place = place_from(first);
    return std::move(condition_);
}

// A name or an address: a device, an entry of a hosts file, or a name that DNS knows.
void StatementParser::need_target() {
    const Word* w = need("a name or an address");
    if (w == nullptr) return;
    condition_.target = w->text;
    if (const auto address = Ipv4Address::parse(w->text)) {
        scenario_.named_addresses.push_back(*address);
    } else if (looks_like_ipv4(w->text)) {
        error(w->place, fmt::format("{} is not an address", shown(w->text)), "an address such as 10.0.0.1");
    } else if (looks_like_ipv6(w->text)) {
        if (!Ipv6Address::parse(w->text.substr(0, w->text.find('%'))))
            error(w->place, fmt::format("{} is not an address", shown(w->text)), "an address such as 2001:db8::1");
    } else if (w->text.find('.') == std::string_view::npos && find_device(w->text) == no_id && w->text != "localhost") {
        targets_.push_back({condition_.target, w->place});
    }
}

void StatementParser::reaches() {
    condition_.kind = Condition::Kind::reaches;
    need_target();
}

void StatementParser::cannot_reach() {
    condition_.kind = Condition::Kind::cannot_reach;
    if (need_word("reach")) need_target();
}

// `has address`, `has address in 192.168.1.0/24`
void StatementParser::has_address() {
    condition_.kind = Condition::Kind::has_address;
    if (!need_word("address") || !accept("in")) return;
    const Word* w = need("a prefix");
    if (w == nullptr) return;
    if (looks_like_ipv6(w->text)) {
        if (const auto prefix6 = value(w->place, Ipv6Prefix::parse(w->text))) condition_.prefix6 = *prefix6;
        return;
    }
    const auto prefix = Ipv4Prefix::parse(w->text);
    if (!prefix) return error(w->place, fmt::format("{} is not a prefix", shown(w->text)), "such as 192.168.1.0/24");
    condition_.prefix = *prefix;
}

}  // namespace layerlab::sim::scenario
