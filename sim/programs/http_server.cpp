#include "sim/programs/http_server.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

#include "proto/base/sha256.hpp"
#include "proto/wire/http.hpp"
#include "sim/programs/clock.hpp"
#include "sim/programs/serve.hpp"

namespace layerlab::sim::programs {
namespace {

namespace wire = proto::wire;
using wire::HttpMessage;

constexpr std::size_t filler_line = 64;
constexpr std::size_t filler_block = filler_line * 1024;
constexpr std::uint64_t most_request_body = std::uint64_t{1} << 40;  // none of it is kept

const char* content_type(std::string_view path) {
    struct Ending {
        std::string_view ending;
        const char* type;
    };
    static constexpr std::array<Ending, 12> endings{{{".html", "text/html; charset=utf-8"},
                                                     {".htm", "text/html; charset=utf-8"},
                                                     {".txt", "text/plain; charset=utf-8"},
                                                     {".css", "text/css"},
                                                     {".js", "text/javascript"},
                                                     {".json", "application/json"},
                                                     {".png", "image/png"},
                                                     {".jpg", "image/jpeg"},
                                                     {".gif", "image/gif"},
                                                     {".svg", "image/svg+xml"},
                                                     {".pdf", "application/pdf"},
                                                     {".bin", "application/octet-stream"}}};
    for (const Ending& e : endings)
        if (path.size() >= e.ending.size() && path.substr(path.size() - e.ending.size()) == e.ending) return e.type;
    return nullptr;
}

// A 64-bit FNV-1a hash: the entity tag of a page changes with its content.
std::string entity_tag(const HttpServerPage& page) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325u;
    const auto mix = [&](std::uint8_t byte) { hash = (hash ^ byte) * 0x0000'0100'0000'01b3u; };
    for (const char c : page.body) mix(static_cast<std::uint8_t>(c));
    for (unsigned shift = 0; shift < 64; shift += 8) mix(static_cast<std::uint8_t>(page.size >> shift));
    return fmt::format("\"{:016x}\"", hash);
}

// The path of a target: the query is cut off; an absolute URL loses its scheme and host (RFC 9112 section 3.2.2).
std::string_view path_of(std::string_view target) {
    if (target.substr(0, 7) == "http://") {
        const std::size_t slash = target.find('/', 7);
        target = slash == target.npos ? std::string_view("/") : target.substr(slash);
    }
    return target.substr(0, target.find_first_of("?#"));
}

struct Server {
    HttpServerSettings settings;
    std::vector<std::string> tags;  // of the pages
    std::string filler;             // one block of it; empty if no page needs it

