#include "sim/programs/curl_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace layerlab::sim::programs {
namespace {

constexpr std::uint64_t kilo = 1024, mega = kilo * 1024, giga = mega * 1024;

// At most five characters: "12345", "9999k", "99.9M", "9999M", "99.9G", "9999G".
std::string five(std::uint64_t n) {
    if (n < 100'000) return fmt::format("{:5}", n);
    if (n < 10'000 * kilo) return fmt::format("{:4}k", n / kilo);
    if (n < 100 * mega) return fmt::format("{:2}.{}M", n / mega, n % mega / (mega / 10));
    if (n < 10'000 * mega) return fmt::format("{:4}M", n / mega);
    if (n < 100 * giga) return fmt::format("{:2}.{}G", n / giga, n % giga / (giga / 10));
    return fmt::format("{:4}G", n / giga);
}

std::string clock_text(std::int64_t seconds) {
    if (seconds <= 0) return "--:--:--";
    const std::int64_t hours = seconds / 3600;
    if (hours <= 99) return fmt::format("{:2}:{:02}:{:02}", hours, seconds / 60 % 60, seconds % 60);
    const std::int64_t days = hours / 24;
    return days <= 999 ? fmt::format("{:3}d {:02}h", days, hours % 24) : fmt::format("{:7}d", days);
}

// Bytes per second over a time counted in whole microseconds.
std::uint64_t speed(std::uint64_t bytes, proto::Duration time) {
    const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(1, proto::nanoseconds(time) / 1000));
    return bytes > 1'000'000'000'000 ? bytes / us * 1'000'000 : bytes * 1'000'000 / us;
}

std::string seconds_text(proto::Duration d) {
    const std::int64_t us = proto::nanoseconds(d) / 1000;
    return fmt::format("{}.{:06}", us / 1'000'000, us % 1'000'000);
}

std::string header_value(const CurlResult& r, std::string_view name) {
    for (const proto::wire::HttpHeader& h : r.headers)
        if (proto::wire::equal_without_case(h.name, name)) return h.value;
    return {};
}

std::string http_version(const CurlResult& r) {
    return r.http_version == "HTTP/1.0" ? "1" : r.http_version.substr(std::min<std::size_t>(5, r.http_version.size()));
}

using Maker = std::string (*)(const CurlResult&);
struct Variable {
    const char* name;
    Maker make;
};

constexpr std::array<Variable, 37> variables{{
    {"content_type", [](const CurlResult& r) { return header_value(r, "Content-Type"); }},
    {"errormsg", [](const CurlResult& r) { return r.message; }},
    {"exitcode", [](const CurlResult& r) { return fmt::format("{}", r.status); }},
    {"filename_effective", [](const CurlResult& r) { return r.file; }},
    {"ftp_entry_path", [](const CurlResult&) { return std::string(); }},
    {"http_code", [](const CurlResult& r) { return fmt::format("{:03}", r.response); }},
    {"http_connect", [](const CurlResult&) { return std::string("000"); }},
    {"http_version", [](const CurlResult& r) { return r.http_version.empty() ? std::string("0") : http_version(r); }},
    {"local_ip", [](const CurlResult& r) { return r.local_address; }},
    {"local_port", [](const CurlResult& r) { return fmt::format("{}", r.local_port); }},
    {"method", [](const CurlResult& r) { return r.method; }},
    {"num_connects", [](const CurlResult& r) { return fmt::format("{}", r.connects); }},
    {"num_headers", [](const CurlResult& r) { return fmt::format("{}", r.headers.size()); }},
    {"num_redirects", [](const CurlResult& r) { return fmt::format("{}", r.redirects); }},
    {"onerror", [](const CurlResult&) { return std::string(); }},
    {"proxy_ssl_verify_result", [](const CurlResult&) { return std::string("0"); }},
    {"redirect_url", [](const CurlResult& r) { return r.redirect_url; }},
    {"referer", [](const CurlResult&) { return std::string(); }},
    {"remote_ip", [](const CurlResult& r) { return r.remote_address; }},
    {"remote_port", [](const CurlResult& r) { return fmt::format("{}", r.remote_port); }},
    {"response_code", [](const CurlResult& r) { return fmt::format("{:03}", r.response); }},
    {"scheme", [](const CurlResult& r) { return r.response ? std::string("HTTP") : std::string(); }},
    {"size_download", [](const CurlResult& r) { return fmt::format("{}", r.downloaded); }},
    {"size_header", [](const CurlResult& r) { return fmt::format("{}", r.header_bytes); }},
    {"size_request", [](const CurlResult& r) { return fmt::format("{}", r.request_bytes); }},
    {"size_upload", [](const CurlResult& r) { return fmt::format("{}", r.uploaded); }},
    {"speed_download", [](const CurlResult& r) { return fmt::format("{}", speed(r.downloaded, r.total)); }},
    {"speed_upload", [](const CurlResult& r) { return fmt::format("{}", speed(r.uploaded, r.total)); }},
    {"ssl_verify_result", [](const CurlResult&) { return std::string("0"); }},
    {"stderr", [](const CurlResult&) { return std::string(); }},
    {"stdout", [](const CurlResult&) { return std::string(); }},
    {"time_appconnect", [](const CurlResult&) { return std::string("0.000000"); }},
    {"time_connect", [](const CurlResult& r) { return seconds_text(r.connected); }},
    {"time_namelookup", [](const CurlResult& r) { return seconds_text(r.name_resolved); }},
    {"time_pretransfer", [](const CurlResult& r) { return seconds_text(r.request_ready); }},
    {"time_redirect", [](const CurlResult& r) { return seconds_text(r.redirected); }},
    {"time_starttransfer", [](const CurlResult& r) { return seconds_text(r.first_byte); }},
}};

std::string value_of(std::string_view name, const CurlResult& r, std::string& warnings) {
    if (name == "time_total") return seconds_text(r.total);
    if (name == "url_effective" || name == "url") return r.url;
    if (name == "urlnum") return fmt::format("{}", r.number);
    for (const Variable& v : variables)
        if (name == v.name) return v.make(r);
    warnings += fmt::format("curl: unknown --write-out variable: '{}'\n", name);
    return {};
}

}  // namespace

const char* curl_meter_heading() {
    return "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
           "                                 Dload  Upload   Total   Spent    Left  Speed\n";
}

std::string curl_meter(const CurlResult& r) {
    const std::uint64_t total = std::max(r.expected, r.downloaded) + r.uploaded;
    const std::uint64_t done = r.downloaded + r.uploaded;
    const auto percent = [](std::uint64_t part, std::uint64_t whole) { return whole == 0 ? 0 : part * 100 / whole; };
    const std::uint64_t rate = speed(r.downloaded, r.total);
    const std::int64_t spent = proto::nanoseconds(r.total) / 1'000'000'000;
    const std::uint64_t expected = std::max(r.expected, r.downloaded);
    const std::int64_t estimate = rate == 0 ? 0 : static_cast<std::int64_t>(expected / rate);
    return fmt::format("{:3} {}  {:3} {}  {:3} {}  {}  {} {} {} {} {}", percent(done, total), five(total),
                       percent(r.downloaded, expected), five(r.downloaded), r.uploaded > 0 ? 100 : 0, five(r.uploaded),
                       five(rate), five(speed(r.uploaded, r.total)), clock_text(estimate), clock_text(spent),
                       clock_text(estimate - spent), five(rate));
}

std::string curl_write_out(const std::string& format, const CurlResult& result) {
    std::string text, warnings;
    for (std::size_t i = 0; i < format.size(); ++i) {
        const char c = format[i];
        const char next = i + 1 < format.size() ? format[i + 1] : '\0';
        if (c == '\\' && (next == 'n' || next == 'r' || next == 't')) {
            text += next == 'n' ? '\n' : next == 'r' ? '\r' : '\t';
            ++i;
        } else if (c == '%' && next == '%') {
            text += '%';
            ++i;
        } else if (c == '%' && next == '{' && format.find('}', i) != format.npos) {
            const std::size_t end = format.find('}', i);
            text += value_of(std::string_view(format).substr(i + 2, end - i - 2), result, warnings);
            i = end;
        } else if (c == '%' && format.compare(i, 8, "%header{") == 0 && format.find('}', i) != format.npos) {
            const std::size_t end = format.find('}', i);
            text += header_value(result, std::string_view(format).substr(i + 8, end - i - 8));
            i = end;
        } else {
            text += c;
        }
    }
    return warnings + text;
}

}  // namespace layerlab::sim::programs
