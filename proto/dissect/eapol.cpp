// 802.1X: EAPOL, and EAP, which PPP carries too.
#include "proto/wire/eapol.hpp"

#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

using wire::Eap;
using wire::Eapol;
using wire::EapolKey;

constexpr auto eapol_fields = join(Eapol::table, EapolKey::rest, EapolKey::table);
constexpr auto eap_fields = join(Eap::table, Eap::rest);

// Which of the four messages of the handshake this is: IEEE 802.11-2016 section 12.7.6.
std::uint64_t message_number(const View<EapolKey>& key) {
    if (!key[EapolKey::info_pairwise]) return key[EapolKey::info_ack] ? 1 : 2;
    if (key[EapolKey::info_ack]) return key[EapolKey::info_mic] ? 3 : 1;
    return key[EapolKey::info_secure] || key[EapolKey::data_length] == 0 ? 4 : 2;
}

void dissect_key(Context& c, Bytes bytes) {
    if (bytes.empty()) return c.too_short(bytes, 1);
    c.add(EapolKey::type, bytes.first(1));
    if (bytes[0] != EapolKey::rsn && bytes[0] != EapolKey::wpa) {
        if (bytes.size() > 1) c.add(EapolKey::body, bytes.subspan(1));
        return;
    }
    if (bytes.size() >= EapolKey::min_size) {
        const View<EapolKey> key(bytes.data());
        c.generate(EapolKey::message, message_number(key));
    }
    c.add_fields(bytes, EapolKey::table);
    if (bytes.size() < EapolKey::min_size) return c.too_short(bytes, EapolKey::min_size);
    const std::size_t length = View<EapolKey>(bytes.data())[EapolKey::data_length];
    Cursor in(c, bytes.subspan(EapolKey::min_size));
    if (length > 0) in.add(EapolKey::data, length);
}

void dissect_eapol(Context& c, Bytes bytes) {
    c.begin(eapol, bytes);
    c.add_fields(bytes, Eapol::table);
    if (bytes.size() < Eapol::min_size) return c.too_short(bytes, Eapol::min_size);
    const View<Eapol> header(bytes.data());
    const std::size_t length = header[Eapol::length];
    const Bytes rest = bytes.subspan(Eapol::min_size);
    const Bytes body = rest.first(std::min(length, rest.size()));
    c.set_header_size(Eapol::min_size + (header[Eapol::type] == Eapol::eap_packet ? 0 : body.size()));
    c.trailer = rest.subspan(body.size());
    const std::size_t missing = std::min(length, rest.size() + c.missing()) - body.size();
    if (header[Eapol::type] == Eapol::eap_packet && length > 0) return c.next(&eap, body, missing);
    if (header[Eapol::type] == Eapol::key) return dissect_key(c, body);
    c.data(body);
}

void summarize_eapol(const LayerView& view, std::string& info) {
    const char* name = Eapol::type.info.names.find(view.number(Eapol::type));
    info = name ? name : "Unknown";
    if (view.find(EapolKey::message)) info += fmt::format(" (Message {} of 4)", view.number(EapolKey::message));
}

void dissect_eap(Context& c, Bytes bytes) {
    c.begin(eap, bytes);
    c.add_fields(bytes, Eap::table);
    if (bytes.size() < Eap::min_size) return c.too_short(bytes, Eap::min_size);
    const View<Eap> header(bytes.data());
    const std::size_t length = header[Eap::length];
    if (length < Eap::min_size) return c.malformed(bytes.subspan(4), fmt::format("length {} < 4", length));
    if (header[Eap::code] != Eap::request && header[Eap::code] != Eap::response) return;
    Cursor in(c, bytes.first(std::min(length, bytes.size())));
    in.skip(Eap::min_size);
    const auto type = in.add(Eap::type, 1);
    if (in.left() == 0) return;
    switch (type) {
        case Eap::identity_type: in.add(Eap::identity, in.left()); return;
        case Eap::nak_type:
            while (in.left() > 0) in.add(Eap::desired, 1);
            return;
        case Eap::md5_type:
            if (const std::size_t size = in.add(Eap::md5_size, 1); size > 0) in.add(Eap::md5_value, size);
            if (in.left() > 0) in.add(Eap::md5_extra, in.left());
            return;
        default: c.data(in.rest());
    }
}

void summarize_eap(const LayerView& view, std::string& info) {
    const char* code = Eap::code.info.names.find(view.number(Eap::code));
    info = code ? code : "Unknown code";
    if (const Item* type = view.find(Eap::type)) {
        const char* name = Eap::type.info.names.find(type->number);
        info += fmt::format(", {}", name ? name : "Unknown type");
    }
}

}  // namespace

constinit const Protocol eapol{.heading = {"eapol", "802.1X Authentication"},
                               .column = "EAPOL",
                               .fields = eapol_fields,
                               .dissect = dissect_eapol,
                               .summarize = summarize_eapol,
                               .source = "IEEE 802.1X"};
constinit const Protocol eap{.heading = {"eap", "Extensible Authentication Protocol"},
                             .column = "EAP",
                             .fields = eap_fields,
                             .dissect = dissect_eap,
                             .summarize = summarize_eap,
                             .source = "RFC 3748"};

}  // namespace layerlab::proto::dissect
