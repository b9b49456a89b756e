#include "proto/wire/congestion_mark.hpp"

namespace layerlab::proto::wire {

namespace {
constexpr std::size_t ethernet = 14;
constexpr std::uint16_t ipv4 = 0x0800, ipv6 = 0x86dd;
constexpr std::size_t ipv4_checksum = ethernet + 10;
}  // namespace

bool can_carry_congestion(Bytes frame) {
    if (frame.size() < ethernet + 20) return false;
    const std::uint16_t type = load_be16(frame.data() + 12);
    const int second = frame[ethernet + 1];
    const int mark = type == ipv4 ? second & 3 : type == ipv6 ? second >> 4 & 3 : 0;
    return mark == 1 || mark == 2;
}

void mark_congestion(std::uint8_t* frame) {
    std::uint8_t* ip = frame + ethernet;
    if (load_be16(frame + 12) == ipv6) {
        ip[1] |= 0x30;
        return;
    }
    const std::uint16_t before = load_be16(ip);
    ip[1] |= 0x03;
    const std::uint16_t after = load_be16(ip);
    std::uint32_t sum = static_cast<std::uint16_t>(~load_be16(frame + ipv4_checksum));
    sum += static_cast<std::uint16_t>(~before) + std::uint32_t{after};
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    store_be16(frame + ipv4_checksum, static_cast<std::uint16_t>(~sum));
}

}  // namespace layerlab::proto::wire
