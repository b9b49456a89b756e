#include "proto/wire/dns_name.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::proto::wire {
namespace {

constexpr std::size_t max_pointers = 126;
constexpr std::size_t max_tails = 128;
constexpr std::size_t pointer_limit = 0x4000;  // a pointer has 14 bits

bool same_text(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    return true;
}

int compare_labels(std::string_view a, std::string_view b) {
    const std::size_t n = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < n; ++i) {
        const auto x = static_cast<std::uint8_t>(ascii_lower(a[i])), y = static_cast<std::uint8_t>(ascii_lower(b[i]));
        if (x != y) return x < y ? -1 : 1;
    }
    if (a.size() == b.size()) return 0;
    return a.size() < b.size() ? -1 : 1;
}

std::string_view label_at(std::string_view wire, std::size_t offset) {
    return wire.substr(offset + 1, static_cast<std::uint8_t>(wire[offset]));
}

// FNV-1a over one label, length byte included, continuing the hash of what follows it.
std::uint32_t add_label(std::uint32_t hash, std::string_view label) {
    hash = (hash ^ static_cast<std::uint32_t>(label.size())) * 16777619u;
    for (const char c : label) hash = (hash ^ static_cast<std::uint8_t>(ascii_lower(c))) * 16777619u;
    return hash;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes one character, possibly escaped, from the front of `text`; false for a bad escape.
bool take_character(std::string_view& text, char& c) {
    c = text.front();
    text.remove_prefix(1);
    if (c != '\\') return true;
    if (text.empty()) return false;
    if (!is_digit(text[0])) {
        c = text.front();
        text.remove_prefix(1);
        return true;
    }
    if (text.size() < 3 || !is_digit(text[1]) || !is_digit(text[2])) return false;
    const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    if (value > 255) return false;
    c = static_cast<char>(value);
    text.remove_prefix(3);
    return true;
}

// The labels of `text` in wire form; `absolute` says whether it ended with a dot.
Result<std::string> parse_labels(std::string_view text, bool& absolute) {
    std::string wire, label;
    const std::string_view whole = text;
    absolute = false;
    while (!text.empty()) {
        absolute = text.front() == '.';
        if (absolute) {
            text.remove_prefix(1);
        } else {
            char c = 0;
            if (!take_character(text, c))
                return fail(fmt::format("\"{}\" has a bad escape", whole), "\\. is a dot, \\065 is the byte 65");
            label.push_back(c);
            if (label.size() > DomainName::max_label)
                return fail(fmt::format("\"{}\" has a label of more than 63 bytes", whole));
            if (!text.empty()) continue;
        }
        if (label.empty()) return fail(fmt::format("\"{}\" has an empty label", whole), "for example www.example.org");
        wire.push_back(static_cast<char>(label.size()));
        wire += label;
        label.clear();
        if (wire.size() >= DomainName::max_size) return fail(fmt::format("\"{}\" is longer than 255 bytes", whole));
    }
    return wire;
}

void append_escaped(std::string& out, std::string_view label) {
    for (const char c : label) {
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte <= 0x20 || byte >= 0x7f) {
            out += fmt::format("\\{:03}", byte);
            continue;
        }
        if (std::string_view(".\\\"();@$").find(c) != std::string_view::npos) out.push_back('\\');
        out.push_back(c);
    }
}

DomainName from_dotted(const std::string& text) { return DomainName::parse(text).value_or(DomainName{}); }

}  // namespace

std::size_t find_labels(std::string_view wire, LabelOffsets& offsets) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < wire.size() && count < offsets.size();) {
        offsets[count++] = static_cast<std::uint8_t>(at);
        at += 1u + static_cast<std::uint8_t>(wire[at]);
    }
    return count;
}

Result<DomainName> DomainName::parse(std::string_view text) { return parse(text, DomainName{}); }

Result<DomainName> DomainName::parse(std::string_view text, const DomainName& origin) {
    if (text.empty()) return fail("a name is missing", "for example www.example.org");
    if (text.size() > 4 * max_size) return fail("the name is longer than 255 bytes");
    DomainName name;
    if (text == ".") return name;
    if (text == "@") return origin;
    bool absolute = false;
    auto wire = parse_labels(text, absolute);
    if (!wire) return tl::unexpected<Error>(wire.error());
    name.wire_ = std::move(*wire);
    if (!absolute) name.wire_ += origin.wire_;
    if (name.wire_size() > max_size) return fail(fmt::format("\"{}\" is longer than 255 bytes", text));
    return name;
}

Result<DomainName> DomainName::decode(Bytes message, std::size_t& at) {
    DomainName name;
    std::size_t here = at, run = at, behind = 0, pointers = 0;
    for (;;) {
        if (here >= message.size()) return fail(fmt::format("the name at byte {} runs past the end", at));
        const std::uint8_t length = message[here];
        if (length == 0) break;
        if (length <= max_label) {
            if (message.size() - here - 1 < length)
                return fail(fmt::format("the name at byte {} runs past the end", at));
            if (name.wire_size() + 1u + length > max_size)
                return fail(fmt::format("the name at byte {} is longer than 255 bytes", at));
            name.wire_ += as_text(message.subspan(here, 1u + length));
            here += 1u + length;
        } else if (length >= 0xc0) {
            if (message.size() - here < 2) return fail(fmt::format("the name at byte {} runs past the end", at));
            const std::size_t target = load_be16(message.data() + here) & 0x3fffu;
            if (target >= run)
                return fail(
                    fmt::format("the name at byte {} has a pointer to byte {}, which is not before it", at, target));
            if (++pointers > max_pointers) return fail(fmt::format("the name at byte {} has too many pointers", at));
            if (behind == 0) behind = here + 2;
            here = run = target;
        } else {
            return fail(fmt::format("the name at byte {} has a label of unknown kind 0x{:02x}", at, length));
        }
    }
    at = behind != 0 ? behind : here + 1;
    return name;
}

