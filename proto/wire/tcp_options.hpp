// TCP options: the list of kind, length and data behind the header, RFC 9293 section 3.2; window scale and timestamps:
// RFC 7323; selective acknowledgment: RFC 2018. Options other than these are skipped by parse() and never written.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

enum class TcpOptionKind : std::uint8_t {
    end = 0,
    no_operation = 1,
    mss = 2,
    window_scale = 3,
    sack_permitted = 4,
    sack = 5,
    timestamps = 8,
    md5_signature = 19,
    fast_open = 34,
};

// The edges of a block of received data: sequence numbers of its first octet and of the octet after its last.
struct SackBlock {
    std::uint32_t left = 0;
    std::uint32_t right = 0;

    friend bool operator==(const SackBlock&, const SackBlock&) = default;
};

struct TcpTimestamps {
    std::uint32_t value = 0;
    std::uint32_t echo_reply = 0;

    friend bool operator==(const TcpTimestamps&, const TcpTimestamps&) = default;
};

struct TcpOptions {
    static constexpr std::size_t max_size = 40;
    static constexpr std::size_t max_sack_blocks = 4;

    std::optional<std::uint16_t> mss;
    std::optional<std::uint8_t> window_scale;  // shift count as sent; RFC 7323 section 2.3 uses at most 14
    std::optional<TcpTimestamps> timestamps;
    bool sack_permitted = false;
    std::uint8_t sack_count = 0;
    std::array<SackBlock, max_sack_blocks> sack{};
    bool well_formed = true;  // false: a length was wrong and the options behind it were not read

    // `options` are the octets between the fixed header and the data.
    static TcpOptions parse(Bytes options);
    // Octets that encode() writes, padded with no-operations to a multiple of four. SACK blocks that do not fit into
    // 40 octets together with the rest are left out (three fit beside timestamps).
    std::size_t size() const;
    // Writes size() octets to the front of `out`, which must hold them; returns their number.
    std::size_t encode(MutableBytes out) const;

    friend bool operator==(const TcpOptions&, const TcpOptions&) = default;
};

// Fields of the options, for dissection; their places are found by walking the list.
struct TcpOptionFields {
    static constexpr Field<std::uint8_t> kind{"tcp.option_kind", "Kind", anywhere, {.level = 2}};
    static constexpr Field<std::uint8_t> length{"tcp.option_len", "Length", anywhere, {.level = 2}};
    static constexpr Field<void> end{
        "tcp.options.eol", "TCP Option - End of Option List (EOL)", anywhere, {.level = 1}};
    static constexpr Field<void> no_operation{
        "tcp.options.nop", "TCP Option - No-Operation (NOP)", anywhere, {.level = 1}};
    static constexpr Field<void> mss{"tcp.options.mss", "TCP Option - Maximum segment size", anywhere, {.level = 1}};
    static constexpr Field<std::uint16_t> mss_value{"tcp.options.mss_val", "MSS Value", anywhere, {.level = 2}};
    static constexpr Field<void> window_scale{
        "tcp.options.wscale", "TCP Option - Window scale", anywhere, {.level = 1}};
    static constexpr Field<std::uint8_t> shift{"tcp.options.wscale.shift", "Shift count", anywhere, {.level = 2}};
    static constexpr Field<std::uint16_t> multiplier{
        "tcp.options.wscale.multiplier", "Multiplier", anywhere, {.level = 2}};
    static constexpr Field<void> sack_permitted{
        "tcp.options.sack_perm", "TCP Option - SACK permitted", anywhere, {.level = 1}};
    static constexpr Field<void> sack{"tcp.options.sack", "TCP Option - SACK", anywhere, {.level = 1}};
    static constexpr Field<std::uint32_t> sack_left{"tcp.options.sack_le", "left edge", anywhere, {.level = 2}};
    static constexpr Field<std::uint32_t> sack_right{"tcp.options.sack_re", "right edge", anywhere, {.level = 2}};
    static constexpr Field<std::uint8_t> sack_count{"tcp.options.sack.count", "TCP SACK Count", anywhere, {.level = 2}};
    static constexpr Field<void> timestamps{"tcp.options.timestamp", "TCP Option - Timestamps", anywhere, {.level = 1}};
    static constexpr Field<std::uint32_t> value{
        "tcp.options.timestamp.tsval", "Timestamp value", anywhere, {.level = 2}};
    static constexpr Field<std::uint32_t> echo_reply{
        "tcp.options.timestamp.tsecr", "Timestamp echo reply", anywhere, {.level = 2}};
    static constexpr Field<void> md5{"tcp.options.md5", "TCP Option - TCP MD5 signature", anywhere, {.level = 1}};
    static constexpr Field<void> fast_open{"tcp.options.tfo", "TCP Option - TCP Fast Open", anywhere, {.level = 1}};
    static constexpr Field<void> unknown{"tcp.options.unknown", "TCP Option - Unknown", anywhere, {.level = 1}};
    static constexpr FieldTable<20> table{
        &kind.info,      &length.info,       &end.info,        &no_operation.info, &mss.info,
        &mss_value.info, &window_scale.info, &shift.info,      &multiplier.info,   &sack_permitted.info,
        &sack.info,      &sack_left.info,    &sack_right.info, &sack_count.info,   &timestamps.info,
        &value.info,     &echo_reply.info,   &md5.info,        &fast_open.info,    &unknown.info};
};

}  // namespace layerlab::proto::wire
