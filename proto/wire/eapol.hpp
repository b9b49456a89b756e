// 802.1X: EAPOL (IEEE 802.1X-2010 section 11.3), the EAP packet that it carries (RFC 3748 section 4), and the key frame
// of 802.11's handshake (IEEE 802.11-2016 section 12.7.2). EtherType 0x888e.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |    Version    |     Type      |             Length            |   EAPOL, then so many octets
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |     Code      |  Identifier   |             Length            |   EAP; requests and responses add a type
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 5> eapol_type_names{
    {{0, "EAP Packet"}, {1, "Start"}, {2, "Logoff"}, {3, "Key"}, {4, "Encapsulated ASF Alert"}}};

struct Eapol {
    static constexpr std::size_t min_size = 4;
    static constexpr std::uint16_t ether_type = 0x888e;
    static constexpr std::uint8_t eap_packet = 0, start = 1, logoff = 2, key = 3;
    static constexpr Field<std::uint8_t> version{"eapol.version", "Version", octets(0, 1)};
    static constexpr Field<std::uint8_t> type{"eapol.type", "Type", octets(1, 1), {.names = eapol_type_names}};
    static constexpr Field<std::uint16_t> length{"eapol.len", "Length", octets(2, 2)};
    static constexpr auto table = table_of(version, type, length);
};

inline constexpr std::array<ValueName, 4> eap_code_names{
    {{1, "Request"}, {2, "Response"}, {3, "Success"}, {4, "Failure"}}};
inline constexpr std::array<ValueName, 11> eap_type_names{{{1, "Identity"},
                                                           {2, "Notification"},
                                                           {3, "Legacy Nak (Response Only)"},
                                                           {4, "MD5-Challenge EAP (EAP-MD5-CHALLENGE)"},
                                                           {5, "One-Time Password EAP (EAP-OTP)"},
                                                           {6, "Generic Token Card EAP (EAP-GTC)"},
                                                           {13, "TLS EAP (EAP-TLS)"},
                                                           {21, "Tunneled TLS EAP (EAP-TTLS)"},
                                                           {25, "Protected EAP (EAP-PEAP)"},
                                                           {26, "MS-Authentication EAP (EAP-MS-AUTH)"},
                                                           {43, "Flexible Authentication via Secure Tunneling"}}};

struct Eap {
    static constexpr std::size_t min_size = 4;
    static constexpr std::uint8_t request = 1, response = 2, success = 3, failure = 4;
    static constexpr std::uint8_t identity_type = 1, nak_type = 3, md5_type = 4;
    static constexpr Field<std::uint8_t> code{"eap.code", "Code", octets(0, 1), {.names = eap_code_names}};
    static constexpr Field<std::uint8_t> id{"eap.id", "Id", octets(1, 1)};
    static constexpr Field<std::uint16_t> length{"eap.len", "Length", octets(2, 2)};
    static constexpr auto table = table_of(code, id, length);
    // Of requests and responses.
    static constexpr Field<std::uint8_t> type{"eap.type", "Type", octets(4, 1), {.names = eap_type_names}};
    static constexpr Field<std::string_view> identity{"eap.identity", "Identity"};
    static constexpr Field<std::uint8_t> desired{
        "eap.desired_type", "Desired Auth Type", anywhere, {.names = eap_type_names}};
    static constexpr Field<std::uint8_t> md5_size{"eap.md5.value_size", "EAP-MD5 Value-Size"};
    static constexpr Field<Bytes> md5_value{"eap.md5.value", "EAP-MD5 Value"};
    static constexpr Field<Bytes> md5_extra{"eap.md5.extra_data", "EAP-MD5 Extra Data"};
    static constexpr auto rest = table_of(type, identity, desired, md5_size, md5_value, md5_extra);
};

inline constexpr std::array<ValueName, 3> key_descriptor_names{
    {{1, "RC4 Descriptor"}, {2, "EAPOL RSN Key"}, {254, "EAPOL WPA Key"}}};

