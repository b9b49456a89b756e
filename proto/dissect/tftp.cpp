// TFTP: RFC 1350, options RFC 2347. The transfer goes on between other ports than 69: the asker's is remembered.
#include <fmt/format.h>

#include "proto/dissect/announced.hpp"
#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

enum Opcode : std::uint16_t { read_request = 1, write_request, data, acknowledgment, error, option_acknowledgment };
constexpr std::array<ValueName, 6> opcode_names{{{1, "Read Request"},
                                                 {2, "Write Request"},
                                                 {3, "Data Packet"},
                                                 {4, "Acknowledgement"},
                                                 {5, "Error Code"},
                                                 {6, "Option Acknowledgement"}}};

struct F {
    static constexpr Field<std::uint16_t> opcode{"tftp.opcode", "Opcode", anywhere, {.names = opcode_names}};
    static constexpr Field<std::string_view> source{"tftp.source_file", "Source File"};
    static constexpr Field<std::string_view> destination{"tftp.destination_file", "DESTINATION File"};
    static constexpr Field<std::string_view> type{"tftp.type", "Type"};
    static constexpr Field<std::string_view> option{"tftp.option.name", "Option name"};
    static constexpr Field<std::string_view> value{"tftp.option.value", "Option value"};
    static constexpr Field<std::uint16_t> block{"tftp.block", "Block"};
    static constexpr Field<std::uint16_t> code{"tftp.error.code", "Error code"};
    static constexpr Field<std::string_view> message{"tftp.error.message", "Error message"};
    static constexpr auto table = table_of(opcode, source, destination, type, option, value, block, code, message);
};

void add_options(Cursor& in) {
    while (in.left() > 0) {
        in.add_text_to_zero(F::option);
        if (in.left() > 0) in.add_text_to_zero(F::value);
    }
}

void dissect_tftp(Context& c, Bytes bytes) {
    c.begin(tftp, bytes);
    Cursor in(c, bytes);
    const auto opcode = in.add(F::opcode, 2);
    switch (opcode) {
        case read_request:
        case write_request:
            announce(c, c.info.source, c.info.source_port, 17, tftp);
            in.add_text_to_zero(opcode == read_request ? F::source : F::destination);
            if (in.left() > 0) in.add_text_to_zero(F::type);
            return add_options(in);
        case data:
            in.add(F::block, 2);
            c.set_header_size(in.at());
            if (in.left() > 0) c.next(nullptr, in.rest(), c.missing());
            return;
        case acknowledgment: in.add(F::block, 2); return;
        case error:
            in.add(F::code, 2);
            if (in.left() > 0) in.add_text_to_zero(F::message);
            return;
        case option_acknowledgment: return add_options(in);
        default:
            if (in.ok()) c.data(in.rest());
    }
}

void summarize_tftp(const LayerView& view, std::string& info) {
    const char* name = F::opcode.info.names.find(view.number(F::opcode));
    info = name ? name : "Unknown operation";
    if (view.find(F::source)) info += fmt::format(", File: {}", view.text(F::source));
    if (view.find(F::destination)) info += fmt::format(", File: {}", view.text(F::destination));
    if (view.find(F::block)) info += fmt::format(", Block: {}", view.number(F::block));
}

}  // namespace

constinit const Protocol tftp{.heading = {"tftp", "Trivial File Transfer Protocol"},
                              .column = "TFTP",
                              .fields = F::table,
                              .dissect = dissect_tftp,
                              .summarize = summarize_tftp,
                              .source = "RFC 1350"};

}  // namespace layerlab::proto::dissect
