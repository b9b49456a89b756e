// The script: commands, waiting, what runs beside the steps, traffic.
#include <fmt/format.h>

#include "sim/programs/shell_words.hpp"
#include "sim/scenario/statement_parser.hpp"

namespace layerlab::sim::scenario {

void StatementParser::emit(Action action) {
    if (failed_) return;
    const bool is_note = std::holds_alternative<Note>(action);
    scenario_.steps.push_back({statement_.place(), schedule_, std::move(action)});
    // A note may stand above the devices.
    script_begun_ = script_begun_ || (!beside_ && !is_note);
}

void StatementParser::command() {
    const Word& host = statement_.words[at_];
    command_step_ = no_id;
    const DeviceId device = find_device(host.text);
    if (device == no_id)
        return unknown(
            host, fmt::format("{} is not a device", shown(host.text)), {}, [this](NearestWord& n) { offer_devices(n); },
            "a device is declared before it is used: host pc1");
    if (!is_ip_device(scenario_.devices[device].kind))
        return error(host.place, fmt::format("{} is {} and has no shell", shown(host.text), article_kind(device)),
                     "hosts, routers and firewalls have one");
    ++at_;
    tail_taken_ = true;
    if (is_real(scenario_.devices[device].kind)) return real_command(host.place, device);
    programs::ShellWords shell = programs::split_command(statement_.tail.text);
    if (!shell.error.empty()) return error(statement_.tail.at(shell.at, shell.count), shell.error, shell.hint);
    if (shell.words.empty()) return error(host.place, "the command is missing", "as in: pc1$ ping -c 1 pc2");
    for (const std::string& w : shell.words)
        if (const auto address = Ipv4Address::parse(w)) scenario_.named_addresses.push_back(*address);
    Command c{device, std::move(statement_.tail), std::move(shell.words), shell.background, {}};
    c.text.text.resize(shell.length);
    emit_command(std::move(c));
}

// A real shell reads the line, with all that it knows; a lone & at the end is ours.
void StatementParser::real_command(const Place& place, DeviceId device) {
    Command c{device, std::move(statement_.tail), {}, false, {}};
    std::string& line = c.text.text;
    const auto trim = [&] {
        while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.pop_back();
    };
    trim();
    if (!line.empty() && line.back() == '&' && (line.size() < 2 || line[line.size() - 2] != '&')) {
        c.background = true;
        line.pop_back();
        trim();
    }
    if (line.empty()) return error(place, "the command is missing", "as in: amy$ ping -c 1 web");
    emit_command(std::move(c));
}

void StatementParser::emit_command(Command command) {
    emit(std::move(command));
    command_step_ = scenario_.steps.size() - 1;
    output_open_ = false;
}

void StatementParser::wait() {
    if (beside_) return error(taken().place, "wait stands alone on its line", "as in: wait 3s");
    if (const auto d = need_duration("a time")) emit(Wait{*d});
}

void StatementParser::run_beside(Schedule schedule) {
    if (at_ == statement_.words.size()) {
        need("what to do then");
        return;
    }
    const std::string_view word = peek().text;
    const Keyword* row = peek().quoted ? nullptr : find_keyword(WordKind::statement, word);
    if (row == nullptr) row = find_keyword(WordKind::kind, word);
    const bool is_timing = word == "wait" || word == "at" || word == "every" || word == "after";
    if (is_timing || (row != nullptr && word != "link" && word != "expect"))
        return error(peek().place, fmt::format("{} does not run beside the steps", shown(word)),
                     "commands, settings, changes, send, note and state expectations do");
    schedule_ = std::move(schedule);
    beside_ = true;
    dispatch();
    if (!finished_) finish_statement();
    beside_ = false;
    schedule_ = InTurn{};
}

void StatementParser::after() {
    const auto condition = need_condition();
    if (!condition) return;
    if (at_ == statement_.words.size()) return emit(After{*condition});
    run_beside(AfterCondition{*condition});
}

void StatementParser::at() {
    if (const auto time = need_duration("a time")) run_beside(At{*time});
}

void StatementParser::every() {
    Every every;
    const auto interval = need_duration("a time");
    if (!interval) return;
    if (interval->count() == 0) return error(taken().place, "every 0s never ends");
    every.interval = *interval;
    if (accept("until")) {
        every.until = need_duration("a time");
        if (!every.until) return;
    }
    run_beside(every);
}

void StatementParser::note() {
    auto text = quoted_text();
    if (text) emit(Note{{std::move(*text), taken().place}});
}

// `a send udp b:9 1000B every 10us count 1000`, `a send tcp b:5001 1GB`
void StatementParser::send() {
    Send send;
    send.device = subject_.device;
    if (!takes_addresses(taken())) return;
    const bool is_udp = accept("udp");
    if (!is_udp && !need_word("tcp")) return;
    send.transport = is_udp ? Transport::udp : Transport::tcp;
    const Word* to = need("a destination");
    if (to == nullptr) return;
    const std::size_t colon = to->text.rfind(':');
    if (colon == std::string_view::npos)
        return error(to->place, fmt::format("{} has no port number", shown(to->text)),
                     fmt::format("as in: {}", row_->usage));
    const std::string_view name = to->text.substr(0, colon);
    const DeviceId device = find_device(name);
    if (device != no_id) {
        send.to = device;
    } else if (looks_like_ipv4(name)) {
        const auto address = ipv4(name, to->place, "an address");
        if (!address) return;
        send.to = *address;
    } else if (name.starts_with('[') && name.ends_with(']')) {
        const auto address = value(to->place, Ipv6Address::parse(name.substr(1, name.size() - 2)));
        if (!address) return;
        send.to = *address;
    } else {
        return unknown({name, to->place}, fmt::format("{} is not a device", shown(name)), {},
                       [this](NearestWord& n) { offer_devices(n); });
    }
    const auto port = value(to->place, parse_number(to->text.substr(colon + 1), "a port number", 1, 65535));
    const auto size = port ? need_value("a size", parse_size) : std::nullopt;
    if (!size) return;
    send.port = static_cast<std::uint16_t>(*port);
    send.size = *size;
    if (is_udp && *size > 65507)
        return error(taken().place, "a datagram carries at most 65507 bytes", "count says how many are sent");
    bool has_every = false, has_count = false;
    while (is_udp && (next_is("every") || next_is("count"))) {
        if (accept("every")) {
            const auto every = need_duration("a time");
            if (!every) return;
            send.every = *every;
            has_every = true;
        } else if (accept("count")) {
            const auto count = need_number("a number of packets", 1, ~std::uint64_t{0});
            if (!count) return;
            send.count = *count;
            has_count = true;
        }
    }
    if (!failed_ && has_every != has_count)
        return error(end_place(), fmt::format("{} is missing here", has_every ? "count" : "every"),
                     fmt::format("as in: {}", row_->usage));
    emit(std::move(send));
}

// `old replay speed 10`
void StatementParser::replay() {
    if (scenario_.devices[subject_.device].kind != DeviceKind::capture)
        return error(taken().place,
                     fmt::format("{} is {} and has nothing to play", shown(scenario_.devices[subject_.device].name),
                                 article_kind(subject_.device)),
                     "as in: capture old \"http.pcap\"");
    Replay replay{subject_.device, 100};
    if (accept("speed")) {
        const auto speed = need_number("a speed", 1, 10'000);
        if (!speed) return;
        replay.speed_percent = static_cast<std::uint32_t>(*speed * 100);
    }
    emit(replay);
}

}  // namespace layerlab::sim::scenario
