// The probes of traceroute(8) 2.1 as a table: which to send, how long to wait for each, what to print. No packets.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/base/time.hpp"

namespace layerlab::sim::programs {

using proto::Duration;
using proto::IpAddress;
using proto::Ipv4Address;
using proto::Time;

struct TraceSettings {
    unsigned first_hop = 1, max_hops = 30, probes_per_hop = 3, at_once = 16;
    Duration wait = std::chrono::seconds(5);
    int here = 3, near = 10;  // factors on the time of a probe of the same or of a later hop
};

class TraceProbes {
  public:
    struct Probe {
        bool sent = false, done = false, final = false;
        Time sent_at{}, answered_at{};
        std::optional<IpAddress> from;
        std::string mark;  // "!H"
    };

    explicit TraceProbes(const TraceSettings& settings);

    // The next probe to be sent now, if one may be: its number and hop.
    struct Next {
        std::size_t number;
        unsigned hop;
    };
    std::optional<Next> next() const;
    void sent(std::size_t number, Time now);
    void answered(std::size_t number, const IpAddress& from, Time at, bool is_final, std::string mark);
    // Gives up those that have waited long enough; when the next one has.
    Time expire(Time now);
    bool finished() const { return printed_ >= end_; }
    std::size_t size() const { return probes_.size(); }
    const Probe& operator[](std::size_t number) const { return probes_[number]; }

    // The probes that can be printed now, in order: each once.
    std::vector<std::size_t> take_printable();
    // What one probe adds to the output; `place` is " name (address)", printed where it differs from the one before.
    std::string text(std::size_t number, const std::string& place) const;

  private:
    Duration patience(std::size_t number) const;
    void note_end();

    TraceSettings settings_;
    std::vector<Probe> probes_;
    std::size_t printed_, end_;
};

// The mark of an ICMP unreachable code: "!N", "!H", "!F-1400"; empty for port unreachable.
std::string unreachable_mark(std::uint8_t code, std::uint16_t mtu);
std::string unreachable_mark6(std::uint8_t code);  // of ICMPv6

}  // namespace layerlab::sim::programs
