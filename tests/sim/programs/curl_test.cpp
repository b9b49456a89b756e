#include <gmock/gmock.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/echo_server.hpp"
#include "sim/programs/http_server.hpp"
#include "sim/programs/serve.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using test::TestWorld;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A client and a web server on one switch.
struct WebWorld : TestWorld {
    WebWorld() {
        Switch& sw = add_switch("sw");
        client = &add_addressed_host("client", sw, "10.0.0.1/24");
        web = &add_addressed_host("web", sw, "10.0.0.2/24");
        HttpServerSettings settings;
        settings.pages.push_back({"/", "hello", 0, false});
        settings.pages.push_back({"/big", {}, 10'000'000, true});
        start(*web, http_server(std::move(settings)), {"http"});
    }
    void serve(std::uint16_t port, Conversation conversation) {
        start(*web, [=](Process& self) { return serve_tcp(self, port, conversation); }, {"test"});
    }
    Outcome curl(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "curl");
        return run(*client, curl_main, std::move(arguments));
    }
    Host* client = nullptr;
    Host* web = nullptr;
};

Task<int> answer_once(Process& self, TcpSocket& connection, std::string answer) {
    std::vector<std::uint8_t> bytes;
    co_await receive(self, connection, bytes);
    co_await send_all(self, connection, std::string_view(answer));
    co_return 0;
}

Conversation answering(std::string answer) {
    return [answer](Process& self, TcpSocket& connection) { return answer_once(self, connection, answer); };
}

TEST(Curl, PrintsThePageAndNothingElse) {
    WebWorld world;
    const auto outcome = world.curl({"http://web/"});
    EXPECT_EQ(outcome.output, "hello");
    EXPECT_EQ(outcome.status, 0);
}

TEST(Curl, ShowsTheDialogueAsTheRealOneDoes) {
    WebWorld world;
    EXPECT_EQ(world.curl({"-v", "http://10.0.0.2/"}).output,
              "*   Trying 10.0.0.2:80...\n"
              "* Connected to 10.0.0.2 (10.0.0.2) port 80 (#0)\n"
              "> GET / HTTP/1.1\n"
              "> Host: 10.0.0.2\n"
              "> User-Agent: curl/7.88.1\n"
              "> Accept: */*\n"
              "> \n"
              "< HTTP/1.1 200 OK\n"
              "< Server: LayerLab\n"
              "< Date: Thu, 01 Jan 2026 00:00:00 GMT\n"
              "< Content-Type: text/plain; charset=utf-8\n"
              "< Content-Length: 5\n"
              "< ETag: \"195b3f73dbec8c6b\"\n"
              "< \n"
              "* Connection #0 to host 10.0.0.2 left intact\n"
              "hello");
}

TEST(Curl, WritesABigPageToAFileInMemory) {
    WebWorld world;
    const auto outcome =
        world.curl({"-s", "-o", "page", "-w", "%{http_code} %{size_download} %{remote_ip}\\n", "http://web/big"});
    EXPECT_EQ(outcome.output, "200 10000000 10.0.0.2\n");
    const std::string& file = world.client->settings().files.at("/page");
    ASSERT_EQ(file.size(), 10'000'000u);
    for (std::size_t i = 0; i < file.size(); i += 997) ASSERT_EQ(file[i], filler_character(i)) << i;
}

TEST(Curl, ShowsItsMeterWhenTheBodyGoesToAFile) {
    WebWorld world;
    const std::string output = world.curl({"-O", "http://web/big"}).output;
    EXPECT_THAT(output, StartsWith("  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
                                   "                                 Dload  Upload   Total   Spent    Left  Speed\n"
                                   "100 9765k  100 9765k    0     0  "));
}

TEST(Curl, AsksForTheHeadAlone) {
    WebWorld world;
    EXPECT_EQ(world.curl({"-I", "http://web/"}).output,
              "HTTP/1.1 200 OK\nServer: LayerLab\nDate: Thu, 01 Jan 2026 00:00:00 GMT\n"
              "Content-Type: text/plain; charset=utf-8\nContent-Length: 5\nETag: \"195b3f73dbec8c6b\"\n\n");
}

TEST(Curl, SaysThatNobodyListens) {
    WebWorld world;
    const auto outcome = world.curl({"http://10.0.0.2:81/"});
    EXPECT_EQ(outcome.output,
              "curl: (7) Failed to connect to 10.0.0.2 port 81 after 0 ms: Couldn't connect to server\n");
    EXPECT_EQ(outcome.status, 7);
    EXPECT_EQ(world.curl({"-s", "http://10.0.0.2:81/"}).output, "");
}

TEST(Curl, SaysThatAHostIsNotThere) {
    WebWorld world;
    EXPECT_EQ(world.curl({"-v", "http://10.0.0.9/"}).output,
              "*   Trying 10.0.0.9:80...\n"
              "* connect to 10.0.0.9 port 80 failed: No route to host\n"
              "* Failed to connect to 10.0.0.9 port 80 after 3000 ms: Couldn't connect to server\n"
              "* Closing connection 0\n"
              "curl: (7) Failed to connect to 10.0.0.9 port 80 after 3000 ms: Couldn't connect to server\n");
    EXPECT_EQ(world.curl({"-m", "1", "http://10.0.0.9/"}).output,
              "curl: (28) Connection timed out after 1000 milliseconds\n");
    EXPECT_EQ(world.curl({"-v", "--connect-timeout", "1", "http://10.0.0.9/"}).output,
              "*   Trying 10.0.0.9:80...\n"
              "* ipv4 connect timeout after 1000ms, move on!\n"
              "* Failed to connect to 10.0.0.9 port 80 after 1000 ms: Timeout was reached\n"
              "* Closing connection 0\n"
              "curl: (28) Failed to connect to 10.0.0.9 port 80 after 1000 ms: Timeout was reached\n");
    EXPECT_EQ(world.curl({"-v", "http://172.16.0.1/"}).output,
              "*   Trying 172.16.0.1:80...\n"
              "* Immediate connect fail for 172.16.0.1: Network is unreachable\n"
              "* Failed to connect to 172.16.0.1 port 80 after 0 ms: Couldn't connect to server\n"
              "* Closing connection 0\n"
              "curl: (7) Failed to connect to 172.16.0.1 port 80 after 0 ms: Couldn't connect to server\n");
}

