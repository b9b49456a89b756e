#include "sim/scenario/statement_parser.hpp"

#include <fmt/format.h>

namespace layerlab::sim::scenario {

bool StatementParser::accept(std::string_view word) {
    if (!next_is(word)) return false;
    ++at_;
    return true;
}

Place StatementParser::end_place() const {
    if (statement_.words.empty()) return statement_.brace;
    Place p = statement_.words.back().place;
    p.column = static_cast<std::uint16_t>(p.column + p.length);
    p.length = 1;
    return p;
}

Place StatementParser::place_from(std::size_t first_word) const {
    if (statement_.words.empty()) return statement_.brace;
    const std::size_t last = at_ > first_word ? at_ - 1 : first_word;
    return span(statement_.words[first_word].place, statement_.words[last].place);
}

const Word* StatementParser::need(std::string_view what) {
    if (failed_) return nullptr;
    if (at_ >= statement_.words.size()) {
        error(end_place(), fmt::format("{} is missing here", what),
              row_ == nullptr ? std::string() : fmt::format("as in: {}", row_->usage));
        return nullptr;
    }
    return &statement_.words[at_++];
}

bool StatementParser::need_word(std::string_view word) {
    if (accept(word)) return true;
    if (need(fmt::format("\"{}\"", word)) != nullptr)
        error(taken().place, fmt::format("\"{}\" was expected, not {}", word, shown(taken().text)),
              row_ == nullptr ? std::string() : fmt::format("as in: {}", row_->usage));
    return false;
}

std::vector<StatementParser::Piece> StatementParser::need_list(std::string_view what) {
    std::vector<Piece> pieces;
    bool expects_more = true;
    while (expects_more) {
        const Word* w = need(what);
        if (w == nullptr) return {};
        expects_more = w->text.ends_with(',');
        const bool as_written = w->text.size() == w->place.length;
        std::size_t at = 0;
        while (at < w->text.size()) {
            const std::size_t end = std::min(w->text.find(',', at), w->text.size());
            Place place = w->place;
            if (as_written) {
                place.column = static_cast<std::uint16_t>(place.column + at);
                place.length = static_cast<std::uint16_t>(std::max<std::size_t>(end - at, 1));
            }
            if (end == at) {
                error(place, fmt::format("{} is missing before the comma", what));
                return {};
            }
            pieces.push_back({w->text.substr(at, end - at), place});
            at = end + 1;
        }
    }
    return pieces;
}

void StatementParser::error(const Place& place, std::string message, std::string hint,
                            std::vector<RelatedPlace> related) {
    failed_ = true;
    diagnostics_.error(place, std::move(message), std::move(hint), std::move(related));
}

void StatementParser::unknown(const Word& word, std::string message, std::initializer_list<WordKind> kinds,
                              const std::function<void(NearestWord&)>& more_words, std::string otherwise) {
    failed_ = true;
    if (!diagnostics_.wants(word.place, Severity::error)) return;
    NearestWord nearest(word.text);
    for (const Keyword& k : keywords())
        for (const WordKind kind : kinds)
            if (k.kind == kind) nearest.offer(k.word);
    if (more_words) more_words(nearest);
    error(word.place, std::move(message), did_you_mean(nearest, std::move(otherwise)));
}

void StatementParser::offer_devices(NearestWord& nearest) const {
    for (const Device& d : scenario_.devices) nearest.offer(d.name);
}

std::optional<std::uint64_t> StatementParser::need_number(std::string_view what, std::uint64_t least,
                                                          std::uint64_t most) {
    const Word* w = need(what);
    if (w == nullptr) return std::nullopt;
    return value(w->place, parse_number(w->text, what, least, most));
}

std::optional<std::uint16_t> StatementParser::need_port_number() {
    const auto n = need_number("a port number", 1, 65535);
    if (!n) return std::nullopt;
    return static_cast<std::uint16_t>(*n);
}

std::optional<Ipv4Address> StatementParser::ipv4(std::string_view text, const Place& place, std::string_view what) {
    const auto address = Ipv4Address::parse(text);
    if (address) {
        scenario_.named_addresses.push_back(*address);
        return *address;
    }
    if (find_device(text) != no_id)
        error(place, fmt::format("{} is a device, not {}", shown(text), what), "write its address");
    else if (looks_like_ipv6(text) && Ipv6Address::parse(text))
        error(place, fmt::format("{} is an IPv6 address", shown(text)), "here stands an IPv4 address such as 10.0.0.1");
    else
        error(place, fmt::format("{} is not {}", shown(text), what), "an address such as 10.0.0.1");
    return std::nullopt;
}

std::optional<Ipv4Address> StatementParser::need_ipv4(std::string_view what) {
    const Word* w = need(what);
    if (w == nullptr) return std::nullopt;
    return ipv4(w->text, w->place, what);
}

std::optional<std::vector<Ipv4Address>> StatementParser::need_ipv4_list(std::string_view what) {
    std::vector<Ipv4Address> out;
    for (const Piece& p : need_list(what)) {
        const auto address = ipv4(p.text, p.place, what);
        if (address) out.push_back(*address);
    }
    if (failed_) return std::nullopt;
    return out;
}

}  // namespace layerlab::sim::scenario
