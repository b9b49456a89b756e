// TLS as it can be seen without keys: records (RFC 8446 section 5), handshake messages (section 4, RFC 5246 section 7)
// up to the point where they are encrypted, and fingerprints of both hellos.
#pragma once

#include <vector>

#include "proto/dissect/cursor.hpp"

namespace layerlab::proto::dissect {

inline constexpr std::array<ValueName, 5> tls_content_names{
    {{20, "Change Cipher Spec"}, {21, "Alert"}, {22, "Handshake"}, {23, "Application Data"}, {24, "Heartbeat"}}};
inline constexpr std::array<ValueName, 5> tls_version_names{
    {{0x0300, "SSL 3.0"}, {0x0301, "TLS 1.0"}, {0x0302, "TLS 1.1"}, {0x0303, "TLS 1.2"}, {0x0304, "TLS 1.3"}}};
inline constexpr std::array<ValueName, 15> tls_handshake_names{{{0, "Hello Request"},
                                                                {1, "Client Hello"},
                                                                {2, "Server Hello"},
                                                                {3, "Hello Verify Request"},
                                                                {4, "New Session Ticket"},
                                                                {8, "Encrypted Extensions"},
                                                                {11, "Certificate"},
                                                                {12, "Server Key Exchange"},
                                                                {13, "Certificate Request"},
                                                                {14, "Server Hello Done"},
                                                                {15, "Certificate Verify"},
                                                                {16, "Client Key Exchange"},
                                                                {20, "Finished"},
                                                                {22, "Certificate Status"},
                                                                {24, "Key Update"}}};

struct TlsFields {
    static constexpr FieldOptions hex{.shown = Shown::hex};
    static constexpr Field<void> record{"tls.record", "Record Layer"};
    static constexpr Field<std::uint8_t> content{
        "tls.record.content_type", "Content Type", anywhere, {.names = tls_content_names}};
    static constexpr Field<std::uint8_t> opaque{
        "tls.record.opaque_type", "Opaque Type", anywhere, {.names = tls_content_names}};
    static constexpr Field<std::uint16_t> version{
        "tls.record.version", "Version", anywhere, {.shown = Shown::hex, .names = tls_version_names}};
    static constexpr Field<std::uint16_t> length{"tls.record.length", "Length"};
    static constexpr Field<Bytes> app_data{"tls.app_data", "Encrypted Application Data"};
    static constexpr Field<void> change_cipher_spec{"tls.change_cipher_spec", "Change Cipher Spec Message"};
    static constexpr Field<void> alert{"tls.alert_message", "Alert Message"};
    static constexpr Field<std::uint8_t> alert_level{"tls.alert_message.level", "Level"};
    static constexpr Field<std::uint8_t> alert_description{"tls.alert_message.desc", "Description"};
    static constexpr Field<void> handshake{"tls.handshake", "Handshake Protocol"};
    static constexpr Field<std::uint8_t> type{
        "tls.handshake.type", "Handshake Type", anywhere, {.names = tls_handshake_names}};
    static constexpr Field<std::uint32_t> handshake_length{"tls.handshake.length", "Length"};
    static constexpr Field<std::uint16_t> hello_version{
        "tls.handshake.version", "Version", anywhere, {.shown = Shown::hex, .names = tls_version_names}};
    static constexpr Field<Bytes> random{"tls.handshake.random", "Random"};
    static constexpr Field<std::uint8_t> session_length{"tls.handshake.session_id_length", "Session ID Length"};
    static constexpr Field<Bytes> session{"tls.handshake.session_id", "Session ID"};
    static constexpr Field<std::uint16_t> suites_length{"tls.handshake.cipher_suites_length", "Cipher Suites Length"};
    static constexpr Field<void> suites{"tls.handshake.ciphersuites", "Cipher Suites"};
    static constexpr Field<std::uint16_t> suite{"tls.handshake.ciphersuite", "Cipher Suite", anywhere, hex};
    static constexpr Field<std::uint8_t> methods_length{"tls.handshake.comp_methods_length",
                                                        "Compression Methods Length"};
    static constexpr Field<void> methods{"tls.handshake.comp_methods", "Compression Methods"};
    static constexpr Field<std::uint8_t> method{"tls.handshake.comp_method", "Compression Method"};
    static constexpr Field<std::uint16_t> extensions_length{"tls.handshake.extensions_length", "Extensions Length"};
    static constexpr Field<std::uint16_t> extension{"tls.handshake.extension.type", "Type"};
    static constexpr Field<std::uint16_t> extension_length{"tls.handshake.extension.len", "Length"};
    static constexpr Field<Bytes> extension_data{"tls.handshake.extension.data", "Data"};
    static constexpr auto table = table_of(
        record, content, opaque, version, length, app_data, change_cipher_spec, alert, alert_level, alert_description,
        handshake, type, handshake_length, hello_version, random, session_length, session, suites_length, suites, suite,
        methods_length, methods, method, extensions_length, extension, extension_length, extension_data);