TEST(Curl, SaysThatANameIsNotKnown) {
    WebWorld world;
    const auto outcome = world.curl({"http://nosuch.example/"});
    EXPECT_EQ(outcome.output, "curl: (6) Could not resolve host: nosuch.example\n");
    EXPECT_EQ(outcome.status, 6);
}

TEST(Curl, RefusesWhatItDoesNotSpeak) {
    WebWorld world;
    EXPECT_EQ(world.curl({"https://web/"}).output,
              "curl: (1) Protocol \"https\" not supported or disabled in libcurl\n");
    EXPECT_EQ(world.curl({"http://a:b/"}).output, "curl: (3) URL using bad/illegal format or missing URL\n");
    EXPECT_EQ(world.curl({}).output, "curl: try 'curl --help' or 'curl --manual' for more information\n");
    EXPECT_EQ(world.curl({"-s"}).output,
              "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information\n");
    EXPECT_EQ(world.curl({"-m", "x", "http://web/"}).output,
              "curl: option -m: expected a proper numerical parameter\n"
              "curl: try 'curl --help' or 'curl --manual' for more information\n");
}

TEST(Curl, ReportsServersThatBreakOff) {
    WebWorld world;
    world.serve(8001, answering(""));
    world.serve(8002, answering("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"));
    world.serve(8003, answering("SSH-2.0-foo\r\n"));
    world.serve(8004, answering("HTTP/1.0 200 OK\r\n\r\nuntil the end"));
    EXPECT_EQ(world.curl({"http://web:8001/"}).output, "curl: (52) Empty reply from server\n");
    EXPECT_EQ(world.curl({"http://web:8002/"}).output,
              "curl: (18) transfer closed with 45 bytes remaining to read\nhello");
    EXPECT_EQ(world.curl({"http://web:8003/"}).output, "curl: (1) Received HTTP/0.9 when not allowed\n");
    EXPECT_THAT(
        world.curl({"-v", "http://web:8004/"}).output,
        EndsWith("* HTTP 1.0, assume close after body\n< HTTP/1.0 200 OK\n< \n* Closing connection 0\nuntil the end"));
}

TEST(Curl, StopsWaitingForASlowServer) {
    WebWorld world;
    world.start(*world.web, echo_server({8005, true, false}), {"tcp"});
    EXPECT_EQ(world.curl({"-m", "2", "http://web:8005/"}).output,
              "curl: (28) Operation timed out after 2000 milliseconds with 0 bytes received\n");
}

TEST(Curl, FollowsARedirectWhenAsked) {
    WebWorld world;
    world.serve(8006, answering("HTTP/1.1 302 Found\r\nLocation: http://web/\r\nContent-Length: 0\r\n\r\n"));
    const std::string output = world.curl({"-v", "-L", "http://web:8006/"}).output;
    EXPECT_THAT(output, HasSubstr("* Issue another request to this URL: 'http://web/'\n"));
    EXPECT_THAT(output, HasSubstr("* Connected to web (10.0.0.2) port 80 (#1)\n"));
    EXPECT_EQ(world.curl({"-w", "%{http_code} %{redirect_url}", "http://web:8006/"}).output, "302 http://web/");
}

TEST(Curl, UsesAConnectionAgain) {
    WebWorld world;
    const std::string output = world.curl({"-v", "http://web/", "http://web/"}).output;
    EXPECT_THAT(output, HasSubstr("* Re-using existing connection #0 with host web\n"));
    EXPECT_EQ(world.curl({"-s", "-w", "%{num_connects}\\n", "-o", "a", "-o", "b", "http://web/", "http://web/"}).output,
              "1\n0\n");
}

TEST(Curl, SendsDataCredentialsAndOwnFields) {
    WebWorld world;
    const std::string output =
        world.curl({"-v", "-u", "a:b", "-H", "X-One: 1", "-H", "Accept:", "-d", "a=1", "-d", "b=2", "http://web/"})
            .output;
    EXPECT_THAT(output, HasSubstr("* Server auth using Basic with user 'a'\n"
                                  "> POST / HTTP/1.1\n"
                                  "> Host: web\n"
                                  "> Authorization: Basic YTpi\n"
                                  "> User-Agent: curl/7.88.1\n"
                                  "> X-One: 1\n"
                                  "> Content-Length: 7\n"
                                  "> Content-Type: application/x-www-form-urlencoded\n"
                                  "> \n"
                                  "< HTTP/1.1 405 Method Not Allowed\n"));
    EXPECT_EQ(world.curl({"-f", "http://web/nope"}).output, "curl: (22) The requested URL returned error: 404\n");
}

TEST(Curl, TakesAnAddressFromItsCommandLine) {
    WebWorld world;
    EXPECT_EQ(world.curl({"--resolve", "shop.example:80:10.0.0.2", "http://shop.example/"}).output, "hello");
}

}  // namespace
}  // namespace layerlab::sim::programs
