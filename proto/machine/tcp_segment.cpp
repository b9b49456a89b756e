#include "proto/machine/tcp_segment.hpp"

namespace layerlab::proto::machine {

TcpHeader reset_for(const TcpHeader& segment, std::size_t payload) {
    TcpHeader reset;
    if (segment.has(tcp_flag::ack)) {
        reset.flags = tcp_flag::rst;
        reset.seq = segment.ack;
    } else {
        reset.flags = tcp_flag::rst | tcp_flag::ack;
        reset.ack = segment.seq + sequence_length(segment, payload);
    }
    return reset;
}

}  // namespace layerlab::proto::machine
