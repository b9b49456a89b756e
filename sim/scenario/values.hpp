// Values known by their shape: 10ms, 1.5Mbps, 64kB, 100p, 0.1%, 1..3, 100-150. Units are mandatory; integers all the
// way (a fraction must come out even in the smallest unit).
#pragma once

#include <cstdint>
#include <string_view>

#include "proto/base/result.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

using proto::Result;

Result<Duration> parse_duration(std::string_view text);     // ns us ms s min h d
Result<Rate> parse_rate(std::string_view text);             // bps kbps Mbps Gbps Tbps
Result<std::uint64_t> parse_size(std::string_view text);    // B kB MB GB TB KiB MiB GiB TiB
Result<QueueSize> parse_queue_size(std::string_view text);  // 100p or a size
Result<Chance> parse_chance(std::string_view text);         // 0% to 100%
// A plain number, `least` to `most`; `what` names it in the message: "a port".
Result<std::uint64_t> parse_number(std::string_view text, std::string_view what, std::uint64_t least,
                                   std::uint64_t most);
// "80", "1000-2000"
Result<NumberRange> parse_port_range(std::string_view text);
// "some", "none", "3", "1..2"
struct CountRange {
    std::uint64_t min = 0, max = 0;
};
Result<CountRange> parse_count(std::string_view text);
// "192.168.1.100-192.168.1.150"
struct AddressRange {
    Ipv4Address first, last;
};
Result<AddressRange> parse_address_range(std::string_view text);
// "2026-01-01T00:00:00Z" in seconds since 1970
Result<std::int64_t> parse_clock(std::string_view text);

// By shape alone, before it is parsed: digits and dots; has a colon and hexadecimal digits.
bool looks_like_ipv4(std::string_view text);
bool looks_like_ipv6(std::string_view text);

}  // namespace layerlab::sim::scenario
