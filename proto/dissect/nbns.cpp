// NetBIOS name service over UDP port 137: RFC 1002 section 4.2. Names are 16 octets, each written as two letters.
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 6> opcode_names{{{0, "Name query"},
                                                 {5, "Registration"},
                                                 {6, "Release"},
                                                 {7, "Wait and acknowledge"},
                                                 {8, "Refresh"},
                                                 {9, "Refresh(altcode)"}}};
constexpr std::array<ValueName, 2> type_names{{{32, "NB"}, {33, "NBSTAT"}}};

struct F {
    static constexpr std::size_t min_size = 12;
    static constexpr Field<std::uint16_t> id{"nbns.id", "Transaction ID", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> flags{"nbns.flags", "Flags", octets(2, 2), {.shown = Shown::hex}};
    static constexpr Field<bool> response{"nbns.flags.response", "Response", bits(16, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> opcode{
        "nbns.flags.opcode", "Opcode", bits(17, 4), {.level = 1, .names = opcode_names}};
    static constexpr Field<bool> authoritative{"nbns.flags.authoritative", "Authoritative", bits(21, 1), {.level = 1}};
    static constexpr Field<bool> truncated{"nbns.flags.truncated", "Truncated", bits(22, 1), {.level = 1}};
    static constexpr Field<bool> desired{"nbns.flags.recdesired", "Recursion desired", bits(23, 1), {.level = 1}};
    static constexpr Field<bool> available{"nbns.flags.recavail", "Recursion available", bits(24, 1), {.level = 1}};
    static constexpr Field<bool> broadcast{"nbns.flags.broadcast", "Broadcast", bits(27, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> code{"nbns.flags.rcode", "Reply code", bits(28, 4), {.level = 1}};
    static constexpr Field<std::uint16_t> questions{"nbns.count.queries", "Questions", octets(4, 2)};
    static constexpr Field<std::uint16_t> answers{"nbns.count.answers", "Answer RRs", octets(6, 2)};
    static constexpr Field<std::uint16_t> authorities{"nbns.count.auth_rr", "Authority RRs", octets(8, 2)};
    static constexpr Field<std::uint16_t> additional{"nbns.count.add_rr", "Additional RRs", octets(10, 2)};
    static constexpr auto query_table = table_of(id, flags, response, opcode, truncated, desired, broadcast);
    static constexpr auto response_table =
        table_of(id, flags, response, opcode, authoritative, truncated, desired, available, broadcast, code);
    static constexpr auto count_table = table_of(questions, answers, authorities, additional);
    static constexpr Field<std::string_view> name{"nbns.name", "Name"};
    static constexpr Field<std::uint16_t> type{"nbns.type", "Type", anywhere, {.names = type_names}};
    static constexpr Field<std::uint16_t> klass{"nbns.class", "Class"};
    static constexpr Field<std::uint32_t> ttl{"nbns.ttl", "TTL"};
    static constexpr Field<std::uint16_t> data_length{"nbns.data_length", "Data length"};
    static constexpr Field<std::uint16_t> name_flags{
        "nbns.nb_flags", "Name flags", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<bool> group{"nbns.nb_flags.group", "Name type", bits(0, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> node{"nbns.nb_flags.ont", "ONT", bits(1, 2), {.level = 1}};
    static constexpr auto name_flag_table = table_of(name_flags, group, node);
    static constexpr Field<Ipv4Address> address{"nbns.addr", "Addr"};
    static constexpr auto rest = table_of(name, type, klass, ttl, data_length, address);
};
constexpr auto nbns_fields = join(F::response_table, F::count_table, F::rest, F::name_flag_table);

// "HOST<00>"; what is no encoded name is given as it is.
std::string decoded(std::string_view letters) {
    constexpr std::size_t size = 32;
    if (letters.size() != size) return std::string(letters);
    std::string name;
    for (std::size_t i = 0; i < size; i += 2) {
        const int high = letters[i] - 'A', low = letters[i + 1] - 'A';
        if (high < 0 || high > 15 || low < 0 || low > 15) return std::string(letters);
        name += static_cast<char>(high << 4 | low);
    }
    const auto kind = static_cast<unsigned>(static_cast<unsigned char>(name.back()));
    name.pop_back();
    while (!name.empty() && (name.back() == ' ' || name.back() == '\0')) name.pop_back();
    std::string shown;
    for (const char ch : name)
        shown += ch >= ' ' && ch < 127 ? std::string(1, ch)
                                       : fmt::format("<{:02x}>", static_cast<unsigned>(static_cast<unsigned char>(ch)));
    return fmt::format("{}<{:02x}>", shown, kind);
}

// The name at `at`, through at most some pointers (RFC 1002 section 4.2.1); the octets that it takes there.
struct Name {
    std::string text;
    std::size_t size = 0;
    bool ok = false;
};
Name name_at(Bytes message, std::size_t at) {
    Name name;
    bool has_jumped = false;
    for (int steps = 0; steps < 32; ++steps) {
        if (at >= message.size()) return name;
        const std::uint8_t length = message[at];
        if ((length & 0xc0) == 0xc0) {
            if (at + 1 >= message.size()) return name;
            if (!has_jumped) name.size += 2;
            has_jumped = true;
            at = load_be16(message.data() + at) & 0x3fffu;
            continue;
        }
        if (!has_jumped) name.size += 1u + length;
        if (length == 0) {
            name.ok = true;
            return name;
        }
        if ((length & 0xc0) != 0 || at + 1 + length > message.size()) return name;
        const std::string label(as_text(message.subspan(at + 1, length)));
        name.text += name.text.empty() ? decoded(label) : "." + label;
        at += 1u + length;
    }
    return name;
}

bool add_name(Context& c, Cursor& in, Bytes message) {
    const Name name = name_at(message, in.at());
    if (!name.ok) {
        c.malformed(in.rest(), "a name that cannot be read");
        return false;
    }
    const Bytes where = in.bytes(name.size);
    if (in.ok()) c.add(F::name, where, c.keep(name.text));
    return in.ok();
}

void add_record_data(Context& c, Bytes data, std::uint64_t type) {
    constexpr std::uint64_t nb = 32;
    if (type != nb) return c.data(data);
    Cursor in(c, data);
    while (in.left() > 0) {
        in.add_table(F::name_flag_table, 2);
        in.add(F::address, 4);
    }
}

void dissect_nbns(Context& c, Bytes message) {
    c.begin(nbns, message);
    if (message.size() < F::min_size) return c.too_short(message, F::min_size);
    if (message[2] & 0x80)
        c.add_fields(message, F::response_table);
    else
        c.add_fields(message, F::query_table);
    c.add_fields(message, F::count_table);
    Cursor in(c, message);
    in.skip(F::min_size);
    const std::uint8_t* p = message.data();
    for (unsigned left = load_be16(p + 4); left > 0 && in.left() > 0; --left) {
        const auto deeper = c.indent();
        if (!add_name(c, in, message)) return;
        in.add(F::type, 2);
        in.add(F::klass, 2);
    }
    unsigned records = 0u + load_be16(p + 6) + load_be16(p + 8) + load_be16(p + 10);
    for (; records > 0 && in.left() > 0; --records) {
        const auto deeper = c.indent();
        if (!add_name(c, in, message)) return;
        const auto type = in.add(F::type, 2);
        in.add(F::klass, 2);
        in.add(F::ttl, 4);
        const std::size_t size = in.add(F::data_length, 2);
        const Bytes data = in.bytes(size);
        if (in.ok()) add_record_data(c, data, type);
    }
}

void summarize_nbns(const LayerView& view, std::string& info) {
    const char* what = F::opcode.info.names.find(view.number(F::opcode));
    info = fmt::format("{}{} {}", what ? what : "Unknown operation", view.number(F::response) ? " response" : "",
                       view.text(F::name));
}

}  // namespace

constinit const Protocol nbns{.heading = {"nbns", "NetBIOS Name Service"},
                              .column = "NBNS",
                              .fields = nbns_fields,
                              .dissect = dissect_nbns,
                              .summarize = summarize_nbns,
                              .source = "RFC 1002"};

}  // namespace layerlab::proto::dissect
