// The application above TCP: finds its protocol, puts segments in order, cuts the stream into PDUs, and dissects each
// on the frame that completes it. Segments behind a hole wait for it; octets that came before are not shown again.
#pragma once

#include "proto/dissect/context.hpp"
#include "proto/dissect/tcp_stream.hpp"

namespace layerlab::proto::dissect {

struct TcpPayload {
    std::uint32_t sequence = 0;
    Bytes bytes;
    std::size_t missing = 0;  // octets that were not captured
    bool syn = false, fin = false;
    bool is_bad = false;  // its checksum is wrong
};

// In a stream that is remembered. What is cut off or has a wrong checksum is shown as it is, and the stream goes on
// behind it.
void dissect_tcp_payload(Context& c, TcpStream& stream, bool forward, const TcpPayload& payload);
// Of a segment alone.
void dissect_tcp_payload_alone(Context& c, const TcpPayload& payload);

}  // namespace layerlab::proto::dissect
