#include "proto/dissect/http.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "proto/dissect/expert.hpp"
#include "proto/dissect/inflate.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/media.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/value.hpp"
#include "proto/wire/http.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr auto header_fields = [] {
    FieldTable<http_headers.size()> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = &http_headers[i].field;
    return table;
}();
constexpr Field<void> chat{"http.chat", "Formatted text"};
constexpr auto fields = join(HttpFields::table, header_fields, table_of(chat));

// What of the head matters to the rest.
struct Head {
    bool is_request = false;
    std::string_view method, uri, code;
    std::string_view host, content_type, content_encoding;
    bool is_chunked = false, is_whole = false;
};

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    return text;
}

// A line as take_line() gives it; at the end of a message that was cut off, what there is of it.
std::string_view take_line_or_rest(std::string_view& text) {
    const auto line = wire::take_line(text);
    return line ? *line : std::exchange(text, {});
}

// Adds each part of a list and moves on; at most as many as the text has separators.
template <class T>
void add_parts(Context& c, const Field<T>& field, std::string_view list, std::string_view separators) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(separators), list.size());
        if (const std::string_view part = without_blanks(list.substr(0, end)); !part.empty())
            c.add(field, as_bytes(part));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

void add_uri(Context& c, std::string_view uri) {
    c.add(HttpFields::uri, as_bytes(uri));
    const std::size_t mark = uri.find('?');
    if (mark == std::string_view::npos) return;
    const std::string_view query = uri.substr(mark + 1);
    c.add(HttpFields::uri_path, as_bytes(uri.substr(0, mark)));
    c.add(HttpFields::uri_query, as_bytes(query));
    add_parts(c, HttpFields::uri_parameter, query, "&");
}

void add_request_line(Context& c, std::string_view line, Head& head) {
    const std::size_t first = std::min(line.find(' '), line.size());
    head.method = line.substr(0, first);
    c.add(HttpFields::method, as_bytes(head.method));
    std::string_view rest = line.substr(std::min(first + 1, line.size()));
    const std::size_t last = rest.rfind(' ');
    head.uri = rest.substr(0, last);
    add_uri(c, head.uri);
    if (last != std::string_view::npos) c.add(HttpFields::request_version, as_bytes(rest.substr(last + 1)));
}

void add_status_line(Context& c, std::string_view line, Head& head) {
    const std::size_t first = line.find(' ');
    c.add(HttpFields::response_version, as_bytes(line.substr(0, first)));
    if (first == std::string_view::npos) return;
    std::string_view rest = line.substr(first + 1);
    head.code = rest.substr(0, std::min(rest.find(' '), rest.size()));
    const auto code = wire::parse_content_length(head.code);
    if (!code || head.code.size() != 3) return;
    c.add(HttpFields::code, as_bytes(head.code), *code);
    const char* known = wire::http_phrase(static_cast<unsigned>(*code));
    if (*known) c.add(HttpFields::code_description, as_bytes(head.code), std::string_view(known));
    if (rest.size() > 4) c.add(HttpFields::phrase, as_bytes(rest.substr(4)));
}

void add_header(Context& c, std::string_view line, std::string_view line_with_end, Head& head) {
    c.add(head.is_request ? HttpFields::request_line : HttpFields::response_line, as_bytes(line_with_end));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view name = line.substr(0, colon), value = without_blanks(line.substr(colon + 1));
    const auto known = std::find_if(http_headers.begin(), http_headers.end(),
                                    [&](const HttpHeaderField& h) { return wire::equal_without_case(h.header, name); });
    if (known == http_headers.end()) return;
    c.add(known->field, as_bytes(line_with_end), value);
    const std::string_view header = known->header;
    if (header == "Host") head.host = value;
    if (header == "Content-Type") head.content_type = value;
    if (header == "Content-Encoding") head.content_encoding = value;
    if (header == "Transfer-Encoding") head.is_chunked = wire::equal_without_case(value.substr(0, 7), "chunked");
    if (header == "Cookie") add_parts(c, HttpFields::cookie_pair, value, ";");
    if (header == "Content-Length") {
        std::string_view digits = value.substr(0, value.find(' '));
        if (const auto n = wire::parse_content_length(digits)) c.add(HttpFields::content_length, as_bytes(digits), *n);
    }
}

// RFC 9110 section 7.1: what the target and the Host field make together.
std::string full_uri_of(const Head& head) {
    if (head.uri.find("://") != std::string_view::npos || head.method == "CONNECT") return std::string(head.uri);
    if (head.host.empty()) return {};
    return fmt::format("http://{}{}", head.host, head.uri);
}

