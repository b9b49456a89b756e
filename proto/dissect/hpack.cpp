#include "proto/dissect/hpack.hpp"

#include <array>
#include <fmt/format.h>

namespace layerlab::proto::dissect {

namespace {

struct StaticEntry {
    const char *name, *value;
};
// RFC 7541 appendix A, from index 1.
constexpr std::array<StaticEntry, 61> static_table{{
    {":authority", ""},
    {":method", "GET"},
    {":method", "POST"},
    {":path", "/"},
    {":path", "/index.html"},
    {":scheme", "http"},
    {":scheme", "https"},
    {":status", "200"},
    {":status", "204"},
    {":status", "206"},
    {":status", "304"},
    {":status", "400"},
    {":status", "404"},
    {":status", "500"},
    {"accept-charset", ""},
    {"accept-encoding", "gzip, deflate"},
    {"accept-language", ""},
    {"accept-ranges", ""},
    {"accept", ""},
    {"access-control-allow-origin", ""},
    {"age", ""},
    {"allow", ""},
    {"authorization", ""},
    {"cache-control", ""},
    {"content-disposition", ""},
    {"content-encoding", ""},
    {"content-language", ""},
    {"content-length", ""},
    {"content-location", ""},
    {"content-range", ""},
    {"content-type", ""},
    {"cookie", ""},
    {"date", ""},
    {"etag", ""},
    {"expect", ""},
    {"expires", ""},
    {"from", ""},
    {"host", ""},
    {"if-match", ""},
    {"if-modified-since", ""},
    {"if-none-match", ""},
    {"if-range", ""},
    {"if-unmodified-since", ""},
    {"last-modified", ""},
    {"link", ""},
    {"location", ""},
    {"max-forwards", ""},
    {"proxy-authenticate", ""},
    {"proxy-authorization", ""},
    {"range", ""},
    {"referer", ""},
    {"refresh", ""},
    {"retry-after", ""},
    {"server", ""},
    {"set-cookie", ""},
    {"strict-transport-security", ""},
    {"transfer-encoding", ""},
    {"user-agent", ""},
    {"vary", ""},
    {"via", ""},
    {"www-authenticate", ""},
}};

// RFC 7541 appendix B: how many bits stand for each octet; the last is the end of the string. The codes are canonical:
// of one length they count up with the octet, and a longer one goes on where the shorter ones end.
constexpr std::size_t longest_code = 30, end_of_string = 256;
constexpr std::array<std::uint8_t, 257> code_lengths{
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
    28, 28, 28, 6,  10, 10, 12, 13, 6,  8,  11, 10, 10, 8,  11, 8,  6,  6,  6,  5,  5,  5,  6,  6,  6,  6,  6,  6,  6,
    7,  8,  15, 6,  12, 10, 13, 6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,
    7,  8,  7,  8,  13, 19, 13, 14, 6,  15, 5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,  6,  7,  6,  5,
    5,  6,  7,  7,  7,  7,  7,  15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24,
    24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22,
    23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26,
    27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23,
    22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30};

struct Codes {
    std::array<std::uint32_t, longest_code + 1> first{}, count{}, at{};  // of each length; `at`: its first in `symbols`
    std::array<std::uint16_t, 257> symbols{};
};
constexpr Codes codes = [] {
    Codes c;
    for (const std::uint8_t length : code_lengths) ++c.count[length];
    std::uint32_t code = 0, at = 0;
    for (std::size_t length = 1; length <= longest_code; ++length) {
        code <<= 1;
        c.first[length] = code;
        c.at[length] = at;
        for (std::size_t symbol = 0; symbol < code_lengths.size(); ++symbol)
            if (code_lengths[symbol] == length) c.symbols[at++] = static_cast<std::uint16_t>(symbol);
        code += c.count[length];
    }
    return c;
}();

tl::unexpected<std::string> wrong(std::string why) { return tl::unexpected(std::move(why)); }

}  // namespace

// Section 5.2: what is left at the end are less than eight bits, all set.
std::optional<std::string> hpack_huffman(Bytes coded, std::size_t most) {
    std::string text;
    std::uint32_t code = 0;
    std::size_t length = 0;
    for (const std::uint8_t octet : coded)
        for (int bit = 7; bit >= 0; --bit) {
            code = code << 1 | (octet >> bit & 1u);
            if (++length > longest_code) return std::nullopt;
            const std::uint32_t offset = code - codes.first[length];
            if (code < codes.first[length] || offset >= codes.count[length]) continue;
            const std::uint16_t symbol = codes.symbols[codes.at[length] + offset];
            if (symbol == end_of_string || text.size() >= most) return std::nullopt;
            text += static_cast<char>(symbol);
            code = 0;
            length = 0;
        }
    const bool is_padding = length < 8 && code == (1u << length) - 1;
    return is_padding ? std::optional(std::move(text)) : std::nullopt;
}

HpackTable::~HpackTable() { resize(0); }

void HpackTable::resize(std::size_t limit) {
    limit_ = limit;
    while (size_ > limit_) drop_oldest();
}

void HpackTable::drop_oldest() {
    const std::size_t size = size_of(entries_.back());
    size_ -= size;
    budget_->used -= size;
    entries_.pop_back();
}

// Section 4.4: an entry larger than the table empties it.
bool HpackTable::add(std::string name, std::string value) {
    Entry entry{std::move(name), std::move(value)};
    const std::size_t size = size_of(entry);
    while (!entries_.empty() && size_ + size > limit_) drop_oldest();
    if (size > limit_) return true;
    if (budget_->used + size > HpackBudget::most) return false;
    size_ += size;
    budget_->used += size;
    entries_.push_front(std::move(entry));
    return true;
}

std::optional<HpackTable::Shown> HpackTable::find(std::size_t index) const {
    if (index == 0) return std::nullopt;
    if (index <= static_table.size()) return Shown{static_table[index - 1].name, static_table[index - 1].value};
    index -= static_table.size() + 1;
    if (index >= entries_.size()) return std::nullopt;
    return Shown{entries_[index].name, entries_[index].value};
}

// Section 5.1.
bool HpackReader::number(unsigned prefix_bits, std::size_t& value) {
    constexpr std::size_t most_number = 1u << 30;
    if (left_.empty()) return false;
    const std::size_t mask = (1u << prefix_bits) - 1;
    value = left_[0] & mask;
    left_ = left_.subspan(1);
    if (value < mask) return true;
    for (unsigned shift = 0;; shift += 7) {
        if (left_.empty() || shift > 28) return false;
        const std::uint8_t octet = left_[0];
        left_ = left_.subspan(1);
        value += std::size_t{octet & 0x7fu} << shift;
        if (value > most_number) return false;
        if (!(octet & 0x80)) return true;
    }
}

// Section 5.2.
bool HpackReader::text(std::string& out) {
    if (left_.empty()) return false;
    const bool is_coded = left_[0] & 0x80;
    std::size_t size = 0;
    if (!number(7, size) || size > left_.size()) return false;
    const Bytes octets = left_.first(size);
    left_ = left_.subspan(size);
    if (!is_coded) {
        out.assign(octets.begin(), octets.end());
        return true;
    }
    auto decoded = hpack_huffman(octets, longest_text);
    if (decoded) out = std::move(*decoded);
    return decoded.has_value();
}

tl::expected<HpackField, std::string> HpackReader::next() {
    const Bytes before = left_;
    HpackField field;
    const std::uint8_t first = left_[0];
    const auto found = [&] { return table_.find(field.index); };
    if (first & 0x80) {  // section 6.1
        field.kind = HpackField::Kind::indexed;
        if (!number(7, field.index)) return wrong("a number without an end");
        const auto entry = found();
        if (!entry) return wrong(fmt::format("index {} is not in the table", field.index));
        field.name = entry->name;
        field.value = entry->value;
    } else if ((first & 0xe0) == 0x20) {  // section 6.3
        field.kind = HpackField::Kind::table_size;
        if (!number(5, field.index)) return wrong("a number without an end");
        if (field.index > HpackTable::largest) return wrong(fmt::format("a table of {} octets", field.index));
        table_.resize(field.index);
    } else {  // section 6.2
        const bool is_added = first & 0x40;
        field.kind = is_added       ? HpackField::Kind::added
                     : first & 0x10 ? HpackField::Kind::never_indexed
                                    : HpackField::Kind::literal;
        if (!number(is_added ? 6 : 4, field.index)) return wrong("a number without an end");
        if (field.index == 0) {
            if (!text(field.name)) return wrong("a name that cannot be read");
        } else {
            const auto entry = found();
            if (!entry) return wrong(fmt::format("index {} is not in the table", field.index));
            field.name = entry->name;
        }
        if (!text(field.value)) return wrong("a value that cannot be read");
        if (is_added && !table_.add(field.name, field.value)) return wrong("more tables than are kept");
    }
    field.place = before.first(before.size() - left_.size());
    return field;
}

}  // namespace layerlab::proto::dissect
