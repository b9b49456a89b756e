// DHCP and BOOTP over UDP ports 67 and 68: RFC 2131, RFC 2132, RFC 951.
#include "proto/wire/dhcp.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/context.hpp"
#include "proto/dissect/dhcp_suboptions.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/wire/dhcp_options.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Dhcp;
using wire::DhcpForm;
using wire::DhcpOptionFields;
using wire::DhcpOptionInfo;
namespace option = wire::dhcp_option;

// The fields of all options that have one.
constexpr std::size_t count_value_fields() {
    std::size_t n = 0;
    for (const DhcpOptionInfo& info : wire::dhcp_options) n += (info.field.name ? 1 : 0) + (info.second.name ? 1 : 0);
    return n;
}
constexpr auto value_fields = [] {
    FieldTable<count_value_fields()> table{};
    std::size_t at = 0;
    for (const DhcpOptionInfo& info : wire::dhcp_options) {
        if (info.field.name) table[at++] = &info.field;
        if (info.second.name) table[at++] = &info.second;
    }
    return table;
}();
constexpr auto fields = join(Dhcp::table, DhcpOptionFields::table, value_fields, dhcp_suboption_fields);

// The header up to giaddr: everything whose form does not depend on the hardware type.
constexpr FieldTable<5> first_fields{&Dhcp::op.info, &Dhcp::hardware_type.info, &Dhcp::hardware_length.info,
                                     &Dhcp::hops.info, &Dhcp::id.info};
constexpr FieldTable<7> next_fields{&Dhcp::flags.info,          &Dhcp::broadcast.info,    &Dhcp::reserved.info,
                                    &Dhcp::client_address.info, &Dhcp::your_address.info, &Dhcp::next_server.info,
                                    &Dhcp::relay_address.info};

// Text up to the first zero byte.
std::string_view until_zero(Bytes bytes) {
    const auto end = std::find(bytes.begin(), bytes.end(), std::uint8_t{0});
    return as_text(bytes.first(static_cast<std::size_t>(end - bytes.begin())));
}

// Some clients (Windows) write `secs` in the wrong byte order; like Wireshark, take it so when the low byte is zero.
void add_seconds(Context& c, Bytes message) {
    if (message.size() < 10) return;
    const std::uint16_t seconds = load_be16(message.data() + 8);
    const bool is_swapped = seconds != 0 && (seconds & 0xff) == 0;
    c.add(Dhcp::seconds, message.subspan(8, 2), is_swapped ? std::uint64_t{seconds} >> 8 : seconds);
    if (is_swapped) c.note("little endian by mistake?");
}

void add_hardware_address(Context& c, Bytes message) {
    if (message.size() < 44) return;
    const std::size_t length = std::min<std::size_t>(message[2], 16);
    const Bytes where = message.subspan(28, 16);
    if (message[1] == 1 && length == 6)
        c.add(Dhcp::mac, where.first(6));
    else if (length > 0)
        c.add(Dhcp::hardware_address, where.first(length));
    if (length < 16) c.add(Dhcp::hardware_padding, where.subspan(length));
}

void add_client_id(Context& c, Bytes value) {
    if (value.size() == 7 && value[0] > 0 && value[0] < 48) {
        const auto deeper = c.indent();
        c.add(Dhcp::hardware_type, value.first(1));
        if (value[0] == 1)
            c.add(Dhcp::mac, value.subspan(1));
        else
            c.add(Dhcp::hardware_address, value.subspan(1));
    } else if (!value.empty() && value[0] == 0) {
        c.add(DhcpOptionFields::client_id_type, value.first(1));
        c.add(DhcpOptionFields::client_id_text, value.subspan(1), as_text(value.subspan(1)));
    } else {
        c.add(DhcpOptionFields::client_id, value);
    }
}

// A field for each `size` bytes of the value.
void add_each(Context& c, const FieldInfo& field, Bytes value, std::size_t size) {
    for (std::size_t at = 0; at + size <= value.size(); at += size) c.add(field, value.subspan(at, size));
}

void add_value(Context& c, const DhcpOptionInfo& info, Bytes value) {
    switch (info.form) {
        case DhcpForm::address:
        case DhcpForm::addresses:
        case DhcpForm::uint32: return add_each(c, info.field, value, 4);
        case DhcpForm::address_pairs:
            for (std::size_t at = 0; at + 8 <= value.size(); at += 8) {
                c.add(info.field, value.subspan(at, 4));
                c.add(info.second, value.subspan(at + 4, 4));
            }
            return;
        case DhcpForm::uint16:
        case DhcpForm::uint16s: return add_each(c, info.field, value, 2);
        case DhcpForm::uint8:
        case DhcpForm::boolean:
        case DhcpForm::codes: return add_each(c, info.field, value, 1);
        case DhcpForm::sint32: {
            const auto number = static_cast<std::int32_t>(load_be32(value.data()));
            return c.add(info.field, value, static_cast<std::uint64_t>(std::int64_t{number}));
        }
        case DhcpForm::text: return c.add(info.field, value, until_zero(value));
        case DhcpForm::client_id: return add_client_id(c, value);
        case DhcpForm::bytes: return;
    }
}

