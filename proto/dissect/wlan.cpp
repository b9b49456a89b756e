// 802.11: headers, management frames' fixed fields and elements, and what data frames carry unless it is encrypted.
#include <fmt/format.h>
#include <utility>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/wire/ieee80211.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Wlan;
using M = wire::WlanManagement;

constexpr auto wlan_fields = join(Wlan::table, Wlan::rest, M::table);

enum Subtype : std::uint8_t {
    association_request = 0,
    association_response,
    reassociation_request,
    reassociation_response,
    probe_request,
    probe_response,
    beacon = 8,
    disassociation = 10,
    authentication,
    deauthentication
};

// The header's addresses in a data frame: whose each is follows from to and from DS.
void add_data_addresses(Context& c, Bytes frame, bool to_ds, bool from_ds) {
    const Bytes first = frame.subspan(4, 6), second = frame.subspan(10, 6), third = frame.subspan(16, 6);
    c.add(Wlan::receiver, first);
    c.add(Wlan::transmitter, second);
    if (to_ds && from_ds) {
        c.add(Wlan::destination, third);
        if (frame.size() >= 30) c.add(Wlan::source, frame.subspan(24, 6));
        return;
    }
    c.add(Wlan::destination, to_ds ? third : first);
    c.add(Wlan::source, from_ds ? third : second);
    c.add(Wlan::bssid, to_ds ? first : from_ds ? second : third);
    c.add(Wlan::station, from_ds ? first : second);
}

void add_management_addresses(Context& c, Bytes frame) {
    const Bytes first = frame.subspan(4, 6), second = frame.subspan(10, 6);
    c.add(Wlan::receiver, first);
    c.add(Wlan::destination, first);
    c.add(Wlan::transmitter, second);
    c.add(Wlan::source, second);
    c.add(Wlan::bssid, frame.subspan(16, 6));
}

void add_sequence(Context& c, Bytes frame) {
    const Bytes where = frame.subspan(22, 2);
    const unsigned word = where[0] | static_cast<unsigned>(where[1]) << 8;
    c.add(Wlan::fragment, where, std::uint64_t{word & 15});
    c.add(Wlan::sequence, where, std::uint64_t{word >> 4});
}

void add_elements(Context& c, Cursor& in) {
    while (in.left() > 0) {
        const auto deeper = c.indent();
        const auto number = in.add(M::element, 1);
        const std::size_t size = in.add(M::element_length, 1);
        const Bytes value = in.bytes(size);
        if (!in.ok() || value.empty()) continue;
        if (number == M::ssid_element) c.add(M::ssid, value);
        if (number == M::channel_element) c.add(M::channel, value.first(1));
    }
}

void add_management(Context& c, unsigned subtype, Bytes body) {
    Cursor in(c, body);
    switch (subtype) {
        case association_request:
        case reassociation_request:
            in.add_little(M::capabilities, 2);
            in.add_little(M::listen, 2);
            if (subtype == reassociation_request) in.skip(6);
            break;
        case association_response:
        case reassociation_response:
            in.add_little(M::capabilities, 2);
            in.add_little(M::status, 2);
            in.add_little(M::association, 2);
            break;
        case probe_request: break;
        case probe_response:
        case beacon:
            in.add_little(M::timestamp, 8);
            in.skip(2);
            in.add_little(M::capabilities, 2);
            break;
        case disassociation:
        case deauthentication: in.add_little(M::reason, 2); break;
        case authentication:
            in.add_little(M::algorithm, 2);
            in.add_little(M::auth_sequence, 2);
            in.add_little(M::status, 2);
            break;
        default: return;
    }
    add_elements(c, in);
}

void dissect_control(Context& c, Bytes frame, unsigned subtype) {
    constexpr unsigned block_ack_request = 8, clear_to_send = 12, acknowledgment = 13;
    c.add(Wlan::receiver, frame.subspan(4, 6));
    if (subtype == clear_to_send || subtype == acknowledgment || subtype < block_ack_request) return;
    if (frame.size() < 16) return c.too_short(frame.subspan(10), 6);
    c.add(Wlan::transmitter, frame.subspan(10, 6));
}

// What a data frame carries under a seal. With "extended IV" that is CCMP's, or TKIP's, which has a mark of its own in
// the second octet (sections 12.5.2.2 and 12.5.3.2).
void dissect_sealed(Context& c, Bytes body, bool is_aggregate) {
    constexpr std::size_t seal = 8;
    const bool has_number = body.size() >= seal && body[3] & 0x20,
               is_tkip = body.size() >= 2 && body[1] == ((body[0] | 0x20) & 0x7f);
    if (!has_number || is_tkip) return c.data(body);
    std::uint64_t number = 0;
    for (const std::size_t at : {7u, 6u, 5u, 4u, 1u, 0u}) number = number << 8 | body[at];
    c.add(Wlan::packet_number, body.first(seal), number);
    c.add(Wlan::key_index, body.subspan(3, 1), std::uint64_t{body[3]} >> 6);
    const Bytes opened = std::exchange(c.opened, {});
    if (opened.empty()) return c.data(body.subspan(seal));
    // Frames within a frame (A-MSDU) are shown as they are.
    c.next_reassembled(is_aggregate ? nullptr : &llc, {opened.begin(), opened.end()});
}

