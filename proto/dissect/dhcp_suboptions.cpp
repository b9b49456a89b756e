#include "proto/dissect/dhcp_suboptions.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace layerlab::proto::dissect {

namespace {

using F = wire::DhcpSuboptionFields;
using wire::DhcpForm;
using wire::DhcpSuboption;

std::string_view until_zero(Bytes bytes) {
    const std::string_view text = as_text(bytes);
    return text.substr(0, text.find('\0'));
}

template <std::size_t N>
const DhcpSuboption* find(const std::array<DhcpSuboption, N>& table, std::uint8_t code) {
    for (const DhcpSuboption& row : table)
        if (row.code == code) return &row;
    return nullptr;
}

// How many bytes a value must have; 0: any number.
std::size_t wanted_size(DhcpForm form) {
    switch (form) {
        case DhcpForm::address:
        case DhcpForm::uint32: return 4;
        case DhcpForm::uint16: return 2;
        default: return 0;
    }
}

// One that has the form of its row; false, with a note, when the length does not fit.
bool add_simple(Context& c, const DhcpSuboption& row, Bytes value) {
    const std::size_t wanted = wanted_size(row.form);
    if (wanted != 0 && value.size() != wanted) {
        c.note(fmt::format("{} bytes, it must have {}", value.size(), wanted));
        return false;
    }
    if (row.form == DhcpForm::text)
        c.add(row.field, value, until_zero(value));
    else if (row.form != DhcpForm::uint8)
        c.add(row.field, value);
    else if (!value.empty())
        c.add(row.field, value.first(1));
    return true;
}

// The head of a suboption; its value, or nothing when it does not fit, which is noted.
template <class T>
std::optional<Bytes> take_suboption(Context& c, const Field<T>& field, Bytes& left) {
    const bool has_length = left.size() >= 2;
    const std::size_t length = has_length ? left[1] : 0, size = std::min<std::size_t>(2 + length, left.size());
    c.add(field, left.first(size), std::uint64_t{left[0]});
    if (!has_length || length > left.size() - 2) {
        c.note(has_length ? fmt::format("no room left for {} bytes", length) : "no room left for a length");
        if (has_length) c.add(F::length, left.subspan(1, 1));
        left = {};
        return std::nullopt;
    }
    c.add(F::length, left.subspan(1, 1));
    const Bytes value = left.subspan(2, length);
    left = left.subspan(size);
    return value;
}

// RFC 4243: enterprise numbers, each with data of its own.
void add_vendors(Context& c, Bytes value) {
    while (value.size() >= 5) {
        c.add(F::enterprise, value.first(4));
        c.add(F::data_length, value.subspan(4, 1));
        const std::size_t size = std::min<std::size_t>(value[4], value.size() - 5);
        const bool is_known_elsewhere = load_be32(value.data()) == 4491;  // CableLabs
        if (size > 0 && !is_known_elsewhere) c.add(F::relay_value, value.subspan(5, size));
        value = value.subspan(5 + size);
    }
}

// Lists of a type, a count or length, and what is counted.
void add_boot_servers(Context& c, Bytes value) {
    while (value.size() >= 3) {
        c.add(F::server_type, value.first(2));
        c.add(F::server_count, value.subspan(2, 1));
        std::size_t left = value[2];
        value = value.subspan(3);
        for (; left > 0 && value.size() >= 4; --left, value = value.subspan(4))
            c.add(F::server_address, value.first(4));
    }
}
void add_boot_menu(Context& c, Bytes value) {
    while (value.size() >= 3) {
        c.add(F::menu_type, value.first(2));
        c.add(F::menu_length, value.subspan(2, 1));
        const Bytes text = value.subspan(3, std::min<std::size_t>(value[2], value.size() - 3));
        c.add(F::menu_text, text, until_zero(text));
        value = value.subspan(3 + text.size());
    }
}

void add_pxe_parts(Context& c, std::uint8_t code, Bytes value) {
    if (value.empty()) return;
    switch (code) {
        case 6: return c.add_fields(value, F::control_bits);
        case 8: return add_boot_servers(c, value);
        case 9: return add_boot_menu(c, value);
        case 10:
            c.add(F::prompt_timeout, value.first(1));
            return c.add(F::prompt, value.subspan(1), until_zero(value.subspan(1)));
        case 71:
            if (value.size() < 2) return;
            c.add(F::item_type, value.first(2));
            if (value.size() > 2) c.add(F::item_layer, value.subspan(2));
            return;
        default: return;
    }
}

void add_pxe(Context& c, Bytes left) {
    while (!left.empty()) {
        const std::uint8_t code = left[0];
        if (code == 0 || code == 255) {
            c.add(code == 0 ? F::pxe_padding : F::pxe_end, left.first(1));
            left = left.subspan(1);
            continue;
        }
        const auto value = take_suboption(c, F::pxe, left);
        if (!value) return;
        c.add(F::vendor_value, *value);
        const DhcpSuboption* row = find(wire::pxe_suboptions, code);
        if (!row) continue;
        const bool is_port = row->form == DhcpForm::uint16 && value->size() == 2;
        if (is_port)
            c.add(row->field, *value, std::uint64_t{(*value)[0]} | std::uint64_t{(*value)[1]} << 8);
        else if (add_simple(c, *row, *value))
            add_pxe_parts(c, code, *value);
    }
}

}  // namespace

void add_relay_information(Context& c, Bytes left) {
    while (!left.empty()) {
        const std::uint8_t code = left[0];
        const auto value = take_suboption(c, F::relay, left);
        if (!value) return;
        c.add(F::relay_value, *value);
        if (const DhcpSuboption* row = find(wire::relay_suboptions, code))
            (void)add_simple(c, *row, *value);
        else if (code == 9)
            add_vendors(c, *value);
        else if (code == 16 && value->size() == 6)
            c.add(F::bssid, *value);
    }
}

void add_vendor_information(Context& c, Bytes value, std::string_view vendor_class) {
    if (vendor_class.substr(0, 9) == "PXEClient") return add_pxe(c, value);
    if (vendor_class.substr(0, 7) == "ArubaAP") return c.add(F::aruba_controller, value, as_text(value));
    c.add(F::vendor_value, value);
}

}  // namespace layerlab::proto::dissect
