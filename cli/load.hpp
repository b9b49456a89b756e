// A .lab file from the disk to a checked scenario with its plan; problems are printed to standard error.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/load.hpp"

namespace layerlab::cli {

using sim::scenario::Loaded;
using Overrides = std::vector<std::pair<std::string, std::string>>;

// {"n=100", ...} to pairs; false, with a message, if one has no '='.
bool parse_overrides(const std::vector<std::string>& texts, Overrides& out);

// nullptr if the file has errors. `quiet`: no warnings.
std::unique_ptr<Loaded> load(const std::string& path, const Overrides& set, bool quiet = false, bool real = false);

// The text of a file of at most 16 MiB, or why not.
proto::Result<std::string> read_text(const std::string& path);
// Writes the whole file (output_file.hpp).
proto::Result<void> write_text(const std::string& path, const std::string& text);

}  // namespace layerlab::cli
