// What somebody who has seen the whole stream knows of a TCP segment that is dissected alone.
#pragma once

#include <cstdint>

namespace layerlab::proto::dissect {

struct TcpKnown {
    std::uint32_t stream = 0;                // its index
    std::uint32_t base = 0, other_base = 0;  // what relative numbers count from, of the sender and of the other side
    int window_scale = -1;                   // of the sender, as in TcpFlow
    std::uint32_t verdict = 0;               // a set of TcpVerdict
    std::uint32_t duplicate_acks = 0;        // of a duplicate ACK: which one it is
    std::uint64_t first_ack_frame = 0;       // and of which frame
};

}  // namespace layerlab::proto::dissect
