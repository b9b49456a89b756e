// STUN over UDP on any port, known by its cookie (RFC 8489), and its classic form without one (RFC 3489).
#include "proto/wire/stun.hpp"

#include <array>
#include <fmt/format.h>

#include "proto/dissect/context.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::ClassicStun;
using wire::ClassicStunAttribute;
using wire::Stun;
using wire::StunAttribute;
namespace attribute = wire::stun_attribute;

constexpr auto stun_fields = join(Stun::table, StunAttribute::table, StunAttribute::change_table,
                                  StunAttribute::error_table, StunAttribute::other_table, StunAttribute::last_table);
constexpr auto classic_fields =
    join(ClassicStun::table, ClassicStunAttribute::table, ClassicStunAttribute::address_table,
         ClassicStunAttribute::change_table, ClassicStunAttribute::error_table, ClassicStunAttribute::other_table);

bool is_address(std::uint16_t type) {
    switch (type) {
        case attribute::mapped_address:
        case attribute::response_address:
        case attribute::source_address:
        case attribute::changed_address:
        case attribute::response_origin:
        case attribute::other_address:
        case 0x8023: return true;
        default: return false;
    }
}

// `whole` begins with type and length, and holds no padding.
void add_address(Context& c, Bytes whole, const std::uint8_t* mask) {
    const Bytes value = whole.subspan(4);
    if (value.size() < 8) return c.too_short(value, 8);
    c.add(StunAttribute::family, value.subspan(1, 1));
    const Bytes port = value.subspan(2, 2), address = value.subspan(4);
    const auto plain = wire::read_stun_address(value, mask);
    if (mask != nullptr) c.add(StunAttribute::xor_port, port);
    const unsigned key = mask ? load_be16(mask) : 0u;
    c.add(StunAttribute::port, port, std::uint64_t{load_be16(port.data()) ^ key});
    if (!plain) return;
    const bool is_v6 = address.size() == 16;
    if (mask != nullptr) c.add(is_v6 ? StunAttribute::xor_ipv6.info : StunAttribute::xor_ipv4.info, address);
    if (!is_v6) c.add(StunAttribute::ipv4, address, std::uint64_t{plain->address.v4().number});
    if (is_v6 && mask == nullptr) c.add(StunAttribute::ipv6, address);
}

void add_value(Context& c, std::uint16_t type, Bytes whole, Bytes message) {
    const Bytes value = whole.subspan(4);
    if (is_address(type)) return add_address(c, whole, nullptr);
    switch (type) {
        case attribute::xor_mapped_address: return add_address(c, whole, message.data() + 4);
        case attribute::change_request: return c.add_fields(whole, StunAttribute::change_table);
        case attribute::error_code:
            c.add_fields(whole, StunAttribute::error_table);
            if (value.size() > 4) c.add(StunAttribute::reason, value.subspan(4));
            return;
        case attribute::unknown_attributes:
            for (std::size_t at = 0; at + 2 <= value.size(); at += 2)
                c.add(StunAttribute::unknown, value.subspan(at, 2));
            return;
        case attribute::username: return c.add(StunAttribute::username, value);
        case attribute::software: return c.add(StunAttribute::software, value);
        case attribute::fingerprint: return c.add_fields(whole, FieldTable<1>{&StunAttribute::crc32.info});
        case attribute::padding: return c.add(StunAttribute::padding, value, std::uint64_t{value.size()});
        default:
            if (!value.empty()) c.add(StunAttribute::value, value);
    }
}

// Calls add(type, whole) for each attribute, whose first fields are in `table`.
template <class Add>
void add_attributes(Context& c, Bytes rest, std::span<const FieldInfo* const> table, Add add) {
    while (!rest.empty()) {
        c.add_fields(rest, table);
        if (rest.size() < 4) return c.too_short(rest, 4);
        const std::size_t size = 4u + load_be16(rest.data() + 2);
        if (size > rest.size()) return c.too_short(rest, size);
        add(load_be16(rest.data()), rest.first(size));
        const std::size_t with_padding = std::min((size + 3) & ~std::size_t{3}, rest.size());
        if (with_padding > size && table[0] == &StunAttribute::type.info)
            c.add(StunAttribute::padding, rest.subspan(size, with_padding - size), std::uint64_t{with_padding - size});
        rest = rest.subspan(with_padding);
    }
}

