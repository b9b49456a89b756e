// Initial sequence numbers that nobody can guess and that grow with time, so that an old connection's segments are not
// taken for a new one's (RFC 6528): a clock of 4 us and a keyed hash of both endpoints. Likewise the offset of
// timestamps (RFC 7323 section 5.4), the same for all connections between two hosts, so that they grow across them (RFC
// 6191).
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"
#include "proto/machine/siphash.hpp"

namespace layerlab::proto::machine {

class TcpIsn {
  public:
    explicit TcpIsn(SipKey secret) : secret_(secret) {}

    // `flow`: both addresses and ports, in any fixed layout.
    std::uint32_t initial_sequence(Time now, Bytes flow) const {
        const auto clock = static_cast<std::uint64_t>(nanoseconds(now)) / 4000;
        return static_cast<std::uint32_t>(clock + siphash(secret_, flow));
    }
    // `hosts`: both addresses.
    std::uint32_t timestamp_offset(Bytes hosts) const {
        return static_cast<std::uint32_t>(siphash({secret_.second, secret_.first}, hosts));
    }

  private:
    SipKey secret_;
};

}  // namespace layerlab::proto::machine
