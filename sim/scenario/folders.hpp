// `serve http folder "www"`: the files below the folder become pages of the server before anything runs. Files come in
// through a function: none is opened here. LANGUAGE: "The script", last paragraph.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

struct FolderFile {
    std::string path;  // from the folder on: "images/cat.png"
    std::string contents;
};

// Of all folders of a scenario together.
inline constexpr std::size_t max_folder_files = 1000;
inline constexpr std::size_t max_folder_bytes = 128u << 20;

// All files below a folder, sorted by path, or why not. `lab` is the path of the .lab file that names the folder:
// nothing outside of that file's own folder may be read.
using ReadFolder =
    std::function<proto::Result<std::vector<FolderFile>>(const std::string& lab, const std::string& folder)>;

// Adds the files to the pages of their servers, behind those that the .lab file states. What cannot be read is an error
// at the folder's name.
void read_folders(Scenario& scenario, const ReadFolder& read, Diagnostics& diagnostics);

}  // namespace layerlab::sim::scenario
