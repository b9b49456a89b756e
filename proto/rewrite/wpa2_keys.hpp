// The cryptography of WPA2-Personal with CCMP (IEEE 802.11-2016 sections 12.5.3 and 12.7), out of libcrypto. TKIP and
// the key management of WPA3 are not here. Nothing is sent with it: what was recorded is read.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "proto/base/bytes.hpp"

namespace layerlab::proto::rewrite {

using PairwiseMasterKey = std::array<std::uint8_t, 32>;
using Key128 = std::array<std::uint8_t, 16>;

// Of a conversation between a station and an access point: section 12.7.1.3.
struct PairwiseKeys {
    Key128 confirmation{}, encryption{}, temporal{};  // KCK, KEK, TK
};

// From a passphrase of 8 to 63 characters (annex J.4: PBKDF2, 4096 rounds), or 64 hexadecimal digits, which are the key
// itself. Nothing for anything else.
std::optional<PairwiseMasterKey> pairwise_master_key(std::string_view ssid, std::string_view passphrase);
// The addresses (6 octets) and nonces (32 octets) of both sides, in any order.
PairwiseKeys pairwise_keys(const PairwiseMasterKey& master, std::array<Bytes, 2> addresses,
                           std::array<Bytes, 2> nonces);
// HMAC-SHA1-128 over an EAPOL frame whose MIC is `mic`, which counts as zeros and lies inside it.
bool has_valid_mic(const Key128& confirmation, Bytes frame, Bytes mic);
// RFC 3394; nothing when the check value is wrong.
std::optional<std::vector<std::uint8_t>> unwrap_key(const Key128& encryption, Bytes wrapped);
// RFC 3610 with a nonce of 13 octets and a check of 8, which ends `sealed`; nothing when it is wrong.
std::optional<std::vector<std::uint8_t>> open_ccm(const Key128& key, Bytes nonce, Bytes header, Bytes sealed);

}  // namespace layerlab::proto::rewrite
