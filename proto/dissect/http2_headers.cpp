#include "proto/dissect/http2_headers.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "proto/dissect/hpack.hpp"
#include "proto/dissect/state.hpp"

namespace layerlab::proto::dissect {

namespace {

using F = Http2HeaderFields;

// What is remembered of one direction.
struct Side {
    explicit Side(HpackBudget& budget) : table(budget) {}

    HpackTable table;
    std::vector<std::uint8_t> block;  // its fragments up to now
    std::uint32_t stream = 0;         // that they are of
    bool is_open = false;
    bool is_lost = false;  // the table is not what the sender's is
};

struct Http2Memory : ConversationMemory {
    static constexpr std::size_t longest_block = 1 << 18;

    explicit Http2Memory(HpackBudget& all) : budget(&all), sides{Side(all), Side(all)} {}
    ~Http2Memory() override {
        for (Side& side : sides) drop_block(side);
    }
    Http2Memory(const Http2Memory&) = delete;
    Http2Memory& operator=(const Http2Memory&) = delete;

    bool append(Side& side, Bytes fragment) {
        const bool fits =
            side.block.size() + fragment.size() <= longest_block && budget->used + fragment.size() <= HpackBudget::most;
        if (!fits) return false;
        side.block.insert(side.block.end(), fragment.begin(), fragment.end());
        budget->used += fragment.size();
        return true;
    }
    void drop_block(Side& side) {
        budget->used -= side.block.size();
        side.block = {};
        side.is_open = false;
    }

    HpackBudget* budget;
    std::array<Side, 2> sides;
};

Http2Memory* memory_of(Context& c) {
    if (!c.memory || !c.state()) return nullptr;
    auto* memory = dynamic_cast<Http2Memory*>(c.memory->get());
    if (memory) return memory;
    auto made = std::make_unique<Http2Memory>(c.state()->lane(c.info).hpack_budget);
    memory = made.get();
    *c.memory = std::move(made);
    return memory;
}

Side& side_of(Context& c, Http2Memory& memory) {
    bool forward = false;
    ConversationKey::of(c.info, forward);
    return memory.sides[forward ? 1 : 0];
}

const char* representation_of(const HpackField& field) {
    using Kind = HpackField::Kind;
    const bool named = field.index == 0;
    switch (field.kind) {
        case Kind::indexed: return "Indexed Header Field";
        case Kind::added:
            return named ? "Literal Header Field with Incremental Indexing - New Name"
                         : "Literal Header Field with Incremental Indexing - Indexed Name";
        case Kind::literal:
            return named ? "Literal Header Field without Indexing - New Name"
                         : "Literal Header Field without Indexing - Indexed Name";
        case Kind::never_indexed:
            return named ? "Literal Header Field never Indexed - New Name"
                         : "Literal Header Field never Indexed - Indexed Name";
        default: return "";
    }
}

void add_named(Context& c, const HpackField& field, std::string_view value) {
    const auto named = std::find_if(http2_named_headers.begin(), http2_named_headers.end(),
                                    [&](const HttpHeaderField& h) { return h.header == field.name; });
    if (named == http2_named_headers.end()) return;
    if (named->field.type == FieldType::text) return c.add(named->field, field.place, value);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc{} && end == value.data() + value.size()) c.add(named->field, field.place, number);
}

void add_field(Context& c, const HpackField& field) {
    if (field.kind == HpackField::Kind::table_size) {
        c.add(F::size_update, field.place);
        return c.add(F::table_size, field.place, std::uint64_t{field.index});
    }
    const std::string_view name = c.keep(field.name), value = c.keep(field.value);
    c.add(F::header, field.place);
    c.note(fmt::format("{}: {}", name, value));
    c.add(F::name_length, field.place, std::uint64_t{name.size()});
    c.add(F::name, field.place, name);
    c.add(F::value_length, field.place, std::uint64_t{value.size()});
    c.add(F::value, field.place, value);
    add_named(c, field, value);
    c.add(F::representation, field.place, std::string_view(representation_of(field)));
    if (field.index != 0) c.add(F::index, field.place, std::uint64_t{field.index});
}

// RFC 9113 section 8.3.1.
void add_full_uri(Context& c, const std::vector<HpackField>& fields) {
    const auto value = [&](std::string_view name) {
        const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == name; });
        return found == fields.end() ? std::string_view{} : std::string_view(found->value);
    };
    const std::string_view scheme = value(":scheme"), authority = value(":authority"), path = value(":path");
    if (scheme.empty() || authority.empty() || path.empty()) return;
    c.generate(F::full_uri, c.keep(fmt::format("{}://{}{}", scheme, authority, path)));
}

// Everything that is in the block; false: something of it could not be read.
bool add_block(Context& c, HpackTable& table, Bytes block, std::string& why) {
    HpackReader reader(table, block);
    std::vector<HpackField> fields;
    std::size_t shown = 0, count = 0, length = 0;
    while (!reader.left().empty() && why.empty()) {
        auto field = reader.next();
        if (!field) {
            why = field.error();
            break;
        }
        const std::size_t size = field->name.size() + field->value.size();
        shown += size;
        // A field of one octet can stand for many: what is made of a frame is bounded as with compressed bodies.
        if (shown > c.decoding_left) why = "more header fields than are shown";
        if (field->kind != HpackField::Kind::table_size) {
            ++count;
            length += size + 8;
        }
        if (why.empty()) fields.push_back(std::move(*field));
    }
    c.decoding_left -= std::min(c.decoding_left, shown);
    c.generate(F::length, length);
    c.generate(F::count, count);
    for (const HpackField& field : fields) add_field(c, field);
    add_full_uri(c, fields);
    return why.empty();
}

}  // namespace

void lose_header_block(Context& c) {
    Http2Memory* memory = memory_of(c);
    if (!memory) return;
    Side& side = side_of(c, *memory);
    memory->drop_block(side);
    side.is_lost = true;
}

void dissect_header_block(Context& c, std::uint32_t stream, Bytes fragment, bool is_first, bool is_last) {
    Http2Memory* memory = memory_of(c);
    std::string why;
    if (!memory) {  // a frame alone: what refers to frames before cannot be known
        HpackBudget budget;
        HpackTable table(budget);
        if (is_first && is_last && !add_block(c, table, fragment, why)) c.note("what follows needs the frames before");
        return;
    }
    Side& side = side_of(c, *memory);
    if (side.is_lost) return c.note("cannot be read: header fields before it could not");
    const bool fits_before = is_first ? !side.is_open : side.is_open && side.stream == stream;
    if (!fits_before) {  // RFC 9113 section 6.10
        side.is_lost = true;
        memory->drop_block(side);
        return c.malformed({}, is_first ? "a header block within another" : "a continuation of no header block");
    }
    side.is_open = !is_last;
    side.stream = stream;
    if (is_first && is_last) {
        if (add_block(c, side.table, fragment, why)) return;
    } else if (!memory->append(side, fragment)) {
        why = "a header block that is too long";
    } else if (is_last) {
        const std::vector<std::uint8_t> block = side.block;  // not in this frame as it stands
        memory->drop_block(side);
        if (add_block(c, side.table, block, why)) return;
    } else {
        return;
    }
    side.is_lost = true;
    memory->drop_block(side);
    c.malformed({}, why);
}

}  // namespace layerlab::proto::dissect
