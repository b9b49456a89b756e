// The options of DHCP: code, name, form of the value, field. RFC 2132, and RFC 3397, 3442, 4578, 4702, 8910 by name.
// Vendor options (43) and relay agent options (82) are bytes here.
#pragma once

#include <span>

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

// What an option's value looks like.
enum class DhcpForm : std::uint8_t {
    address,        // one IPv4 address
    addresses,      // one or more
    address_pairs,  // one or more pairs; the field is the first of each pair
    uint8,
    uint16,
    uint16s,
    uint32,
    sint32,
    boolean,
    text,       // one or more characters
    codes,      // option codes, one byte each
    client_id,  // hardware type and address, or any bytes; at least two
    bytes,
};

struct DhcpOptionInfo {
    std::uint8_t code;
    DhcpForm form;
    FieldInfo field;        // of the value; null name: shown as dhcp.option.value only
    FieldInfo second = {};  // of the second address of a pair
};
const char* dhcp_option_title(std::uint8_t code);  // "Router"; "Unknown"
ValueNames dhcp_option_names();
// nullptr where RFC 2132 and its successors are not known here.
const DhcpOptionInfo* find_dhcp_option(std::uint8_t code);
std::span<const DhcpOptionInfo> dhcp_options();  // ascending codes
// What is wrong with a value of that many bytes (nullptr: nothing).
const char* dhcp_length_fault(const DhcpOptionInfo& info, std::size_t length);

// Fields of the options as such.
struct DhcpOptionFields {
    static constexpr Field<std::uint8_t> type{"dhcp.option.type", "Option"};
    static constexpr Field<std::uint8_t> length{"dhcp.option.length", "Length", anywhere, {.level = 1}};
    static constexpr Field<Bytes> value{"dhcp.option.value", "Value", anywhere, {.level = 1}};
    static constexpr Field<std::uint8_t> end{"dhcp.option.end", "Option End", anywhere, {.level = 1}};
    static constexpr Field<Bytes> padding{"dhcp.option.padding", "Padding"};
    static constexpr Field<std::uint8_t> hardware_type{
        "dhcp.hw.type", "Hardware type", anywhere, {.level = 1, .shown = Shown::hex}};
    static constexpr Field<MacAddress> mac{"dhcp.hw.mac_addr", "Client MAC address", anywhere, {.level = 1}};
    static constexpr Field<Bytes> client_id{"dhcp.client_id", "Identifier", anywhere, {.level = 1}};
    static constexpr Field<std::uint8_t> client_id_type{"dhcp.client_id.type", "Type", anywhere, {.level = 1}};
};

}  // namespace layerlab::proto::wire
