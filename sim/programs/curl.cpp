// curl 7.88 for http:// URLs: the texts, exit statuses and the order of header fields are the real one's. One request
// at a time, a connection is used again. Not: TLS, other schemes, proxies, compression, globbing, uploads of files.
#include <algorithm>
#include <fmt/format.h>

#include "proto/wire/http.hpp"
#include "sim/programs/clock.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/curl_options.hpp"
#include "sim/programs/curl_text.hpp"
#include "sim/programs/file_path.hpp"
#include "sim/programs/happy_eyeballs.hpp"
#include "sim/programs/http_url.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {
namespace {

namespace wire = proto::wire;
using wire::HttpMessage;
using wire::HttpParser;

constexpr Duration default_connect_timeout = std::chrono::seconds(300);

std::int64_t milliseconds(Duration d) { return proto::nanoseconds(d) / 1'000'000; }

std::string base64(std::string_view text) {
    static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::uint32_t group = 0;
        const std::size_t n = std::min<std::size_t>(3, text.size() - i);
        for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? static_cast<unsigned char>(text[i + k]) : 0u);
        for (std::size_t k = 0; k < 4; ++k) result += k <= n ? digits[group >> (18 - 6 * k) & 63] : '=';
    }
    return result;
}

class Curl {
  public:
    Curl(Process& self, CurlOptions options) : self_(self), o_(std::move(options)) {}

    Task<int> run() {
        note_needless_method();
        for (const CurlResolve& r : o_.resolves)
            info(fmt::format("Added {}:{}:{} to DNS cache", r.host, r.port, r.address));
        int status = 0;
        for (std::size_t i = 0; i < o_.urls.size() && !self_.interrupted(); ++i) {
            status = co_await transfer(i);
        }
        co_return self_.interrupted() ? 130 : status;
    }

  private:
    struct Connection {
        TcpSocket socket;
        std::string host;
        std::uint16_t port = 0;
        unsigned number = 0;
    };

    void info(std::string_view text) {
        if (o_.verbose) self_.print(fmt::format("* {}\n", text));
    }

    void note_needless_method() {
        if (o_.method.empty()) return;
        const char* inferred = o_.head ? "HEAD" : o_.data ? "POST" : "GET";
        if (o_.method == inferred && o_.verbose)
            self_.print(fmt::format("Note: Unnecessary use of -X or --request, {} is already inferred.\n", inferred));
        else if (o_.method == "HEAD" && !o_.silent)
            self_.print(
                "Warning: Setting custom HTTP method to HEAD with -X/--request may not work the \n"
                "Warning: way you want. Consider using -I/--head instead.\n");
    }

    // --- one URL of the command line ---

    Task<int> transfer(std::size_t index) {
        r_ = CurlResult();
        r_.number = index;
        body_.clear();
        began_ = self_.now();
        url_ = parse_http_url(o_.urls[index]).value_or(HttpUrl{});
        r_.url = o_.urls[index];
        if (!choose_output(index)) co_return 23;
        const bool ok = check_url(o_.urls[index]);
        if (ok) {
            if (shows_meter()) self_.print(curl_meter_heading());
            if (shows_meter() && o_.verbose) self_.print(curl_meter(CurlResult{}));
            co_await follow();
        }
        r_.total = self_.now() - began_;
        finish();
        co_return r_.status;
    }

    bool check_url(const std::string& text) {
        const std::optional<HttpUrl> url = parse_http_url(text);
        if (!url) return fail(3, "URL using bad/illegal format or missing URL");
        url_ = *url;
        if (url_.scheme != "http")
            return fail(1, fmt::format("Protocol \"{}\" not supported or disabled in libcurl", url_.scheme));
        r_.url = url_.to_string();
        if (o_.user.empty()) user_ = url_.user;
        if (!o_.user.empty()) user_ = o_.user;
        return true;
    }

