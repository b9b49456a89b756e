// The layers below the applications of frames that are plain to see: Ethernet with its tags, IP without options and
// fragments, UDP and TCP. For readers who want no items of them (Wanted::wants_headers()), which is most of the work
// of dissecting a frame.
#pragma once

#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

// Makes the layers that the protocols' own functions make, without items, and hands on what stands above. False, with
// nothing done, where something is cut off, wrong or rare. `frame` is whole, of Ethernet, and stands in no other layer.
bool dissect_plain_headers(Context& c, Bytes frame);

// Above addresses that c.info has, of a datagram or segment whose header is whole and right; its layer is there.
void carry_on_udp(Context& c, Bytes datagram);
void carry_on_tcp(Context& c, Bytes segment);

}  // namespace layerlab::proto::dissect
