#include "proto/rewrite/key.hpp"

#include <cstdlib>
#include <openssl/evp.h>

namespace layerlab::proto::rewrite {
namespace {

// The same text must make the same key everywhere, so there is no random salt.
constexpr unsigned char salt[] = "layerlab anonymise";
constexpr int slow = 100'000, once = 1;

Key derived(Bytes secret, int rounds) {
    Key key{};
    const auto* text = reinterpret_cast<const char*>(secret.data());
    const bool made = PKCS5_PBKDF2_HMAC(text, static_cast<int>(secret.size()), salt, sizeof salt - 1, rounds,
                                        EVP_sha256(), static_cast<int>(key.size()), key.data()) == 1;
    if (!made) std::abort();
    return key;
}

}  // namespace

Key key_from_text(std::string_view text) { return derived(as_bytes(text), slow); }
Key key_from_octets(Bytes octets) { return derived(octets, once); }

}  // namespace layerlab::proto::rewrite
