// SCTP: RFC 9260. Chunks and the parameters of INIT; data is shown per chunk, not put together.
#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 17> chunk_names{{{0, "DATA"},
                                                 {1, "INIT"},
                                                 {2, "INIT_ACK"},
                                                 {3, "SACK"},
                                                 {4, "HEARTBEAT"},
                                                 {5, "HEARTBEAT_ACK"},
                                                 {6, "ABORT"},
                                                 {7, "SHUTDOWN"},
                                                 {8, "SHUTDOWN_ACK"},
                                                 {9, "ERROR"},
                                                 {10, "COOKIE_ECHO"},
                                                 {11, "COOKIE_ACK"},
                                                 {12, "ECNE"},
                                                 {13, "CWR"},
                                                 {14, "SHUTDOWN_COMPLETE"},
                                                 {128, "ASCONF_ACK"},
                                                 {192, "FORWARD_TSN"}}};

struct F {
    static constexpr std::size_t min_size = 12;
    static constexpr Field<std::uint16_t> source{"sctp.srcport", "Source port", octets(0, 2)};
    static constexpr Field<std::uint16_t> destination{"sctp.dstport", "Destination port", octets(2, 2)};
    static constexpr Field<std::uint32_t> tag{
        "sctp.verification_tag", "Verification tag", octets(4, 4), {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> checksum{"sctp.checksum", "Checksum", octets(8, 4), {.shown = Shown::hex}};
    static constexpr auto table = table_of(source, destination, tag, checksum);

    static constexpr Field<std::uint8_t> type{"sctp.chunk_type", "Chunk type", octets(0, 1), {.names = chunk_names}};
    static constexpr Field<bool> type_bit_1{"sctp.chunk_bit_1", "Bit", bits(0, 1), {.level = 1}};
    static constexpr Field<bool> type_bit_2{"sctp.chunk_bit_2", "Bit", bits(1, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> flags{"sctp.chunk_flags", "Chunk flags", octets(1, 1), {.shown = Shown::hex}};
    static constexpr auto chunk_front = table_of(type, type_bit_1, type_bit_2, flags);
    static constexpr Field<bool> immediate{"sctp.data_i_bit", "I-Bit", bits(12, 1), {.level = 1}};
    static constexpr Field<bool> unordered{"sctp.data_u_bit", "U-Bit", bits(13, 1), {.level = 1}};
    static constexpr Field<bool> beginning{"sctp.data_b_bit", "B-Bit", bits(14, 1), {.level = 1}};
    static constexpr Field<bool> ending{"sctp.data_e_bit", "E-Bit", bits(15, 1), {.level = 1}};
    static constexpr auto data_flags = table_of(immediate, unordered, beginning, ending);
    static constexpr Field<std::uint16_t> length{"sctp.chunk_length", "Chunk length", octets(2, 2)};
    static constexpr Field<std::uint32_t> tsn{"sctp.data_tsn_raw", "Transmission sequence number (absolute)"};
    static constexpr Field<std::uint16_t> stream{"sctp.data_sid", "Stream identifier", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> stream_sequence{"sctp.data_ssn", "Stream sequence number"};
    static constexpr Field<std::uint32_t> payload_protocol{"sctp.data_payload_proto_id", "Payload protocol identifier"};
    static constexpr Field<std::uint32_t> init_tag{
        "sctp.init_initiate_tag", "Initiate tag", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> init_credit{"sctp.init_credit", "Advertised receiver window credit (a_rwnd)"};
    static constexpr Field<std::uint16_t> init_out{"sctp.init_nr_out_streams", "Number of outbound streams"};
    static constexpr Field<std::uint16_t> init_in{"sctp.init_nr_in_streams", "Number of inbound streams"};
    static constexpr Field<std::uint32_t> init_tsn{"sctp.init_initial_tsn", "Initial TSN"};
    static constexpr Field<std::uint32_t> ack_tag{
        "sctp.initack_initiate_tag", "Initiate tag", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> ack_credit{"sctp.initack_credit",
                                                     "Advertised receiver window credit (a_rwnd)"};
    static constexpr Field<std::uint16_t> ack_out{"sctp.initack_nr_out_streams", "Number of outbound streams"};
    static constexpr Field<std::uint16_t> ack_in{"sctp.initack_nr_in_streams", "Number of inbound streams"};
    static constexpr Field<std::uint32_t> ack_tsn{"sctp.initack_initial_tsn", "Initial TSN"};
    static constexpr Field<std::uint16_t> parameter{
        "sctp.parameter_type", "Parameter type", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> parameter_length{"sctp.parameter_length", "Parameter length"};
    static constexpr Field<std::uint32_t> sack_tsn{"sctp.sack_cumulative_tsn_ack_raw", "Cumulative TSN ACK (absolute)"};
    static constexpr Field<std::uint32_t> sack_credit{"sctp.sack_a_rwnd", "Advertised receiver window credit (a_rwnd)"};
    static constexpr Field<std::uint16_t> sack_gaps{"sctp.sack_number_of_gap_blocks",
                                                    "Number of gap acknowledgement blocks"};
    static constexpr Field<std::uint16_t> sack_duplicates{"sctp.sack_number_of_duplicated_tsns",
                                                          "Number of duplicated TSNs"};
    static constexpr Field<std::uint16_t> gap_start{"sctp.sack_gap_block_start", "Start"};
    static constexpr Field<std::uint16_t> gap_end{"sctp.sack_gap_block_end", "End"};
    static constexpr Field<Bytes> cookie{"sctp.cookie", "Cookie"};
    static constexpr Field<std::uint32_t> shutdown_tsn{"sctp.shutdown_cumulative_tsn_ack", "Cumulative TSN Ack"};
    static constexpr Field<Bytes> padding{"sctp.chunk_padding", "Chunk padding"};
    static constexpr Field<Bytes> value{"sctp.chunk_value", "Chunk value"};
    static constexpr auto rest =
        table_of(length, tsn, stream, stream_sequence, payload_protocol, init_tag, init_credit, init_out, init_in,
                 init_tsn, ack_tag, ack_credit, ack_out, ack_in, ack_tsn, parameter, parameter_length, sack_tsn,
                 sack_credit, sack_gaps, sack_duplicates, gap_start, gap_end, cookie, shutdown_tsn, padding, value);
};
constexpr auto sctp_fields = join(F::table, F::chunk_front, F::data_flags, F::rest);

enum Type : std::uint8_t {
    data = 0,
    init = 1,
    init_ack = 2,
    sack = 3,
    heartbeat = 4,
    heartbeat_ack = 5,
    shutdown = 7,
    cookie_echo = 10
};

void add_parameters(Context& c, Cursor& in) {
    while (in.left() >= 4) {
        in.add(F::parameter, 2);
        const std::size_t length = in.add(F::parameter_length, 2);
        if (length < 4) return c.malformed(in.rest(), fmt::format("parameter length {} < 4", length));
        in.skip(length - 4);
        if (in.left() > 0) in.skip(std::min((4 - length % 4) % 4, in.left()));
    }
}

void add_init(Context& c, Cursor& in, bool is_ack) {
    in.add(is_ack ? F::ack_tag : F::init_tag, 4);
    in.add(is_ack ? F::ack_credit : F::init_credit, 4);
    in.add(is_ack ? F::ack_out : F::init_out, 2);
    in.add(is_ack ? F::ack_in : F::init_in, 2);
    in.add(is_ack ? F::ack_tsn : F::init_tsn, 4);
    add_parameters(c, in);
}

void add_sack(Cursor& in) {
    in.add(F::sack_tsn, 4);
    in.add(F::sack_credit, 4);
    auto gaps = in.add(F::sack_gaps, 2);
    in.add(F::sack_duplicates, 2);
    for (; gaps > 0 && in.ok(); --gaps) {
        in.add(F::gap_start, 2);
        in.add(F::gap_end, 2);
    }
}

// What is behind the chunk's header. Returns the user's data, which is dissected when all chunks are there.
Bytes add_chunk(Context& c, unsigned type, Bytes value) {
    Cursor in(c, value);
    switch (type) {
        case data:
            in.add(F::tsn, 4);
            in.add(F::stream, 2);
            in.add(F::stream_sequence, 2);
            in.add(F::payload_protocol, 4);
            return in.rest();
        case init: add_init(c, in, false); break;
        case init_ack: add_init(c, in, true); break;
        case sack: add_sack(in); break;
        case heartbeat:
        case heartbeat_ack: add_parameters(c, in); break;
        case shutdown: in.add(F::shutdown_tsn, 4); break;
        case cookie_echo:
            if (!value.empty()) c.add(F::cookie, value);
            break;
        default: break;
    }
    return {};
}

void dissect_sctp(Context& c, Bytes bytes) {
    c.begin(sctp, bytes);
    c.add_fields(bytes, F::table);
    if (bytes.size() < F::min_size) return c.too_short(bytes, F::min_size);
    c.info.source_port = load_be16(bytes.data());
    c.info.destination_port = load_be16(bytes.data() + 2);
    Cursor in(c, bytes);
    in.skip(F::min_size);
    constexpr std::size_t most_payloads = 64;
    std::array<Bytes, most_payloads> payloads{};
    std::size_t count = 0;
    while (in.left() > 0 && in.want(4)) {
        const Bytes header = in.here(4);
        const std::size_t length = load_be16(header.data() + 2);
        c.add(ws::heading, in.here(length));
        c.note("Chunk");
        const auto deeper = c.indent();
        c.add_fields(header, F::chunk_front);
        if (header[0] == data) c.add_fields(header, F::data_flags);
        c.add_fields(header, table_of(F::length));
        if (length < 4) return c.malformed(in.rest(), fmt::format("chunk length {} < 4", length));
        in.skip(4);
        const Bytes value = in.bytes(length - 4);
        if (!in.ok()) return;
        const Bytes payload = add_chunk(c, header[0], value);
        if (!payload.empty() && count < most_payloads) payloads[count++] = payload;
        const std::size_t padding = std::min((4 - length % 4) % 4, in.left());
        if (padding > 0) in.add(F::padding, padding);
    }
    for (std::size_t i = 0; i < count; ++i) c.data(payloads[i]);
}

void summarize_sctp(const LayerView& view, std::string& info) {
    for (const Item& item : view.items()) {
        if (item.field != &F::type.info) continue;
        const char* name = F::type.info.names.find(item.number);
        info += fmt::format("{}{}", info.empty() ? "" : " ", name ? name : "UNKNOWN");
    }
}

}  // namespace

constinit const Protocol sctp{.heading = {"sctp", "Stream Control Transmission Protocol"},
                              .column = "SCTP",
                              .fields = sctp_fields,
                              .dissect = dissect_sctp,
                              .summarize = summarize_sctp,
                              .source = "RFC 9260"};

}  // namespace layerlab::proto::dissect
