// Black holes: a path that drops large packets and says nothing (RFC 2923 section 2.1). After some timeouts for a large
// segment a smaller one is tried, first the 1024 bytes of RFC 4821 section 7.2, then halves. Does not search upwards
// again: the next connection does.
#pragma once

#include <algorithm>
#include <cstdint>

namespace layerlab::proto::machine {

class TcpPathProbe {
  public:
    static constexpr unsigned timeouts = 3;
    static constexpr std::uint32_t base = 1024, least = 128;

    // The payload to try after so many timeouts in a row; the same size: nothing changes.
    static std::uint32_t after(unsigned retries, std::uint32_t size) {
        if (retries < timeouts || size <= least) return size;
        return size > base ? base : std::max(size / 2, least);
    }
};

}  // namespace layerlab::proto::machine
