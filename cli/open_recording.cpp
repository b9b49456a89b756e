#include "cli/open_recording.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "capture/open.hpp"
#include "cli/read_folder.hpp"

namespace layerlab::cli {

proto::Result<std::unique_ptr<capture::FrameSource>> open_recording(const std::string& lab, const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path own = fs::canonical(fs::absolute(lab).parent_path(), error);
    if (error) return proto::fail(fmt::format("the folder of {}: {}", lab, error.message()));
    const fs::path file = fs::canonical(own / path, error);
    if (error)
        return proto::fail(fmt::format("{}: {}", path, error.message()), "a capture beside the .lab file is expected");
    if (fs::path(path).is_absolute() || !is_below(file, own))
        return proto::fail(fmt::format("{} is outside of the .lab file's own folder", path),
                           "a capture beside the .lab file is expected");
    if (!fs::is_regular_file(file, error)) return proto::fail(fmt::format("{} is not a file", path));
    return capture::open_capture(file.string());
}

}  // namespace layerlab::cli
