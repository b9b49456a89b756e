#include "proto/dissect/http.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {
namespace {

using Numbers = std::vector<std::uint64_t>;
using Texts = std::vector<std::string>;

// A connection from port 50000 to a port, as raw IPv4 frames (LINKTYPE_RAW, 101), that is dissected as it goes.
struct Connection {
    explicit Connection(std::uint16_t port = 80) : server_port(port) {}

    std::uint16_t server_port;
    std::uint32_t next[2] = {1000, 9000};
    std::uint64_t frames = 0;
    std::vector<std::uint8_t> bytes;
    Dissector dissector;
    Dissection* result = nullptr;

    const Dissection& send(int from, std::string_view text, std::uint8_t flags = 0x18) {
        bytes = {0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};                  // IPv4
        bytes.insert(bytes.end(), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0, 1, 0, 0, 0, 0, 0});  // TCP
        if (from == 1) std::swap(bytes[15], bytes[19]);
        store_be16(bytes.data() + 20, from == 0 ? 50000 : server_port);
        store_be16(bytes.data() + 22, from == 0 ? server_port : 50000);
        store_be32(bytes.data() + 24, next[from]);
        store_be32(bytes.data() + 28, next[1 - from]);
        bytes[33] = flags;
        next[from] += static_cast<std::uint32_t>(text.size()) + (flags & 3 ? 1 : 0);
        bytes.insert(bytes.end(), text.begin(), text.end());
        store_be16(bytes.data() + 2, static_cast<std::uint16_t>(bytes.size()));
        FrameIn in;
        in.number = ++frames;
        in.time = time_at(static_cast<std::int64_t>(frames) * 1000);
        in.link_type = 101;
        in.bytes = bytes;
        in.original_length = bytes.size();
        result = &dissector.dissect(in);
        return *result;
    }
    const Dissection& client(std::string_view text, std::uint8_t flags = 0x18) { return send(0, text, flags); }
    const Dissection& server(std::string_view text, std::uint8_t flags = 0x18) { return send(1, text, flags); }

    Texts texts(std::string_view name) const {
        Texts values;
        for (const Item& item : result->items)
            if (item.field->name == name) values.emplace_back(as_text(item.bytes));
        return values;
    }
    Numbers numbers(std::string_view name) const {
        Numbers values;
        for (const Item& item : result->items)
            if (item.field->name == name) values.push_back(item.number);
        return values;
    }
    // The layers above TCP.
    Texts layers() const {
        Texts names;
        bool above = false;
        for (const Layer& layer : result->layers) {
            if (above) names.emplace_back(layer.protocol->name());
            above |= layer.protocol == &tcp;
        }
        return names;
    }
    std::string summary() const {
        std::string info;
        http.summarize(LayerView(*result, result->layers.size() - 1), info);
        return info;
    }
};

// The connection's bytes have bad checksums, which must not matter here.
Options unchecked() {
    Options o;
    o.verify_checksums = false;
    return o;
}
struct Exchange : Connection {
    explicit Exchange(std::uint16_t port = 80) : Connection(port) { dissector = Dissector(unchecked()); }
};

const std::string get = "GET /a/b?x=1&y=2 HTTP/1.1\r\nHost: www.example.org\r\nCookie: a=b; c=d\r\nX-Own: 1\r\n\r\n";

TEST(DissectHttp, ShowsARequest) {
    Exchange c;
    c.client(get);
    EXPECT_EQ(c.layers(), Texts{"http"});
    EXPECT_EQ(c.texts("http.request.method"), Texts{"GET"});
    EXPECT_EQ(c.texts("http.request.uri"), Texts{"/a/b?x=1&y=2"});
    EXPECT_EQ(c.texts("http.request.uri.path"), Texts{"/a/b"});
    EXPECT_EQ(c.texts("http.request.uri.query"), Texts{"x=1&y=2"});
    EXPECT_EQ(c.texts("http.request.uri.query.parameter"), (Texts{"x=1", "y=2"}));
    EXPECT_EQ(c.texts("http.request.version"), Texts{"HTTP/1.1"});
    EXPECT_EQ(c.texts("http.request.full_uri"), Texts{"http://www.example.org/a/b?x=1&y=2"});
    EXPECT_EQ(c.texts("http.host"), Texts{"www.example.org"});
    EXPECT_EQ(c.texts("http.cookie_pair"), (Texts{"a=b", "c=d"}));
    EXPECT_EQ(c.texts("http.request.line"),
              (Texts{"Host: www.example.org\r\n", "Cookie: a=b; c=d\r\n", "X-Own: 1\r\n"}));
    EXPECT_EQ(c.numbers("http.request"), Numbers{1});
    EXPECT_EQ(c.summary(), "GET /a/b?x=1&y=2 HTTP/1.1 ");
}

