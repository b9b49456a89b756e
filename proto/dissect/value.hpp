// The text of an item's value, as Wireshark writes it: for the tree, the columns and JSON.
#pragma once

#include <string>

#include "proto/dissect/dissection.hpp"

namespace layerlab::proto::dissect {

// Appends the bare value: "64", "10.0.0.1", "aa:bb:cc", "0.000012345", text as it is; nothing for a heading. Numbers
// are decimal here; value_with_name() writes what a reader of the tree wants.
void append_value(std::string& out, const Item& item);
// As in a column of a table: "0x0800" for what is shown so, bytes without colons, text with escapes, the title for a
// heading.
void append_column_value(std::string& out, const Item& item);
// "Request (1)", "0x0800", "True".
void append_value_with_name(std::string& out, const Item& item);
std::string value_text(const Item& item);

// The three that columns are made of, appended quickly: "64", "10.0.0.1", "aa:bb:cc" of bytes.
void append_decimal(std::string& out, std::uint64_t number);
void append_ipv4(std::string& out, std::uint32_t number);
void append_hex(std::string& out, Bytes bytes);
// Appends text with what is not valid UTF-8 replaced by U+FFFD and control characters by "\xNN" style escapes.
void append_printable(std::string& out, std::string_view text);
// Octets of the valid UTF-8 sequence at the front (1..4), or 0.
std::size_t utf8_length(std::string_view text);

}  // namespace layerlab::proto::dissect
