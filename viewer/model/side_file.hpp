// What somebody has arranged by hand, as text for the file beside a scenario (NAME.lab.view): where devices stand,
// where splitters are, and colour rules. JSON: {"version": 1, "devices": {"amy": [12.5, 80]}, "splits": {"right":
// 0.66}, "colours": [{"filter": "tcp.flags.reset == 1", "colour": "#D55E00"}]}
#pragma once

#include <string>
#include <string_view>

#include "viewer/model/session.hpp"

namespace layerlab::viewer {

inline std::string side_file_of(const std::string& lab_path) { return lab_path + ".view"; }

std::string to_side_file(const Topology& topology, const View& view);

// Into a view that has been laid out; devices that the text does not name stay where they are. A text that is no side
// file changes nothing and says why.
proto::Result<void> apply_side_file(std::string_view text, const Topology& topology, View& view);

}  // namespace layerlab::viewer
