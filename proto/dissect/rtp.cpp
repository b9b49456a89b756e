// RTP and RTCP: RFC 3550. They have no port of their own: a session description announces them.
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 8> payload_names{{{0, "ITU-T G.711 PCMU"},
                                                  {3, "GSM 06.10"},
                                                  {4, "ITU-T G.723"},
                                                  {8, "ITU-T G.711 PCMA"},
                                                  {9, "ITU-T G.722"},
                                                  {18, "ITU-T G.729"},
                                                  {26, "JPEG-compressed video"},
                                                  {31, "ITU-T H.261"}}};

struct F {
    static constexpr std::size_t min_size = 12;
    static constexpr Field<std::uint8_t> version{"rtp.version", "Version", bits(0, 2)};
    static constexpr Field<bool> padding{"rtp.padding", "Padding", bits(2, 1)};
    static constexpr Field<bool> extension{"rtp.ext", "Extension", bits(3, 1)};
    static constexpr Field<std::uint8_t> sources{"rtp.cc", "Contributing source identifiers count", bits(4, 4)};
    static constexpr Field<bool> marker{"rtp.marker", "Marker", bits(8, 1)};
    static constexpr Field<std::uint8_t> type{"rtp.p_type", "Payload type", bits(9, 7), {.names = payload_names}};
    static constexpr Field<std::uint16_t> sequence{"rtp.seq", "Sequence number", octets(2, 2)};
    static constexpr Field<std::uint32_t> timestamp{"rtp.timestamp", "Timestamp", octets(4, 4)};
    static constexpr Field<std::uint32_t> source{
        "rtp.ssrc", "Synchronization Source identifier", octets(8, 4), {.shown = Shown::hex}};
    static constexpr auto table =
        table_of(version, padding, extension, sources, marker, type, sequence, timestamp, source);
    static constexpr Field<std::uint32_t> contributing{"rtp.csrc.item", "CSRC item", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> profile{
        "rtp.ext.profile", "Defined by profile", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> extension_length{"rtp.ext.len", "Extension length"};
    static constexpr Field<Bytes> payload{"rtp.payload", "Payload"};
    static constexpr auto rest = table_of(contributing, profile, extension_length, payload);
};
constexpr auto rtp_fields = join(F::table, F::rest);

void dissect_rtp(Context& c, Bytes bytes) {
    c.begin(rtp, bytes);
    c.add_fields(bytes, F::table);
    if (bytes.size() < F::min_size) return c.too_short(bytes, F::min_size);
    Cursor in(c, bytes);
    in.skip(F::min_size);
    for (unsigned left = bytes[0] & 15u; left > 0 && in.ok(); --left) in.add(F::contributing, 4);
    if (bytes[0] & 0x10) {
        in.add(F::profile, 2);
        const std::size_t words = in.add(F::extension_length, 2);
        in.skip(words * 4);
    }
    if (in.left() > 0) in.add(F::payload, in.left());
}

void summarize_rtp(const LayerView& view, std::string& info) {
    const auto type = view.number(F::type);
    const char* name = F::type.info.names.find(type);
    info = fmt::format("PT={}, SSRC=0x{:X}, Seq={}, Time={}{}", name ? name : fmt::format("DynamicRTP-Type-{}", type),
                       view.number(F::source), view.number(F::sequence), view.number(F::timestamp),
                       view.number(F::marker) ? ", Mark" : "");
}

constexpr std::array<ValueName, 7> packet_names{{{200, "Sender Report"},
                                                 {201, "Receiver Report"},
                                                 {202, "Source description"},
                                                 {203, "Goodbye"},
                                                 {204, "Application specific"},
                                                 {205, "Generic RTP Feedback"},
                                                 {206, "Payload-specific"}}};

struct R {
    static constexpr Field<std::uint8_t> version{"rtcp.version", "Version", bits(0, 2)};
    static constexpr Field<bool> padding{"rtcp.padding", "Padding", bits(2, 1)};
    static constexpr Field<std::uint8_t> reports{"rtcp.rc", "Reception report count", bits(3, 5)};
    static constexpr Field<std::uint8_t> sources{"rtcp.sc", "Source count", bits(3, 5)};
    static constexpr Field<std::uint8_t> type{"rtcp.pt", "Packet type", octets(1, 1), {.names = packet_names}};
    static constexpr Field<std::uint16_t> length{"rtcp.length", "Length", octets(2, 2)};
    static constexpr Field<std::uint32_t> sender{"rtcp.senderssrc", "Sender SSRC", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> seconds{"rtcp.timestamp.ntp.msw", "Timestamp, MSW", anywhere};
    static constexpr Field<std::uint32_t> fraction{"rtcp.timestamp.ntp.lsw", "Timestamp, LSW"};
    static constexpr Field<std::uint32_t> rtp_time{"rtcp.timestamp.rtp", "RTP timestamp"};
    static constexpr Field<std::uint32_t> packets{"rtcp.sender.packetcount", "Sender's packet count"};
    static constexpr Field<std::uint32_t> octet_count{"rtcp.sender.octetcount", "Sender's octet count"};
    static constexpr auto table = table_of(version, padding, reports, sources, type, length, sender, seconds, fraction,
                                           rtp_time, packets, octet_count);
};

void add_rtcp_packet(Context& c, Bytes packet) {
    const std::uint8_t type = packet[1];
    constexpr std::uint8_t sender_report = 200, receiver_report = 201, description = 202, goodbye = 203;
    c.add_fields(packet, table_of(R::version, R::padding));
    if (type == sender_report || type == receiver_report) c.add_fields(packet, table_of(R::reports));
    if (type == description || type == goodbye) c.add_fields(packet, table_of(R::sources));
    c.add_fields(packet, table_of(R::type, R::length));
    Cursor in(c, packet);
    in.skip(4);
    if (type != sender_report && type != receiver_report) return;
    in.add(R::sender, 4);
    if (type != sender_report) return;
    for (const auto* field : {&R::seconds, &R::fraction, &R::rtp_time, &R::packets, &R::octet_count}) in.add(*field, 4);
}

void dissect_rtcp(Context& c, Bytes bytes) {
    c.begin(rtcp, bytes);
    Cursor in(c, bytes);
    while (in.left() > 0 && in.want(4)) {
        const std::size_t size = 4 + std::size_t{load_be16(in.rest().data() + 2)} * 4;
        const Bytes packet = in.bytes(size);
        if (!in.ok()) return;
        const auto deeper = c.indent();
        add_rtcp_packet(c, packet);
    }
}

void summarize_rtcp(const LayerView& view, std::string& info) {
    for (const Item& item : view.items()) {
        if (item.field != &R::type.info) continue;
        const char* name = item.field->names.find(item.number);
        info += fmt::format("{}   ", name ? name : "Unknown");
    }
}

}  // namespace

constinit const Protocol rtp{.heading = {"rtp", "Real-Time Transport Protocol"},
                             .column = "RTP",
                             .fields = rtp_fields,
                             .dissect = dissect_rtp,
                             .summarize = summarize_rtp,
                             .source = "RFC 3550"};
constinit const Protocol rtcp{.heading = {"rtcp", "Real-time Transport Control Protocol"},
                              .column = "RTCP",
                              .fields = R::table,
                              .dissect = dissect_rtcp,
                              .summarize = summarize_rtcp,
                              .source = "RFC 3550"};

}  // namespace layerlab::proto::dissect
