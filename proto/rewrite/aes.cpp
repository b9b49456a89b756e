#include "proto/rewrite/aes.hpp"

#include <cstdlib>
#include <openssl/evp.h>

namespace layerlab::proto::rewrite {

struct Aes128::Context {
    EVP_CIPHER_CTX* made = EVP_CIPHER_CTX_new();
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { EVP_CIPHER_CTX_free(made); }
};

// Failure means that the library has no AES or no memory: addresses must not go out as they came.
Aes128::Aes128(const std::array<std::uint8_t, 16>& key) : context_(std::make_unique<Context>()) {
    const bool ready = context_->made != nullptr &&
                       EVP_EncryptInit_ex(context_->made, EVP_aes_128_ecb(), nullptr, key.data(), nullptr) == 1 &&
                       EVP_CIPHER_CTX_set_padding(context_->made, 0) == 1;
    if (!ready) std::abort();
}
Aes128::~Aes128() = default;
Aes128::Aes128(Aes128&&) noexcept = default;

void Aes128::encrypt(Bytes in, MutableBytes out) const {
    int written = 0;
    const int size = static_cast<int>(in.size());
    if (EVP_EncryptUpdate(context_->made, out.data(), &written, in.data(), size) != 1 || written != size) std::abort();
}

}  // namespace layerlab::proto::rewrite