    bool choose_output(std::size_t index) {
        file_.clear();
        to_file_ = index < o_.outputs.size() && o_.outputs[index].file != "-";
        if (!to_file_) return true;
        file_ = o_.outputs[index].file;
        if (o_.outputs[index].is_remote_name) {
            const std::string path = url_.target.substr(0, url_.target.find('?'));
            file_ = path.substr(path.rfind('/') + 1);
        }
        r_.file = file_;
        if (!file_.empty()) return true;
        self_.print(
            "curl: Remote file name has no length!\n"
            "curl: (23) Failed writing received data to disk/application\n");
        return false;
    }

    bool shows_meter() const { return to_file_ && !o_.silent; }

    void finish() {
        if (shows_meter() && (r_.downloaded > 0 || r_.status != 0) && r_.status != 1 && r_.status != 3 &&
            !meter_printed_)
            print_meter();
        meter_printed_ = false;
        if (r_.status != 0 && !r_.message.empty() && (!o_.silent || o_.show_error))
            self_.print(fmt::format("curl: ({}) {}\n", r_.status, r_.message));
        self_.print(unfinished_line_);
        unfinished_line_.clear();
        if (to_file_ && file_ != "/dev/null" && (r_.status == 0 || !body_.empty()))
            self_.host().settings().files[file_path(file_)] = std::move(body_);
        body_.clear();
        if (!o_.write_out.empty()) self_.print(curl_write_out(o_.write_out, r_));
    }

    void print_meter() {
        r_.total = self_.now() - began_;
        self_.print(curl_meter(r_) + "\n");
        meter_printed_ = true;
    }

    bool fail(int status, std::string message) {
        r_.status = status;
        r_.message = std::move(message);
        return false;
    }
    // An error in the middle of a connection.
    bool fail_and_close(int status, std::string message) {
        info(message);
        close_connection();
        return fail(status, std::move(message));
    }

    void close_connection() {
        info(fmt::format("Closing connection {}", connection_ ? connection_->number : connections_));
        connection_.reset();
    }

    // --- requests, with their redirects ---

    Task<void> follow() {
        method_ = o_.method;
        has_data_ = o_.data.has_value();
        for (;;) {
            const bool ready = co_await prepare_connection();
            if (!ready) co_return;
            const bool done = co_await exchange();
            if (!done) co_return;
            const std::string* location = response_.find("Location");
            const bool is_redirect = response_.status / 100 == 3 && response_.status != 304 && location;
            if (!is_redirect) co_return;
            const std::optional<HttpUrl> next = resolve_http_url(url_, *location);
            if (!o_.location) {
                if (next) r_.redirect_url = next->to_string();
                co_return;
            }
            if (o_.max_redirects >= 0 && r_.redirects >= static_cast<std::uint64_t>(o_.max_redirects)) {
                fail(47, fmt::format("Maximum ({}) redirects followed", o_.max_redirects));
                co_return;
            }
            if (!next) {
                fail(3, "URL using bad/illegal format or missing URL");
                co_return;
            }
            go_to(*next);
            if (r_.status != 0) co_return;
        }
    }

    void go_to(const HttpUrl& next) {
        ++r_.redirects;
        r_.redirected = self_.now() - began_;
        info(fmt::format("Issue another request to this URL: '{}'", next.to_string()));
        const unsigned status = response_.status;
        if (has_data_ && (status == 301 || status == 302 || status == 303)) {
            has_data_ = false;
            if (o_.method.empty()) info("Switch from POST to GET");
        }
        if (next.host != url_.host && o_.user.empty()) user_.clear();
        if (next.scheme != "http") {
            fail(1, fmt::format("Protocol \"{}\" not supported or disabled in libcurl", next.scheme));
            return;
        }
        url_ = next;
        r_.url = url_.to_string();
    }

    // --- the connection ---

    Time deadline(Duration after) const { return after > Duration{} ? began_ + after : proto::never; }

