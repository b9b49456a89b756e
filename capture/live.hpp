// Live capture by libpcap: the machine's interfaces, and frames of one of them with the system's own counters. The
// system keeps what has come in while nobody reads in a large buffer. Does not: threads (live_mover.hpp), files.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture/frame.hpp"
#include "capture/frame_ring.hpp"

struct pcap;

namespace layerlab::capture {

struct LiveInterface {
    std::string name, description;
    bool is_up = false, is_running = false, is_loopback = false, is_wireless = false;
    std::vector<std::string> addresses;
};
// Without rights it lists them all the same.
proto::Result<std::vector<LiveInterface>> live_interfaces();

struct LiveSettings {
    std::string interface;
    std::string filter{};  // libpcap's language (pcap-filter(7)), applied by the kernel
    std::uint32_t snapshot_length = 262'144;
    std::size_t kernel_buffer = std::size_t{64} << 20;
    bool promiscuous = true;
};

struct LiveCounters {
    std::uint64_t received = 0;              // frames that passed the filter, also those dropped by the kernel
    std::uint64_t dropped_by_kernel = 0;     // its buffer was full
    std::uint64_t dropped_by_interface = 0;  // before the kernel could count them as received
};

class LiveCapture {
  public:
    // Errors say what is missing: the interface, the right to listen, or what is wrong with the filter.
    static proto::Result<LiveCapture> open(const LiveSettings& settings);

    LinkType link_type() const { return link_type_; }
    // Waits at most `patience` for frames and hands those that are there to `take`, which keeps nothing; says how many.
    proto::Result<std::size_t> read(proto::Duration patience, const std::function<void(const FrameRing::Frame&)>& take);
    // Since it was opened.
    LiveCounters counters();

  private:
    struct Close {
        void operator()(pcap* handle) const;
    };
    explicit LiveCapture(pcap* handle) : handle_(handle) {}

    std::unique_ptr<pcap, Close> handle_;
    LinkType link_type_ = LinkType::ethernet;
    bool counts_nanoseconds_ = false;
    LiveCounters last_;
};

}  // namespace layerlab::capture
