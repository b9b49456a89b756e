#include "proto/machine/stable_address.hpp"

#include <vector>

namespace layerlab::proto::machine {

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