void dissect_data(Context& c, Bytes frame, unsigned subtype) {
    const View<Wlan> header(frame.data());
    const bool to_ds = header[Wlan::to_ds], from_ds = header[Wlan::from_ds];
    std::size_t size = Wlan::three_address_size + (to_ds && from_ds ? 6 : 0);
    add_data_addresses(c, frame, to_ds, from_ds);
    add_sequence(c, frame);
    const bool has_qos = subtype & 8, has_data = !(subtype & 4);
    if (has_qos) {
        if (frame.size() < size + 2) return c.too_short(frame.subspan(Wlan::three_address_size), 2);
        const Bytes where = frame.subspan(size, 2);
        const unsigned word = where[0] | static_cast<unsigned>(where[1]) << 8;
        c.add(Wlan::qos, where, std::uint64_t{word});
        c.add(Wlan::qos_tid, where, std::uint64_t{word & 15});
        size += 2;
        if (header[Wlan::order]) size += 4;  // HT control
    }
    if (frame.size() < size) return c.too_short(frame.subspan(Wlan::three_address_size), size);
    c.set_header_size(size);
    const Bytes body = frame.subspan(size);
    if (!has_data || body.empty()) return;
    const bool is_aggregate = has_qos && frame[size - 2 - (header[Wlan::order] ? 4u : 0u)] & 0x80;
    if (header[Wlan::is_protected]) return dissect_sealed(c, body, is_aggregate);
    c.next(is_aggregate ? nullptr : &llc, body, c.missing());
}

// `frame` without its check sequence.
void add_frame(Context& c, Bytes frame) {
    const View<Wlan> header(frame.data());
    const unsigned type = header[Wlan::type], subtype = header[Wlan::subtype];
    c.add(Wlan::type_subtype, frame.first(2), std::uint64_t{type << 4 | subtype});
    c.add_fields(frame, Wlan::table);
    Cursor(c, frame.subspan(2)).add_little(Wlan::duration, 2);
    if (type == Wlan::control) return dissect_control(c, frame, subtype);
    if (type > Wlan::data) return c.data(frame.subspan(4));
    if (frame.size() < Wlan::three_address_size) return c.too_short(frame.subspan(4), Wlan::three_address_size - 4);
    if (type == Wlan::data) return dissect_data(c, frame, subtype);
    add_management_addresses(c, frame);
    add_sequence(c, frame);
    c.set_header_size(Wlan::three_address_size);
    if (!header[Wlan::is_protected]) return add_management(c, subtype, frame.subspan(Wlan::three_address_size));
    c.data(frame.subspan(Wlan::three_address_size));
}

void dissect_wlan(Context& c, Bytes bytes) {
    const std::size_t layer = c.out().layers.size();
    c.begin(wlan, bytes);
    const bool has_check = std::exchange(c.has_check_sequence, false) && c.missing() == 0;
    const std::size_t check = has_check && bytes.size() >= 4 ? 4 : 0;
    const Bytes frame = bytes.first(bytes.size() - check);
    if (frame.size() < Wlan::min_size) return c.too_short(frame, Wlan::min_size);
    add_frame(c, frame);
    if (check == 0) return;
    const Bytes where = bytes.last(4);
    c.add_to_layer(layer, Wlan::check_sequence.info, where);
}

void summarize_wlan(const LayerView& view, std::string& info) {
    const char* name = Wlan::type_subtype.info.names.find(view.number(Wlan::type_subtype));
    info = name ? name : "Unrecognized (Reserved frame)";
    if (view.find(Wlan::sequence))
        info += fmt::format(", SN={}, FN={}", view.number(Wlan::sequence), view.number(Wlan::fragment));
    if (const Item* ssid = view.find(M::ssid)) info += fmt::format(", SSID={}", as_text(ssid->bytes));
}

// --- radiotap ---

struct R {
    static constexpr std::size_t min_size = 8;
    static constexpr FieldOptions hex{.shown = Shown::hex};
    static constexpr Field<std::uint8_t> version{"radiotap.version", "Header revision", octets(0, 1)};
    static constexpr Field<std::uint8_t> pad{"radiotap.pad", "Header pad", octets(1, 1)};
    static constexpr auto table = table_of(version, pad);
    static constexpr Field<std::uint16_t> length{"radiotap.length", "Header length"};
    static constexpr Field<void> present{"radiotap.present", "Present flags"};
    static constexpr Field<std::uint32_t> word{"radiotap.present.word", "Present flags word", anywhere, hex};
    static constexpr Field<std::uint64_t> time{"radiotap.mactime", "MAC timestamp"};
    static constexpr Field<std::uint8_t> flags{"radiotap.flags", "Flags", anywhere, hex};
    static constexpr Field<std::uint32_t> frequency{"radiotap.channel.freq", "Channel frequency"};
    static constexpr Field<std::uint16_t> channel_flags{"radiotap.channel.flags", "Channel flags", anywhere, hex};
    static constexpr Field<std::int8_t> signal{"radiotap.dbm_antsignal", "Antenna signal"};
    static constexpr Field<std::int8_t> noise{"radiotap.dbm_antnoise", "Antenna noise"};
    static constexpr Field<std::uint32_t> antenna{"radiotap.antenna", "Antenna"};
    static constexpr Field<std::uint16_t> receive_flags{"radiotap.rxflags", "RX flags", anywhere, hex};
    static constexpr Field<std::uint16_t> send_flags{"radiotap.txflags", "TX flags", anywhere, hex};
    static constexpr auto rest = table_of(length, present, word, time, flags, frequency, channel_flags, signal, noise,
                                          antenna, receive_flags, send_flags);
};
constexpr auto radiotap_fields = join(R::table, R::rest);

