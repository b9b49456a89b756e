// JA3 and JA4: names for a way of saying hello, made of the lists in it. Values reserved by RFC 8701 (GREASE) are left
// out, because they are drawn anew each time.
#include <algorithm>
#include <fmt/format.h>

#include "proto/base/sha256.hpp"
#include "proto/dissect/tls.hpp"

namespace layerlab::proto::dissect {

namespace {

bool is_grease(std::uint16_t value) { return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff); }

template <class T>
std::string joined(const std::vector<T>& list) {
    std::string text;
    for (const auto value : list)
        if (!is_grease(value)) text += fmt::format("{}{}", text.empty() ? "" : "-", value);
    return text;
}

std::vector<std::uint16_t> without_grease(std::vector<std::uint16_t> list) {
    list.erase(std::remove_if(list.begin(), list.end(), is_grease), list.end());
    return list;
}

std::string hex_list(const std::vector<std::uint16_t>& list) {
    std::string text;
    for (const std::uint16_t value : list) text += fmt::format("{}{:04x}", text.empty() ? "" : ",", value);
    return text;
}

// The first twelve hexadecimal digits of the SHA-256; zeros of nothing.
std::string short_hash(const std::string& text) {
    return text.empty() ? "000000000000" : Sha256().add(as_bytes(text)).finish().substr(0, 12);
}

const char* version_letters(std::uint16_t version) {
    switch (version) {
        case 0x0304: return "13";
        case 0x0303: return "12";
        case 0x0302: return "11";
        case 0x0301: return "10";
        case 0x0300: return "s3";
        default: return "00";
    }
}

// First and last character of the first protocol name; of its hexadecimal form when they are no letters or digits.
std::string alpn_letters(std::string_view alpn) {
    if (alpn.empty()) return "00";
    const auto is_plain = [](char ch) {
        return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
    };
    if (is_plain(alpn.front()) && is_plain(alpn.back())) return {alpn.front(), alpn.back()};
    const auto octet = [](char ch) { return static_cast<unsigned>(static_cast<unsigned char>(ch)); };
    return fmt::format("{:x}{:x}", octet(alpn.front()) >> 4, octet(alpn.back()) & 15);
}

}  // namespace

std::string ja3_text(const TlsHello& hello) {
    std::string text = fmt::format("{},{},{}", hello.version, joined(hello.suites), joined(hello.extensions));
    if (hello.is_client) text += fmt::format(",{},{}", joined(hello.groups), joined(hello.points));
    return text;
}

std::string ja4_text(const TlsHello& hello, bool raw) {
    const auto versions = without_grease(hello.versions);
    const std::uint16_t version =
        versions.empty() ? hello.version : *std::max_element(versions.begin(), versions.end());
    auto suites = without_grease(hello.suites), extensions = without_grease(hello.extensions);
    const std::string front = fmt::format("{}{}{}{:02}{:02}{}", hello.is_quic ? 'q' : 't', version_letters(version),
                                          hello.has_name ? 'd' : 'i', std::min<std::size_t>(suites.size(), 99),
                                          std::min<std::size_t>(extensions.size(), 99), alpn_letters(hello.first_alpn));
    // The server's name and ALPN depend on whom one talks to, not on who talks.
    const auto is_about_the_server = [](std::uint16_t type) { return type == 0 || type == 16; };
    extensions.erase(std::remove_if(extensions.begin(), extensions.end(), is_about_the_server), extensions.end());
    std::sort(suites.begin(), suites.end());
    std::sort(extensions.begin(), extensions.end());
    const std::string second = hex_list(suites);
    std::string third = hex_list(extensions);
    const auto algorithms = without_grease(hello.algorithms);
    if (!algorithms.empty()) third += "_" + hex_list(algorithms);
    if (raw) return front + "_" + second + "_" + third;
    return front + "_" + short_hash(second) + "_" + short_hash(third);
}

}  // namespace layerlab::proto::dissect