    Task<bool> prepare_connection() {
        if (connection_ && connection_->host == url_.host && connection_->port == url_.port) {
            if (!connection_->socket.at_end() && connection_->socket.error() == SocketError::none) {
                info("Found bundle for host: 0x55d0c0de7880 [serially]");
                info("Can not multiplex, even if we wanted to");
                info(fmt::format("Re-using existing connection #{} with host {}", connection_->number, url_.host));
                co_return true;
            }
            info(fmt::format("Connection {} seems to be dead!", connection_->number));
            close_connection();
        }
        const std::vector<Endpoint> addresses = co_await find_addresses();
        if (addresses.empty()) co_return false;
        if (addresses.size() == 1) co_return co_await open_connection(addresses[0]);
        co_return co_await try_all(addresses);
    }

    // Empty: it has said why.
    Task<std::vector<Endpoint>> find_addresses() {
        using Found = std::vector<Endpoint>;
        for (const CurlResolve& entry : o_.resolves) {
            if (!wire::equal_without_case(entry.host, url_.host) || entry.port != url_.port) continue;
            info(fmt::format("Hostname {} was found in DNS cache", url_.host));
            if (const Result<IpAddress> address = IpAddress::parse(entry.address)) co_return Found{{*address}};
        }
        std::string host = url_.host;
        if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
        const Result<Found> address = co_await resolve_all(self_, host, o_.family);
        const Time limit = deadline(o_.max_time);
        if (address && self_.now() < limit) {
            r_.name_resolved = self_.now() - began_;
            co_return in_turn(*address);
        }
        if (self_.now() >= limit)
            fail_and_close(
                28, fmt::format("Resolving timed out after {} milliseconds", milliseconds(self_.now() - began_)));
        else
            fail_and_close(6, fmt::format("Could not resolve host: {}", host));
        co_return Found{};
    }

    std::string trying(const Endpoint& to) const {
        return fmt::format("  Trying {}...", Endpoint{to.address, url_.port}.to_string());
    }

    // RFC 8305: all addresses, a quarter of a second apart.
    Task<bool> try_all(std::vector<Endpoint> addresses) {
        const Duration patience = o_.connect_timeout > Duration{} ? o_.connect_timeout : default_connect_timeout;
        const Time give_up = std::min(self_.now() + patience, deadline(o_.max_time));
        for (Endpoint& to : addresses) to.port = url_.port;
        TcpSocket::Options options;
        options.nagle = false;
        RaceOutcome outcome = co_await race(self_, std::move(addresses), give_up, options,
                                            [this](const std::string& text) { info(text); });
        if (outcome.socket.is_open()) co_return connected(std::move(outcome.socket));
        if (outcome.interrupted) co_return fail(130, {});
        const bool timed_out = outcome.timed_out || outcome.error == SocketError::timed_out;
        co_return fail_connect(timed_out ? "Timeout was reached" : "Couldn't connect to server", timed_out ? 28 : 7);
    }

    bool connected(TcpSocket socket) {
        const std::string address = socket.remote().address.to_string();
        connection_.emplace(Connection{std::move(socket), url_.host, url_.port, connections_++});
        ++r_.connects;
        r_.connected = self_.now() - began_;
        r_.remote_address = address;
        r_.remote_port = url_.port;
        r_.local_address = connection_->socket.local().address.to_string();
        r_.local_port = connection_->socket.local().port;
        info(fmt::format("Connected to {} ({}) port {} (#{})", url_.host, address, url_.port, connection_->number));
        return true;
    }

