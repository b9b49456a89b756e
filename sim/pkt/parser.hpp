// Reads a conformance script. Errors name the line.
#pragma once

#include <string_view>

#include "proto/base/result.hpp"
#include "sim/pkt/script.hpp"

namespace layerlab::sim::pkt {

// `name` is that of the file, for errors: "a.pkt:3:14: a time is expected". Files beyond 1 MiB are refused.
proto::Result<Script> parse(std::string_view name, std::string_view text);

}  // namespace layerlab::sim::pkt
