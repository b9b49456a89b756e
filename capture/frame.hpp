// A captured frame, and where frames come from and go to. Files, live interfaces and simulations all look like this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/bytes.hpp"
#include "proto/base/result.hpp"
#include "proto/base/time.hpp"

namespace layerlab::capture {

// Link types by their LINKTYPE_ number (https://www.tcpdump.org/linktypes.html).
enum class LinkType : std::uint16_t {
    null_loopback = 0,
    ethernet = 1,
    ppp = 9,
    raw_ip = 101,
    ieee80211 = 105,
    linux_sll = 113,
    ieee80211_radiotap = 127,
    raw_ipv4 = 228,
    raw_ipv6 = 229,
    linux_sll2 = 276,
};

// The direction in pcapng's epb_flags.
inline constexpr std::uint32_t flag_inbound = 1, flag_outbound = 2;

// One frame. `bytes` and `comment` are valid until the next frame is read.
struct Frame {
    std::uint64_t number = 0;           // from 1
    bool has_time = true;               // pcapng simple packet blocks have none
    proto::Time time{};                 // since 1970-01-01T00:00:00Z in captures
    std::int64_t far_seconds = 0;       // to be added to a time beyond int64 nanoseconds (years 1678 to 2262)
    std::uint32_t original_length = 0;  // bytes on the wire
    bool has_interface = true;          // pcap files know none
    std::uint32_t interface = 0;        // index among the interfaces of the file, anew in each section
    LinkType link_type = LinkType::ethernet;
    std::optional<std::uint32_t> flags;  // pcapng's epb_flags; the lowest two bits say the direction
    proto::Bytes bytes;                  // as captured, at most original_length
    std::string_view comment;            // pcapng, several joined by line ends
};

// "1422528033.092163945": the whole time, seconds since the epoch with nine digits; empty if there is none.
std::string epoch_seconds(const Frame& frame);

class FrameSource {
  public:
    virtual ~FrameSource() = default;
    // The next frame, nullopt at the end, an error that names the place (byte offset) when the input is damaged.
    // After an error the frames before it stay read; the source ends.
    virtual proto::Result<std::optional<Frame>> next() = 0;
    // What the file calls the interface of the frame read last; empty if it has no name.
    virtual std::string_view interface_name(std::uint32_t) const { return {}; }
};

class FrameSink {
  public:
    virtual ~FrameSink() = default;
    virtual proto::Result<void> write(const Frame& frame) = 0;
};

}  // namespace layerlab::capture
