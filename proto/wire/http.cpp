#include "proto/wire/http.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace layerlab::proto::wire {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_token_char(char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// Control characters other than the tab have no place in a line.
bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return (u < 32 && c != '\t') || u == 127;
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_version(std::string_view v) {
    return v.size() == 8 && v.substr(0, 5) == "HTTP/" && is_digit(v[5]) && v[6] == '.' && is_digit(v[7]);
}

// A line quoted in an error: short, and nothing unprintable.
std::string quoted(std::string_view line) {
    std::string result;
    for (const char c : line.substr(0, 40)) result += c >= 32 && c < 127 ? c : '?';
    return "\"" + result + (line.size() > 40 ? "...\"" : "\"");
}

struct StatusPhrase {
    unsigned status;
    const char* phrase;
};
constexpr std::array<StatusPhrase, 41> phrases{{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {426, "Upgrade Required"},
    {500, "Internal Server Error"},
    {501,
     "Not "
     "Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
}};

}  // namespace

bool is_http_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool equal_without_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool list_has(std::string_view list, std::string_view element) {
    while (true) {
        const std::size_t comma = list.find(',');
        if (equal_without_case(trimmed(list.substr(0, comma)), element)) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
}

std::optional<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

std::optional<std::uint64_t> parse_content_length(std::string_view text) {
    if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    std::uint64_t n = 0;
    for (const char c : text) n = n * 10 + static_cast<std::uint64_t>(c - '0');
    return n;
}

std::optional<std::uint64_t> parse_chunk_size(std::string_view line) {
    const std::string_view digits = trimmed(line.substr(0, line.find(';')));
    if (digits.empty() || digits.size() > 15) return std::nullopt;
    std::uint64_t n = 0;
    for (const char c : digits) {
        const char l = lower(c);
        if (!is_digit(c) && (l < 'a' || l > 'f')) return std::nullopt;
        n = n << 4 | static_cast<std::uint64_t>(is_digit(c) ? c - '0' : l - 'a' + 10);
    }
    return n;
}

Result<HttpMessage> parse_start_line(std::string_view line) {
    HttpMessage m;
    if (has_control(line)) return fail("control characters in the HTTP start line " + quoted(line));
    const std::size_t space = line.find(' ');
    if (is_version(line.substr(0, space))) {  // HTTP-version SP status-code SP [ reason-phrase ]
        const std::string_view rest = space == std::string_view::npos ? "" : line.substr(space + 1);
        const std::string_view digits = rest.substr(0, 3);
        if (digits.size() != 3 || digits[0] == '0' || !std::all_of(digits.begin(), digits.end(), is_digit) ||
            (rest.size() > 3 && rest[3] != ' '))
            return fail("no three-digit status in the HTTP status line " + quoted(line));
        m.version = line.substr(0, space);
        for (const char c : digits) m.status = m.status * 10 + static_cast<unsigned>(c - '0');
        if (rest.size() > 4) m.phrase = rest.substr(4);
        return m;
    }
    const std::size_t last = line.rfind(' ');
    if (space == std::string_view::npos || last == space || !is_http_token(line.substr(0, space)))
        return fail("not an HTTP start line: " + quoted(line), "it has a method, a target and a version");
    m.method = line.substr(0, space);
    m.target = line.substr(space + 1, last - space - 1);
    m.version = line.substr(last + 1);
    if (!is_version(m.version)) return fail("no HTTP version at the end of the request line " + quoted(line));
    if (m.target.empty() || m.target.find(' ') != std::string::npos)
        return fail("blanks in the target of the HTTP request line " + quoted(line));
    return m;
}

Result<HttpFraming> http_framing(const HttpMessage& head, bool answers_head) {
    using Kind = HttpFraming::Kind;
    if (!head.is_request() && (answers_head || head.status < 200 || head.status == 204 || head.status == 304))
        return HttpFraming{};
    std::optional<std::uint64_t> length;
    const std::string* coding = nullptr;  // the last Transfer-Encoding
    for (const HttpHeader& field : head.headers) {
        if (equal_without_case(field.name, "Transfer-Encoding")) coding = &field.value;
        if (!equal_without_case(field.name, "Content-Length")) continue;
        const auto n = parse_content_length(field.value);
        if (!n) return fail("the Content-Length is no number: " + quoted(field.value));
        if (length && *length != *n) return fail("two different Content-Lengths");
        length = n;
    }
    if (coding) {
        if (head.is_request() && length) return fail("a request with both Transfer-Encoding and Content-Length");
        const std::size_t comma = coding->rfind(',');
        const std::string_view last =
            comma == std::string::npos ? *coding : std::string_view(*coding).substr(comma + 1);
        if (equal_without_case(trimmed(last), "chunked")) return HttpFraming{Kind::chunked, 0};
        if (head.is_request()) return fail("a request whose last transfer coding is not chunked: " + quoted(*coding));
        return HttpFraming{Kind::until_close, 0};
    }
    if (length) return HttpFraming{Kind::length, *length};
    return HttpFraming{head.is_request() ? Kind::none : Kind::until_close, 0};
}

// --- messages ---

const std::string* HttpMessage::find(std::string_view name) const {
    for (const HttpHeader& field : headers)
        if (equal_without_case(field.name, name)) return &field.value;
    return nullptr;
}

bool HttpMessage::keeps_alive() const {
    const std::string* connection = find("Connection");
    if (connection && list_has(*connection, "close")) return false;
    return version != "HTTP/1.0" || (connection && list_has(*connection, "keep-alive"));
}

std::string HttpMessage::head_text() const {
    std::string text = is_request() ? fmt::format("{} {} {}\r\n", method, target, version)
                                    : fmt::format("{} {} {}\r\n", version, status, phrase);
    for (const HttpHeader& field : headers) text += field.name + ": " + field.value + "\r\n";
    return text + "\r\n";
}

std::string HttpMessage::to_text() const { return head_text() + body; }

HttpMessage http_request(std::string_view method, std::string_view target, std::string_view host) {
    HttpMessage m;
    m.method = method;
    m.target = target;
    m.add("Host", host);
    return m;
}

HttpMessage http_response(unsigned status, std::string_view content_type, std::string body) {
    HttpMessage m;
    m.status = status;
    m.phrase = http_phrase(status);
    if (!content_type.empty()) m.add("Content-Type", content_type);
    m.add("Content-Length", fmt::format("{}", body.size()));
    m.body = std::move(body);
    return m;
}

const char* http_phrase(unsigned status) {
    for (const auto& [code, phrase] : phrases)
        if (code == status) return phrase;
    return "";
}

std::string http_chunk(std::string_view data) { return fmt::format("{:x}\r\n{}\r\n", data.size(), data); }

// --- the parser ---

tl::unexpected<Error> HttpParser::give_up(std::string message, std::string hint) {
    state_ = State::failed;
    return fail(std::move(message), std::move(hint));
}

Result<bool> HttpParser::take_into_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view piece = text.substr(0, end);
    if (line_.size() + piece.size() > limits_.line)
        return give_up(fmt::format("an HTTP line is longer than {} bytes", limits_.line));
    head_size_ += piece.size() + 1;
    if (head_size_ > limits_.head) return give_up(fmt::format("an HTTP head is over {} bytes", limits_.head));
    line_ += piece;
    if (end == std::string_view::npos) {
        text = {};
        return false;
    }
    text.remove_prefix(end + 1);
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    return true;
}

