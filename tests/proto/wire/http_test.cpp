#include "proto/wire/http.hpp"

#include <gtest/gtest.h>
#include <random>

namespace layerlab::proto::wire {
namespace {

using Kind = HttpParser::Kind;
using Framing = HttpFraming::Kind;

const std::string page =
    "HTTP/1.1 200 OK\r\n"
    "Server: lab\r\n"
    "content-length:  5 \r\n"
    "\r\n"
    "hello";
const std::string chunked =
    "HTTP/1.1 200 OK\r\n"
    "Transfer-Encoding: chunked\r\n"
    "\r\n"
    "5;name=value\r\n"  // size in hex and an extension
    "hello\r\n"
    "A\r\n"
    ", networks\r\n"
    "0\r\n"
    "Expires: never\r\n"  // a trailer
    "\r\n";

// Feeds all and returns the message, which must be complete with nothing left over.
HttpMessage parse(Kind kind, const std::string& text, std::size_t step = 1000) {
    HttpParser p(kind);
    for (std::size_t at = 0; at < text.size(); at += step) {
        const std::string piece = text.substr(at, step);
        const auto used = p.feed(piece);
        EXPECT_TRUE(used) << (used ? "" : used.error().message);
        if (!used) return {};
        EXPECT_EQ(*used, piece.size());
    }
    EXPECT_TRUE(p.is_complete()) << text;
    return p.take();
}

std::string error_of(Kind kind, const std::string& text) {
    HttpParser p(kind);
    const auto used = p.feed(text);
    if (used) return "";
    EXPECT_EQ(p.state(), HttpParser::State::failed);
    EXPECT_FALSE(p.feed("x"));
    EXPECT_FALSE(p.finish());
    return used.error().message;
}

TEST(HttpParser, ReadsARequest) {
    const auto m = parse(Kind::requests, "GET /a?b=c HTTP/1.1\r\nHost: www.example.org\r\nX:\r\n\r\n");
    EXPECT_TRUE(m.is_request());
    EXPECT_EQ(m.method, "GET");
    EXPECT_EQ(m.target, "/a?b=c");
    EXPECT_EQ(m.version, "HTTP/1.1");
    EXPECT_EQ(*m.find("HOST"), "www.example.org");
    EXPECT_EQ(*m.find("x"), "");
    EXPECT_EQ(m.find("y"), nullptr);
}

TEST(HttpParser, ReadsAResponseInPiecesOfEverySize) {
    for (std::size_t step = 1; step <= page.size(); ++step) {
        const auto m = parse(Kind::responses, page, step);
        EXPECT_EQ(m.status, 200u);
        EXPECT_EQ(m.phrase, "OK");
        EXPECT_EQ(m.body, "hello");
    }
}

TEST(HttpParser, JoinsChunksInPiecesOfEverySize) {
    for (std::size_t step = 1; step <= chunked.size(); ++step)
        EXPECT_EQ(parse(Kind::responses, chunked, step).body, "hello, networks") << step;
}

TEST(HttpParser, EveryTruncationIsAnErrorAtTheEndOfTheConnection) {
    for (const std::string& text : {page, chunked})
        for (std::size_t n = 1; n < text.size(); ++n) {
            HttpParser p(Kind::responses);
            ASSERT_TRUE(p.feed(text.substr(0, n)));
            EXPECT_FALSE(p.is_complete()) << n;
            EXPECT_FALSE(p.finish()) << n;
        }
}

TEST(HttpParser, StopsAtTheEndOfAMessageAndGoesOnWithTheNext) {
    const std::string two = "GET /1 HTTP/1.1\r\n\r\n\r\nGET /2 HTTP/1.0\r\n\r\n";  // with an empty line between
    HttpParser p(Kind::requests);
    const auto first = p.feed(two);
    ASSERT_TRUE(first);
    EXPECT_EQ(p.take().target, "/1");
    EXPECT_TRUE(p.is_fresh());
    ASSERT_TRUE(p.feed(two.substr(*first)));
    EXPECT_EQ(p.take().target, "/2");
    EXPECT_TRUE(p.finish());
}

TEST(HttpParser, ABodyWithoutLengthLastsUntilTheConnectionEnds) {
    HttpParser p(Kind::responses);
    ASSERT_TRUE(p.feed("HTTP/1.0 200 OK\r\n\r\nabc"));
    ASSERT_TRUE(p.feed("def"));
    EXPECT_EQ(p.state(), HttpParser::State::body);
    EXPECT_EQ(p.take_body(), "abcdef");
    ASSERT_TRUE(p.feed("ghi"));
    ASSERT_TRUE(p.finish());
    EXPECT_EQ(p.body_received(), 9u);
    EXPECT_EQ(p.take().body, "ghi");
}

TEST(HttpParser, SomeResponsesHaveNoBodyWhateverTheySay) {
    for (const char* status : {"100 Continue", "204 No Content", "304 Not Modified"})
        EXPECT_EQ(parse(Kind::responses, std::string("HTTP/1.1 ") + status + "\r\nContent-Length: 9\r\n\r\n").body, "");
    HttpParser p(Kind::responses);
    p.expect_no_body();
    ASSERT_TRUE(p.feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
    EXPECT_TRUE(p.is_complete());
    p.take();
    ASSERT_TRUE(p.feed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"));
    EXPECT_FALSE(p.is_complete());  // only that one answered HEAD
}

TEST(HttpParser, AcceptsBareLineFeedsAndAMissingPhrase) {
    const auto m = parse(Kind::responses, "HTTP/1.1 404\nContent-Length: 0\n\n");
    EXPECT_EQ(m.status, 404u);
    EXPECT_EQ(m.phrase, "");
}

TEST(HttpParser, RefusesWhatCouldMeanTwoThings) {
    const std::string get = "GET / HTTP/1.1\r\n";
    EXPECT_NE(error_of(Kind::requests, get + "A: b\r\n folded\r\n\r\n"), "");
    EXPECT_NE(error_of(Kind::requests, get + "A : b\r\n\r\n"), "");
    EXPECT_NE(error_of(Kind::requests, get + "no colon\r\n"), "");
    EXPECT_NE(error_of(Kind::requests, get + "A: b\rc\r\n"), "");
    EXPECT_EQ(error_of(Kind::requests, get + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
              "two different Content-Lengths");
    EXPECT_NE(error_of(Kind::requests, get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), "");
    EXPECT_NE(error_of(Kind::requests, get + "Transfer-Encoding: gzip\r\n\r\n"), "");
    EXPECT_NE(error_of(Kind::requests, get + "Content-Length: -1\r\n\r\n"), "");
    EXPECT_NE(error_of(Kind::requests, get + "Content-Length: 99999999999999999999999\r\n\r\n"), "");
    EXPECT_NE(error_of(Kind::requests, get + "Content-Length: 999999999999999999\r\n\r\n"), "");
}

TEST(HttpParser, RefusesBadStartLines) {
    for (const char* line : {"GET\r\n", "GET /\r\n", "GET  HTTP/1.1\r\n", "GET / b HTTP/1.1\r\n", "GET / HTTP/11\r\n",
                             "G(T / HTTP/1.1\r\n", "GET /\x01 HTTP/1.1\r\n", " GET / HTTP/1.1\r\n"})
        EXPECT_NE(error_of(Kind::requests, line), "") << line;
    for (const char* line : {"HTTP/1.1\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 099 X\r\n",
                             "HTTP/1.1 20x OK\r\n", "HTTX/1.1 200 OK\r\n"})
        EXPECT_NE(error_of(Kind::responses, line), "") << line;
    EXPECT_EQ(error_of(Kind::requests, "HTTP/1.1 200 OK\r\n"), "an HTTP response where a request was expected");
    EXPECT_EQ(error_of(Kind::responses, "GET / HTTP/1.1\r\n"), "an HTTP request where a response was expected");
    EXPECT_NE(error_of(Kind::requests, std::string(20, '\n')), "");
}

TEST(HttpParser, RefusesBadChunks) {
    const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const char* body : {"x\r\n", "\r\n", "-1\r\n", "5\r\nhelloo\r\n", "ffffffffffffffff\r\n", "5 5\r\n"})
        EXPECT_NE(error_of(Kind::responses, head + body), "") << body;
}

TEST(HttpParser, LimitsLinesHeadsFieldsAndBodies) {
    EXPECT_NE(error_of(Kind::requests, "GET /" + std::string(9000, 'a')), "");
    std::string many = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 201; ++i) many += "A: b\r\n";
    EXPECT_EQ(error_of(Kind::requests, many), "more than 200 HTTP header fields");
    std::string big = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 20; ++i) big += "A: " + std::string(4000, 'b') + "\r\n";
    EXPECT_EQ(error_of(Kind::requests, big), "an HTTP head is over 65536 bytes");
    HttpParser p(Kind::responses, {.body = 10});
    EXPECT_FALSE(p.feed("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"));
    HttpParser q(Kind::responses, {.body = 10});
    EXPECT_FALSE(q.feed("HTTP/1.1 200 OK\r\n\r\n01234567890"));
    HttpParser r(Kind::responses);
    std::string trailer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
    for (int i = 0; i < 20; ++i) trailer += "A: " + std::string(4000, 'b') + "\r\n";
    EXPECT_FALSE(r.feed(trailer));
}

TEST(HttpParser, ManyChunksAreNotCountedAsHead) {
    std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 30000; ++i) text += http_chunk("ab");
    text += http_chunk("");
    EXPECT_EQ(parse(Kind::responses, text, 100).body.size(), 60000u);
}

TEST(HttpParser, SurvivesRandomBytes) {
    std::mt19937 random(3);
    const std::string alphabet = "GETHTP/1. :\r\n05afContent-Length";
    for (int round = 0; round < 20000; ++round) {
        std::string text = round % 2 ? page : chunked;
        for (int i = 0; i < 4; ++i) text[random() % text.size()] = alphabet[random() % alphabet.size()];
        HttpParser p(Kind::responses);
        const auto used = p.feed(text);
        EXPECT_TRUE(!used || *used <= text.size());
    }
}

TEST(HttpMessage, IsWrittenAsItIsRead) {
    auto request = http_request("POST", "/form", "www");
    request.add("Content-Length", "3");
    request.body = "a=b";
    EXPECT_EQ(request.to_text(), "POST /form HTTP/1.1\r\nHost: www\r\nContent-Length: 3\r\n\r\na=b");
    EXPECT_EQ(parse(Kind::requests, request.to_text()).body, "a=b");
    const auto response = http_response(404, "text/plain", "gone");
    EXPECT_EQ(response.to_text(),
              "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone");
    EXPECT_EQ(parse(Kind::responses, response.to_text()).headers, response.headers);
    EXPECT_STREQ(http_phrase(999), "");
}

TEST(HttpMessage, KnowsWhetherTheConnectionGoesOn) {
    HttpMessage m;
    EXPECT_TRUE(m.keeps_alive());
    m.add("Connection", "Upgrade, Close");
    EXPECT_FALSE(m.keeps_alive());
    m = {};
    m.version = "HTTP/1.0";
    EXPECT_FALSE(m.keeps_alive());
    m.add("connection", "Keep-Alive");
    EXPECT_TRUE(m.keeps_alive());
}

TEST(HttpFraming, FollowsRfc9112Section6_3) {
    HttpMessage m = http_response(200, "", "");
    EXPECT_EQ(http_framing(m, false)->kind, Framing::length);
    EXPECT_EQ(http_framing(m, true)->kind, Framing::none);
    m.headers = {{"Transfer-Encoding", "gzip, Chunked"}, {"Content-Length", "3"}};
    EXPECT_EQ(http_framing(m, false)->kind, Framing::chunked);  // a response: the coding wins
    m.headers = {{"Transfer-Encoding", "gzip"}};
    EXPECT_EQ(http_framing(m, false)->kind, Framing::until_close);
    m.headers = {};
    EXPECT_EQ(http_framing(m, false)->kind, Framing::until_close);
    EXPECT_EQ(http_framing(http_request("GET", "/", "h"), false)->kind, Framing::none);
}

TEST(HttpPieces, ReadListsLinesAndNumbers) {
    EXPECT_TRUE(list_has("keep-alive , Upgrade", "upgrade"));
    EXPECT_FALSE(list_has("keep-alive", "keep"));
    std::string_view text = "a\r\nb\nc";
    EXPECT_EQ(take_line(text), "a");
    EXPECT_EQ(take_line(text), "b");
    EXPECT_EQ(take_line(text), std::nullopt);
    EXPECT_EQ(text, "c");
    EXPECT_EQ(parse_content_length("0010"), 10u);
    EXPECT_FALSE(parse_content_length("+1"));
    EXPECT_EQ(parse_chunk_size("1F ; a=b"), 31u);
    EXPECT_FALSE(parse_chunk_size("0x1f"));
    EXPECT_TRUE(is_http_token("X-Forwarded-For"));
    EXPECT_FALSE(is_http_token("a b"));
    EXPECT_FALSE(is_http_token(""));
}

}  // namespace
}  // namespace layerlab::proto::wire
