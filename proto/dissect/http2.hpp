// Whether a connection begins with HTTP/2's preface.
#pragma once

#include "proto/base/bytes.hpp"

namespace layerlab::proto::dissect {

bool looks_like_http2(Bytes payload);

}  // namespace layerlab::proto::dissect
