#include "viewer/model/exports.hpp"

#include <fmt/format.h>

#include "viewer/model/sequence.hpp"

namespace layerlab::viewer {

proto::Result<std::string> export_text(const Session& session, const std::string& what) {
    if (what == "sequence.svg") return sequence_svg(session);
    if (what == "sequence.mmd") return sequence_mermaid(session);
    return proto::fail(fmt::format("{}: this cannot be exported", what), "sequence.svg or sequence.mmd");
}

}  // namespace layerlab::viewer