std::size_t DomainName::label_count() const {
    LabelOffsets offsets;
    return find_labels(wire_, offsets);
}

std::string_view DomainName::first_label() const { return is_root() ? std::string_view{} : label_at(wire_, 0); }

DomainName DomainName::parent() const {
    DomainName name;
    if (!is_root()) name.wire_ = wire_.substr(1u + static_cast<std::uint8_t>(wire_[0]));
    return name;
}

bool DomainName::is_within(const DomainName& ancestor) const {
    if (ancestor.wire_.size() > wire_.size()) return false;
    const std::size_t cut = wire_.size() - ancestor.wire_.size();
    std::size_t at = 0;
    while (at < cut) at += 1u + static_cast<std::uint8_t>(wire_[at]);
    return at == cut && same_text(std::string_view(wire_).substr(cut), ancestor.wire_);
}

Result<DomainName> DomainName::child(std::string_view label) const {
    if (label.empty() || label.size() > max_label) return fail("a label has 1 to 63 bytes");
    if (wire_size() + 1 + label.size() > max_size) return fail("the name is longer than 255 bytes");
    DomainName name;
    name.wire_.push_back(static_cast<char>(label.size()));
    name.wire_ += label;
    name.wire_ += wire_;
    return name;
}

std::string DomainName::to_string() const {
    if (is_root()) return ".";
    std::string text;
    for (std::size_t at = 0; at < wire_.size(); at += 1u + static_cast<std::uint8_t>(wire_[at])) {
        append_escaped(text, label_at(wire_, at));
        text.push_back('.');
    }
    return text;
}

std::string DomainName::to_plain_string() const {
    std::string text = to_string();
    if (!is_root()) text.pop_back();
    return text;
}

// Length bytes are below 64 and so never letters: the wire forms can be compared as they are.
bool operator==(const DomainName& a, const DomainName& b) { return same_text(a.wire_, b.wire_); }

bool operator<(const DomainName& a, const DomainName& b) {
    LabelOffsets x, y;
    std::size_t m = find_labels(a.wire_, x), n = find_labels(b.wire_, y);
    while (m > 0 && n > 0) {
        const int order = compare_labels(label_at(a.wire_, x[--m]), label_at(b.wire_, y[--n]));
        if (order != 0) return order < 0;
    }
    return m == 0 && n > 0;
}

DomainName reverse_name(Ipv4Address a) {
    const std::uint32_t n = a.number;
    return from_dotted(fmt::format("{}.{}.{}.{}.in-addr.arpa", n & 255, n >> 8 & 255, n >> 16 & 255, n >> 24));
}

DomainName reverse_name(const Ipv6Address& address) {
    std::string text;
    for (std::size_t i = address.octets.size(); i-- > 0;)
        text += fmt::format("{:x}.{:x}.", address.octets[i] & 15, address.octets[i] >> 4);
    return from_dotted(text + "ip6.arpa");
}

bool NameWriter::stands_at(std::size_t offset, std::string_view tail) const {
    std::size_t at = start_ + offset;
    while (!tail.empty()) {
        while (out_[at] >= 0xc0) at = start_ + (load_be16(out_.data() + at) & 0x3fffu);
        const std::size_t size = 1u + static_cast<std::uint8_t>(tail[0]);
        if (out_[at] != size - 1) return false;
        if (!same_text(as_text(Bytes(out_).subspan(at, size)), tail.substr(0, size))) return false;
        at += size;
        tail.remove_prefix(size);
    }
    while (out_[at] >= 0xc0) at = start_ + (load_be16(out_.data() + at) & 0x3fffu);
    return out_[at] == 0;
}

int NameWriter::find(std::uint32_t hash, std::string_view tail) const {
    for (const Tail& t : tails_)
        if (t.hash == hash && stands_at(t.offset, tail)) return t.offset;
    return -1;
}

void NameWriter::write(const DomainName& name) {
    const std::string_view wire = name.labels();
    LabelOffsets offsets;
    const std::size_t count = find_labels(wire, offsets);
    std::array<std::uint32_t, DomainName::max_labels> hashes;
    std::uint32_t hash = 2166136261u;
    for (std::size_t i = count; i-- > 0;) hashes[i] = hash = add_label(hash, label_at(wire, offsets[i]));

    std::size_t kept = 0;
    int pointer = -1;
    while (kept < count && (pointer = find(hashes[kept], wire.substr(offsets[kept]))) < 0) ++kept;
    const std::size_t here = out_.size() - start_;
    ByteWriter writer(out_);
    writer.text(wire.substr(0, kept < count ? offsets[kept] : wire.size()));
    if (pointer >= 0)
        writer.be16(static_cast<std::uint16_t>(0xc000 | pointer));
    else
        writer.u8(0);
    for (std::size_t i = 0; i < kept && tails_.size() < max_tails && here + offsets[i] < pointer_limit; ++i)
        tails_.push_back({hashes[i], static_cast<std::uint16_t>(here + offsets[i])});
}

void NameWriter::write_uncompressed(const DomainName& name) {
    ByteWriter writer(out_);
    writer.text(name.labels());
    writer.u8(0);
}

void NameWriter::forget_from(std::size_t size) {
    while (!tails_.empty() && start_ + tails_.back().offset >= size) tails_.pop_back();
}

}  // namespace layerlab::proto::wire