    // Extensions, RFC 6066, RFC 7301, RFC 8446 section 4.2.
    static constexpr Field<std::uint16_t> names_length{"tls.handshake.extensions_server_name_list_len",
                                                       "Server Name list length"};
    static constexpr Field<std::uint8_t> name_type{"tls.handshake.extensions_server_name_type", "Server Name Type"};
    static constexpr Field<std::uint16_t> name_length{"tls.handshake.extensions_server_name_len", "Server Name length"};
    static constexpr Field<std::string_view> name{"tls.handshake.extensions_server_name", "Server Name"};
    static constexpr Field<std::uint16_t> alpn_length{"tls.handshake.extensions_alpn_len", "ALPN Extension Length"};
    static constexpr Field<void> alpn_list{"tls.handshake.extensions_alpn_list", "ALPN Protocol"};
    static constexpr Field<std::uint8_t> alpn_text_length{"tls.handshake.extensions_alpn_str_len",
                                                          "ALPN string length"};
    static constexpr Field<std::string_view> alpn{"tls.handshake.extensions_alpn_str", "ALPN Next Protocol"};
    static constexpr Field<std::uint16_t> groups_length{"tls.handshake.extensions_supported_groups_length",
                                                        "Supported Groups List Length"};
    static constexpr Field<void> groups{"tls.handshake.extensions_supported_groups", "Supported Groups List"};
    static constexpr Field<std::uint16_t> group{"tls.handshake.extensions_supported_group", "Supported Group", anywhere,
                                                hex};
    static constexpr Field<std::uint8_t> points_length{"tls.handshake.extensions_ec_point_formats_length",
                                                       "EC point formats Length"};
    static constexpr Field<void> points{"tls.handshake.extensions_ec_point_formats", "Elliptic curves point formats"};
    static constexpr Field<std::uint8_t> point{"tls.handshake.extensions_ec_point_format", "EC point format"};
    static constexpr Field<std::uint16_t> algorithms_length{"tls.handshake.sig_hash_alg_len",
                                                            "Signature Hash Algorithms Length"};
    static constexpr Field<void> algorithms{"tls.handshake.sig_hash_algs", "Signature Algorithms"};
    static constexpr Field<std::uint16_t> algorithm{"tls.handshake.sig_hash_alg", "Signature Algorithm", anywhere, hex};
    static constexpr Field<std::uint8_t> algorithm_hash{"tls.handshake.sig_hash_hash", "Signature Hash Algorithm Hash"};
    static constexpr Field<std::uint8_t> algorithm_signature{"tls.handshake.sig_hash_sig",
                                                             "Signature Hash Algorithm Signature"};
    static constexpr Field<std::uint8_t> versions_length{"tls.handshake.extensions.supported_versions_len",
                                                         "Supported Versions length"};
    static constexpr Field<std::uint16_t> supported_version{"tls.handshake.extensions.supported_version",
                                                            "Supported Version",
                                                            anywhere,
                                                            {.shown = Shown::hex, .names = tls_version_names}};
    static constexpr Field<std::uint16_t> shares_length{"tls.handshake.extensions_key_share_client_length",
                                                        "Client Key Share Length"};
    static constexpr Field<std::uint16_t> share_group{"tls.handshake.extensions_key_share_group", "Group"};
    static constexpr Field<std::uint16_t> share_length{"tls.handshake.extensions_key_share_key_exchange_length",
                                                       "Key Exchange Length"};
    static constexpr Field<Bytes> share{"tls.handshake.extensions_key_share_key_exchange", "Key Exchange"};
    static constexpr Field<std::uint16_t> selected_group{"tls.handshake.extensions_key_share_selected_group",
                                                         "Selected Group"};
    static constexpr Field<std::uint8_t> renegotiation_length{"tls.handshake.extensions_reneg_info_len",
                                                              "Renegotiation info extension length"};
    static constexpr Field<std::uint8_t> status_type{"tls.handshake.extensions_status_request_type",
                                                     "Certificate Status Type"};
    static constexpr Field<std::string_view> ja3_full{"tls.handshake.ja3_full", "JA3 Fullstring"};
    static constexpr Field<std::string_view> ja3s_full{"tls.handshake.ja3s_full", "JA3S Fullstring"};
    static constexpr Field<std::string_view> ja4{"tls.handshake.ja4", "JA4"};
    static constexpr Field<std::string_view> ja4_raw{"tls.handshake.ja4_r", "JA4_r"};
    static constexpr auto extension_table = table_of(
        names_length, name_type, name_length, name, alpn_length, alpn_list, alpn_text_length, alpn, groups_length,
        groups, group, points_length, points, point, algorithms_length, algorithms, algorithm, algorithm_hash,
        algorithm_signature, versions_length, supported_version, shares_length, share_group, share_length, share,
        selected_group, renegotiation_length, status_type, ja3_full, ja3s_full, ja4, ja4_raw);
};

// What of a hello its fingerprints are made of, in its order.
struct TlsHello {
    static constexpr std::size_t most = 512;  // of each list
    bool is_client = false, is_quic = false;
    std::uint16_t version = 0;  // as the field says
    std::vector<std::uint16_t> suites, extensions, groups, algorithms, versions;
    std::vector<std::uint8_t> points;
    std::string_view first_alpn;
    bool has_name = false;
};

// JA3's text: version, suites, extensions, groups, point formats.
std::string ja3_text(const TlsHello& hello);
// JA4 of a client hello; raw: with the lists in place of their hashes.
std::string ja4_text(const TlsHello& hello, bool raw);

// Adds the body of a client or server hello behind its handshake header.
void add_tls_hello(Context& c, Bytes body, TlsHello& hello);

// Of both directions; `forward` is from the end that spoke first in memory.
struct TlsMemory : ConversationMemory {
    bool is_1_3 = false;
    std::array<bool, 2> is_encrypted{};  // by whether the source port is the higher one
};

}  // namespace layerlab::proto::dissect
