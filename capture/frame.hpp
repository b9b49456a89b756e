// A captured frame, and where frames come from and go to. Files, live interfaces and simulations all look like this.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
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
    proto::Bytes opened{};               // what an encrypted frame carries, if a key opened it (wlan_opener.hpp)
};

// "1422528033.092163945": the whole time, seconds since the epoch with nine digits; empty if there is none.
std::string epoch_seconds(const Frame& frame);

// What a file says of an interface that frames came in through. Texts are kept up to 255 bytes.
struct InterfaceInfo {
    std::string name{}, description{}, filter{}, system{};
    LinkType link_type = LinkType::ethernet;
    std::uint32_t snapshot_length = 0;  // 0: no limit
    std::uint8_t time_resolution = 6;   // 10^-n seconds, or 2^-n with the highest bit set
    std::int64_t time_offset = 0;       // seconds to be added
    std::uint64_t bits_per_second = 0;  // 0: not said
    // From statistics, which mostly stand at the end.
    std::optional<std::uint64_t> received{}, dropped_by_interface{}, dropped_by_system{}, delivered{};
};

// What a file says of itself.
struct FileFacts {
    std::string format{}, version{};  // "pcap", "2.4"
    bool big_endian = false;
    std::uint32_t sections = 1;
    // Of pcapng's first section.
    std::string hardware{}, system{}, application{}, comment{};
};

class FrameSource {
  public:
    virtual ~FrameSource() = default;
    // The next frame, nullopt at the end, an error that names the place (byte offset) when the input is damaged.
    // After an error the frames before it stay read; the source ends.
    virtual proto::Result<std::optional<Frame>> next() = 0;
    // Who holds this keeps `bytes` of the frame read last, beyond the next one; nullptr where they must be copied. It
    // is the same for frames whose bytes lie together.
    virtual const std::shared_ptr<const void>& memory() const {
        static const std::shared_ptr<const void> none;
        return none;
    }
    // What the file calls the interface of the frame read last; empty if it has no name.
    virtual std::string_view interface_name(std::uint32_t) const { return {}; }
    // Those of the section that is being read, as far as they have been declared; of a pcap file its one.
    virtual std::span<const InterfaceInfo> interfaces() const { return {}; }
    // How many sections have ended; `call` is called as another one does, while its interfaces are still there.
    virtual std::uint32_t section() const { return 0; }
    virtual void at_section_end(std::function<void()> /*call*/) {}
    virtual FileFacts facts() const { return {}; }
};

class FrameSink {
  public:
    virtual ~FrameSink() = default;
    virtual proto::Result<void> write(const Frame& frame) = 0;
};

}  // namespace layerlab::capture