    const HttpServerPage* find(std::string_view path) const {
        for (const HttpServerPage& page : settings.pages)
            if (page.path == path) return &page;
        if (path == "/") return find_exactly("/index.html");
        if (path == "/index.html") return find_exactly("/");
        return nullptr;
    }
    const HttpServerPage* find_exactly(std::string_view path) const {
        for (const HttpServerPage& page : settings.pages)
            if (page.path == path) return &page;
        return nullptr;
    }
    const std::string& tag(const HttpServerPage& page) const {
        return tags[static_cast<std::size_t>(&page - settings.pages.data())];
    }
};

HttpMessage error_page(unsigned status) {
    const std::string title = fmt::format("{} {}", status, wire::http_phrase(status));
    return wire::http_response(
        status, "text/html",
        fmt::format("<html>\n<head><title>{}</title></head>\n<body><h1>{}</h1></body>\n</html>\n", title, title));
}

// What comes to a page for uploads.
struct Upload {
    proto::Sha256 digest;
    std::string continues;  // what the client waits for before it sends (RFC 9110 section 10.1.1)
};

bool is_upload(const Server& server, const HttpMessage& request) {
    const HttpServerPage* page = server.find(path_of(request.target));
    return page && page->takes_uploads && (request.method == "PUT" || request.method == "POST");
}

// The answer without the body of a filler page, which follows from `page`.
HttpMessage answer(const Server& server, const HttpMessage& request, Upload* upload, const HttpServerPage*& page) {
    if (!request.find("Host") && request.version == "HTTP/1.1") return error_page(400);  // RFC 9112 section 3.2
    const bool is_known = wire::is_http_token(request.method) &&
                          (request.method == "GET" || request.method == "HEAD" || request.method == "POST" ||
                           request.method == "PUT" || request.method == "DELETE" || request.method == "OPTIONS" ||
                           request.method == "TRACE" || request.method == "CONNECT" || request.method == "PATCH");
    if (!is_known) return error_page(501);
    const HttpServerPage* found = server.find(path_of(request.target));
    if (!found) return error_page(404);
    if (upload)
        return wire::http_response(200, "text/plain",
                                   fmt::format("{}  {}\n", upload->digest.finish(), path_of(request.target)));
    const bool asks = request.method == "GET" || request.method == "HEAD";
    if (!asks || found->takes_uploads) {
        HttpMessage refusal = error_page(405);
        refusal.add("Allow", found->takes_uploads ? "PUT, POST" : "GET, HEAD");
        return refusal;
    }
    const std::string* condition = request.find("If-None-Match");
    const bool is_unchanged = condition && (*condition == "*" || wire::list_has(*condition, server.tag(*found)));
    HttpMessage response;
    response.status = is_unchanged ? 304 : 200;
    response.phrase = wire::http_phrase(response.status);
    if (!is_unchanged) {
        const char* type = content_type(found->path);
        const bool is_html = found->body.find('<') != std::string::npos && !found->is_filler;
        response.add("Content-Type", type ? type : is_html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
        response.add("Content-Length", fmt::format("{}", found->is_filler ? found->size : found->body.size()));
        response.body = found->body;
        page = found;
    }
    response.add("ETag", server.tag(*found));
    return response;
}

void add_common_fields(Process& self, HttpMessage& response, bool keeps_alive) {
    response.headers.insert(response.headers.begin(),
                            {{"Server", "LayerLab"}, {"Date", http_date_text(wall_clock(self))}});
    if (!keeps_alive) response.add("Connection", "close");
}

Task<bool> send_filler(Process& self, TcpSocket& connection, const std::string& block, std::uint64_t size) {
    while (size > 0) {
        const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(size, block.size()));
        const std::string_view piece = std::string_view(block).substr(0, n);
        const bool sent = co_await send_all(self, connection, piece);
        if (!sent) co_return false;
        size -= n;
    }
    co_return true;
}

// Sends the answer; the value says whether the connection goes on.
Task<bool> respond(Process& self, TcpSocket& connection, const Server& server, const HttpMessage& request,
                   Upload* upload) {
    const HttpServerPage* page = nullptr;
    HttpMessage response = answer(server, request, upload, page);
    const bool keeps_alive = request.keeps_alive() && response.status != 400;
    add_common_fields(self, response, keeps_alive);
    if (keeps_alive && request.version == "HTTP/1.0") response.add("Connection", "keep-alive");
    const Context context = self.context();
    context.decide(Decision::http_answered, no_port, context.cause, connection.remote().number(), response.status);
    const bool has_body = request.method != "HEAD";
    const std::string text = has_body ? response.to_text() : response.head_text();
    bool sent = co_await send_all(self, connection, std::string_view(text));
    if (sent && has_body && page && page->is_filler)
        sent = co_await send_filler(self, connection, server.filler, page->size);
    co_return sent&& keeps_alive;
}

Task<void> refuse(Process& self, TcpSocket& connection, unsigned status) {
    HttpMessage response = error_page(status);
    add_common_fields(self, response, false);
    const Context context = self.context();
    context.decide(Decision::http_answered, no_port, context.cause, connection.remote().number(), status);
    const std::string text = response.to_text();
    co_await send_all(self, connection, std::string_view(text));
}

// FIN, then what the client still sends is taken for a while: closing with unread data would reset the connection and
// could take the answer with it (RFC 9112 section 9.6).
Task<void> linger(Process& self, TcpSocket& connection) {
    const Time deadline = self.now() + std::chrono::seconds(5);
    co_await close(self, connection, deadline);
}

Task<int> talk(Process& self, TcpSocket& connection, std::shared_ptr<const Server> server) {
    wire::HttpParser parser(wire::HttpParser::Kind::requests,
                            wire::HttpLimits{8 * 1024, 64 * 1024, 200, most_request_body});
    std::vector<std::uint8_t> bytes;
    std::size_t used = 0;
    std::optional<Upload> upload;
    for (;;) {
        while (used < bytes.size() && !parser.is_complete()) {
            const std::string_view rest = proto::as_text(Bytes(bytes).subspan(used));
            const Result<std::size_t> n = parser.feed(rest);
            if (!n) {
                co_await refuse(self, connection, 400);
                co_await linger(self, connection);
                co_return 1;
            }
            used += *n;
            if (!parser.has_head()) continue;
            if (!upload && is_upload(*server, parser.message())) {
                upload.emplace();
                const std::string* expected = parser.message().find("Expect");
                if (expected && wire::list_has(*expected, "100-continue"))
                    upload->continues = "HTTP/1.1 100 Continue\r\n\r\n";
            }
            const std::string body = parser.take_body();  // what is posted elsewhere is of no interest
            if (upload) upload->digest.add(proto::as_bytes(body));
        }
        if (parser.is_complete()) {
            const HttpMessage request = parser.take();
            Upload* const came = upload ? &*upload : nullptr;
            const bool goes_on = co_await respond(self, connection, *server, request, came);
            upload.reset();
            if (goes_on) continue;
            co_await linger(self, connection);
            co_return 0;
        }
        if (upload && !upload->continues.empty()) {
            const std::string text = std::exchange(upload->continues, {});
            co_await send_all(self, connection, std::string_view(text));
        }
        bytes.clear();
        used = 0;
        const Time deadline = self.now() + server->settings.idle;
        const std::size_t n = co_await receive(self, connection, bytes, deadline);
        if (n == 0) co_return 0;
    }
}

}  // namespace

char filler_character(std::uint64_t offset) {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static_assert(digits.size() + 1 == filler_line);
    const std::uint64_t column = offset % filler_line;
    return column < digits.size() ? digits[column] : '\n';
}

Process::Main http_server(HttpServerSettings settings) {
    auto server = std::make_shared<Server>();
    server->settings = std::move(settings);
    bool needs_filler = false;
    for (const HttpServerPage& page : server->settings.pages) {
        server->tags.push_back(entity_tag(page));
        needs_filler |= page.is_filler;
    }
    if (needs_filler)
        for (std::size_t i = 0; i < filler_block; ++i) server->filler += filler_character(i);
    const std::shared_ptr<const Server> shared = std::move(server);
    const Conversation conversation = [shared](Process& self, TcpSocket& connection) {
        return talk(self, connection, shared);
    };
    return [shared, conversation](Process& self) { return serve_tcp(self, shared->settings.port, conversation); };
}

}  // namespace layerlab::sim::programs
