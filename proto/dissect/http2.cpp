// HTTP/2 without TLS: frames (RFC 9113 section 4). What header blocks say is read in http2_headers.
#include "proto/dissect/http2.hpp"

#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/http2_headers.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

enum Type : std::uint8_t {
    data,
    headers,
    priority,
    reset,
    settings,
    push_promise,
    ping,
    go_away,
    window_update,
    continuation
};
constexpr std::array<ValueName, 10> type_names{{{0, "DATA"},
                                                {1, "HEADERS"},
                                                {2, "PRIORITY"},
                                                {3, "RST_STREAM"},
                                                {4, "SETTINGS"},
                                                {5, "PUSH_PROMISE"},
                                                {6, "PING"},
                                                {7, "GOAWAY"},
                                                {8, "WINDOW_UPDATE"},
                                                {9, "CONTINUATION"}}};
constexpr std::array<ValueName, 6> setting_names{{{1, "Header table size"},
                                                  {2, "Enable PUSH"},
                                                  {3, "Max concurrent streams"},
                                                  {4, "Initial Windows size"},
                                                  {5, "Max frame size"},
                                                  {6, "Max header list size"}}};

struct F {
    static constexpr std::size_t min_size = 9;
    static constexpr Field<void> stream{"http2.stream", "Stream"};
    static constexpr Field<std::string_view> magic{"http2.magic", "Magic"};
    static constexpr Field<std::uint32_t> length{"http2.length", "Length", octets(0, 3)};
    static constexpr Field<std::uint8_t> type{"http2.type", "Type", octets(3, 1), {.names = type_names}};
    static constexpr Field<std::uint8_t> flags{"http2.flags", "Flags", octets(4, 1), {.shown = Shown::hex}};
    static constexpr Field<bool> end_stream{"http2.flags.end_stream", "End Stream", bits(39, 1), {.level = 1}};
    static constexpr Field<bool> end_headers{"http2.flags.eh", "End Headers", bits(37, 1), {.level = 1}};
    static constexpr Field<bool> padded{"http2.flags.padded", "Padded", bits(36, 1), {.level = 1}};
    static constexpr Field<bool> has_priority{"http2.flags.priority", "Priority", bits(34, 1), {.level = 1}};
    static constexpr Field<bool> settings_ack{"http2.flags.ack.settings", "ACK", bits(39, 1), {.level = 1}};
    static constexpr Field<bool> ping_ack{"http2.flags.ack.ping", "ACK", bits(39, 1), {.level = 1}};
    static constexpr Field<std::uint32_t> reserved{"http2.r", "Reserved", bits(40, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> stream_id{"http2.streamid", "Stream Identifier", bits(41, 31)};
    static constexpr auto front = table_of(length, type, flags);
    static constexpr auto back = table_of(reserved, stream_id);
    static constexpr Field<std::uint16_t> pad_length{"http2.pad_length", "Pad Length"};
    static constexpr Field<Bytes> data_data{"http2.data.data", "Data"};
    static constexpr Field<Bytes> block{"http2.headers", "Header Block Fragment"};
    static constexpr Field<Bytes> padding{"http2.headers.padding", "Padding"};
    static constexpr Field<std::uint32_t> exclusive{"http2.exclusive", "Exclusive", bits(0, 1)};
    static constexpr Field<std::uint32_t> dependency{"http2.stream_dependency", "Stream Dependency", bits(1, 31)};
    static constexpr Field<std::uint8_t> weight{"http2.headers.weight", "Weight", bits(32, 8)};
    static constexpr auto priority_table = table_of(exclusive, dependency, weight);
    static constexpr Field<std::uint32_t> promised{"http2.push_promise.promised_stream_id", "Promised-Stream-ID",
                                                   bits(1, 31)};
    static constexpr Field<Bytes> promised_block{"http2.push_promise.header", "Header Block Fragment"};
    static constexpr Field<std::uint32_t> error{"http2.rst_stream.error", "Error"};
    static constexpr Field<void> setting{"http2.settings", "Settings"};
    static constexpr Field<std::uint16_t> setting_id{
        "http2.settings.id", "Settings Identifier", anywhere, {.names = setting_names}};
    static constexpr Field<std::uint32_t> table_size{"http2.settings.header_table_size", "Header table size"};
    static constexpr Field<std::uint32_t> enable_push{"http2.settings.enable_push", "Enable PUSH"};
    static constexpr Field<std::uint32_t> most_streams{"http2.settings.max_concurrent_streams",
                                                       "Max concurrent streams"};
    static constexpr Field<std::uint32_t> window_size{"http2.settings.initial_window_size", "Initial Window Size"};
    static constexpr Field<std::uint32_t> frame_size{"http2.settings.max_frame_size", "Max frame size"};
    static constexpr Field<std::uint32_t> list_size{"http2.settings.max_header_list_size", "Max header list size"};
    static constexpr Field<std::uint32_t> unknown_setting{"http2.settings.unknown", "Unknown Settings"};
    static constexpr Field<Bytes> ping_data{"http2.ping", "Ping"};
    static constexpr Field<Bytes> pong_data{"http2.pong", "Pong"};
    static constexpr Field<std::uint32_t> last_stream{"http2.goaway.last_stream_id", "Promised-Stream-ID", bits(1, 31)};
    static constexpr Field<std::uint32_t> away_error{"http2.goaway.error", "Error"};
    static constexpr Field<std::uint32_t> increment{"http2.window_update.window_size_increment",
                                                    "Window Size Increment", bits(1, 31)};
    static constexpr auto table =
        table_of(stream, magic, end_stream, end_headers, padded, has_priority, settings_ack, ping_ack, pad_length,
                 data_data, block, padding, exclusive, dependency, weight, promised, promised_block, error, setting,
                 setting_id, table_size, enable_push, most_streams, window_size, frame_size, list_size, unknown_setting,
                 ping_data, pong_data, last_stream, away_error, increment);
};
constexpr auto http2_fields = join(F::front, F::back, F::table, http2_header_fields);

constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

bool begins_with_preface(Bytes bytes) { return as_text(bytes).substr(0, preface.size()) == preface; }

std::size_t http2_pdu_size(Context&, Bytes stream) {
    const std::string_view text = as_text(stream);
    if (text.substr(0, preface.size()) == preface.substr(0, text.size()))
        return text.size() < preface.size() ? more : preface.size();
    if (stream.size() < F::min_size) return more;
    return F::min_size + (std::size_t{stream[0]} << 16 | load_be16(stream.data() + 1));
}

void add_flags(Context& c, Bytes frame) {
    switch (frame[3]) {
        case data: return c.add_fields(frame, table_of(F::padded, F::end_stream));
        case headers: return c.add_fields(frame, table_of(F::has_priority, F::padded, F::end_headers, F::end_stream));
        case settings: return c.add_fields(frame, table_of(F::settings_ack));
        case push_promise: return c.add_fields(frame, table_of(F::padded, F::end_headers));
        case ping: return c.add_fields(frame, table_of(F::ping_ack));
        case continuation: return c.add_fields(frame, table_of(F::end_headers));
        default: return;
    }
}

void add_settings(Context& c, Cursor& in) {
    constexpr std::array<const Field<std::uint32_t>*, 7> fields{&F::unknown_setting, &F::table_size,  &F::enable_push,
                                                                &F::most_streams,    &F::window_size, &F::frame_size,
                                                                &F::list_size};
    while (in.left() > 0) {
        c.add(F::setting, in.here(6));
        const auto deeper = c.indent();
        const std::size_t id = in.add(F::setting_id, 2);
        in.add(id < fields.size() ? *fields[id] : F::unknown_setting, 4);
    }
}

void add_header_block(Context& c, Cursor& in, std::size_t size, Bytes frame) {
    const std::uint8_t type = frame[3], flags = frame[4];
    constexpr std::uint8_t end_headers = 4;
    const Bytes fragment = in.here(size);
    c.add(type == push_promise ? F::promised_block : F::block, fragment);
    in.skip(size);
    dissect_header_block(c, load_be32(frame.data() + 5) & 0x7fffffff, fragment, type != continuation,
                         flags & end_headers);
    if (in.left() > 0) in.add(F::padding, in.left());
}

void add_payload(Context& c, Bytes frame) {
    const std::uint8_t type = frame[3], flags = frame[4];
    Cursor in(c, frame);
    in.skip(F::min_size);
    std::size_t padding = 0;
    const bool has_block = type == headers || type == push_promise || type == continuation;
    if ((type == data || type == headers || type == push_promise) && flags & 8) padding = in.add(F::pad_length, 1);
    if (type == headers && flags & 0x20) in.add_table(F::priority_table, 5);  // RFC 7540 section 6.2
    if (type == push_promise) in.add_table(table_of(F::promised), 4);
    if (!in.ok() || padding > in.left()) {
        if (has_block) lose_header_block(c);
        if (in.ok()) c.malformed(in.rest(), "more padding than there is");
        return;
    }
    const std::size_t size = in.left() - padding;
    if (has_block) return add_header_block(c, in, size, frame);
    switch (type) {
        case data:
            if (size > 0) in.add(F::data_data, size);
            return;
        case reset: in.add(F::error, 4); return;
        case settings: return add_settings(c, in);
        case ping: in.add(flags & 1 ? F::pong_data : F::ping_data, 8); return;
        case go_away:
            in.add_table(table_of(F::last_stream), 4);
            in.add(F::away_error, 4);
            return;
        case window_update: in.add_table(table_of(F::increment), 4); return;
        default: return;
    }
}

void dissect_http2(Context& c, Bytes bytes) {
    c.begin(http2, bytes);
    c.add(F::stream, bytes);
    const auto deeper = c.indent();
    if (begins_with_preface(bytes)) return c.add(F::magic, bytes);
    if (bytes.size() < F::min_size) return c.too_short(bytes, F::min_size);
    c.add_fields(bytes, F::front);
    add_flags(c, bytes);
    c.add_fields(bytes, F::back);
    const std::size_t size = F::min_size + (std::size_t{bytes[0]} << 16 | load_be16(bytes.data() + 1));
    if (bytes.size() < size) {
        const std::uint8_t type = bytes[3];
        if (type == headers || type == push_promise || type == continuation) lose_header_block(c);
        return c.too_short(bytes.subspan(F::min_size), size - F::min_size);
    }
    add_payload(c, bytes);
}

void summarize_http2(const LayerView& view, std::string& info) {
    if (view.find(F::magic)) {
        info = "Magic";
        return;
    }
    const char* name = F::type.info.names.find(view.number(F::type, 99));
    info = fmt::format("{}[{}]", name ? name : "UNKNOWN", view.number(F::stream_id));
    std::string_view header, method;
    for (const Item& item : view.items()) {
        if (item.field == &Http2HeaderFields::name.info) header = as_text(item.bytes);
        if (item.field != &Http2HeaderFields::value.info) continue;
        if (header == ":method") method = as_text(item.bytes);
        if (header == ":path") info += fmt::format(": {} {}", method, as_text(item.bytes));
        if (header == ":status") info += fmt::format(": {}", as_text(item.bytes));
    }
}

}  // namespace

bool looks_like_http2(Bytes payload) { return begins_with_preface(payload); }

constinit const Protocol http2{.heading = {"http2", "HyperText Transfer Protocol 2"},
                               .column = "HTTP2",
                               .fields = http2_fields,
                               .dissect = dissect_http2,
                               .pdu_size = http2_pdu_size,
                               .summarize = summarize_http2,
                               .joins_pdus = true,
                               .source = "RFC 9113"};

}  // namespace layerlab::proto::dissect
