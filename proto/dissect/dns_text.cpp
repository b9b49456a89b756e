#include "proto/dissect/dns_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::proto::dissect {
namespace {

constexpr std::size_t max_text = 254;
constexpr unsigned max_pointers = 255;
constexpr unsigned max_labels_elsewhere = 1024;  // bounds the time that one name can take

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
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f; };
    const auto plain_end = std::find_if_not(raw.begin(), raw.end(), is_plain);  // mostly all of it
    std::string out(raw.begin(), plain_end);
    raw.remove_prefix(out.size());
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

std::string printable_ascii(std::string_view raw) {
    std::string out;
    for (const char c : raw) out += static_cast<std::uint8_t>(c) < 0x80 ? printable_text({&c, 1}) : "\xef\xbf\xbd";
    return out;
}

namespace {

DnsNameText shown_as(DnsNameText name, std::string_view text) {
    name.text = text;
    name.length = text.size();
    name.ok = true;
    return name;
}

}  // namespace

DnsNameText dns_name_text(Bytes message, std::size_t at) {
    DnsNameText name;
    std::string raw;
    std::size_t here = at;
    unsigned pointers = 0, elsewhere = 0;  // labels that stand elsewhere
    bool too_long = false;
    while (elsewhere <= max_labels_elsewhere) {
        if (here >= message.size()) return name;
        const std::size_t length = message[here++];
        if (length == 0) break;
        if (length < 0x40) {
            if (message.size() - here < length) return name;
            if (!raw.empty()) raw.push_back('.');
            raw += as_text(message.subspan(here, length));
            here += length;
            too_long = too_long || raw.size() > max_text;
            if (too_long) raw.resize(max_text);
            if (name.size != 0) ++elsewhere;
        } else if (length >= 0xc0) {
            if (here >= message.size()) return name;
            const std::size_t target = (length & 0x3f) << 8 | message[here++];
            if (name.size == 0) name.size = here - at;
            if (++pointers > max_pointers || target == here - 2)
                return shown_as(std::move(name), "<Name contains a pointer that loops>");
            here = target;
        } else if (length < 0x80 && length != 0x41) {  // 0x41: bit strings, RFC 2673, historic
            if (name.size == 0) name.size = here - at;
            return shown_as(std::move(name), "<Unknown extended label>");
        } else {
            return name;
        }
    }
    if (name.size == 0) name.size = here - at;
    if (too_long) return shown_as(std::move(name), "<Name too long>");
    if (raw.empty()) return shown_as(std::move(name), "<Root>");
    name.text = printable_text(raw);
    name.length = raw.size();
    name.ok = true;
    return name;
}

}  // namespace layerlab::proto::dissect