Result<std::size_t> HttpParser::feed(std::string_view text) {
    const std::size_t whole = text.size();
    if (state_ == State::failed) return fail("the HTTP stream is broken");
    while (!text.empty() && state_ != State::complete) {
        Result<void> done;
        const bool in_line =
            state_ == State::head || (framing_.kind == HttpFraming::Kind::chunked && chunk_ != Chunk::data);
        if (in_line) {
            const auto line = take_into_line(text);
            if (!line) return tl::unexpected<Error>(line.error());
            if (!*line) break;
            const std::string taken = std::exchange(line_, {});
            done = state_ == State::head ? on_head_line(taken) : on_chunk_line(taken);
        } else {
            done = take_data(text);
        }
        if (!done) return tl::unexpected<Error>(done.error());
    }
    return whole - text.size();
}

Result<void> HttpParser::on_head_line(std::string_view line) {
    if (message_.method.empty() && message_.status == 0) {
        if (line.empty()) {  // empty lines before a message are skipped (RFC 9112 section 2.2)
            if (head_size_ > 8) return give_up("empty lines instead of an HTTP message");
            return {};
        }
        auto start = parse_start_line(line);
        if (!start) return give_up(std::move(start.error().message), std::move(start.error().hint));
        if (start->is_request() != (kind_ == Kind::requests))
            return give_up(fmt::format("an HTTP {} where a {} was expected",
                                       start->is_request() ? "request" : "response",
                                       kind_ == Kind::requests ? "request" : "response"));
        message_ = std::move(*start);
        return {};
    }
    if (line.empty()) return on_head_end();
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_http_token(line.substr(0, colon)) || has_control(line))
        return give_up("not an HTTP header field: " + quoted(line), "it is a name, a colon and a value");
    if (message_.headers.size() == limits_.fields)
        return give_up(fmt::format("more than {} HTTP header fields", limits_.fields));
    message_.add(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    return {};
}

