// VPNs over UDP, of which only the fronts can be read: WireGuard, OpenVPN; and QUIC's long headers (RFC 9000).
#include "proto/dissect/vpn.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

// --- WireGuard: all numbers little-endian ---

constexpr std::array<ValueName, 4> message_names{
    {{1, "Handshake Initiation"}, {2, "Handshake Response"}, {3, "Cookie Reply"}, {4, "Transport Data"}}};

struct W {
    static constexpr FieldOptions hex{.shown = Shown::hex};
    static constexpr Field<std::uint8_t> type{"wg.type", "Type", anywhere, {.names = message_names}};
    static constexpr Field<Bytes> reserved{"wg.reserved", "Reserved"};
    static constexpr Field<std::uint32_t> sender{"wg.sender", "Sender", anywhere, hex};
    static constexpr Field<std::uint32_t> receiver{"wg.receiver", "Receiver", anywhere, hex};
    static constexpr Field<std::string_view> ephemeral{"wg.ephemeral", "Ephemeral"};
    static constexpr Field<void> encrypted_static{"wg.encrypted_static", "Encrypted Static"};
    static constexpr Field<void> encrypted_timestamp{"wg.encrypted_timestamp", "Encrypted Timestamp"};
    static constexpr Field<void> encrypted_empty{"wg.encrypted_empty", "Encrypted Empty"};
    static constexpr Field<Bytes> mac1{"wg.mac1", "mac1"};
    static constexpr Field<Bytes> mac2{"wg.mac2", "mac2"};
    static constexpr Field<Bytes> nonce{"wg.nonce", "Nonce"};
    static constexpr Field<Bytes> cookie{"wg.encrypted_cookie", "Encrypted Cookie"};
    static constexpr Field<std::uint64_t> counter{"wg.counter", "Counter"};
    static constexpr Field<void> packet{"wg.encrypted_packet", "Encrypted Packet"};
    static constexpr auto table =
        table_of(type, reserved, sender, receiver, ephemeral, encrypted_static, encrypted_timestamp, encrypted_empty,
                 mac1, mac2, nonce, cookie, counter, packet);
};
constexpr std::size_t initiation_size = 148, response_size = 92, cookie_size = 64, smallest_data = 32;