    Task<bool> open_connection(Endpoint to) {
        to.port = url_.port;
        const IpAddress address = to.address;
        info(trying(to));
        const Duration patience = o_.connect_timeout > Duration{} ? o_.connect_timeout : default_connect_timeout;
        const Time give_up = self_.now() + patience, limit = deadline(o_.max_time);
        TcpSocket::Options options;
        options.nagle = false;
        Result<TcpSocket> socket = TcpSocket::start_connect(self_, to, options);
        if (!socket) {
            info(fmt::format("Immediate connect fail for {}: {}", address.to_string(), socket.error().message));
            co_return fail_connect("Couldn't connect to server", 7);
        }
        while (!socket->established() && socket->error() == SocketError::none) {
            const Wake wake = co_await self_.wait({&socket->changed()}, std::min(give_up, limit));
            if (wake == Wake::interrupted) {
                socket->abort(self_);
                co_return fail(130, {});
            }
            if (socket->established() || socket->error() != SocketError::none) break;
            if (self_.now() < std::min(give_up, limit)) continue;
            socket->abort(self_);
            const std::int64_t ms = milliseconds(self_.now() - began_);
            if (limit <= give_up)
                co_return fail_and_close(28, fmt::format("Connection timed out after {} milliseconds", ms));
            info(fmt::format("{} connect timeout after {}ms, move on!", address.is_v6() ? "ipv6" : "ipv4",
                             milliseconds(patience)));
            co_return fail_connect("Timeout was reached", 28);
        }
        if (!socket->established()) {
            info(fmt::format("connect to {} port {} failed: {}", address.to_string(), url_.port,
                             to_string(socket->error())));
            const bool timed_out = socket->error() == SocketError::timed_out;
            co_return fail_connect(timed_out ? "Timeout was reached" : "Couldn't connect to server",
                                   timed_out ? 28 : 7);
        }
        co_return connected(std::move(*socket));
    }

    bool fail_connect(const char* why, int status) {
        return fail_and_close(status, fmt::format("Failed to connect to {} port {} after {} ms: {}", url_.host,
                                                  url_.port, milliseconds(self_.now() - began_), why));
    }

    // --- a request and its answer ---

    const std::string* own_header(std::string_view name, std::string& value) const {
        for (const std::string& header : o_.headers) {
            const std::size_t colon = header.find_first_of(":;");
            if (colon == header.npos || !wire::equal_without_case(header.substr(0, colon), name)) continue;
            const std::size_t from = header.find_first_not_of(" \t", colon + 1);
            value = from == header.npos ? std::string() : header.substr(from);
            return &value;
        }
        return nullptr;
    }

    HttpMessage make_request() {
        HttpMessage request;
        const bool is_post = has_data_;
        request.method = !method_.empty() ? method_ : o_.head ? "HEAD" : is_post ? "POST" : "GET";
        request.target = url_.target;
        if (o_.http_1_0) request.version = "HTTP/1.0";
        std::string value;
        const auto add = [&](std::string_view name, const std::string& standard) {
            if (!own_header(name, value) && !standard.empty()) request.add(name, standard);
        };
        request.add("Host", own_header("Host", value) ? value : url_.authority());
        if (!user_.empty()) {
            info(fmt::format("Server auth using Basic with user '{}'", user_.substr(0, user_.find(':'))));
            add("Authorization", "Basic " + base64(user_.find(':') == user_.npos ? user_ + ":" : user_));
        }
        add("Range", o_.range.empty() ? std::string() : "bytes=" + o_.range);
        add("User-Agent", o_.user_agent);
        add("Accept", "*/*");
        add("Referer", o_.referer);
        add("Cookie", o_.cookie);
        for (const std::string& header : o_.headers) add_own(request, header);
        if (is_post) {
            request.body = *o_.data;
            add("Content-Length", fmt::format("{}", request.body.size()));
            add("Content-Type", "application/x-www-form-urlencoded");
        }
        return request;
    }

    // "Name: value" adds, "Name:" only removes the standard field, "Name;" adds one without a value.
    static void add_own(HttpMessage& request, const std::string& header) {
        const std::size_t end = header.find_first_of(":;");
        if (end == header.npos || !wire::is_http_token(header.substr(0, end))) return;
        if (wire::equal_without_case(header.substr(0, end), "Host")) return;
        const std::size_t from = header.find_first_not_of(" \t", end + 1);
        const bool has_value = from != header.npos;
        if (header.find_first_of("\r\n") != header.npos || has_value != (header[end] == ':')) return;
        request.add(header.substr(0, end), has_value ? header.substr(from) : std::string());
    }

    void show_head(char direction, const std::string& head) {
        if (!o_.verbose) return;
        std::string_view rest = head;
        while (const std::optional<std::string_view> line = wire::take_line(rest))
            self_.print(fmt::format("{} {}\n", direction, *line));
    }

