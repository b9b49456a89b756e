// HTTP/1.x over TCP as Wireshark shows it: RFC 9110, RFC 9112. Bodies are joined from chunks, and gzip and deflate are
// undone up to a bound; brotli and several encodings in a row are not.
#pragma once

#include <string>
#include <vector>

#include "proto/base/time.hpp"
#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

// So much of a compressed body is shown.
inline constexpr std::size_t longest_decoded_body = 1 << 20;

struct HttpFields {
    static constexpr Field<bool> request{"http.request", "Request"};
    static constexpr Field<bool> response{"http.response", "Response"};
    static constexpr Field<std::string_view> method{"http.request.method", "Request Method", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> uri{"http.request.uri", "Request URI", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> uri_path{
        "http.request.uri.path", "Request URI Path", anywhere, {.level = 2}};
    static constexpr Field<std::string_view> uri_query{
        "http.request.uri.query", "Request URI Query", anywhere, {.level = 2}};
    static constexpr Field<std::string_view> uri_parameter{
        "http.request.uri.query.parameter", "Request URI Query Parameter", anywhere, {.level = 3}};
    static constexpr Field<std::string_view> request_version{
        "http.request.version", "Request Version", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> full_uri{"http.request.full_uri", "Full request URI"};
    static constexpr Field<std::string_view> response_version{
        "http.response.version", "Response Version", anywhere, {.level = 1}};
    static constexpr Field<std::uint16_t> code{"http.response.code", "Status Code", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> code_description{
        "http.response.code.desc", "Status Code Description", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> phrase{"http.response.phrase", "Response Phrase", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> request_line{"http.request.line", "Request line"};
    static constexpr Field<std::string_view> response_line{"http.response.line", "Response line"};
    static constexpr Field<std::uint64_t> content_length{
        "http.content_length", "Content length", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> cookie_pair{"http.cookie_pair", "Cookie pair", anywhere, {.level = 1}};
    static constexpr Field<std::uint32_t> request_number{"http.request_number", "Request number"};
    static constexpr Field<std::uint32_t> response_number{"http.response_number", "Response number"};
    static constexpr Field<std::uint32_t> request_in{"http.request_in", "Request in frame"};
    static constexpr Field<std::uint32_t> previous_request_in{"http.prev_request_in", "Prev request in frame"};
    static constexpr Field<std::uint32_t> previous_response_in{"http.prev_response_in", "Prev response in frame"};
    static constexpr Field<std::string_view> response_for{"http.response_for.uri", "Request URI"};
    static constexpr Field<Duration> time{"http.time", "Time since request"};
    static constexpr Field<std::uint32_t> chunk_size{"http.chunk_size", "Chunk size"};
    static constexpr Field<Bytes> chunk_data{"http.chunk_data", "Chunk data", anywhere, {.level = 1}};
    static constexpr Field<Bytes> chunk_boundary{"http.chunk_boundary", "Chunk boundary", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> file_data{"http.file_data", "File Data"};
    static constexpr FieldTable<28> table{&request.info,
                                          &response.info,
                                          &method.info,
                                          &uri.info,
                                          &uri_path.info,
                                          &uri_query.info,
                                          &uri_parameter.info,
                                          &request_version.info,
                                          &full_uri.info,
                                          &response_version.info,
                                          &code.info,
                                          &code_description.info,
                                          &phrase.info,
                                          &request_line.info,
                                          &response_line.info,
                                          &content_length.info,
                                          &cookie_pair.info,
                                          &request_number.info,
                                          &response_number.info,
                                          &request_in.info,
                                          &previous_request_in.info,
                                          &previous_response_in.info,
                                          &response_for.info,
                                          &time.info,
                                          &chunk_size.info,
                                          &chunk_data.info,
                                          &chunk_boundary.info,
                                          &file_data.info};
};

// A header field that has a filter name of its own.
struct HttpHeaderField {
    std::string_view header;
    FieldInfo field;
};
constexpr HttpHeaderField http_header(const char* header, const char* name) {
    return {header, {name, header, FieldType::text}};
}
inline constexpr std::array<HttpHeaderField, 30> http_headers{{
    http_header("Authorization", "http.authorization"),
    http_header("Proxy-Authorization", "http.proxy_authorization"),
    http_header("Proxy-Authenticate", "http.proxy_authenticate"),
    http_header("WWW-Authenticate", "http.www_authenticate"),
    http_header("Content-Type", "http.content_type"),
    http_header("Content-Length", "http.content_length_header"),
    http_header("Content-Encoding", "http.content_encoding"),
    http_header("Transfer-Encoding", "http.transfer_encoding"),
    http_header("Upgrade", "http.upgrade"),
    http_header("User-Agent", "http.user_agent"),
    http_header("Host", "http.host"),
    http_header("Connection", "http.connection"),
    http_header("Cookie", "http.cookie"),
    http_header("Accept", "http.accept"),
    http_header("Referer", "http.referer"),
    http_header("Accept-Language", "http.accept_language"),
    http_header("Accept-Encoding", "http.accept_encoding"),
    http_header("Date", "http.date"),
    http_header("Cache-Control", "http.cache_control"),
    http_header("Server", "http.server"),
    http_header("Location", "http.location"),
    http_header("Sec-WebSocket-Accept", "http.sec_websocket_accept"),
    http_header("Sec-WebSocket-Extensions", "http.sec_websocket_extensions"),
    http_header("Sec-WebSocket-Key", "http.sec_websocket_key"),
    http_header("Sec-WebSocket-Protocol", "http.sec_websocket_protocol"),
    http_header("Sec-WebSocket-Version", "http.sec_websocket_version"),
    http_header("Set-Cookie", "http.set_cookie"),
    http_header("Last-Modified", "http.last_modified"),
    http_header("X-Forwarded-For", "http.x_forwarded_for"),
    http_header("HTTP2-Settings", "http.http2_settings"),
}};

// What a connection's messages have to do with each other.
struct HttpMemory : ConversationMemory {
    static constexpr std::size_t most_waiting = 64, longest_uri = 8192;

    struct Request {
        std::uint64_t frame = 0, previous = 0;  // of this request and of the one before
        Time time{};
        bool is_head = false, is_connect = false;
        std::string full_uri;
    };
    std::vector<Request> waiting;  // for their responses, mostly one
    std::uint32_t requests = 0, responses = 0;
    std::uint64_t last_request = 0, last_response = 0;  // frames
    bool has_seen_head = false;                         // a whole one: what follows is HTTP, too
    bool is_tunnel = false;                             // after CONNECT or an upgrade: no HTTP any more
};

// The memory of the current conversation, made on first use; nullptr without state.
HttpMemory* http_memory(Context& c);
// Octets of the message at the front of a stream (protocol.hpp).
std::size_t http_pdu_size(Context& c, Bytes stream);
// Whether bytes begin as a request or a response does; the first line need not be whole.
bool begins_http(Bytes message);
// A first line that begins or ends with an HTTP version, as Wireshark guesses.
bool looks_like_http(Bytes payload);

}  // namespace layerlab::proto::dissect
