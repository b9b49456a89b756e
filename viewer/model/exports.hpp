// What can be written into files: texts by their names.
#pragma once

#include "proto/base/result.hpp"
#include "viewer/model/session.hpp"

namespace layerlab::viewer {

// "sequence.svg", "sequence.mmd", "plot.csv", "plot.svg"; an error for any other.
proto::Result<std::string> export_text(const Session& session, const std::string& what);

}  // namespace layerlab::viewer