// Base 64, RFC 4648 section 4, of 32 octets: as keys are written.
std::string base64(Bytes key) {
    constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < key.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, key.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? key[at + i] : 0u);
        for (std::size_t i = 0; i < 4; ++i) text += i <= count ? letters[group >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

void add_key(Context& c, Cursor& in) {
    const Bytes key = in.bytes(32);
    if (in.ok()) c.add(W::ephemeral, key, c.keep(base64(key)));
}

void dissect_wireguard(Context& c, Bytes bytes) {
    c.begin(wireguard, bytes);
    Cursor in(c, bytes);
    const auto type = in.add(W::type, 1);
    in.add(W::reserved, 3);
    switch (type) {
        case 1:
            in.add_little(W::sender, 4);
            add_key(c, in);
            in.add(W::encrypted_static, 48);
            in.add(W::encrypted_timestamp, 28);
            in.add(W::mac1, 16);
            in.add(W::mac2, 16);
            return;
        case 2:
            in.add_little(W::sender, 4);
            in.add_little(W::receiver, 4);
            add_key(c, in);
            in.add(W::encrypted_empty, 16);
            in.add(W::mac1, 16);
            in.add(W::mac2, 16);
            return;
        case 3:
            in.add_little(W::receiver, 4);
            in.add(W::nonce, 24);
            in.add(W::cookie, 32);
            return;
        case 4:
            in.add_little(W::receiver, 4);
            in.add_little(W::counter, 8);
            if (in.left() > 0) in.add(W::packet, in.left());
            return;
        default:
            if (in.ok()) c.data(in.rest());
    }
}

void summarize_wireguard(const LayerView& view, std::string& info) {
    const char* name = W::type.info.names.find(view.number(W::type));
    info = name ? name : "Unknown";
    if (view.find(W::sender)) info += fmt::format(", sender=0x{:08X}", view.number(W::sender));
    if (view.find(W::receiver)) info += fmt::format(", receiver=0x{:08X}", view.number(W::receiver));
    if (view.find(W::counter)) info += fmt::format(", counter={}", view.number(W::counter));
}

// --- OpenVPN ---

constexpr std::array<ValueName, 9> opcode_names{{{1, "P_CONTROL_HARD_RESET_CLIENT_V1"},
                                                 {2, "P_CONTROL_HARD_RESET_SERVER_V1"},
                                                 {3, "P_CONTROL_SOFT_RESET_V1"},
                                                 {4, "P_CONTROL_V1"},
                                                 {5, "P_ACK_V1"},
                                                 {6, "P_DATA_V1"},
                                                 {7, "P_CONTROL_HARD_RESET_CLIENT_V2"},
                                                 {8, "P_CONTROL_HARD_RESET_SERVER_V2"},
                                                 {9, "P_DATA_V2"}}};

struct O {
    static constexpr Field<std::uint16_t> length{"openvpn.plen", "Packet Length"};
    static constexpr Field<std::uint8_t> type{"openvpn.type", "Type", octets(0, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> opcode{
        "openvpn.opcode", "Opcode", bits(0, 5), {.level = 1, .shown = Shown::hex, .names = opcode_names}};
    static constexpr Field<std::uint8_t> key{"openvpn.keyid", "Key ID", bits(5, 3), {.level = 1}};
    static constexpr auto type_table = table_of(type, opcode, key);
    static constexpr Field<std::uint32_t> peer{"openvpn.peerid", "Peer ID"};
    static constexpr Field<std::uint64_t> session{"openvpn.sessionid", "Session ID"};
    static constexpr Field<Bytes> data{"openvpn.data", "Data"};
    static constexpr auto rest = table_of(length, peer, session, data);
};
constexpr auto openvpn_fields = join(O::type_table, O::rest);

void dissect_openvpn(Context& c, Bytes bytes) {
    c.begin(openvpn, bytes);
    Cursor in(c, bytes);
    if (c.info.over_tcp) in.add(O::length, 2);
    if (!in.want(1)) return;
    const unsigned opcode = in.rest()[0] >> 3;
    in.add_table(O::type_table, 1);
    constexpr unsigned data_1 = 6, data_2 = 9;
    if (opcode == data_2) in.add(O::peer, 3);
    if (opcode != data_1 && opcode != data_2) in.add(O::session, 8);
    if (in.left() > 0) in.add(O::data, in.left());
}

std::size_t openvpn_pdu_size(Context&, Bytes stream) {
    return stream.size() < 2 ? more : 2u + load_be16(stream.data());
}

void summarize_openvpn(const LayerView& view, std::string& info) {
    const char* name = O::opcode.info.names.find(view.number(O::opcode));
    info = fmt::format("MessageType: {}", name ? name : "Unknown Messagetype");
}

// --- QUIC ---

constexpr std::array<ValueName, 4> packet_names{{{0, "Initial"}, {1, "0-RTT"}, {2, "Handshake"}, {3, "Retry"}}};
constexpr std::array<ValueName, 3> version_names{{{0, "Version Negotiation"}, {1, "1"}, {0x6b3343cf, "2"}}};

struct Q {
    static constexpr Field<std::uint32_t> packet_length{"quic.packet_length", "Packet Length"};
    static constexpr Field<std::uint8_t> form{"quic.header_form", "Header Form", bits(0, 1)};
    static constexpr Field<bool> fixed{"quic.fixed_bit", "Fixed Bit", bits(1, 1)};
    static constexpr Field<std::uint8_t> type{
        "quic.long.packet_type", "Packet Type", bits(2, 2), {.names = packet_names}};
    static constexpr Field<std::uint8_t> unused{"quic.vn.unused", "Unused", bits(1, 7), {.shown = Shown::hex}};
    static constexpr auto bit_table = table_of(form, fixed, type, unused);
    static constexpr Field<std::uint32_t> version{
        "quic.version", "Version", anywhere, {.shown = Shown::hex, .names = version_names}};
    static constexpr Field<std::uint8_t> destination_length{"quic.dcil", "Destination Connection ID Length"};
    static constexpr Field<Bytes> destination{"quic.dcid", "Destination Connection ID"};
    static constexpr Field<std::uint8_t> source_length{"quic.scil", "Source Connection ID Length"};
    static constexpr Field<Bytes> source{"quic.scid", "Source Connection ID"};
    static constexpr Field<std::uint32_t> supported{
        "quic.supported_version", "Supported Version", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint64_t> token_length{"quic.token_length", "Token Length"};
    static constexpr Field<Bytes> token{"quic.token", "Token"};
    static constexpr Field<std::uint64_t> length{"quic.length", "Length"};
    static constexpr Field<Bytes> retry_token{"quic.retry_token", "Retry Token"};
    static constexpr Field<Bytes> integrity{"quic.retry_integrity_tag", "Retry Integrity Tag"};
    static constexpr Field<Bytes> remaining{"quic.remaining_payload", "Remaining Payload"};
    static constexpr auto rest =
        table_of(packet_length, version, destination_length, destination, source_length, source, supported,
                 token_length, token, length, retry_token, integrity, remaining);
};
constexpr auto quic_fields = join(Q::bit_table, Q::rest);

// A number of one, two, four or eight octets: RFC 9000 section 16.
std::uint64_t add_number(Context& c, Cursor& in, const Field<std::uint64_t>& field) {
    if (!in.want(1)) return 0;
    const Bytes where = in.bytes(std::size_t{1} << (in.rest()[0] >> 6));
    if (!in.ok()) return 0;
    std::uint64_t number = where[0] & 0x3fu;
    for (std::size_t i = 1; i < where.size(); ++i) number = number << 8 | where[i];
    c.add(field, where, number);
    return number;
}

void add_connection_id(Cursor& in, const Field<std::uint8_t>& length, const Field<Bytes>& id) {
    if (const std::size_t size = in.add(length, 1); size > 0) in.add(id, size);
}

// RFC 9000 section 17.2.5: the token, and sixteen octets behind it.
void add_retry(Cursor& in) {
    constexpr std::size_t tag = 16;
    if (in.left() > tag) in.add(Q::retry_token, in.left() - tag);
    in.add(Q::integrity, in.left());
}

// One packet of a datagram.
void add_long_packet(Context& c, Cursor& in) {
    enum : std::uint8_t { initial = 0, zero_rtt = 1, handshake = 2, retry = 3 };
    const std::uint8_t first = in.rest()[0];
    const auto version = in.left() >= 5 ? load_be32(in.rest().data() + 1) : 0u;
    const std::uint8_t type = first >> 4 & 3;
    static constexpr auto negotiation = table_of(Q::form, Q::unused);
    static constexpr auto others = table_of(Q::form, Q::fixed, Q::type);
    in.add_table(version == 0 ? std::span<const FieldInfo* const>(negotiation) : others, 1);
    in.add(Q::version, 4);
    add_connection_id(in, Q::destination_length, Q::destination);
    add_connection_id(in, Q::source_length, Q::source);
    if (version == 0) {
        while (in.left() > 0) in.add(Q::supported, 4);
        return;
    }
    if (type == retry) return add_retry(in);
    if (type == initial)
        if (const std::uint64_t size = add_number(c, in, Q::token_length); size > 0 && in.ok()) {
            if (size > in.left()) return void(in.want(in.left() + 1));
            in.add(Q::token, static_cast<std::size_t>(size));
        }
    const std::uint64_t length = add_number(c, in, Q::length);
    if (!in.ok()) return;
    if (length > in.left()) return void(in.want(in.left() + 1));
    if (length > 0) in.add(Q::remaining, static_cast<std::size_t>(length));
}

void dissect_quic(Context& c, Bytes bytes) {
    c.begin(quic, bytes);
    Cursor in(c, bytes);
    while (in.left() > 0) {
        if (in.rest()[0] & 0x80) {
            add_long_packet(c, in);
            continue;
        }
        if (in.rest()[0] == 0) return;  // padding of the datagram
        c.add_fields(in.rest(), table_of(Q::form, Q::fixed));
        in.skip(1);
        if (in.left() > 0) in.add(Q::remaining, in.left());
    }
}

void summarize_quic(const LayerView& view, std::string& info) {
    for (const Item& item : view.items()) {
        if (item.field == &Q::type.info)
            info += fmt::format("{}{}", info.empty() ? "" : ", ", Q::type.info.names.find(item.number));
        if (item.field == &Q::destination.info && info.size() < 100) {
            info += ", DCID=";
            for (const std::uint8_t octet : item.bytes) info += fmt::format("{:02x}", octet);
        }
    }
    if (info.empty()) info = "Protected Payload";
}

}  // namespace

bool looks_like_wireguard(Bytes payload) {
    if (payload.size() < smallest_data || payload[1] != 0 || payload[2] != 0 || payload[3] != 0) return false;
    switch (payload[0]) {
        case 1: return payload.size() == initiation_size;
        case 2: return payload.size() == response_size;
        case 3: return payload.size() == cookie_size;
        case 4: return payload.size() % 16 == 0;
        default: return false;
    }
}

bool looks_like_quic(Bytes payload) {
    if (payload.size() < 13 || (payload[0] & 0xc0) != 0xc0) return false;
    const std::uint32_t version = load_be32(payload.data() + 1);
    return (version == 1 || version == 0x6b3343cf || (version & 0xffffff00) == 0xff000000) && payload[5] <= 20;
}

constinit const Protocol wireguard{.heading = {"wg", "WireGuard Protocol"},
                                   .column = "WireGuard",
                                   .fields = W::table,
                                   .dissect = dissect_wireguard,
                                   .summarize = summarize_wireguard,
                                   .source = "wireguard.com/protocol"};
constinit const Protocol openvpn{.heading = {"openvpn", "OpenVPN Protocol"},
                                 .column = "OpenVPN",
                                 .fields = openvpn_fields,
                                 .dissect = dissect_openvpn,
                                 .pdu_size = openvpn_pdu_size,
                                 .summarize = summarize_openvpn};
constinit const Protocol quic{.heading = {"quic", "QUIC IETF"},
                              .column = "QUIC",
                              .fields = quic_fields,
                              .dissect = dissect_quic,
                              .summarize = summarize_quic,
                              .source = "RFC 9000"};

}  // namespace layerlab::proto::dissect
