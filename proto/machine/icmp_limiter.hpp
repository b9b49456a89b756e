// How many ICMP error messages a node sends (RFC 1812 section 4.3.2.8), with the numbers of Linux: in all 1000 a second
// in bursts of 50 (icmp_msgs_per_sec, icmp_msgs_burst), to each destination one a second in bursts of 6
// (icmp_ratelimit). Replies are never limited, nor is "fragmentation needed". Asked only when an error is about to be
// sent.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/time.hpp"
#include "proto/machine/slot_index.hpp"

namespace layerlab::proto::machine {

class IcmpLimiter {
  public:
    static constexpr Duration global_interval = 1ms;
    static constexpr std::int64_t global_burst = 50;
    static constexpr Duration interval = 1s;  // for each destination
    static constexpr std::int64_t burst = 6;
    static constexpr std::size_t max_destinations = 1024;

    // Whether a message of this ICMP type and code is limited at all.
    static constexpr bool is_limited(std::uint8_t type, std::uint8_t code) {
        if (type == 3) return code != 4;
        return type == 4 || type == 11 || type == 12;
    }

    // Whether the message may be sent now; if so it is counted.
    bool allow(Time now, Ipv4Address destination, std::uint8_t type, std::uint8_t code);

    std::size_t destinations() const { return peers_.size(); }

  private:
    // A bucket of tokens as the time at which it will be full: one number says level and last use.
    struct Peer {
        Ipv4Address destination;
        Time full{};
    };
    static bool take(Time& full, Time now, Duration cost, std::int64_t tokens);
    Peer& peer(Time now, Ipv4Address destination);
    void make_room(Time now);

    std::vector<Peer> peers_;
    SlotIndex index_;
    Time global_full_{Duration::min()};
};

}  // namespace layerlab::proto::machine
