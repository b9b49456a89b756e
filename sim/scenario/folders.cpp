#include "sim/scenario/folders.hpp"

#include <fmt/format.h>

namespace layerlab::sim::scenario {
namespace {

struct Reading {
    const Sources& sources;
    const ReadFolder& read;
    Diagnostics& diagnostics;
    std::size_t files = 0, bytes = 0;
    bool is_full = false;

    void add(Setting& setting) {
        auto* http = std::get_if<ServeHttp>(&setting.value);
        if (!http || !http->folder || is_full) return;
        const Place& place = http->folder->place;
        auto found = read(sources.file(place.file).path, http->folder->text);
        if (!found) return diagnostics.error(place, found.error().message, found.error().hint);
        for (FolderFile& file : *found) {
            ++files;
            bytes += file.contents.size();
            if (files > max_folder_files || bytes > max_folder_bytes) {
                is_full = true;
                return diagnostics.error(
                    place, "the folders of this scenario hold too much",
                    fmt::format("at most {} files and {} MiB together", max_folder_files, max_folder_bytes >> 20));
            }
            HttpPage page;
            page.path = "/" + file.path;
            page.body = std::move(file.contents);
            http->pages.push_back(std::move(page));
        }
    }
};

}  // namespace

void read_folders(Scenario& scenario, const ReadFolder& read, Diagnostics& diagnostics) {
    Reading reading{scenario.sources, read, diagnostics};
    for (Setting& setting : scenario.settings) reading.add(setting);
    for (Step& step : scenario.steps)
        if (auto* setting = std::get_if<Setting>(&step.action)) reading.add(*setting);
}

}  // namespace layerlab::sim::scenario
