#include "viewer/model/exports.hpp"

#include <fmt/format.h>

#include "viewer/model/plots.hpp"
#include "viewer/model/sequence.hpp"

namespace layerlab::viewer {

proto::Result<std::string> export_text(const Session& session, const std::string& what) {
    if (what == "sequence.svg") return sequence_svg(session);
    if (what == "sequence.mmd") return sequence_mermaid(session);
    if (what == "plot.csv" || what == "plot.svg") return export_plot(session, what);
    return proto::fail(fmt::format("{}: this cannot be exported", what),
                       "sequence.svg, sequence.mmd, plot.csv or plot.svg");
}

}  // namespace layerlab::viewer