// Size and alignment of the fields that the bits of the first word announce: radiotap.org/fields.
struct Place {
    std::uint8_t size, alignment;
};
constexpr std::array<Place, 23> places{{{8, 8}, {1, 1}, {1, 1}, {4, 2}, {2, 1}, {1, 1},  {1, 1}, {2, 2},
                                        {2, 2}, {2, 2}, {1, 1}, {1, 1}, {1, 1}, {1, 1},  {2, 2}, {2, 2},
                                        {1, 1}, {1, 1}, {8, 4}, {3, 1}, {8, 4}, {12, 2}, {12, 8}}};

std::uint64_t little(Bytes bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | bytes[i];
    return number;
}

void add_signed(Context& c, const Field<std::int8_t>& field, Bytes where) {
    c.add(field, where, static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int8_t>(where[0]))));
}

void add_radiotap_field(Context& c, unsigned bit, Bytes where) {
    constexpr unsigned check_sequence_flag = 0x10;
    switch (bit) {
        case 0: return c.add(R::time, where, little(where));
        case 1: c.has_check_sequence = where[0] & check_sequence_flag; return c.add(R::flags, where);
        case 3:
            c.add(R::frequency, where.first(2), little(where.first(2)));
            return c.add(R::channel_flags, where.subspan(2), little(where.subspan(2)));
        case 5: return add_signed(c, R::signal, where);
        case 6: return add_signed(c, R::noise, where);
        case 11: return c.add(R::antenna, where);
        case 14: return c.add(R::receive_flags, where, little(where));
        case 15: return c.add(R::send_flags, where, little(where));
        default: return;
    }
}

void dissect_radiotap(Context& c, Bytes bytes) {
    c.begin(radiotap, bytes);
    c.add_fields(bytes, R::table);
    if (bytes.size() < R::min_size) return c.too_short(bytes, R::min_size);
    const std::size_t length = little(bytes.subspan(2, 2));
    c.add(R::length, bytes.subspan(2, 2), length);
    if (length < R::min_size) return c.malformed(bytes.subspan(4), fmt::format("header length {} < 8", length));
    if (length > bytes.size()) return c.too_short(bytes, length);
    c.set_header_size(length);
    const auto present = static_cast<std::uint32_t>(little(bytes.subspan(4, 4)));
    std::size_t at = 4, words = 0;
    constexpr std::uint64_t more_words = 0x80000000;
    for (std::uint64_t word = more_words; word & more_words && at + 4 <= length; at += 4, ++words)
        word = little(bytes.subspan(at, 4));
    c.add(R::present, bytes.subspan(4, words * 4));
    for (std::size_t i = 0; i < words; ++i) {
        const auto deeper = c.indent();
        c.add(R::word, bytes.subspan(4 + 4 * i, 4), little(bytes.subspan(4 + 4 * i, 4)));
    }
    c.has_check_sequence = false;
    for (unsigned bit = 0; bit < places.size(); ++bit) {
        if (!(present >> bit & 1)) continue;
        const Place place = places[bit];
        at = (at + place.alignment - 1) / place.alignment * place.alignment;
        if (at + place.size > length) break;
        add_radiotap_field(c, bit, bytes.subspan(at, place.size));
        at += place.size;
    }
    c.next(&wlan_radio, bytes.subspan(length), c.missing());
}

void dissect_wlan_radio(Context& c, Bytes bytes) {
    c.begin(wlan_radio, bytes);
    c.set_header_size(0);
    c.next(&wlan, bytes, c.missing());
}

}  // namespace

constinit const Protocol wlan{.heading = {"wlan", "IEEE 802.11"},
                              .column = "802.11",
                              .fields = wlan_fields,
                              .dissect = dissect_wlan,
                              .summarize = summarize_wlan,
                              .source = "IEEE 802.11"};
constinit const Protocol radiotap{.heading = {"radiotap", "Radiotap Header"},
                                  .column = nullptr,
                                  .fields = radiotap_fields,
                                  .dissect = dissect_radiotap,
                                  .source = "radiotap.org"};
constinit const Protocol wlan_radio{.heading = {"wlan_radio", "802.11 radio information"},
                                    .column = nullptr,
                                    .fields = {},
                                    .dissect = dissect_wlan_radio};

}  // namespace layerlab::proto::dissect
