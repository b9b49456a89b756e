// What generic code knows of a protocol, and how a dissector is written.
//
// A protocol is one `constinit const Protocol` with a dissect function, declared in protocols.hpp and named in the
// lists of registry.cpp. The function gets its bytes and a Context (context.hpp) and does, in the order of the wire:
//
//     void dissect_dns(Context& c, Bytes message) {
//         c.begin(dns, message);                                    // the heading "dns"; opens the layer
//         if (message.size() < Dns::min_size) return c.too_short(message, Dns::min_size);
//         c.add_fields(message, Dns::table);                        // everything with a fixed place
//         c.add(Dns::flags_response, message.subspan(2, 2), value); // a number that had to be worked out
//         auto deeper = c.indent();                                 // items below are one level deeper in the tree
//     }
//
// Nothing may read outside the bytes given. Over UDP the bytes are one datagram. Over TCP they are one PDU of the size
// that pdu_size() told: it sees the stream from the front of a PDU on and returns the PDU's octets (more than there
// are: wait for so many), `more` (cannot tell yet), `until_end` (all until FIN) or `not_mine` (show this as data). The
// fields of a PDU therefore stand on the frame that completes it. summarize() makes the Info column from the items.
#pragma once

#include <limits>
#include <span>
#include <string>

#include "proto/base/bytes.hpp"
#include "proto/base/field.hpp"
#include "proto/dissect/dissection.hpp"

namespace layerlab::proto::dissect {

class Context;    // context.hpp
class LayerView;  // layer_view.hpp

// Special answers of pdu_size().
inline constexpr std::size_t not_mine = 0;
inline constexpr std::size_t more = std::numeric_limits<std::size_t>::max();
inline constexpr std::size_t until_end = more - 1;

struct Protocol {
    Field<void> heading;  // filter name (also in frame.protocols) and title: {"dns", "Domain Name System"}
    const char* column;   // in the Protocol column: "DNS"; nullptr: leaves the column to the layer below
    std::span<const FieldInfo* const> fields;  // all that it may add, the heading aside
    void (*dissect)(Context&, Bytes);
    std::size_t (*pdu_size)(Context&, Bytes stream) = nullptr;  // stream protocols only; called again as bytes arrive
    void (*summarize)(const LayerView&, std::string& info) = nullptr;
    bool joins_pdus = false;  // PDUs that follow each other in a frame are one layer: as Wireshark cuts them itself
    const char* source = "";  // "RFC 1035"
    std::span<const FieldInfo* const> summary_fields{};  // all that summarize() reads; empty: it may read any
    bool carries_packets = false;                        // over UDP: a tunnel, not an application

    const char* name() const { return heading.info.name; }
    const char* title() const { return heading.info.title; }
};

// Joins field tables and single fields into one table: join(Udp::table, FieldTable<1>{&stream.info}).
template <std::size_t... N>
constexpr auto join(const FieldTable<N>&... tables) {
    FieldTable<(N + ...)> all{};
    std::size_t at = 0;
    const auto append = [&](const auto& table) {
        for (const FieldInfo* field : table) all[at++] = field;
    };
    (append(tables), ...);
    return all;
}

}  // namespace layerlab::proto::dissect
