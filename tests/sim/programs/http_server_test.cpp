#include "sim/programs/http_server.hpp"

#include <gmock/gmock.h>

#include "sim/net/socket.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using test::TestWorld;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Task<int> ask(Process& self, std::string request) {
    auto socket = co_await connect(self, {test::address("10.0.0.2"), 80});
    co_await send_all(self, *socket, std::string_view(request));
    socket->shutdown_send(self);
    std::vector<std::uint8_t> bytes;
    while (co_await receive(self, *socket, bytes)) {
    }
    self.print(proto::as_text(bytes));
    co_return socket->error() == SocketError::none ? 0 : 1;
}

// Sends the second part once it has heard something.
Task<int> ask_in_two(Process& self, std::string first, std::string second) {
    auto socket = co_await connect(self, {test::address("10.0.0.2"), 80});
    co_await send_all(self, *socket, std::string_view(first));
    std::vector<std::uint8_t> bytes;
    co_await receive(self, *socket, bytes);
    co_await send_all(self, *socket, std::string_view(second));
    while (co_await receive(self, *socket, bytes)) {
    }
    self.print(proto::as_text(bytes));
    co_return 0;
}

struct Server : TestWorld {
    Server() {
        Switch& sw = add_switch("sw");
        client = &add_addressed_host("client", sw, "10.0.0.1/24");
        web = &add_addressed_host("web", sw, "10.0.0.2/24");
        HttpServerSettings settings;
        settings.pages.push_back({"/index.html", "<p>hello", 0, false});
        settings.pages.push_back({"/a.txt", "text", 0, false});
        settings.pages.push_back({"/filler", {}, 130, true});
        settings.pages.push_back({"/in", {}, 0, false, true});
        start(*web, http_server(std::move(settings)), {"http"});
    }
    std::string ask_for(std::string request) {
        return run(*client, [request](Process& self) { return ask(self, request); }).output;
    }
    Host* client = nullptr;
    Host* web = nullptr;
};

TEST(HttpServer, AnswersWithAPage) {
    Server server;
    EXPECT_EQ(server.ask_for("GET /a.txt HTTP/1.1\r\nHost: web\r\n\r\n"),
              "HTTP/1.1 200 OK\r\nServer: LayerLab\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
              "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\nETag: \"56169d819283bc3e\"\r\n\r\ntext");
    EXPECT_THAT(server.ask_for("GET / HTTP/1.1\r\nHost: web\r\n\r\n"), EndsWith("\r\n\r\n<p>hello"));
}

TEST(HttpServer, AnswersRequestsThatComeTogether) {
    Server server;
    const std::string text = server.ask_for(
        "HEAD / HTTP/1.1\r\nHost: web\r\n\r\nGET /filler?x=1 HTTP/1.1\r\nHost: web\r\n\r\n"
        "GET /nope HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(text, HasSubstr("Content-Length: 8\r\nETag: "));
    EXPECT_THAT(text, HasSubstr("\r\n\r\n0123456789abc"));
    EXPECT_THAT(text, HasSubstr("XYZ_\n01HTTP/1.1 404 Not Found\r\n"));
    EXPECT_THAT(text, HasSubstr("Connection: close\r\n\r\n"));
}

// Of "abc" and of 100000 times "x".
constexpr const char* abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  /in\n";
constexpr const char* many_x = "d69e68988157833272305aaf21f453c800346e8a3640db6578e260215542e5d4  /in\n";

TEST(HttpServer, TellsTheDigestOfAnUpload) {
    Server server;
    EXPECT_THAT(server.ask_for("PUT /in HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
                EndsWith(abc));
    EXPECT_THAT(server.ask_for("POST /in HTTP/1.1\r\nHost: web\r\nConnection: close\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
                EndsWith(abc));
    EXPECT_THAT(
        server.ask_for("PUT /in HTTP/1.1\r\nHost: web\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x') +
                       "PUT /in HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"),
        testing::AllOf(HasSubstr(many_x), EndsWith(abc)))
        << "each its own";
    EXPECT_THAT(server.ask_for("GET /in HTTP/1.1\r\nHost: web\r\n\r\n"),
                testing::AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: PUT, POST\r\n")));
}

TEST(HttpServer, LetsAnUploadBegin) {
    Server server;
    const std::string head =
        "PUT /in HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    const auto said = server.run(*server.client, [head](Process& self) { return ask_in_two(self, head, "abc"); });
    EXPECT_THAT(said.output, StartsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(said.output, EndsWith(abc));
}

TEST(HttpServer, RefusesWhatItCannotDo) {
    Server server;
    EXPECT_THAT(server.ask_for("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc"),
                StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
    EXPECT_THAT(server.ask_for("BREW / HTTP/1.1\r\nHost: web\r\n\r\n"), StartsWith("HTTP/1.1 501 "));
    EXPECT_THAT(server.ask_for("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(server.ask_for("rubbish\r\n\r\n"), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(HttpServer, SaysThatAPageHasNotChanged) {
    Server server;
    EXPECT_THAT(server.ask_for("GET /a.txt HTTP/1.1\r\nHost: web\r\nIf-None-Match: \"56169d819283bc3e\"\r\n\r\n"),
                StartsWith("HTTP/1.1 304 Not Modified\r\n"));
}

TEST(HttpServer, ClosesAfterAnOldClient) {
    Server server;
    EXPECT_THAT(server.ask_for("GET /a.txt HTTP/1.0\r\n\r\n"), HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(server.ask_for("GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
                HasSubstr("Connection: keep-alive\r\n"));
}

TEST(HttpServer, EndsAnIdleConnection) {
    Server server;
    const auto outcome = server.start(*server.client, [](Process& self) { return ask(self, "GET / HT"); });
    server.run_for(std::chrono::seconds(80));
    EXPECT_TRUE(outcome->ended);
    EXPECT_EQ(outcome->output, "");
}

}  // namespace
}  // namespace layerlab::sim::programs