TEST(DissectHttp, ShowsAResponseOnTheFrameThatCompletesIt) {
    Exchange c;
    c.client(get);
    c.server("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Len");
    EXPECT_TRUE(c.layers().empty());
    c.server("gth: 10\r\n\r\nhello");
    EXPECT_TRUE(c.layers().empty());
    c.server("\nyou.");
    EXPECT_EQ(c.layers(), (Texts{"http", "data-text-lines"}));
    EXPECT_EQ(c.texts("http.response.version"), Texts{"HTTP/1.1"});
    EXPECT_EQ(c.numbers("http.response.code"), Numbers{200});
    EXPECT_EQ(c.texts("http.response.phrase"), Texts{"OK"});
    EXPECT_EQ(c.texts("http.content_type"), Texts{"text/plain"});
    EXPECT_EQ(c.texts("http.content_length_header"), Texts{"10"});
    EXPECT_EQ(c.numbers("http.content_length"), Numbers{10});
    EXPECT_EQ(c.texts("http.file_data"), Texts{"hello\nyou."});
    EXPECT_EQ(c.numbers("http.request_in"), Numbers{1});
    EXPECT_EQ(c.numbers("http.time"), Numbers{3000});
    EXPECT_EQ(c.texts("http.response_for.uri"), Texts{"http://www.example.org/a/b?x=1&y=2"});
}

TEST(DissectHttp, JoinsChunks) {
    Exchange c;
    c.client(get);
    c.server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n3\r\nabc\r\n");
    EXPECT_TRUE(c.layers().empty());
    c.server("2\r\nde\r\n0\r\n\r\n");
    EXPECT_EQ(c.layers(), (Texts{"http", "data-text-lines"}));
    EXPECT_EQ(c.numbers("http.chunk_size"), (Numbers{3, 2, 0}));
    EXPECT_EQ(c.texts("http.chunk_data"), (Texts{"abc", "de"}));
    EXPECT_EQ(c.texts("http.file_data"), Texts{"abcde"});
}

