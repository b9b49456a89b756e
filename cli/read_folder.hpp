// The files of a folder on the disk, for `serve http folder "www"`.
#pragma once

#include <filesystem>

#include "sim/scenario/folders.hpp"

namespace layerlab::cli {

// Of two canonical paths.
bool is_below(const std::filesystem::path& path, const std::filesystem::path& top);

// All regular files below `folder`, which is relative to the folder of the .lab file `lab`, sorted by path. Neither the
// folder nor a link in it may lead out of the .lab file's own folder. Too many or too big files are an error before
// they are read.
proto::Result<std::vector<sim::scenario::FolderFile>> read_folder(const std::string& lab, const std::string& folder);

}  // namespace layerlab::cli
