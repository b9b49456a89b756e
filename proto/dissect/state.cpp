#include "proto/dissect/state.hpp"

#include <cstring>
#include <utility>

namespace layerlab::proto::dissect {

ConversationKey ConversationKey::of(const PacketInfo& info, bool& forward) {
    const int order =
        std::memcmp(info.source.octets.octets.data(), info.destination.octets.octets.data(), sizeof(Ipv6Address));
    forward = order < 0 || (order == 0 && info.source_port <= info.destination_port);
    if (forward) return {info.source, info.destination, info.source_port, info.destination_port};
    return {info.destination, info.source, info.destination_port, info.source_port};
}

std::size_t ConversationKeyHash::operator()(const ConversationKey& key) const {
    std::uint64_t h = std::uint64_t{key.low_port} << 16 | key.high_port;
    const auto mix = [&h](const NetworkAddress& a) {
        h = (h ^ load_be64(a.octets.octets.data())) * 0xff51'afd7'ed55'8ccdu;
        h = (h ^ (h >> 29) ^ load_be64(a.octets.octets.data() + 8)) * 0xc4ce'b9fe'1a85'ec53u;
    };
    mix(key.low), mix(key.high);
    return static_cast<std::size_t>(h ^ h >> 32);
}

}  // namespace layerlab::proto::dissect