    Task<bool> exchange() {
        const HttpMessage request = make_request();
        r_.method = request.method;
        r_.request_ready = self_.now() - began_;
        const std::string head = request.head_text();
        r_.request_bytes += head.size();
        r_.uploaded += request.body.size();
        const std::string text = head + request.body;
        show_head('>', head);
        if (o_.verbose && to_file_ && !request.body.empty())
            self_.print(fmt::format("}} [{} bytes data]\n", request.body.size()));
        const bool sent = co_await send_all(self_, connection_->socket, std::string_view(text));
        if (!sent && self_.interrupted()) co_return fail(130, {});
        HttpParser parser(HttpParser::Kind::responses);
        if (request.method == "HEAD" && o_.head) parser.expect_no_body();
        seen_head_ = warned_ = data_noted_ = ignores_body_ = false;
        received_ = 0;
        co_return co_await read_response(parser);
    }

    Task<bool> read_response(HttpParser& parser) {
        std::vector<std::uint8_t> bytes;
        for (;;) {
            bytes.clear();
            const Time limit = deadline(o_.max_time);
            const std::size_t n = co_await receive(self_, connection_->socket, bytes, limit);
            if (n == 0 && self_.interrupted()) co_return fail(130, {});
            TcpSocket& socket = connection_->socket;
            if (n == 0 && !socket.at_end() && socket.error() == SocketError::none) co_return time_out(parser);
            if (n == 0) co_return end_of_stream(parser);
            if (received_ == 0) r_.first_byte = self_.now() - began_;
            received_ += n;
            std::string_view rest = proto::as_text(bytes);
            while (!rest.empty() && !parser.is_complete()) {
                if (!seen_head_ && received_ == n &&
                    rest.substr(0, 5) != std::string_view("HTTP/").substr(0, rest.size()))
                    co_return fail_and_close(1, "Received HTTP/0.9 when not allowed");
                const Result<std::size_t> used = parser.feed(rest);
                if (!used) co_return fail_and_close(8, "Invalid response: " + used.error().message);
                rest.remove_prefix(*used);
                if (parser.has_head() && !take_part(parser)) co_return false;
                if (parser.is_complete() && parser.message().status < 200) {
                    parser.take();
                    seen_head_ = false;
                }
            }
            if (parser.is_complete()) co_return complete(parser);
        }
    }

    // What has come of a message whose head is known.
    bool take_part(HttpParser& parser) {
        if (!seen_head_) {
            seen_head_ = true;
            if (!take_head(parser.message())) return false;
        }
        const std::string part = parser.take_body();
        if (part.empty()) return true;
        if (ignores_body_) {
            if (!warned_) info("Ignoring the response-body");
            warned_ = true;
            return true;
        }
        if (o_.verbose && to_file_ && !data_noted_) self_.print(fmt::format("{{ [{} bytes data]\n", part.size()));
        data_noted_ = true;
        r_.downloaded += part.size();
        return write(part);
    }

    bool take_head(const HttpMessage& head) {
        response_ = head;
        response_.body.clear();
        if (head.version == "HTTP/1.0" && !head.keeps_alive()) info("HTTP 1.0, assume close after body");
        const std::string text = response_.head_text();
        if (o_.fail && head.status >= 400)
            return fail_and_close(22, fmt::format("The requested URL returned error: {}", head.status));
        if (o_.head || o_.include) {
            std::string_view rest = text;
            while (const std::optional<std::string_view> line = wire::take_line(rest)) {
                const std::string output = std::string(*line) + (to_file_ ? "\r\n" : "\n");
                if (line->empty()) write(output);
                if (o_.verbose) self_.print(fmt::format("< {}\n", *line));
                if (!line->empty()) write(output);
            }
        } else {
            show_head('<', text);
        }
        r_.response = head.status;
        r_.http_version = head.version;
        r_.headers = head.headers;
        r_.header_bytes += text.size();
        const std::string* length = head.find("Content-Length");
        r_.expected = length ? wire::parse_content_length(*length).value_or(0) : 0;
        ignores_body_ = o_.location && head.status / 100 == 3 && head.find("Location");
        return true;
    }

