#include "sim/net/played_discovery.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "proto/machine/address_map.hpp"

namespace layerlab::sim {

namespace {

using proto::machine::Ipv6Transport;

constexpr std::uint8_t icmpv6 = 58, first_type = 133, solicitation_type = 135, advertisement_type = 136;
constexpr std::size_t ipv6_size = 40, message_size = 24, option_size = 8;  // type, length in eights, a MAC
constexpr std::array<std::size_t, 5> before_options{8, 16, 24, 24, 40};    // of types 133 to 137
constexpr std::array<std::uint8_t, 13> solicited_node{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff};

}  // namespace

void adapt_discovery(MutableBytes frame, std::size_t packet_at, const std::function<MacAddress(MacAddress)>& mac_now) {
    const MutableBytes packet = frame.subspan(packet_at);
    const Ipv6Transport found = proto::machine::ipv6_transport(packet);
    if (found.protocol != icmpv6 || found.offset == 0 || found.is_fragment || packet.size() <= found.offset) return;
    const std::uint8_t type = packet[found.offset];
    if (type < first_type || type >= first_type + before_options.size()) return;
    std::size_t at = found.offset + before_options[type - first_type];
    if (packet.size() < at) return;
    if (type == solicitation_type && std::equal(solicited_node.begin(), solicited_node.end(), packet.begin() + 24)) {
        const std::uint8_t* asked = packet.data() + found.offset + 8;
        std::memcpy(packet.data() + 37, asked + 13, 3);
        std::memcpy(frame.data() + 3, asked + 13, 3);
    }
    while (at + option_size <= packet.size() && packet[at + 1] != 0) {
        if ((packet[at] == 1 || packet[at] == 2) && packet[at + 1] == 1)
            mac_now(MacAddress::load(packet.data() + at + 2)).store(packet.data() + at + 2);
        at += packet[at + 1] * option_size;
    }
}

std::optional<Solicitation> solicitation_in(Bytes packet) {
    const Ipv6Transport found = proto::machine::ipv6_transport(packet);
    if (found.protocol != icmpv6 || found.offset != ipv6_size) return std::nullopt;
    if (packet.size() < ipv6_size + message_size || packet[ipv6_size] != solicitation_type) return std::nullopt;
    return Solicitation{Ipv6Address::load(packet.data() + ipv6_size + 8), Ipv6Address::load(packet.data() + 8)};
}

std::vector<std::uint8_t> advertisement(const Solicitation& question, MacAddress to, MacAddress mac) {
    constexpr std::size_t ethernet_size = 14;
    std::vector<std::uint8_t> frame(ethernet_size + ipv6_size + message_size + option_size);
    to.store(frame.data());
    mac.store(frame.data() + 6);
    proto::store_be16(frame.data() + 12, 0x86dd);
    std::uint8_t* ip = frame.data() + ethernet_size;
    ip[0] = 0x60;
    proto::store_be16(ip + 4, message_size + option_size);
    ip[6] = icmpv6;
    ip[7] = 255;
    question.asked.store(ip + 8);
    question.asker.store(ip + 24);
    std::uint8_t* message = ip + ipv6_size;
    message[0] = advertisement_type;
    message[4] = 0x60;  // solicited, override
    question.asked.store(message + 8);
    message[message_size] = 2;  // target link-layer address
    message[message_size + 1] = 1;
    mac.store(message + message_size + 2);
    proto::machine::repair_checksums(frame);
    return frame;
}

}  // namespace layerlab::sim