TEST(DissectHttp, RelatesPipelinedRequestsInTheirOrder) {
    Exchange c;
    c.client("HEAD /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(c.layers(), (Texts{"http", "http"}));
    EXPECT_EQ(c.numbers("http.request_number"), (Numbers{1, 2}));
    c.server("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_EQ(c.layers(), (Texts{"http", "http", "data"}));  // the first answers HEAD
    EXPECT_EQ(c.numbers("http.response_number"), (Numbers{1, 2}));
}

TEST(DissectHttp, WaitsForTheEndOfTheConnectionWithoutALength) {
    Exchange c;
    c.client("GET / HTTP/1.0\r\n\r\n");
    c.server("HTTP/1.0 200 OK\r\nContent-Type: image/gif\r\n\r\nGIF89a");
    EXPECT_TRUE(c.layers().empty());
    c.server("..", 0x19);  // with FIN
    EXPECT_EQ(c.layers(), (Texts{"http", "image-gif"}));
}

TEST(DissectHttp, IsRecognisedOnOtherPortsByItsFirstLine) {
    Exchange c(8123);
    c.client(get);
    EXPECT_EQ(c.layers(), Texts{"http"});
    Exchange d(8123);
    d.client("hello\r\n\r\n");
    EXPECT_EQ(d.layers(), Texts{"data"});
}

TEST(DissectHttp, WhatIsNotHttpOnItsPortIsData) {
    Exchange c;
    c.client("SSH-2.0-OpenSSH\r\n");
    EXPECT_EQ(c.layers(), Texts{"data"});
}

TEST(DissectHttp, EndsWhereATunnelBegins) {
    Exchange c(3128);
    c.client("CONNECT a:443 HTTP/1.1\r\n\r\n");
    c.server("HTTP/1.1 200 OK\r\n\r\n");
    EXPECT_EQ(c.layers(), Texts{"http"});
    c.client("GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(c.layers(), Texts{"data"});
}

TEST(DissectHttp, ReplacesWhatIsNotAsciiInTheFileData) {
    Exchange c;
    c.client(
        "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\na\xe9"
        "b\n");
    EXPECT_EQ(c.texts("http.file_data"), Texts{"a\xef\xbf\xbd"
                                               "b\n"});
    c.client(std::string("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na") + '\0' + "b");
    EXPECT_EQ(c.texts("http.file_data"), Texts{"a"});
}

TEST(DissectHttp, DoesNotShowACompressedBodyAsText) {
    Exchange c;
    c.client("POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b");
    EXPECT_TRUE(c.texts("http.file_data").empty());
    EXPECT_EQ(c.texts("http.content_encoding"), Texts{"gzip"});
}

// "hello, hello, hello\n" as `gzip -n` makes it.
const std::string hello_gzip(
    "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\xc8\x40\xa2\xb8\0\xe7\x42\x6e\x52\x14\0\0\0", 30);

std::string compressed_response(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(DissectHttp, ShowsACompressedBodyAsItWasBefore) {
    Exchange c;
    c.server(compressed_response(hello_gzip));
    EXPECT_EQ(c.texts("http.file_data"), Texts{"hello, hello, hello\n"});
    EXPECT_EQ(c.layers(), (Texts{"http", "data-text-lines"}));
    EXPECT_EQ(c.texts("data-text-lines.line"), Texts{"hello, hello, hello\n"});
}

TEST(DissectHttp, JoinsTheChunksOfABodyBeforeItDecompressesIt) {
    Exchange c;
    c.server("HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" +
             hello_gzip.substr(0, 16) + "\r\ne\r\n" + hello_gzip.substr(16) + "\r\n0\r\n\r\n");
    EXPECT_EQ(c.texts("http.file_data"), Texts{"hello, hello, hello\n"});
}

TEST(DissectHttp, ShowsABodyThatItCannotDecompressAsData) {
    Exchange c;
    c.server(compressed_response("no gzip at all"));
    EXPECT_EQ(c.layers(), (Texts{"http", "data"}));
    EXPECT_EQ(c.texts("data.data"), Texts{"no gzip at all"});
    EXPECT_FALSE(c.result->malformed);
}

TEST(DissectHttp, BoundsWhatTheBodiesOfOneFrameDecompressTo) {
    std::string bomb(3'000'000, '\0');
    uLongf size = bomb.size();
    const std::string zeros(longest_decoded_body * 2, 'x');
    compress(reinterpret_cast<Bytef*>(bomb.data()), &size, reinterpret_cast<const Bytef*>(zeros.data()), zeros.size());
    bomb.resize(size);
    std::string many;
    for (int i = 0; i < 10; ++i) many += compressed_response(bomb);
    ASSERT_LT(many.size(), 60'000u);
    Exchange c;
    c.server(many);
    std::size_t total = 0;
    for (const std::string& text : c.texts("http.file_data")) {
        EXPECT_LE(text.size(), longest_decoded_body);
        total += text.size();
    }
    EXPECT_EQ(total, 4 * longest_decoded_body);
}

TEST(DissectHttp, SurvivesEveryCutOfARequestAndResponse) {
    const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (std::size_t n = 1; n < get.size(); ++n) {
        Exchange c;
        c.client(std::string_view(get).substr(0, n));
        EXPECT_TRUE(c.layers().empty()) << n;
        c.client(std::string_view(get).substr(n));
        EXPECT_EQ(c.layers(), Texts{"http"}) << n;
        const std::size_t m = 1 + n % (answer.size() - 1);
        c.server(std::string_view(answer).substr(0, m));
        c.server(std::string_view(answer).substr(m));
        EXPECT_EQ(c.layers(), (Texts{"http", "data"})) << m;
    }
}

TEST(DissectHttp, KeepsFewRequestsInMind) {
    Exchange c;
    std::string many;
    for (int i = 0; i < 100; ++i) many += "GET / HTTP/1.1\r\n\r\n";
    for (int i = 0; i < 10; ++i) c.client(many);
    c.server("HTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_EQ(c.numbers("http.request_in"), Numbers{10});  // the oldest that is remembered
}

}  // namespace
}  // namespace layerlab::proto::dissect
