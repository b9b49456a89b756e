#include "sim/scenario/parser.hpp"

#include <fmt/format.h>

#include "sim/scenario/statement_parser.hpp"

namespace layerlab::sim::scenario {

namespace {

constexpr int deepest_block = 50;
constexpr std::size_t deepest_import = 16;
constexpr std::size_t most_variables = 1000;
constexpr std::size_t longest_value = 255;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// Meant as an expression, not as a word such as 10Mbps or 10.0.0.0/8.
bool is_meant_as_expression(std::string_view text, const Variables& variables) {
    if (is_replaceable(text, variables)) return true;
    bool operates = false;
    for (const char c : text) {
        if (std::string_view("*/+()").find(c) != std::string_view::npos)
            operates = true;
        else if (!is_name_character(c) && c != '%' && c != ' ')
            return false;
    }
    return operates;
}

}  // namespace

StatementParser::StatementParser(const ReadFile& read, const ParseOptions& options)
    : read_(read), options_(options), budget_(options.budget), used_settings_(options.set.size(), 0) {
    diagnostics_ = Diagnostics(options.most_errors);
}

ParseResult StatementParser::run(const std::string& path) {
    const auto file = scenario_.sources.open(path, read_);
    if (!file) {
        diagnostics_.error({}, file.error().message, file.error().hint);
        return std::move(result_);
    }
    run_file(*file);
    finish();
    diagnostics_.sort();
    return std::move(result_);
}

void StatementParser::run_file(std::uint16_t file) {
    Lexer* const outer = lexer_;
    Lexer lexer(scenario_.sources.file(file), file, variables_, diagnostics_, budget_);
    lexer_ = &lexer;
    open_files_.push_back(file);
    while (!stop_ && lexer.next(statement_)) {
        if (statement_.end == Statement::End::close)
            diagnostics_.error(statement_.brace, "this } closes nothing");
        else
            statement(Block::statements);
    }
    open_files_.pop_back();
    lexer_ = outer;
}

bool StatementParser::spend_statement(const Place& place) {
    if (budget_.statements == 0 || budget_.bytes == 0) {
        if (!stop_)
            diagnostics_.error(place,
                               budget_.bytes == 0 ? std::string("the scenario grows beyond the text that is allowed")
                                                  : fmt::format("the scenario has more than {} statements",
                                                                options_.budget.statements),
                               "turns of loops count too");
        stop_ = true;
    } else {
        --budget_.statements;
    }
    stop_ = stop_ || diagnostics_.is_full();
    return !stop_;
}

// Reads statements up to the } that belongs to the { just passed.
void StatementParser::run_block(Block kind) {
    const Place brace = statement_.brace;
    if (++depth_ > deepest_block) {
        error(brace, fmt::format("blocks are nested more than {} deep", deepest_block));
        stop_ = true;
    }
    bool closed = false;
    while (!stop_ && !closed) {
        if (!lexer_->next(statement_)) {
            diagnostics_.error(brace, "this { is never closed", "a } on a line of its own");
            break;
        }
        closed = statement_.end == Statement::End::close;
        if (!closed) statement(kind);
    }
    --depth_;
    block_taken_ = finished_ = true;
}

void StatementParser::skip_block() {
    const Place brace = statement_.brace;
    lexer_->mute(true);
    int open = 1;
    while (open > 0) {
        if (!lexer_->next(statement_)) {
            diagnostics_.error(brace, "this { is never closed", "a } on a line of its own");
            break;
        }
        if (statement_.end == Statement::End::open) ++open;
        if (statement_.end == Statement::End::close) --open;
    }
    lexer_->mute(false);
    block_taken_ = finished_ = true;
}

void StatementParser::statement(Block kind) {
    if (!spend_statement(statement_.place())) return;
    at_ = 0;
    failed_ = finished_ = block_taken_ = tail_taken_ = false;
    row_ = nullptr;
    const bool opens = statement_.end == Statement::End::open;
    const Place brace = statement_.brace;
    if (statement_.tail_kind == Statement::Tail::output) {
        output_line();
        return;
    }
    const bool is_control = !statement_.words.empty() && !statement_.words[0].quoted &&
                            (statement_.words[0].text == "for" || statement_.words[0].text == "let");
    if (kind == Block::statements || is_control) {
        dispatch();
    } else if (kind == Block::group) {
        settings();
    } else if (kind == Block::dns_records) {
        dns_record();
    } else {
        http_page();
    }
    if (!finished_) finish_statement();
    if (opens && !block_taken_) {
        if (!failed_)
            error(brace, "no { is expected here", "a block follows for, a device's name, serve dns and serve http");
        statement_.brace = brace;
        skip_block();
    }
}

void StatementParser::dispatch() {
    if (statement_.words.empty()) return;
    const bool is_command = statement_.tail_kind == Statement::Tail::command;
    if (is_command && at_ + 1 == statement_.words.size()) return command();
    const Word& first = statement_.words[at_];
    if (!first.quoted) {
        for (const WordKind kind : {WordKind::statement, WordKind::step, WordKind::kind}) {
            const Keyword* row = find_keyword(kind, first.text);
            if (row == nullptr) continue;
            if (first.text != "expect" && first.text != "let") command_step_ = no_id;
            row_ = row;
            ++at_;
            return (this->*row->parse)();
        }
    }
    command_step_ = no_id;
    const auto subject = first.quoted ? std::nullopt : subject_of(first);
    if (!subject) {
        if (!failed_) unknown_statement(first);
        return;
    }
    ++at_;
    subject_ = *subject;
    device_statement();
}

void StatementParser::unknown_statement(const Word& word) {
    if (const Keyword* row = any_keyword(word.text); row != nullptr && !word.quoted)
        return error(word.place, fmt::format("{} cannot begin a statement", shown(word.text)),
                     fmt::format("as in: {}", row->usage));
    const std::string_view name = word.text.substr(0, word.text.find('.'));
    unknown(
        word, fmt::format("{} is neither a statement nor a device", shown(name)),
        {WordKind::statement, WordKind::step, WordKind::kind}, [this](NearestWord& n) { offer_devices(n); },
        "a device is declared before it is used: host pc1");
}

bool StatementParser::finish_statement() {
    finished_ = true;
    if (failed_) return false;
    if (at_ < statement_.words.size()) {
        const Word& w = statement_.words[at_];
        error(w.place, fmt::format("{} is not expected here", shown(w.text)),
              find_device(w.text) != no_id || find_keyword(WordKind::kind, w.text) != nullptr
                  ? "one statement per line, or a ; between two"
                  : "the statement is complete before it");
    } else if (statement_.tail_kind == Statement::Tail::command && !tail_taken_) {
        error(statement_.words.back().place, "no command is expected here", "a command stands on a line of its own");
    }
    return !failed_;
}

std::string StatementParser::joined_rest() {
    std::string out;
    while (more()) {
        if (!out.empty()) out += ' ';
        out += statement_.words[at_++].text;
    }
    return out;
}

void StatementParser::let() {
    const std::size_t first = at_;
    const std::string rest = joined_rest();
    const Place place = statement_.words.size() > first ? statement_.words[first].place : end_place();
    const std::size_t equals = rest.find('=');
    const std::string_view name = trimmed(std::string_view(rest).substr(0, equals));
    if (equals == std::string::npos || !is_name(name))
        return error(place, "a let needs a name and a value", fmt::format("as in: {}", row_->usage));
    std::string text(trimmed(std::string_view(rest).substr(equals + 1)));
    if (const Variable* other = variables_.find(name))
        return error(place, fmt::format("{} is declared already", shown(name)), "", {{other->place, "here"}});
    if (variables_.all().size() >= most_variables)
        return error(place, fmt::format("more than {} names are declared with let", most_variables));
    Variable v{std::string(name), {}, false, 0, place};
    Place value_place = place;
    for (std::size_t i = 0; i < options_.set.size(); ++i) {
        if (options_.set[i].first != name) continue;
        used_settings_[i] = 1;
        text = options_.set[i].second;
    }
    if (statement_.words.size() > first + 1) value_place = statement_.words.back().place;
    const auto number = evaluate(text, variables_);
    if (number) {
        set_number(v, *number);
    } else if (is_meant_as_expression(text, variables_)) {
        return error(value_place, number.error().message, number.error().hint);
    } else if (text.empty() || text.size() > longest_value || text.find(' ') != std::string::npos) {
        return error(value_place, fmt::format("the value of {} is neither a number nor one word", shown(name)),
                     fmt::format("as in: {}", row_->usage));
    } else {
        set_text(v, text);
    }
    variables_.push(std::move(v));
}

std::optional<std::vector<std::string>> StatementParser::loop_words(const std::string& list, const Place& place) {
    std::vector<std::string> out;
    std::size_t at = 0;
    while (at <= list.size()) {
        const std::size_t comma = std::min(list.find(',', at), list.size());
        const std::string_view item = trimmed(std::string_view(list).substr(at, comma - at));
        if (item.empty() || item.size() > longest_value || item.find(' ') != std::string_view::npos) {
            error(place, "a loop runs over a range or over words with commas between them",
                  "as in: for i in 1..3 {, for x in amy, bob {");
            return std::nullopt;
        }
        out.emplace_back(item);
        at = comma + 1;
    }
    return out;
}

// One turn of a loop: the lexer goes back to the body's first statement.
void StatementParser::run_turn(Block kind, const Variable& value, const Lexer::Position& body, const Place& brace) {
    if (!spend_statement(brace)) return;
    const std::size_t size = variables_.all().size();
    variables_.push(value);
    lexer_->seek(body);
    statement_.brace = brace;
    run_block(kind);
    variables_.truncate(size);
}

void StatementParser::for_loop() {
    const Word* name = need("a name");
    if (name == nullptr) return;
    if (!is_name(name->text))
        return error(name->place, fmt::format("{} is not a name", shown(name->text)),
                     "a name is a letter, then letters, digits, - and _");
    if (const Variable* other = variables_.find(name->text))
        return error(name->place, fmt::format("{} is declared already", shown(name->text)), "",
                     {{other->place, "here"}});
    Variable v{std::string(name->text), {}, false, 0, name->place};
    if (!need_word("in")) return;
    const std::size_t first = at_;
    const std::string list = joined_rest();
    const Place place = at_ > first ? place_from(first) : end_place();
    if (statement_.end != Statement::End::open)
        return error(end_place(), "the { of the loop is missing", "at the end of this line");
    const Place brace = statement_.brace;
    const Lexer::Position body = lexer_->position();
    const Block kind = dns_ != nullptr    ? Block::dns_records
                       : http_ != nullptr ? Block::http_pages
                       : in_group_        ? Block::group
                                          : Block::statements;
    const std::size_t dots = list.find("..");
    bool turned = false;
    if (dots != std::string::npos) {
        const auto from = value(place, evaluate(std::string_view(list).substr(0, dots), variables_));
        const auto to = value(place, evaluate(std::string_view(list).substr(dots + 2), variables_));
        if (!from || !to) return;
        for (std::int64_t i = *from; i <= *to && !stop_; ++i) {
            set_number(v, i);
            run_turn(kind, v, body, brace);
            turned = true;
            if (i == *to) break;
        }
    } else {
        const auto words = loop_words(list, place);
        if (!words) return;
        for (const std::string& word : *words) {
            if (stop_) break;
            set_text(v, word);
            run_turn(kind, v, body, brace);
            turned = true;
        }
    }
    if (!turned) {
        statement_.brace = brace;
        skip_block();
    }
}

void StatementParser::import() {
    const Word* w = need("a file");
    if (w == nullptr) return;
    if (!w->quoted) return error(w->place, "the file to import stands in quotes", "as in: import \"other.lab\"");
    const Place place = w->place;
    const std::string path = resolve_path(scenario_.sources.file(open_files_.back()).path, w->text);
    if (open_files_.size() > deepest_import)
        return error(place, fmt::format("imports are nested more than {} deep", deepest_import));
    const auto file = scenario_.sources.open(path, read_);
    if (!file) return error(place, file.error().message, file.error().hint);
    for (const std::uint16_t open : open_files_)
        if (open == *file) return error(place, fmt::format("{} imports itself, by way of this line", path));
    if (!finish_statement()) return;
    run_file(*file);
    finished_ = true;
    failed_ = false;
}

std::optional<std::string> StatementParser::quoted_text() {
    const Word* w = need("a text in quotes");
    if (w == nullptr) return std::nullopt;
    if (!w->quoted) {
        error(w->place, "free text stands in quotes", fmt::format("as in: {}", row_->usage));
        return std::nullopt;
    }
    return std::string(w->text);
}

void StatementParser::title() {
    if (auto text = quoted_text()) scenario_.title = std::move(*text);
}

void StatementParser::seed() {
    if (const auto n = need_number("a seed", 0, ~std::uint64_t{0})) scenario_.seed = *n;
}

void StatementParser::clock() {
    if (const auto t = need_value("a date and time", parse_clock)) scenario_.clock_unix_seconds = *t;
}

void StatementParser::limit() {
    if (const auto d = need_duration("a time")) scenario_.limit = *d;
}

void StatementParser::names() {
    if (accept("off"))
        scenario_.names = false;
    else if (!accept("on") && need("on or off") != nullptr)
        error(taken().place, fmt::format("{} is neither on nor off", shown(taken().text)), "as in: names off");
}

void StatementParser::question() {
    auto text = quoted_text();
    if (text) scenario_.questions.push_back({{std::move(*text), taken().place}, {}, scenario_.steps.size()});
}

void StatementParser::answer() {
    if (scenario_.questions.empty())
        return error(statement_.words[0].place, "an answer without a question above it",
                     "question \"...\" comes first");
    auto text = quoted_text();
    if (text) scenario_.questions.back().answers.push_back({std::move(*text), taken().place});
}

void StatementParser::resolve(DeviceId device, PortRef& port) {
    if (!port.name.given()) return;
    port.id = find_port(device, port.name);
    if (port.id != no_id || !diagnostics_.wants(port.place, Severity::error)) return;
    const std::string name = scenario_.port_name(port.name);
    std::vector<std::string> known;
    for (PortId p = 0; p < scenario_.links.size() * 2 && known.size() < 20; ++p)
        if (scenario_.end(p).device == device) known.push_back(scenario_.port_name(p));
    const std::string listed =
        known.empty() ? "a port exists only through a link"
                      : fmt::format("a port exists only through a link; linked are: {}", fmt::join(known, " "));
    diagnostics_.error(port.place, fmt::format("{} has no port {}", scenario_.devices[device].name, name),
                       did_you_mean(name, {known.begin(), known.end()}, listed));
}

void StatementParser::resolve(Setting& setting) {
    const DeviceId d = setting.device;
    struct Visitor {
        StatementParser& parser;
        DeviceId device;
        void operator()(AddressSetting& s) const { parser.resolve(device, s.port); }
        void operator()(Address6Setting& s) const { parser.resolve(device, s.port); }
        void operator()(DhcpSetting& s) const { parser.resolve(device, s.port); }
        void operator()(Dhcp6Setting& s) const { parser.resolve(device, s.port); }
        void operator()(SlaacSetting& s) const { parser.resolve(device, s.port); }
        void operator()(ServeRa& s) const { parser.resolve(device, s.port); }
        void operator()(ServeDhcp6& s) const { parser.resolve(device, s.port); }
        void operator()(MacSetting& s) const { parser.resolve(device, s.port); }
        void operator()(ForwardSetting& s) const { parser.resolve(device, s.port); }
        void operator()(ServeDhcp& s) const { parser.resolve(device, s.port); }
        void operator()(NatSetting& s) const {
            parser.resolve(device, s.inside);
            parser.resolve(device, s.outside);
        }
        void operator()(RuleSetting& s) const {
            parser.resolve(device, s.from.port);
            parser.resolve(device, s.to.port);
        }
    };
    std::visit(
        [&](auto& v) {
            if constexpr (std::is_invocable_v<Visitor, decltype(v)>) Visitor{*this, d}(v);
        },
        setting.value);
}

// What can only be told when the whole file has been read.
void StatementParser::finish() {
    for (Setting& s : scenario_.settings) resolve(s);
    for (Step& s : scenario_.steps)
        if (auto* setting = std::get_if<Setting>(&s.action)) resolve(*setting);
    for (PacketExpectation& e : scenario_.packet_expectations) {
        if (e.at_device == no_id) continue;
        const bool is_lo = e.at_port.name.given() && scenario_.port_name(e.at_port.name) == "lo";
        if (is_lo && is_ip_device(scenario_.devices[e.at_device].kind))
            e.at_port.id = lo_id;
        else
            resolve(e.at_device, e.at_port);
    }
    for (const Text& t : targets_) {
        const auto name_of = [this](std::uint32_t i) -> std::string_view { return hosts_entries_[i]; };
        if (hosts_names_.find(t.text, name_of) != no_id || find_device(t.text) != no_id) continue;
        if (!diagnostics_.wants(t.place, Severity::error)) continue;
        NearestWord nearest(t.text);
        offer_devices(nearest);
        for (const std::string& h : hosts_entries_) nearest.offer(h);
        diagnostics_.error(t.place, fmt::format("{} is neither a device nor a name in a hosts file", shown(t.text)),
                           did_you_mean(nearest));
    }
    for (std::size_t i = 0; i < used_settings_.size(); ++i) {
        if (used_settings_[i] != 0 || stop_) continue;
        NearestWord nearest(options_.set[i].first);
        for (const Variable& v : variables_.all()) nearest.offer(v.name);
        diagnostics_.error({}, fmt::format("--set {}: no let declares this name", options_.set[i].first),
                           did_you_mean(nearest));
    }
}

ParseResult parse(const std::string& path, const ReadFile& read, const ParseOptions& options) {
    return StatementParser(read, options).run(path);
}

ParseResult parse_text(std::string path, std::string_view text, const ParseOptions& options) {
    const ReadFile read = [&](const std::string& wanted) -> proto::Result<std::string> {
        if (wanted == path) return std::string(text);
        return proto::fail(fmt::format("cannot read {}", wanted), "a text alone imports nothing");
    };
    return parse(path, read, options);
}

}  // namespace layerlab::sim::scenario
