// The status fields that say how a checksum was found, with Wireshark's numbers.
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::dissect {

enum class ChecksumStatus : std::uint8_t { bad = 0, good = 1, unverified = 2, not_present = 3 };

inline constexpr std::array<ValueName, 4> checksum_status_names{
    {{0, "Bad"}, {1, "Good"}, {2, "Unverified"}, {3, "Not present"}}};

constexpr ChecksumStatus checked(bool valid) { return valid ? ChecksumStatus::good : ChecksumStatus::bad; }

struct ChecksumFields {
    static constexpr Field<std::uint8_t> ip{
        "ip.checksum.status", "Header checksum status", anywhere, {.names = checksum_status_names}};
    static constexpr Field<std::uint8_t> icmp{
        "icmp.checksum.status", "Checksum Status", anywhere, {.names = checksum_status_names}};
    static constexpr Field<std::uint8_t> icmpv6{
        "icmpv6.checksum.status", "Checksum Status", anywhere, {.names = checksum_status_names}};
    static constexpr Field<std::uint8_t> igmp{
        "igmp.checksum.status", "Checksum Status", anywhere, {.names = checksum_status_names}};
    static constexpr Field<std::uint8_t> udp{
        "udp.checksum.status", "Checksum Status", anywhere, {.names = checksum_status_names}};
    static constexpr Field<std::uint8_t> tcp{
        "tcp.checksum.status", "Checksum Status", anywhere, {.names = checksum_status_names}};
};

}  // namespace layerlab::proto::dissect
