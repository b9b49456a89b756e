#include "proto/dissect/dns_text.hpp"

#include <fmt/format.h>

namespace layerlab::proto::dissect {
namespace {

constexpr std::size_t max_text = 254;
constexpr unsigned max_pointers = 255;

// Length of the well-formed UTF-8 sequence at the front of `text` (RFC 3629), 0 when there is none.
std::size_t utf8_size(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = byte(0);
    const std::size_t size = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
    if (size == 0 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    if (first == 0xe0 && byte(1) < 0xa0) return 0;
    if (first == 0xed && byte(1) > 0x9f) return 0;
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    if (first == 0xf4 && byte(1) > 0x8f) return 0;
    return size;
}

void append_control(std::string& out, std::uint8_t c) {
    constexpr std::string_view letters = "abtnvfr";  // 7 to 13
    if (c >= 7 && c <= 13)
        (out += '\\') += letters[c - 7u];
    else
        out += fmt::format("\\{:03o}", c);
}

}  // namespace

std::string printable_text(std::string_view raw) {
    std::string out;
    while (!raw.empty()) {
        const auto c = static_cast<std::uint8_t>(raw[0]);
        const std::size_t size = utf8_size(raw);
        if (size == 0)
            out += "\xef\xbf\xbd";
        else if (size == 1 && (c < 0x20 || c == 0x7f))
            append_control(out, c);
        else
            out += raw.substr(0, size);
        raw.remove_prefix(size == 0 ? 1 : size);
    }
    return out;
}

DnsNameText dns_name_text(Bytes message, std::size_t at) {
    DnsNameText name;
    std::string raw;
    std::size_t here = at;
    unsigned pointers = 0;
    bool too_long = false;
    for (;;) {
        if (here >= message.size()) return name;
        const std::size_t length = message[here++];
        if (length == 0) break;
        if (length < 0x40) {
            if (message.size() - here < length) return name;
            if (!raw.empty()) raw.push_back('.');
            raw += as_text(message.subspan(here, length));
            here += length;
            too_long = raw.size() > max_text;
            if (too_long) raw.resize(max_text);
            if (too_long && name.size != 0) break;  // the rest stands elsewhere and would not be shown
        } else if (length >= 0xc0) {
            if (here >= message.size()) return name;
            const std::size_t target = (length & 0x3f) << 8 | message[here++];
            if (name.size == 0) name.size = here - at;
            if (++pointers > max_pointers || target == here - 2) {
                name.text = "<Name contains a pointer that loops>";
                name.ok = true;
                return name;
            }
            here = target;
        } else {
            return name;
        }
    }
    if (name.size == 0) name.size = here - at;
    name.ok = true;
    name.text = too_long ? "<Name too long>" : raw.empty() ? "<Root>" : printable_text(raw);
    return name;
}

}  // namespace layerlab::proto::dissect
