#include "cli/read_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>

namespace layerlab::cli {
namespace {

namespace fs = std::filesystem;
using sim::scenario::FolderFile;

bool read_file(const fs::path& path, std::size_t most, std::string& out) {
    std::ifstream file(path, std::ios::binary);
    char block[65536];
    while (file.read(block, sizeof block) || file.gcount() > 0) {
        out.append(block, static_cast<std::size_t>(file.gcount()));
        if (out.size() > most) return true;
    }
    return file.eof();
}

}  // namespace

bool is_below(const fs::path& path, const fs::path& top) {
    return std::mismatch(top.begin(), top.end(), path.begin(), path.end()).first == top.end();
}

proto::Result<std::vector<FolderFile>> read_folder(const std::string& lab, const std::string& folder) {
    using namespace sim::scenario;
    std::error_code error;
    const fs::path own = fs::canonical(fs::absolute(lab).parent_path(), error);
    if (error) return proto::fail(fmt::format("the folder of {}: {}", lab, error.message()));
    const fs::path top = fs::canonical(own / folder, error);
    if (error)
        return proto::fail(fmt::format("{}: {}", folder, error.message()), "a folder beside the .lab file is expected");
    if (fs::path(folder).is_absolute() || !is_below(top, own))
        return proto::fail(fmt::format("{} is outside of the .lab file's own folder", folder),
                           "a folder beside the .lab file is expected");
    if (!fs::is_directory(top, error)) return proto::fail(fmt::format("{} is not a folder", folder));
    std::vector<FolderFile> files;
    std::size_t bytes = 0, entries = 0;
    fs::recursive_directory_iterator it(top, error), end;
    for (; !error && it != end; it.increment(error)) {
        if (++entries > 20 * max_folder_files) return proto::fail(fmt::format("{} holds too many folders", folder));
        if (!it->is_regular_file(error)) continue;
        const fs::path real = fs::canonical(it->path(), error);
        if (error) break;
        const std::string name = it->path().lexically_relative(top).generic_string();
        if (!is_below(real, own))
            return proto::fail(fmt::format("{}/{} leads out of the .lab file's own folder", folder, name));
        FolderFile file{name, {}};
        if (!read_file(real, max_folder_bytes - bytes, file.contents))
            return proto::fail(fmt::format("{}/{} cannot be read", folder, name));
        bytes += file.contents.size();
        files.push_back(std::move(file));
        if (files.size() > max_folder_files || bytes > max_folder_bytes)
            return proto::fail(fmt::format("{} holds too much", folder),
                               fmt::format("at most {} files and {} MiB", max_folder_files, max_folder_bytes >> 20));
    }
    if (error) return proto::fail(fmt::format("{}: {}", folder, error.message()));
    std::sort(files.begin(), files.end(), [](const FolderFile& a, const FolderFile& b) { return a.path < b.path; });
    return files;
}

}  // namespace layerlab::cli
