// Where an HTTP message in a TCP stream ends.
#include <algorithm>

#include "proto/dissect/http.hpp"
#include "proto/wire/http.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::HttpFraming;

constexpr std::size_t longest_head = 256 * 1024;
constexpr auto methods = std::to_array<std::string_view>({"GET",
                                                          "PUT",
                                                          "COPY",
                                                          "HEAD",
                                                          "LOCK",
                                                          "MOVE",
                                                          "POLL",
                                                          "POST",
                                                          "BCOPY",
                                                          "BMOVE",
                                                          "MKCOL",
                                                          "TRACE",
                                                          "PATCH",
                                                          "LABEL",
                                                          "MERGE",
                                                          "DELETE",
                                                          "SEARCH",
                                                          "UNLOCK",
                                                          "REPORT",
                                                          "UPDATE",
                                                          "NOTIFY",
                                                          "BDELETE",
                                                          "CONNECT",
                                                          "OPTIONS",
                                                          "CHECKIN",
                                                          "PROPFIND",
                                                          "CHECKOUT",
                                                          "CCM_POST",
                                                          "SUBSCRIBE",
                                                          "PROPPATCH",
                                                          "BPROPFIND",
                                                          "BPROPPATCH",
                                                          "UNCHECKOUT",
                                                          "MKACTIVITY",
                                                          "MKWORKSPACE",
                                                          "UNSUBSCRIBE",
                                                          "RPC_CONNECT",
                                                          "VERSION-CONTROL",
                                                          "BASELINE-CONTROL"});

bool begins_response(std::string_view line) { return line.substr(0, 5) == "HTTP/"; }

bool begins_request(std::string_view line) {
    if (line.substr(0, 2) == "M-") line.remove_prefix(2);  // RFC 2774: a mandatory extension
    const std::string_view word = line.substr(0, line.find(' '));
    return word.size() < line.size() && std::find(methods.begin(), methods.end(), word) != methods.end();
}

// Whether a line whose end has not come may still become the first line of a message.
bool may_begin_message(std::string_view part) {
    if (begins_response(part) || begins_request(part)) return true;
    if (std::string_view("HTTP/").substr(0, part.size()) == part) return true;
    return std::any_of(methods.begin(), methods.end(),
                       [&](std::string_view m) { return m.substr(0, part.size()) == part; });
}

// The size of head and chunks; `more` while the last chunk has not come. What is no chunk ends the message. `scanned`
// remembers the chunk that was looked at last, so that each is walked once.
std::size_t chunked_size(std::string_view text, std::size_t body_at, std::size_t* scanned) {
    std::size_t at = body_at;
    if (scanned && *scanned > body_at && *scanned <= text.size()) at = *scanned;
    while (true) {
        if (scanned) *scanned = at;
        std::string_view rest = text.substr(at);
        const auto line = wire::take_line(rest);
        if (!line) return rest.size() > longest_head ? text.size() : more;
        const auto size = wire::parse_chunk_size(*line);
        if (!size || *size > 0x7fff'ffff) return text.size();
        if (*size == 0) {  // the trailer ends with an empty line
            while (const auto trailer = wire::take_line(rest))
                if (trailer->empty()) return text.size() - rest.size();
            return rest.size() > longest_head ? text.size() : more;
        }
        const std::size_t data_at = text.size() - rest.size();
        if (rest.size() < *size + 2) return more;
        at = data_at + static_cast<std::size_t>(*size) + 2;
    }
}

// The head's fields that say how the body ends, read as generously as Wireshark reads them.
HttpFraming read_framing(std::string_view fields, bool is_request) {
    HttpFraming framing;
    bool has_length = false, is_chunked = false;
    while (const auto line = wire::take_line(fields)) {
        const std::size_t colon = line->find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view name = line->substr(0, colon);
        std::string_view value = line->substr(colon + 1);
        while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
        while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
        if (wire::equal_without_case(name, "Content-Length")) {
            if (const auto n = wire::parse_content_length(value); n && *n <= 0x7fff'ffff) {
                framing.length = *n;
                has_length = true;
            }
        } else if (wire::equal_without_case(name, "Transfer-Encoding")) {
            is_chunked |= wire::equal_without_case(value.substr(0, 7), "chunked");
        }
    }
    using Kind = HttpFraming::Kind;
    framing.kind = is_chunked ? Kind::chunked : has_length ? Kind::length : is_request ? Kind::none : Kind::until_close;
    return framing;
}

// No body whatever the fields say: RFC 9112 section 6.3.
bool is_bodiless(std::string_view status_line, const HttpMemory* memory) {
    const std::size_t space = status_line.find(' ');
    const std::string_view code = space == std::string_view::npos ? "" : status_line.substr(space + 1, 3);
    if (code.size() == 3 && (code[0] == '1' || code == "204" || code == "304")) return true;
    if (!memory || memory->waiting.empty()) return false;
    const HttpMemory::Request& request = memory->waiting.front();
    return request.is_head || (request.is_connect && code.substr(0, 1) == "2");
}

}  // namespace

HttpMemory* http_memory(Context& c) {
    if (!c.memory) return nullptr;
    if (!*c.memory) *c.memory = std::make_unique<HttpMemory>();
    return dynamic_cast<HttpMemory*>(c.memory->get());
}

bool begins_http(Bytes message) {
    std::string_view text = as_text(message);
    while (!text.empty() && (text[0] == '\r' || text[0] == '\n')) text.remove_prefix(1);
    return begins_response(text) || begins_request(text.substr(0, 64));
}

bool looks_like_http(Bytes payload) {
    std::string_view text = as_text(payload.first(std::min<std::size_t>(payload.size(), longest_head)));
    const auto line = wire::take_line(text);
    if (!line || line->size() <= 8) return false;
    return wire::equal_without_case(line->substr(0, 7), "HTTP/1.") ||
           wire::equal_without_case(line->substr(line->size() - 8, 7), "HTTP/1.");
}

std::size_t http_pdu_size(Context& c, Bytes stream) {
    HttpMemory* memory = http_memory(c);
    if (memory && memory->is_tunnel) return not_mine;
    const std::string_view whole = as_text(stream);
    std::string_view rest = whole;
    while (!rest.empty() && (rest[0] == '\r' || rest[0] == '\n'))
        rest.remove_prefix(1);  // left over from the last body
    if (rest.empty()) return stream.size() > 64 ? not_mine : more;
    const std::string_view front = rest;
    const auto first = wire::take_line(rest);
    if (!first) return may_begin_message(front) && front.size() < longest_head ? more : not_mine;
    const bool is_request = begins_request(*first);
    if (!is_request && !begins_response(*first))
        return memory && memory->has_seen_head ? stream.size() : not_mine;  // as Wireshark: a continuation
    const std::string_view fields = rest;
    while (true) {
        const auto line = wire::take_line(rest);
        if (!line) return fields.size() < longest_head ? more : stream.size();
        if (line->empty()) break;
    }
    const std::size_t body_at = whole.size() - rest.size();
    if (!is_request && is_bodiless(*first, memory)) return body_at;
    const HttpFraming framing = read_framing(fields.substr(0, fields.size() - rest.size()), is_request);
    switch (framing.kind) {
        case HttpFraming::Kind::none: return body_at;
        case HttpFraming::Kind::length: return body_at + static_cast<std::size_t>(framing.length);
        case HttpFraming::Kind::chunked: return chunked_size(whole, body_at, c.scanned);
        case HttpFraming::Kind::until_close: return until_end;
    }
    return body_at;
}

}  // namespace layerlab::proto::dissect