    // Standard output of a terminal is buffered up to the end of a line; the rest comes out after the transfer.
    void print_lines(const std::string& part) {
        unfinished_line_ += part;
        const std::size_t end =
            unfinished_line_.size() > 1024 ? unfinished_line_.size() : unfinished_line_.rfind('\n') + 1;
        self_.print(std::string_view(unfinished_line_).substr(0, end));
        unfinished_line_.erase(0, end);
    }

    bool write(const std::string& part) {
        if (!to_file_) {
            if (part.find('\0') != part.npos && o_.outputs.empty()) {
                self_.print(
                    "Warning: Binary output can mess up your terminal. Use \"--output -\" to tell \n"
                    "Warning: curl to output it to your terminal anyway, or consider \"--output \n"
                    "Warning: <FILE>\" to save to a file.\n");
                return fail_and_close(23, "Failure writing output to destination");
            }
            print_lines(part);
            return true;
        }
        if (file_ == "/dev/null") return true;
        if (body_.size() + part.size() > most_file_bytes)
            return fail_and_close(23, "Failure writing output to destination");
        body_ += part;
        return true;
    }

    bool complete(HttpParser& parser) {
        if (shows_meter() && o_.verbose) print_meter();
        if (parser.message().keeps_alive() && parser.framing().kind != wire::HttpFraming::Kind::until_close)
            info(fmt::format("Connection #{} to host {} left intact", connection_->number, connection_->host));
        else
            close_connection();
        return true;
    }

    bool end_of_stream(HttpParser& parser) {
        if (connection_->socket.error() == SocketError::reset)
            return fail_and_close(56, "Recv failure: Connection reset by peer");
        if (connection_->socket.error() != SocketError::none)
            return fail_and_close(56, fmt::format("Recv failure: {}", to_string(connection_->socket.error())));
        if (received_ == 0) return fail_and_close(52, "Empty reply from server");
        const bool had_head = parser.has_head();
        const std::uint64_t missing = parser.framing().kind == wire::HttpFraming::Kind::length
                                          ? parser.framing().length - parser.body_received()
                                          : 0;
        if (parser.finish()) {
            if (parser.has_head() && !take_part(parser)) return false;
            return complete(parser);
        }
        if (!had_head) return fail_and_close(52, "Empty reply from server");
        if (missing > 0)
            return fail_and_close(18, fmt::format("transfer closed with {} bytes remaining to read", missing));
        return fail_and_close(18, "transfer closed with outstanding read data remaining");
    }

    bool time_out(HttpParser& parser) {
        const std::int64_t ms = milliseconds(self_.now() - began_);
        if (parser.has_head() && parser.framing().kind == wire::HttpFraming::Kind::length)
            return fail_and_close(
                28, fmt::format("Operation timed out after {} milliseconds with {} out of {} bytes received", ms,
                                parser.body_received(), parser.framing().length));
        return fail_and_close(
            28, fmt::format("Operation timed out after {} milliseconds with {} bytes received", ms, r_.downloaded));
    }

    Process& self_;
    CurlOptions o_;
    CurlResult r_;
    HttpUrl url_;
    std::string user_, method_;
    std::optional<Connection> connection_;
    unsigned connections_ = 0;
    HttpMessage response_;
    Time began_{};
    std::string file_, body_, unfinished_line_;
    std::uint64_t received_ = 0;
    bool to_file_ = false, has_data_ = false, meter_printed_ = false;
    bool seen_head_ = false, warned_ = false, data_noted_ = false, ignores_body_ = false;
};

}  // namespace

Task<int> curl_main(Process& self) {
    CurlOptions options = parse_curl_options(self.arguments(), self.host().settings().files);
    if (!options.message.empty()) {
        self.print(options.message);
        co_return options.status;
    }
    Curl curl(self, std::move(options));
    co_return co_await curl.run();
}

}  // namespace layerlab::sim::programs
