// HTTP/1.0 and HTTP/1.1 messages: RFC 9110 (semantics), RFC 9112 (syntax, framing).
//
//     GET /index.html HTTP/1.1\r\n          request line           HTTP/1.1 200 OK\r\n     status line
//     Host: www.example.org\r\n             header fields          Content-Length: 5\r\n
//     \r\n                                  end of the head        \r\n
//                                           body                   hello
//
// HttpParser takes a stream in pieces of any size and gives messages. Line ends may be a bare LF (RFC 9112 section
// 2.2). It refuses what could mean two things: folded lines, blanks before the colon, a Content-Length beside
// Transfer-Encoding in a request, different Content-Lengths. Content codings (gzip) stay as they are; trailers are
// dropped; no HTTP/0.9, no HTTP/2.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/bytes.hpp"
#include "proto/base/result.hpp"

namespace layerlab::proto::wire {

struct HttpHeader {
    std::string name;   // as written; names are compared without case
    std::string value;  // without the blanks around it

    friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

// A request when `method` is set, else a response.
struct HttpMessage {
    std::string method;                // "GET"
    std::string target;                // "/index.html", "http://host/", "*"
    unsigned status = 0;               // 100..999
    std::string phrase;                // "OK"; may be empty
    std::string version = "HTTP/1.1";  // "HTTP/1.0", "HTTP/1.1"
    std::vector<HttpHeader> headers;
    std::string body;

    bool is_request() const { return !method.empty(); }
    const std::string* find(std::string_view name) const;  // the first field of that name
    void add(std::string_view name, std::string_view value) {
        headers.push_back({std::string(name), std::string(value)});
    }
    // Whether the connection goes on after this message (RFC 9112 section 9.3).
    bool keeps_alive() const;
    // Start line, fields, empty line, body as they are; Content-Length is the caller's to add.
    std::string to_text() const;
    std::string head_text() const;  // without the body
};

HttpMessage http_request(std::string_view method, std::string_view target, std::string_view host);
HttpMessage http_response(unsigned status, std::string_view content_type, std::string body);  // with Content-Length
const char* http_phrase(unsigned status);  // "Not Found"; "" if unknown
// One chunk of the chunked coding; the last one is empty (RFC 9112 section 7.1).
std::string http_chunk(std::string_view data);

// --- pieces that the parser and the dissector share ---

bool is_http_token(std::string_view text);  // RFC 9110 section 5.6.2
bool equal_without_case(std::string_view a, std::string_view b);
// Whether a comma-separated list has that element, without case: "keep-alive, Upgrade" has "upgrade".
bool list_has(std::string_view list, std::string_view element);
// Cuts the first line off `text`, without its CRLF or LF; nullopt when it has no end yet.
std::optional<std::string_view> take_line(std::string_view& text);
std::optional<std::uint64_t> parse_content_length(std::string_view text);  // digits only, below 2^63
// The size at the front of a chunk's line, extensions ignored; nullopt when it is none or absurd.
std::optional<std::uint64_t> parse_chunk_size(std::string_view line);
// The message of a start line, without headers.
Result<HttpMessage> parse_start_line(std::string_view line);

// How the body ends (RFC 9112 section 6.3).
struct HttpFraming {
    enum class Kind : std::uint8_t { none, length, chunked, until_close } kind = Kind::none;
    std::uint64_t length = 0;

    friend bool operator==(const HttpFraming&, const HttpFraming&) = default;
};
// `answers_head`: a response to HEAD, which has no body whatever its fields say.
Result<HttpFraming> http_framing(const HttpMessage& head, bool answers_head);

struct HttpLimits {
    std::size_t line = 8 * 1024;  // of the start line, a field, a chunk's size
    std::size_t head = 64 * 1024;
    std::size_t fields = 200;
    std::uint64_t body = std::uint64_t{1} << 40;  // in all; what is held at once is up to take_body()
};

// Messages of one direction of a connection, one after the other.
class HttpParser {
  public:
    enum class Kind : std::uint8_t { requests, responses };
    enum class State : std::uint8_t { head, body, complete, failed };

    explicit HttpParser(Kind kind, HttpLimits limits = {}) : limits_(limits), kind_(kind) {}

    // Takes bytes up to the end of the current message and returns how many; the rest belongs to the next one.
    // After an error it stays failed.
    Result<std::size_t> feed(std::string_view text);
    // The other side has closed: completes a body that lasts until then, an error in the middle of a message.
    Result<void> finish();
    // For the next response: it answers a HEAD request.
    void expect_no_body() { answers_head_ = true; }

    State state() const { return state_; }
    bool has_head() const { return state_ == State::body || state_ == State::complete; }
    bool is_complete() const { return state_ == State::complete; }
    bool is_fresh() const { return state_ == State::head && line_.empty() && head_size_ == 0; }  // between messages
    const HttpMessage& message() const { return message_; }  // valid from has_head() on; the body grows
    std::uint64_t body_received() const { return received_; }
    const HttpFraming& framing() const { return framing_; }
    std::string take_body() { return std::exchange(message_.body, {}); }  // what came since; keeps memory flat
    HttpMessage take();                                                   // the complete message; ready for the next

  private:
    enum class Chunk : std::uint8_t { size, data, data_end, trailer };

    Result<void> on_head_line(std::string_view line);
    Result<void> on_head_end();
    Result<void> on_chunk_line(std::string_view line);
    Result<void> take_data(std::string_view& text);
    // Appends to the line until its end: true when it is whole.
    Result<bool> take_into_line(std::string_view& text);
    tl::unexpected<Error> give_up(std::string message, std::string hint = {});

    HttpLimits limits_;
    HttpMessage message_;
    HttpFraming framing_;
    std::string line_;           // of which the end has not come yet
    std::size_t head_size_ = 0;  // of head or trailer, in bytes
    std::uint64_t left_ = 0;     // of the body or chunk
    std::uint64_t received_ = 0;
    Kind kind_;
    State state_ = State::head;
    Chunk chunk_ = Chunk::size;
    bool answers_head_ = false;
};

}  // namespace layerlab::proto::wire