void dissect_stun(Context& c, Bytes message) {
    c.begin(stun, message);
    if (message.size() < Stun::min_size) return c.too_short(message, Stun::min_size);
    const std::uint16_t type = load_be16(message.data());
    c.add_fields(message, FieldTable<1>{&Stun::type.info});
    c.add(Stun::message_class, message.first(2), std::uint64_t{(type & 0x0110u) >> 4});
    c.add(Stun::method, message.first(2), std::uint64_t{type & 0x3eefu});
    c.add_fields(message, FieldTable<3>{&Stun::length.info, &Stun::cookie.info, &Stun::id.info});
    add_attributes(c, message.subspan(Stun::min_size), StunAttribute::table,
                   [&](std::uint16_t attribute_type, Bytes whole) { add_value(c, attribute_type, whole, message); });
}

void add_classic_value(Context& c, std::uint16_t type, Bytes whole) {
    const Bytes value = whole.subspan(4);
    switch (type) {
        case attribute::change_request: return c.add_fields(whole, ClassicStunAttribute::change_table);
        case attribute::error_code:
            c.add_fields(whole, ClassicStunAttribute::error_table);
            if (value.size() > 4) c.add(ClassicStunAttribute::reason, value.subspan(4));
            return;
        case attribute::unknown_attributes:
            for (std::size_t at = 0; at + 2 <= value.size(); at += 2)
                c.add(ClassicStunAttribute::unknown, value.subspan(at, 2));
            return;
        case attribute::software: return c.add(ClassicStunAttribute::server, value);
        default:
            if (is_address(type) || type == 0x000b) return c.add_fields(whole, ClassicStunAttribute::address_table);
            if (!value.empty()) c.add(ClassicStunAttribute::value, value);
    }
}

void dissect_classic(Context& c, Bytes message) {
    c.begin(classic_stun, message);
    c.add_fields(message, ClassicStun::table);
    if (message.size() < ClassicStun::min_size) return c.too_short(message, ClassicStun::min_size);
    add_attributes(c, message.subspan(ClassicStun::min_size), ClassicStunAttribute::table,
                   [&](std::uint16_t type, Bytes whole) { add_classic_value(c, type, whole); });
}

constexpr std::array<ValueName, 7> error_names{{{300, "Try Alternate"},
                                                {400, "Bad Request"},
                                                {401, "Unauthorized"},
                                                {420, "Unknown Attribute"},
                                                {438, "Stale Nonce"},
                                                {487, "Role Conflict"},
                                                {500, "Server Error"}}};

std::string error_text(std::uint64_t code) {
    const char* name = ValueNames(error_names).find(code);
    return fmt::format(" error-code: {} ({})", code, name ? name : "Unknown");
}

// "Binding Success Response MAPPED-ADDRESS: 203.0.113.1:5000", as Wireshark does.
void summarize_stun(const LayerView& view, std::string& info) {
    const std::uint64_t type = view.number(Stun::type);
    const char* kind = Stun::message_class.info.names.find(view.number(Stun::message_class));
    const char* method = Stun::method.info.names.find(type & 0x3eef);
    info = fmt::format("{} {}", method ? method : "Unknown", kind ? kind : "");
    std::uint64_t attribute_type = 0, port = 0, error_class = 0;
    for (const Item& item : view.items()) {
        if (item.field == &StunAttribute::type.info) attribute_type = item.number;
        if (item.field == &StunAttribute::port.info) port = item.number;
        if (item.field == &StunAttribute::error_class.info) error_class = item.number;
        const bool is_reason = item.field == &StunAttribute::reason.info;
        if (item.field == &StunAttribute::error.info) info += error_text(error_class * 100 + item.number);
        if (is_reason) info += fmt::format(" {}", as_text(item.bytes));
        if (item.field != &StunAttribute::ipv4.info) continue;
        const char* name = StunAttribute::type.info.names.find(attribute_type);
        info += fmt::format(" {}: {}:{}", name ? name : "?",
                            Ipv4Address{static_cast<std::uint32_t>(item.number)}.to_string(), port);
    }
}

void summarize_classic(const LayerView& view, std::string& info) {
    const char* name = ClassicStun::type.info.names.find(view.number(ClassicStun::type));
    info = fmt::format("Message: {}", name ? name : "Unknown");
}

}  // namespace

constinit const Protocol stun{.heading = {"stun", "Session Traversal Utilities for NAT"},
                              .column = "STUN",
                              .fields = stun_fields,
                              .dissect = dissect_stun,
                              .summarize = summarize_stun,
                              .source = "RFC 8489"};
constinit const Protocol classic_stun{.heading = {"classicstun", "Simple Traversal of UDP Through NAT"},
                                      .column = "CLASSIC-STUN",
                                      .fields = classic_fields,
                                      .dissect = dissect_classic,
                                      .summarize = summarize_classic,
                                      .source = "RFC 3489"};

}  // namespace layerlab::proto::dissect
