// Telnet: RFC 854. Commands behind IAC, options and their subnegotiation, and the text between.
#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::uint8_t iac = 255, subnegotiation = 250, end_of_subnegotiation = 240, will = 251, terminal_type = 24;
constexpr std::array<ValueName, 16> command_names{{{240, "Suboption End"},
                                                   {241, "No Operation"},
                                                   {242, "Data Mark"},
                                                   {243, "Break"},
                                                   {244, "Interrupt Process"},
                                                   {245, "Abort Output"},
                                                   {246, "Are You There?"},
                                                   {247, "Escape Character"},
                                                   {248, "Erase Line"},
                                                   {249, "Go Ahead"},
                                                   {250, "Suboption"},
                                                   {251, "Will"},
                                                   {252, "Won't"},
                                                   {253, "Do"},
                                                   {254, "Don't"},
                                                   {239, "End of Record"}}};
constexpr std::array<ValueName, 13> option_names{{{0, "Binary Transmission"},
                                                  {1, "Echo"},
                                                  {3, "Suppress Go Ahead"},
                                                  {5, "Status"},
                                                  {6, "Timing Mark"},
                                                  {24, "Terminal Type"},
                                                  {31, "Negotiate About Window Size"},
                                                  {32, "Terminal Speed"},
                                                  {33, "Remote Flow Control"},
                                                  {34, "Linemode"},
                                                  {35, "X Display Location"},
                                                  {37, "Authentication Option"},
                                                  {39, "New Environment Option"}}};

struct F {
    static constexpr Field<std::uint8_t> command{"telnet.cmd", "Command", anywhere, {.names = command_names}};
    static constexpr Field<std::uint8_t> option{"telnet.subcmd", "Subcommand", anywhere, {.names = option_names}};
    static constexpr Field<std::string_view> data{"telnet.data", "Data"};
    static constexpr Field<Bytes> option_data{"telnet.option_data", "Option data"};
    static constexpr auto table = table_of(command, option, data, option_data);
};

// Where the subnegotiation that `bytes` begins with ends, its IAC SE included.
std::size_t subnegotiation_size(Bytes bytes) {
    for (std::size_t at = 3; at + 1 < bytes.size(); ++at) {
        if (bytes[at] != iac) continue;
        if (bytes[at + 1] == end_of_subnegotiation) return at + 2;
        ++at;  // an octet 255 of the value is doubled
    }
    return bytes.size();
}

// Returns the octets used.
std::size_t add_command(Context& c, Bytes bytes) {
    if (bytes.size() < 2) {
        c.too_short(bytes, 2);
        return bytes.size();
    }
    const std::uint8_t command = bytes[1];
    c.add(F::command, bytes.subspan(1, 1));
    if (command < subnegotiation) return 2;
    if (bytes.size() < 3) {
        c.too_short(bytes.subspan(2), 1);
        return bytes.size();
    }
    const auto deeper = c.indent();
    c.add(F::option, bytes.subspan(2, 1));
    if (command >= will) return 3;
    const std::size_t size = subnegotiation_size(bytes);
    const bool has_end = size >= 5 && bytes[size - 2] == iac && bytes[size - 1] == end_of_subnegotiation;
    const Bytes value = bytes.subspan(3, size - 3 - (has_end ? 2 : 0));
    if (bytes[2] == terminal_type && !value.empty()) c.add(F::option, value.first(1));  // RFC 1091: IS or SEND
    if (!value.empty()) c.add(F::option_data, value);
    if (has_end) c.add(F::command, bytes.subspan(size - 1, 1));
    return size;
}

void add_lines(Context& c, Bytes bytes) {
    std::string_view text = as_text(bytes);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        c.add(F::data, as_bytes(text.substr(0, end)));
        text.remove_prefix(end);
    }
}

void dissect_telnet(Context& c, Bytes bytes) {
    c.begin(telnet, bytes);
    while (!bytes.empty()) {
        if (bytes[0] == iac && !(bytes.size() > 1 && bytes[1] == iac)) {
            bytes = bytes.subspan(add_command(c, bytes));
            continue;
        }
        std::size_t end = 0;
        while (end < bytes.size() && (bytes[end] != iac || (end + 1 < bytes.size() && bytes[end + 1] == iac)))
            end += bytes[end] == iac ? 2 : 1;
        end = std::min(end, bytes.size());
        add_lines(c, bytes.first(end));
        bytes = bytes.subspan(end);
    }
}

void summarize_telnet(const LayerView& view, std::string& info) {
    for (const Item& item : view.items()) {
        if (item.field != &F::command.info) continue;
        const char* name = item.field->names.find(item.number);
        info += fmt::format("{}{}", info.empty() ? "" : ", ", name ? name : "Command");
        if (info.size() > 120) return;
    }
}

}  // namespace

constinit const Protocol telnet{.heading = {"telnet", "Telnet"},
                                .column = "TELNET",
                                .fields = F::table,
                                .dissect = dissect_telnet,
                                .summarize = summarize_telnet,
                                .source = "RFC 854"};

}  // namespace layerlab::proto::dissect
