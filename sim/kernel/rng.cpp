#include "sim/kernel/rng.hpp"

namespace layerlab::sim {
namespace {

constexpr std::uint64_t rotl(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

std::uint64_t split_mix(std::uint64_t& x) {
    x += 0x9e37'79b9'7f4a'7c15u;
    std::uint64_t z = x;
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9u;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebu;
    return z ^ (z >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::string_view name) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325u;  // FNV-1a of the name
    for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x0000'0100'0000'01b3u;
    std::uint64_t x = seed ^ rotl(hash, 32);
    for (std::uint64_t& s : state_) s = split_mix(x);
}

std::uint64_t Rng::next() {
    const std::uint64_t result = rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotl(state_[3], 45);
    return result;
}

std::uint64_t Rng::below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    if (bound == 0) return 0;
    Wide product = Wide{next()} * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
        const std::uint64_t least = (0 - bound) % bound;
        while (static_cast<std::uint64_t>(product) < least) product = Wide{next()} * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace layerlab::sim
