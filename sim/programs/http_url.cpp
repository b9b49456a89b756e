#include "sim/programs/http_url.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/base/address.hpp"
#include "sim/programs/options.hpp"

namespace layerlab::sim::programs {
namespace {

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

bool has_blank_or_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

std::uint16_t default_port(std::string_view scheme) {
    if (scheme == "https") return 443;
    if (scheme == "ftp") return 21;
    return 80;
}

// The part between the slashes: [user@]host[:port].
bool read_authority(std::string_view text, HttpUrl& url) {
    const std::size_t at = text.rfind('@');
    if (at != text.npos) {
        url.user = text.substr(0, at);
        text.remove_prefix(at + 1);
    }
    // An IPv6 address stands in brackets: RFC 3986 section 3.2.2.
    const bool is_v6 = !text.empty() && text[0] == '[';
    const std::size_t bracket = is_v6 ? text.find(']') : 0;
    if (bracket == text.npos) return false;
    const std::size_t colon = text.find(':', bracket);
    url.host = lower_case(text.substr(0, colon));
    if (is_v6) {
        if (url.host.back() != ']' || !proto::Ipv6Address::parse(url.host.substr(1, url.host.size() - 2))) return false;
    } else if (url.host.empty() || url.host.find_first_of("[]<>{}|\\^`\"%") != std::string::npos) {
        return false;
    }
    url.port = default_port(url.scheme);
    if (colon == text.npos || colon + 1 == text.size()) return true;
    const std::string_view digits = text.substr(colon + 1);
    const std::optional<std::int64_t> port = parse_integer(digits);
    if (!port || *port < 0 || *port > 65535 || digits[0] == '+' || digits[0] == '-') return false;
    url.has_port = *port != url.port;
    url.port = static_cast<std::uint16_t>(*port);
    return true;
}

void set_target(HttpUrl& url, std::string_view target) {
    target = target.substr(0, target.find('#'));
    const std::size_t query = target.find('?');
    url.target = remove_dot_segments(target.substr(0, query));
    if (url.target.empty() || url.target[0] != '/') url.target.insert(0, "/");
    if (query != target.npos) url.target += target.substr(query);
}

}  // namespace

std::string HttpUrl::authority() const { return has_port ? fmt::format("{}:{}", host, port) : host; }

std::string HttpUrl::to_string() const { return fmt::format("{}://{}{}", scheme, authority(), target); }

std::string remove_dot_segments(std::string_view path) {
    std::string result;
    while (!path.empty()) {
        const std::size_t end = path.find('/', 1);
        const std::string_view segment = path.substr(0, end);
        path = end == path.npos ? std::string_view{} : path.substr(end);
        if (segment == "/." || segment == "/..") {
            if (segment == "/..") result.erase(std::min(result.rfind('/'), result.size()));
            if (path.empty()) result += '/';
        } else {
            result += segment;
        }
    }
    return result;
}

std::optional<HttpUrl> parse_http_url(std::string_view text) {
    if (text.empty() || text.size() > 8000 || has_blank_or_control(text)) return std::nullopt;
    HttpUrl url;
    const std::size_t colon = text.find("://");
    if (colon != text.npos && text.substr(0, colon).find_first_of("/?#@") == text.npos) {
        url.scheme = lower_case(text.substr(0, colon));
        text.remove_prefix(colon + 3);
    }
    const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
    if (url.scheme.empty() || !read_authority(text.substr(0, end), url)) return std::nullopt;
    set_target(url, text.substr(end));
    return url;
}

std::optional<HttpUrl> resolve_http_url(const HttpUrl& base, std::string_view reference) {
    if (reference.empty() || has_blank_or_control(reference)) return std::nullopt;
    if (reference.find("://") < reference.find_first_of("/?#")) return parse_http_url(reference);
    if (reference.substr(0, 2) == "//") return parse_http_url(base.scheme + ":" + std::string(reference));
    HttpUrl url = base;
    const std::string path = base.target.substr(0, base.target.find('?'));
    if (reference[0] == '/')
        set_target(url, reference);
    else if (reference[0] == '?')
        set_target(url, path + std::string(reference));
    else
        set_target(url, path.substr(0, path.rfind('/') + 1) + std::string(reference));
    return url;
}

}  // namespace layerlab::sim::programs
