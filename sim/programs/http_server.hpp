// An HTTP/1.1 server of fixed pages: RFC 9110, RFC 9112. GET and HEAD, keep-alive with pipelining, Date, Content-Type
// by the file's ending, ETag with If-None-Match (304). Pages of generated filler are made while they are sent. A page
// for uploads takes PUT and POST of any size, keeps nothing, and answers with the SHA-256 of what came.
// Not: ranges, content negotiation, TLS, chunked answers, scripts.
#pragma once

#include <string>
#include <vector>

#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct HttpServerPage {
    std::string path;        // "/index.html"; "/" also answers for "/index.html" if there is no such page
    std::string body;        // where it is not filler
    std::uint64_t size = 0;  // of filler, in bytes
    bool is_filler = false;
    bool takes_uploads = false;
};

struct HttpServerSettings {
    std::uint16_t port = 80;
    std::vector<HttpServerPage> pages;  // those given and the files of a folder, as "/name"; the first match counts
    proto::Duration idle{std::chrono::seconds(75)};  // how long a connection may be silent
};

Process::Main http_server(HttpServerSettings settings);

// The filler at `offset`: lines of 64 bytes, of which the last is '\n'.
char filler_character(std::uint64_t offset);

}  // namespace layerlab::sim::programs
