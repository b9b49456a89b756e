#include <gtest/gtest.h>

#include "proto/dissect/http.hpp"

namespace layerlab::proto::dissect {
namespace {

std::size_t size_of(std::string_view text, HttpMemory* memory = nullptr, std::size_t* scanned = nullptr) {
    Dissection out;
    const Options options;
    Context c(out, as_bytes(text), 0, options, nullptr);
    std::unique_ptr<ConversationMemory> kept(memory);
    if (memory) c.memory = &kept;
    c.scanned = scanned;
    const std::size_t size = http_pdu_size(c, as_bytes(text));
    static_cast<void>(kept.release());
    return size;
}

TEST(HttpFramingOfStreams, FindsTheEndOfEachKindOfMessage) {
    const std::string get = "GET / HTTP/1.1\r\n\r\n", next = "GET /2";
    EXPECT_EQ(size_of(get + next), get.size());
    EXPECT_EQ(size_of("\r\n" + get), get.size() + 2);
    EXPECT_EQ(size_of("POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nab"), 38u + 5u);
    EXPECT_EQ(size_of("HTTP/1.1 200 OK\r\n\r\nabc"), until_end);
    EXPECT_EQ(size_of("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), 48u);
    EXPECT_EQ(size_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"), 25u);
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: x\r\n\r\n";
    EXPECT_EQ(size_of(chunked + next), chunked.size());
    for (std::size_t n = 1; n < chunked.size(); ++n) EXPECT_EQ(size_of(chunked.substr(0, n)), more) << n;
}

TEST(HttpFramingOfStreams, KnowsWhatIsNotHttp) {
    EXPECT_EQ(size_of("SSH-2.0\r\n"), not_mine);
    EXPECT_EQ(size_of("\x16\x03\x01"), not_mine);
    EXPECT_EQ(size_of("HT"), more);
    EXPECT_EQ(size_of("BASELINE-CONTROL /"), more);
    EXPECT_EQ(size_of("GETS / HTTP/1.1\r\n\r\n"), not_mine);
    EXPECT_EQ(size_of("GET /" + std::string(300000, 'a')), not_mine);
    EXPECT_EQ(size_of(std::string(100, '\n')), not_mine);
    HttpMemory tunnel;
    tunnel.is_tunnel = true;
    EXPECT_EQ(size_of("GET / HTTP/1.1\r\n\r\n", &tunnel), not_mine);
    HttpMemory known;
    known.has_seen_head = true;
    EXPECT_EQ(size_of("rest\r\n", &known), 6u);
}

TEST(HttpFramingOfStreams, AbsurdLengthsAreAsIfTheyWereNotThere) {
    EXPECT_EQ(size_of("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\nab"), 57u);
    EXPECT_EQ(size_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"), 57u);  // all there is
    EXPECT_EQ(size_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), 52u);
}

TEST(HttpFramingOfStreams, AResponseToHeadOrConnectHasNoBody) {
    const std::string response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    HttpMemory memory;
    memory.waiting.push_back({});
    EXPECT_EQ(size_of(response, &memory), response.size() + 5);
    memory.waiting.front().is_head = true;
    EXPECT_EQ(size_of(response, &memory), response.size());
    memory.waiting.front() = {};
    memory.waiting.front().is_connect = true;
    EXPECT_EQ(size_of(response, &memory), response.size());
}

TEST(HttpFramingOfStreams, WalksEachChunkOnce) {
    std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::size_t head = text.size();
    std::size_t scanned = 0;
    text += "1\r\na\r\n1\r\nb\r\n";
    EXPECT_EQ(size_of(text, nullptr, &scanned), more);
    EXPECT_EQ(scanned, head + 12);
    text += "0\r\n\r\n";
    EXPECT_EQ(size_of(text, nullptr, &scanned), text.size());
}

TEST(HttpFramingOfStreams, GuessesByTheFirstLine) {
    EXPECT_TRUE(looks_like_http(as_bytes("GET / HTTP/1.1\r\n")));
    EXPECT_TRUE(looks_like_http(as_bytes("HTTP/1.0 200 OK\r\n")));
    EXPECT_FALSE(looks_like_http(as_bytes("HTTP/1.1\r\n")));
    EXPECT_FALSE(looks_like_http(as_bytes("GET / HTTP/1.1")));
    EXPECT_FALSE(looks_like_http(as_bytes("EHLO x\r\n")));
    EXPECT_TRUE(begins_http(as_bytes("M-SEARCH * HTTP/1.1")));
    EXPECT_FALSE(begins_http(as_bytes("GETX")));
    EXPECT_FALSE(begins_http(Bytes{}));
}

}  // namespace
}  // namespace layerlab::proto::dissect
