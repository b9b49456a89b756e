#include "proto/rewrite/wpa2_keys.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace layerlab::proto::rewrite {

namespace {

constexpr std::size_t sha1_size = 20;
using Digest = std::array<std::uint8_t, sha1_size>;

Digest hmac_sha1(Bytes key, Bytes text) {
    Digest digest{};
    unsigned size = 0;
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), text.data(), text.size(), digest.data(), &size);
    return digest;
}

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

std::optional<PairwiseMasterKey> from_digits(std::string_view digits) {
    PairwiseMasterKey key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        const char* at = digits.data() + 2 * i;
        if (std::from_chars(at, at + 2, key[i], 16).ptr != at + 2) return std::nullopt;
    }
    return key;
}

void append_ordered(std::vector<std::uint8_t>& out, std::array<Bytes, 2> two) {
    if (std::lexicographical_compare(two[1].begin(), two[1].end(), two[0].begin(), two[0].end()))
        std::swap(two[0], two[1]);
    for (const Bytes one : two) out.insert(out.end(), one.begin(), one.end());
}

}  // namespace

std::optional<PairwiseMasterKey> pairwise_master_key(std::string_view ssid, std::string_view passphrase) {
    constexpr std::size_t longest_ssid = 32, shortest = 8, longest = 63;
    if (ssid.size() > longest_ssid) return std::nullopt;
    if (passphrase.size() == 2 * PairwiseMasterKey{}.size()) return from_digits(passphrase);
    if (passphrase.size() < shortest || passphrase.size() > longest) return std::nullopt;
    PairwiseMasterKey key{};
    const int made =
        PKCS5_PBKDF2_HMAC_SHA1(passphrase.data(), static_cast<int>(passphrase.size()), as_bytes(ssid).data(),
                               static_cast<int>(ssid.size()), 4096, static_cast<int>(key.size()), key.data());
    return made == 1 ? std::optional(key) : std::nullopt;
}

PairwiseKeys pairwise_keys(const PairwiseMasterKey& master, std::array<Bytes, 2> addresses,
                           std::array<Bytes, 2> nonces) {
    constexpr std::string_view label("Pairwise key expansion\0", 23);  // its zero octet belongs to it
    std::vector<std::uint8_t> text(label.begin(), label.end());
    append_ordered(text, addresses);
    append_ordered(text, nonces);
    text.push_back(0);
    std::vector<std::uint8_t> stream;
    for (std::uint8_t round = 0; round < 3; ++round) {
        text.back() = round;
        const Digest digest = hmac_sha1(master, text);
        stream.insert(stream.end(), digest.begin(), digest.end());
    }
    PairwiseKeys keys;
    auto at = stream.begin();
    for (Key128* key : {&keys.confirmation, &keys.encryption, &keys.temporal}) {
        std::copy_n(at, key->size(), key->begin());
        at += static_cast<std::ptrdiff_t>(key->size());
    }
    return keys;
}

bool has_valid_mic(const Key128& confirmation, Bytes frame, Bytes mic) {
    std::vector<std::uint8_t> text(frame.begin(), frame.end());
    std::fill_n(text.begin() + (mic.data() - frame.data()), mic.size(), std::uint8_t{0});
    const Digest digest = hmac_sha1(confirmation, text);
    return mic.size() <= digest.size() && CRYPTO_memcmp(digest.data(), mic.data(), mic.size()) == 0;
}

std::optional<std::vector<std::uint8_t>> unwrap_key(const Key128& encryption, Bytes wrapped) {
    constexpr std::size_t block = 8, longest = 4096;
    if (wrapped.size() < 3 * block || wrapped.size() % block != 0 || wrapped.size() > longest) return std::nullopt;
    const CipherContext context(EVP_CIPHER_CTX_new());
    if (!context) return std::nullopt;
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (EVP_DecryptInit_ex(context.get(), EVP_aes_128_wrap(), nullptr, encryption.data(), nullptr) != 1)
        return std::nullopt;
    std::vector<std::uint8_t> plain(wrapped.size());
    int size = 0;
    if (EVP_DecryptUpdate(context.get(), plain.data(), &size, wrapped.data(), static_cast<int>(wrapped.size())) != 1)
        return std::nullopt;
    plain.resize(static_cast<std::size_t>(size));
    return plain;
}

std::optional<std::vector<std::uint8_t>> open_ccm(const Key128& key, Bytes nonce, Bytes header, Bytes sealed) {
    constexpr std::size_t check = 8, nonce_size = 13, longest = 65535;
    if (sealed.size() <= check || sealed.size() > longest || nonce.size() != nonce_size) return std::nullopt;
    const Bytes text = sealed.first(sealed.size() - check);
    std::array<std::uint8_t, check> tag{};
    std::copy_n(sealed.end() - check, check, tag.begin());
    const CipherContext context(EVP_CIPHER_CTX_new());
    EVP_CIPHER_CTX* c = context.get();
    const auto size_of = [](Bytes bytes) { return static_cast<int>(bytes.size()); };
    std::vector<std::uint8_t> plain(text.size());
    int size = 0;
    const bool opened = c && EVP_DecryptInit_ex(c, EVP_aes_128_ccm(), nullptr, nullptr, nullptr) == 1 &&
                        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, nonce_size, nullptr) == 1 &&
                        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, check, tag.data()) == 1 &&
                        EVP_DecryptInit_ex(c, nullptr, nullptr, key.data(), nonce.data()) == 1 &&
                        EVP_DecryptUpdate(c, nullptr, &size, nullptr, size_of(text)) == 1 &&
                        EVP_DecryptUpdate(c, nullptr, &size, header.data(), size_of(header)) == 1 &&
                        EVP_DecryptUpdate(c, plain.data(), &size, text.data(), size_of(text)) == 1;
    if (!opened) return std::nullopt;
    return plain;
}

}  // namespace layerlab::proto::rewrite