void relate_request(Context& c, const Head& head, std::string full_uri, HttpMemory* memory) {
    c.generate(HttpFields::request, 1u);
    if (!memory) return;
    c.generate(HttpFields::request_number, ++memory->requests);
    const std::uint64_t previous = std::exchange(memory->last_request, c.info.frame);
    if (previous) c.generate(HttpFields::previous_request_in, previous);
    if (memory->waiting.size() >= HttpMemory::most_waiting) memory->waiting.erase(memory->waiting.begin());
    full_uri.resize(std::min(full_uri.size(), HttpMemory::longest_uri));
    memory->waiting.push_back(
        {c.info.frame, previous, c.info.time, head.method == "HEAD", head.method == "CONNECT", std::move(full_uri)});
}

void relate_response(Context& c, const Head& head, HttpMemory* memory) {
    c.generate(HttpFields::response, 1u);
    if (!memory) return;
    c.generate(HttpFields::response_number, ++memory->responses);
    const bool is_interim = head.code.substr(0, 1) == "1";
    if (!memory->waiting.empty() && memory->waiting.front().previous)
        c.generate(HttpFields::previous_request_in, memory->waiting.front().previous);
    if (memory->last_response) c.generate(HttpFields::previous_response_in, memory->last_response);
    memory->last_response = c.info.frame;
    if (head.code == "101") memory->is_tunnel = true;
    if (memory->waiting.empty()) return;
    const HttpMemory::Request& request = memory->waiting.front();
    c.generate(HttpFields::time, static_cast<std::uint64_t>(nanoseconds(c.info.time - request.time)));
    c.generate(HttpFields::request_in, request.frame);
    if (!request.full_uri.empty()) c.generate(HttpFields::response_for, c.keep(request.full_uri));
    if (request.is_connect && head.code.substr(0, 1) == "2") memory->is_tunnel = true;
    if (!is_interim) memory->waiting.erase(memory->waiting.begin());
}

// Adds the chunks and joins their data.
std::vector<std::uint8_t> add_chunks(Context& c, Bytes body) {
    std::vector<std::uint8_t> joined;
    std::string_view rest = as_text(body);
    while (!rest.empty()) {
        const std::string_view before = rest;
        const auto line = wire::take_line(rest);
        const auto size = line ? wire::parse_chunk_size(*line) : std::nullopt;
        if (!size) {
            c.malformed({}, "no chunk size where one belongs");
            break;
        }
        c.add(HttpFields::chunk_size, as_bytes(before.substr(0, before.size() - rest.size())), *size);
        if (*size == 0) break;
        const std::string_view data =
            rest.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(*size, rest.size())));
        rest.remove_prefix(data.size());
        c.add(HttpFields::chunk_data, as_bytes(data));
        joined.insert(joined.end(), data.begin(), data.end());
        const std::string_view boundary = rest.substr(0, 2);
        if (!boundary.empty()) c.add(HttpFields::chunk_boundary, as_bytes(boundary));
        rest.remove_prefix(boundary.size());
    }
    return joined;
}

// The body as text: up to the first zero byte, and what is not ASCII replaced, as Wireshark shows it.
std::string_view file_data_of(Context& c, Bytes body) {
    std::string_view text = as_text(body);
    text = text.substr(0, text.find('\0'));
    const auto is_ascii = [](char ch) { return static_cast<unsigned char>(ch) < 0x80; };
    if (std::all_of(text.begin(), text.end(), is_ascii)) return text;
    std::string shown;
    shown.reserve(text.size() * 2);
    for (const char ch : text) is_ascii(ch) ? shown += ch : shown += "\xef\xbf\xbd";
    return c.keep(std::move(shown));
}

bool is_compressed(std::string_view encoding) {
    constexpr std::array<std::string_view, 4> known{"gzip", "deflate", "x-gzip", "x-deflate"};
    return std::any_of(known.begin(), known.end(),
                       [&](std::string_view k) { return wire::equal_without_case(k, encoding); });
}

// The body as it was before it was compressed, if it can be had.
std::optional<std::vector<std::uint8_t>> decoded_body(Context& c, Bytes body, std::string_view encoding) {
    if (!is_compressed(encoding) || c.decoding_left == 0) return std::nullopt;
    auto decoded = inflate_body(body, std::min(longest_decoded_body, c.decoding_left));
    if (decoded) c.decoding_left -= decoded->size();
    return decoded;
}

void dissect_body(Context& c, Bytes body, const Head& head) {
    std::vector<std::uint8_t> made;  // the body, if it is not in the message as it is
    if (head.is_chunked) {
        made = add_chunks(c, body);
        body = made;
    }
    if (body.empty()) return;
    const bool is_encoded =
        !head.content_encoding.empty() && !wire::equal_without_case(head.content_encoding, "identity");
    bool is_made = head.is_chunked;
    if (is_encoded) {
        auto decoded = decoded_body(c, body, head.content_encoding);
        if (!decoded) return is_made ? c.next_reassembled(nullptr, std::move(made)) : c.data(body);
        if (decoded->empty()) return;
        made = std::move(*decoded);
        body = made;
        is_made = true;
    }
    const Protocol* above = media_protocol(head.content_type, body);
    const std::string_view shown =
        c.wants(HttpFields::file_data.info) ? c.keep(std::string(file_data_of(c, body))) : std::string_view{};
    if (is_made) {
        c.generate(HttpFields::file_data, shown);
        c.next_reassembled(above, std::move(made));
    } else {
        c.add(HttpFields::file_data, body, shown);
        c.next(above, body);
    }
}