// What option 60 says, wherever in the area it stands.
std::string_view vendor_class_of(Bytes area) {
    for (std::size_t at = 0; at < area.size() && area[at] != option::end;) {
        if (area[at] == option::pad) {
            ++at;
            continue;
        }
        if (at + 1 == area.size() || area[at + 1] > area.size() - at - 2) break;
        if (area[at] == option::vendor_class) return until_zero(area.subspan(at + 2, area[at + 1]));
        at += 2u + area[at + 1];
    }
    return {};
}

// One area of options; tells what option 52 says.
void add_options(Context& c, Bytes area, std::string_view vendor_class, std::uint8_t& overload) {
    std::size_t at = 0;
    while (at < area.size()) {
        const std::uint8_t code = area[at];
        if (code == option::pad) {
            std::size_t end = at;
            while (end < area.size() && area[end] == option::pad) ++end;
            c.add(DhcpOptionFields::padding, area.subspan(at, end - at));
            at = end;
            continue;
        }
        if (code == option::end) {
            c.add(DhcpOptionFields::type, area.subspan(at, 1), 0u);  // 0 and not 255: what tshark has there
            c.note("End");
            c.add(DhcpOptionFields::end, area.subspan(at, 1));
            if (at + 1 < area.size()) c.add(DhcpOptionFields::padding, area.subspan(at + 1));
            return;
        }
        if (at + 1 == area.size() || area[at + 1] > area.size() - at - 2)
            return c.too_short(area.subspan(at), at + 1 == area.size() ? 2u : 2u + area[at + 1]);
        const Bytes whole = area.subspan(at, 2u + area[at + 1]), value = whole.subspan(2);
        c.add(DhcpOptionFields::type, whole, code);
        c.add(DhcpOptionFields::length, whole.subspan(1, 1));
        c.add(DhcpOptionFields::value, value);
        if (code == option::overload && value.size() == 1) overload = value[0];
        if (code == option::vendor_information) add_vendor_information(c, value, vendor_class);
        if (code == option::relay_information) add_relay_information(c, value);
        if (const DhcpOptionInfo* info = wire::find_dhcp_option(code)) {
            if (const char* fault = wire::dhcp_length_fault(*info, value.size()))
                c.malformed({}, fmt::format("option {} has {} bytes, {}", code, value.size(), fault));
            else
                add_value(c, *info, value);
        }
        at += whole.size();
    }
}

void dissect_dhcp(Context& c, Bytes message) {
    c.begin(dhcp, message);
    c.add_fields(message, first_fields);
    add_seconds(c, message);
    c.add_fields(message, next_fields);
    add_hardware_address(c, message);
    if (message.size() < Dhcp::min_size) return c.too_short({}, Dhcp::min_size);
    const Bytes name = message.subspan(44, 64), file = message.subspan(108, 128);
    c.add(Dhcp::server_name, name, until_zero(name));
    c.add(Dhcp::boot_file, file, until_zero(file));
    const Bytes rest = message.subspan(Dhcp::min_size);
    if (rest.size() < 4 || Ipv4Address::load(rest.data()) != wire::dhcp_cookie) {
        if (!rest.empty()) c.add(DhcpOptionFields::vendor, rest);
        return;
    }
    c.add(Dhcp::cookie, rest.first(4));
    std::uint8_t overload = 0, ignored = 0;
    const std::string_view vendor_class = vendor_class_of(rest.subspan(4));
    add_options(c, rest.subspan(4), vendor_class, overload);
    if (overload & 1) add_options(c, file, vendor_class, ignored);
    if (overload & 2) add_options(c, name, vendor_class, ignored);
}

void summarize_dhcp(const LayerView& v, std::string& info) {
    const char* type = "Boot Request";
    if (v.number(Dhcp::op) == 2) type = "Boot Reply";
    for (const Item& item : v.items())
        if (item.field == &wire::find_dhcp_option(option::message_type)->field)
            if (const char* name = item.field->names.find(item.number)) type = name;
    info += fmt::format("DHCP {} - Transaction ID 0x{:x}", type, v.number(Dhcp::id));
}

}  // namespace

constinit const Protocol dhcp{.heading = {"dhcp", "Dynamic Host Configuration Protocol"},
                              .column = "DHCP",
                              .fields = fields,
                              .dissect = dissect_dhcp,
                              .summarize = summarize_dhcp,
                              .source = "RFC 2131"};

}  // namespace layerlab::proto::dissect
