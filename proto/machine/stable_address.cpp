#include "proto/machine/stable_address.hpp"

#include <bit>
#include <vector>

namespace layerlab::proto::machine {

std::uint64_t siphash(const SipKey& key, Bytes bytes) {
    std::uint64_t v0 = 0x736f'6d65'7073'6575u ^ key[0], v1 = 0x646f'7261'6e64'6f6du ^ key[1],
                  v2 = 0x6c79'6765'6e65'7261u ^ key[0], v3 = 0x7465'6462'7974'6573u ^ key[1];
    const auto round = [&] {
        v0 += v1, v1 = std::rotl(v1, 13) ^ v0, v0 = std::rotl(v0, 32);
        v2 += v3, v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3, v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1, v1 = std::rotl(v1, 17) ^ v2, v2 = std::rotl(v2, 32);
    };
    const auto absorb = [&](std::uint64_t m) {
        v3 ^= m;
        round(), round();
        v0 ^= m;
    };
    const auto word = [&](std::size_t at, std::size_t count) {
        std::uint64_t m = 0;
        for (std::size_t i = 0; i < count; ++i) m |= std::uint64_t{bytes[at + i]} << (8 * i);
        return m;
    };
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) absorb(word(at, 8));
    absorb(word(at, bytes.size() - at) | std::uint64_t{bytes.size() & 0xff} << 56);
    v2 ^= 0xff;
    round(), round(), round(), round();
    return v0 ^ v1 ^ v2 ^ v3;
}

std::uint64_t stable_interface_id(const Ipv6Prefix& prefix, std::string_view interface, std::uint8_t dad_counter,
                                  const SipKey& secret) {
    const Ipv6Address network = network_of(prefix);
    std::vector<std::uint8_t> input(network.octets.begin(), network.octets.begin() + 8);
    input.insert(input.end(), interface.begin(), interface.end());
    for (;; ++dad_counter) {
        input.push_back(dad_counter);
        const std::uint64_t id = siphash(secret, input);
        input.pop_back();
        // Reserved: the subnet router's anycast address, Ethernet's block, the subnet anycast addresses (RFC 2526).
        const bool is_reserved = id == 0 || id >> 24 == 0x0200'5eff'feu || id >> 7 == 0xfdff'ffff'ffff'ff80u >> 7;
        if (!is_reserved) return id;
    }
}

}  // namespace layerlab::proto::machine