// What one side says to the other, in one line: as Wireshark, a "chat" whatever the status.
void add_chat(Context& c, std::string_view line_with_end) {
    const Remark remark{chat.info, Severity::chat, RemarkGroup::sequence};
    if (!wants_remark(c, remark)) return;
    std::string shown;
    append_printable(shown, line_with_end);
    add_remark(c, remark, c.keep(std::move(shown)));
}

// Adds the first line and the header fields; what is left of the text is the body.
Head add_head(Context& c, std::string_view& text) {
    Head head;
    const std::string_view whole = text;
    const std::string_view first = take_line_or_rest(text);
    add_chat(c, whole.substr(0, whole.size() - text.size()));
    head.is_request = first.substr(0, 5) != "HTTP/";
    if (head.is_request)
        add_request_line(c, first, head);
    else
        add_status_line(c, first, head);
    while (!text.empty()) {
        const std::string_view before = text;
        const std::string_view line = take_line_or_rest(text);
        if (line.empty()) {
            head.is_whole = true;
            break;
        }
        add_header(c, line, before.substr(0, before.size() - text.size()), head);
    }
    return head;
}

// One message, of HTTP over TCP or of SSDP over UDP; its front at least.
void dissect_message(Context& c, const Protocol& protocol, Bytes message) {
    HttpMemory* memory = http_memory(c);
    if (!begins_http(message)) {
        if (memory && memory->has_seen_head && !message.empty()) {  // the rest of something that was not put together
            c.begin(protocol, message);
            c.add(HttpFields::file_data, message, file_data_of(c, message));
        }
        return c.data(message);
    }
    c.begin(protocol, message);
    std::string_view rest = as_text(message);
    while (!rest.empty() && (rest[0] == '\r' || rest[0] == '\n')) rest.remove_prefix(1);
    const Head head = add_head(c, rest);
    c.set_header_size(message.size() - rest.size());
    if (memory) memory->has_seen_head |= head.is_whole;
    if (head.is_request) {
        const bool wants_uri = c.wants(HttpFields::full_uri.info) || c.wants(HttpFields::response_for.info);
        const std::string full_uri = wants_uri ? full_uri_of(head) : std::string{};
        if (!full_uri.empty()) c.generate(HttpFields::full_uri, c.keep(full_uri));
        relate_request(c, head, full_uri, memory);
    } else {
        relate_response(c, head, memory);
    }
    dissect_body(c, as_bytes(rest), head);
}

void dissect_http(Context& c, Bytes message) { dissect_message(c, http, message); }
void dissect_ssdp(Context& c, Bytes message) { dissect_message(c, ssdp, message); }

constexpr const FieldInfo* content_type_field = [] {
    for (const HttpHeaderField& header : http_headers)
        if (header.header == "Content-Type") return &header.field;
    return static_cast<const FieldInfo*>(nullptr);
}();
constexpr FieldTable<8> summary_fields{&HttpFields::request.info,
                                       &HttpFields::method.info,
                                       &HttpFields::uri.info,
                                       &HttpFields::request_version.info,
                                       &HttpFields::response_version.info,
                                       &HttpFields::code.info,
                                       &HttpFields::phrase.info,
                                       content_type_field};

void summarize_http(const LayerView& v, std::string& info) {
    if (v.find(HttpFields::request)) {
        info += fmt::format("{} {} {} ", v.text(HttpFields::method), v.text(HttpFields::uri),
                            v.text(HttpFields::request_version));
    } else {
        info += fmt::format("{} {} {} ", v.text(HttpFields::response_version), v.number(HttpFields::code),
                            v.text(HttpFields::phrase));
    }
    if (const Item* type = v.find(*content_type_field)) {
        const std::string_view text = as_text(type->bytes);
        info += fmt::format(" ({})", text.substr(0, text.find(';')));
    }
}

}  // namespace

constinit const Protocol http{.heading = {"http", "Hypertext Transfer Protocol"},
                              .column = "HTTP",
                              .fields = fields,
                              .dissect = dissect_http,
                              .pdu_size = http_pdu_size,
                              .summarize = summarize_http,
                              .source = "RFC 9112",
                              .summary_fields = summary_fields};

constinit const Protocol ssdp{.heading = {"ssdp", "Simple Service Discovery Protocol"},
                              .column = "SSDP",
                              .fields = {},
                              .dissect = dissect_ssdp,
                              .summarize = summarize_http,
                              .source = "UPnP Device Architecture 1.1 section 1",
                              .summary_fields = summary_fields};

}  // namespace layerlab::proto::dissect
