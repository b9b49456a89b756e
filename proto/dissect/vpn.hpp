// Looks by which VPNs and QUIC are found on any port.
#pragma once

#include "proto/base/bytes.hpp"

namespace layerlab::proto::dissect {

bool looks_like_wireguard(Bytes payload);
bool looks_like_quic(Bytes payload);

}  // namespace layerlab::proto::dissect