// Behind the EAPOL header, with a MIC of 16 octets.
struct EapolKey {
    static constexpr std::size_t min_size = 95;
    static constexpr std::uint8_t rsn = 2, wpa = 254;
    static constexpr Field<std::uint8_t> type{
        "eapol.keydes.type", "Key Descriptor Type", octets(0, 1), {.names = key_descriptor_names}};
    static constexpr Field<std::uint8_t> message{"wlan_rsna_eapol.keydes.msgnr", "Message number"};  // computed
    static constexpr Field<std::uint16_t> info{
        "wlan_rsna_eapol.keydes.key_info", "Key Information", octets(1, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> info_version{
        "wlan_rsna_eapol.keydes.key_info.keydes_version", "Key Descriptor Version", bits(21, 3), {.level = 1}};
    static constexpr Field<bool> info_pairwise{
        "wlan_rsna_eapol.keydes.key_info.key_type", "Key Type", bits(20, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> info_index{
        "wlan_rsna_eapol.keydes.key_info.key_index", "Key Index", bits(18, 2), {.level = 1}};
    static constexpr Field<bool> info_install{
        "wlan_rsna_eapol.keydes.key_info.install", "Install", bits(17, 1), {.level = 1}};
    static constexpr Field<bool> info_ack{
        "wlan_rsna_eapol.keydes.key_info.key_ack", "Key ACK", bits(16, 1), {.level = 1}};
    static constexpr Field<bool> info_mic{
        "wlan_rsna_eapol.keydes.key_info.key_mic", "Key MIC", bits(15, 1), {.level = 1}};
    static constexpr Field<bool> info_secure{
        "wlan_rsna_eapol.keydes.key_info.secure", "Secure", bits(14, 1), {.level = 1}};
    static constexpr Field<bool> info_error{
        "wlan_rsna_eapol.keydes.key_info.error", "Error", bits(13, 1), {.level = 1}};
    static constexpr Field<bool> info_request{
        "wlan_rsna_eapol.keydes.key_info.request", "Request", bits(12, 1), {.level = 1}};
    static constexpr Field<bool> info_encrypted{
        "wlan_rsna_eapol.keydes.key_info.encrypted_key_data", "Encrypted Key Data", bits(11, 1), {.level = 1}};
    static constexpr Field<bool> info_smk{
        "wlan_rsna_eapol.keydes.key_info.smk_message", "SMK Message", bits(10, 1), {.level = 1}};
    static constexpr Field<std::uint16_t> key_length{"eapol.keydes.key_len", "Key Length", octets(3, 2)};
    static constexpr Field<std::uint64_t> replay_counter{"eapol.keydes.replay_counter", "Replay Counter", octets(5, 8)};
    static constexpr Field<Bytes> nonce{"wlan_rsna_eapol.keydes.nonce", "WPA Key Nonce", octets(13, 32)};
    static constexpr Field<Bytes> iv{"eapol.keydes.key_iv", "Key IV", octets(45, 16)};
    static constexpr Field<Bytes> rsc{"wlan_rsna_eapol.keydes.rsc", "WPA Key RSC", octets(61, 8)};
    static constexpr Field<Bytes> id{"wlan_rsna_eapol.keydes.id", "WPA Key ID", octets(69, 8)};
    static constexpr Field<Bytes> mic{"wlan_rsna_eapol.keydes.mic", "WPA Key MIC", octets(77, 16)};
    static constexpr Field<std::uint16_t> data_length{"wlan_rsna_eapol.keydes.data_len", "WPA Key Data Length",
                                                      octets(93, 2)};
    static constexpr auto table = table_of(info, info_version, info_pairwise, info_index, info_install, info_ack,
                                           info_mic, info_secure, info_error, info_request, info_encrypted, info_smk,
                                           key_length, replay_counter, nonce, iv, rsc, id, mic, data_length);
    static constexpr Field<Bytes> data{"wlan_rsna_eapol.keydes.data", "WPA Key Data"};
    static constexpr Field<Bytes> body{"eapol.keydes.body", "Key Descriptor Body"};
    static constexpr auto rest = table_of(type, message, data, body);
};

}  // namespace layerlab::proto::wire
