// URLs as HTTP clients use them: RFC 3986, scheme://user:password@host:port/path?query. A missing scheme is http. The
// fragment is dropped; no IPv6 hosts, no international names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace layerlab::sim::programs {

struct HttpUrl {
    std::string scheme = "http";  // lower case
    std::string user;             // "name" or "name:password"
    std::string host;             // lower case
    std::uint16_t port = 80;
    bool has_port = false;     // stated, and not the scheme's own
    std::string target = "/";  // path and query

    std::string authority() const;  // "host", "host:8080"
    std::string to_string() const;  // without user
};

// nullopt if it is none: an empty host, a port that is no number, blanks or control characters.
std::optional<HttpUrl> parse_http_url(std::string_view text);
// What a Location field means for a request to `base`: absolute, //host/..., /path, ?query or relative to the path.
std::optional<HttpUrl> resolve_http_url(const HttpUrl& base, std::string_view reference);
// RFC 3986 section 5.2.4: "/a/./b/../c" is "/a/c".
std::string remove_dot_segments(std::string_view path);

}  // namespace layerlab::sim::programs
