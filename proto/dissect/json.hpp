// A dissected frame as one line of JSON (RFC 8259):
//
//     {"frame":1,"time":"1.000000000","len":60,"caplen":60,"layers":["eth","arp"],"fields":{"eth.type":2054,...}}
//
// Names are Wireshark's. Numbers and flags are integers (the presence of a field without value is 1), addresses and
// times text, bytes "aa:bb:cc"; a field that occurs several times is a list. Invalid UTF-8 becomes U+FFFD.
#pragma once

#include <string>

#include "proto/dissect/dissect.hpp"

namespace layerlab::proto::dissect {

// Appends the line, its end included.
void append_json(std::string& out, const FrameIn& in, const Dissection& dissection);

}  // namespace layerlab::proto::dissect
