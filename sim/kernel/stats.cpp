#include "sim/kernel/stats.hpp"

namespace layerlab::sim {

const char* to_string(DropReason reason) {
    static constexpr std::array<const char*, drop_reasons> names = {
        "none",     "loss",        "corrupt", "queue",    "link-down",  "device-down",   "mtu",      "ttl",
        "no-route", "no-neighbor", "blocked", "checksum", "not-for-me", "unreassembled", "malformed"};
    return names[static_cast<std::size_t>(reason)];
}

}  // namespace layerlab::sim
