// Whether a payload begins with a TLS record, for the list of protocols that are found by their look.
#pragma once

#include "proto/base/bytes.hpp"

namespace layerlab::proto::dissect {

bool looks_like_tls(Bytes payload);

}  // namespace layerlab::proto::dissect