Result<void> HttpParser::on_head_end() {
    auto framing = http_framing(message_, answers_head_);
    if (!framing) return give_up(std::move(framing.error().message));
    framing_ = *framing;
    if (framing_.length > limits_.body) return give_up(fmt::format("an HTTP body of {} bytes", framing_.length));
    left_ = framing_.length;
    head_size_ = 0;
    chunk_ = Chunk::size;
    const bool empty =
        framing_.kind == HttpFraming::Kind::none || (framing_.kind == HttpFraming::Kind::length && left_ == 0);
    state_ = empty ? State::complete : State::body;
    return {};
}

Result<void> HttpParser::on_chunk_line(std::string_view line) {
    if (chunk_ == Chunk::trailer) {
        if (line.empty()) state_ = State::complete;
        return {};
    }
    if (chunk_ == Chunk::data_end) {
        if (!line.empty()) return give_up("an HTTP chunk is longer than its size says");
        chunk_ = Chunk::size;
        head_size_ = 0;
        return {};
    }
    const auto size = parse_chunk_size(line);
    if (!size) return give_up("not the size of an HTTP chunk: " + quoted(line));
    left_ = *size;
    chunk_ = left_ == 0 ? Chunk::trailer : Chunk::data;
    head_size_ = 0;
    return {};
}

Result<void> HttpParser::take_data(std::string_view& text) {
    const bool bounded = framing_.kind != HttpFraming::Kind::until_close;
    const std::size_t n = bounded ? static_cast<std::size_t>(std::min<std::uint64_t>(left_, text.size())) : text.size();
    if (n > limits_.body - received_) return give_up(fmt::format("an HTTP body of over {} bytes", limits_.body));
    message_.body += text.substr(0, n);
    text.remove_prefix(n);
    received_ += n;
    if (!bounded) return {};
    left_ -= n;
    if (left_ > 0) return {};
    if (framing_.kind == HttpFraming::Kind::chunked)
        chunk_ = Chunk::data_end;
    else
        state_ = State::complete;
    return {};
}

Result<void> HttpParser::finish() {
    if (state_ == State::failed) return fail("the HTTP stream is broken");
    if (is_fresh() || state_ == State::complete) return {};
    if (state_ == State::body && framing_.kind == HttpFraming::Kind::until_close) {
        state_ = State::complete;
        return {};
    }
    return give_up("the connection ended in the middle of an HTTP message");
}

HttpMessage HttpParser::take() {
    HttpMessage taken = std::exchange(message_, {});
    framing_ = {};
    received_ = left_ = 0;
    head_size_ = 0;
    answers_head_ = false;
    state_ = State::head;
    return taken;
}

}  // namespace layerlab::proto::wire
