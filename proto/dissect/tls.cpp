#include "proto/dissect/tls.hpp"

#include <fmt/format.h>

#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/tls_look.hpp"

namespace layerlab::proto::dissect {

namespace {

using F = TlsFields;

constexpr auto tls_fields = join(F::table, F::extension_table);
constexpr std::size_t header_size = 5;
enum Content : std::uint8_t {
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
    heartbeat = 24
};
enum Handshake : std::uint8_t { client_hello = 1, server_hello = 2 };

TlsMemory* memory_of(Context& c) {
    if (!c.memory) return nullptr;
    if (!*c.memory) *c.memory = std::make_unique<TlsMemory>();
    return dynamic_cast<TlsMemory*>(c.memory->get());
}
std::size_t direction_of(const Context& c) { return c.info.source_port > c.info.destination_port ? 1 : 0; }

bool is_record(Bytes bytes) {
    constexpr unsigned largest = (1 << 14) + 2048 + 1;  // RFC 5246 section 6.2.3
    if (bytes.size() < header_size) return false;
    return bytes[0] >= change_cipher_spec && bytes[0] <= heartbeat && bytes[1] == 3 && bytes[2] <= 4 &&
           load_be16(bytes.data() + 3) <= largest;
}

// Whole records, as many as there are.
std::size_t tls_pdu_size(Context&, Bytes stream) {
    std::size_t at = 0;
    while (stream.size() - at >= header_size) {
        const Bytes rest = stream.subspan(at);
        if (!is_record(rest)) return at > 0 ? at : not_mine;
        const std::size_t size = header_size + load_be16(rest.data() + 3);
        if (size > rest.size()) return at > 0 ? at : size;
        at += size;
    }
    return at > 0 ? at : more;
}

bool looks_encrypted(Bytes message, bool is_after_change) {
    constexpr std::size_t longest = 0x10000;
    if (is_after_change) return true;
    if (message.size() < 4) return true;
    const std::size_t length = std::size_t{message[1]} << 16 | load_be16(message.data() + 2);
    return !F::type.info.names.find(message[0]) || length > longest;
}

void add_hello(Context& c, unsigned type, Bytes body, TlsMemory* memory) {
    TlsHello hello;
    hello.is_client = type == client_hello;
    add_tls_hello(c, body, hello);
    if (hello.is_client) {
        c.generate(F::ja4, c.keep(ja4_text(hello, false)));
        c.generate(F::ja4_raw, c.keep(ja4_text(hello, true)));
    }
    c.generate(hello.is_client ? F::ja3_full : F::ja3s_full, c.keep(ja3_text(hello)));
    if (!hello.is_client && memory && hello.versions == std::vector<std::uint16_t>{0x0304}) memory->is_1_3 = true;
}

void add_handshakes(Context& c, Bytes body, TlsMemory* memory) {
    if (looks_encrypted(body, memory && memory->is_encrypted[direction_of(c)])) return c.add(F::handshake, body);
    Cursor in(c, body);
    while (in.left() > 0 && in.want(4)) {
        const std::size_t size = std::size_t{in.rest()[1]} << 16 | load_be16(in.rest().data() + 2);
        c.add(F::handshake, in.here(4 + size));
        const auto deeper = c.indent();
        const auto type = static_cast<unsigned>(in.add(F::type, 1));
        in.add(F::handshake_length, 3);
        if (size > in.left()) return;  // it goes on in the next record
        const Bytes message = in.bytes(size);
        if (type == client_hello || type == server_hello) add_hello(c, type, message, memory);
    }
}

void add_alert(Context& c, Bytes body) {
    c.add(F::alert, body);
    if (body.size() != 2) return;  // encrypted
    const auto deeper = c.indent();
    c.add(F::alert_level, body.first(1));
    c.add(F::alert_description, body.subspan(1));
}

void add_record(Context& c, Cursor& in) {
    TlsMemory* memory = memory_of(c);
    const std::size_t stated = load_be16(in.rest().data() + 3);
    c.add(F::record, in.here(header_size + stated));
    const auto deeper = c.indent();
    const std::uint8_t type = in.rest()[0];
    in.add(type == application_data && memory && memory->is_1_3 ? F::opaque : F::content, 1);
    in.add(F::version, 2);
    in.add(F::length, 2);
    const Bytes body = in.here(stated);
    if (!in.want(stated)) return;
    in.skip(stated);
    if (body.empty()) return;
    switch (type) {
        case change_cipher_spec:
            c.add(F::change_cipher_spec, body);
            if (memory && !memory->is_1_3) memory->is_encrypted[direction_of(c)] = true;
            return;
        case alert: return add_alert(c, body);
        case handshake: return add_handshakes(c, body, memory);
        case application_data: return c.add(F::app_data, body);
        default: return;
    }
}

void dissect_tls(Context& c, Bytes bytes) {
    c.begin(tls, bytes);
    Cursor in(c, bytes);
    while (in.left() > 0) {
        if (!in.want(header_size)) return;
        if (!is_record(in.rest())) return c.data(in.rest());
        add_record(c, in);
    }
}

void append_name(std::string& info, const char* name) { info += fmt::format("{}{}", info.empty() ? "" : ", ", name); }

void summarize_tls(const LayerView& view, std::string& info) {
    for (const Item& item : view.items()) {
        if (item.field == &F::type.info)
            if (const char* name = item.field->names.find(item.number)) append_name(info, name);
        if (item.field == &F::change_cipher_spec.info) append_name(info, "Change Cipher Spec");
        if (item.field == &F::app_data.info) append_name(info, "Application Data");
        if (item.field == &F::alert.info) append_name(info, item.size == 2 ? "Alert" : "Encrypted Alert");
        if (item.field == &F::name.info) info += fmt::format(" (SNI={})", as_text(item.bytes));
        if (info.size() > 300) return;
    }
}

}  // namespace

bool looks_like_tls(Bytes payload) {
    return is_record(payload) && load_be16(payload.data() + 3) > 0 && payload[0] != heartbeat;
}

constinit const Protocol tls{.heading = {"tls", "Transport Layer Security"},
                             .column = "TLS",
                             .fields = tls_fields,
                             .dissect = dissect_tls,
                             .pdu_size = tls_pdu_size,
                             .summarize = summarize_tls,
                             .source = "RFC 8446"};

}  // namespace layerlab::proto::dissect
