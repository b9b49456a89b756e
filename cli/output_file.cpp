#include "cli/output_file.hpp"

#include <cerrno>
#include <filesystem>

namespace layerlab::cli {

namespace fs = std::filesystem;

proto::Result<OutputFile> OutputFile::create(const std::string& path) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return tl::unexpected(capture::file_error(path, "write", EISDIR));
    const bool direct = fs::exists(path, ignored) && !fs::is_regular_file(path, ignored);
    OutputFile made(path, direct ? std::string{} : path + ".new");
    auto file = capture::FileSink::create(direct ? path : made.beside_);
    if (!file) return tl::unexpected(std::move(file.error()));
    made.file_ = std::move(*file);
    return made;
}

void OutputFile::append(std::string_view text) {
    if (written_) written_ = file_->append(proto::as_bytes(text));
}

proto::Result<void> OutputFile::finish() {
    if (written_) written_ = file_->flush();
    if (beside_.empty()) return written_;
    std::error_code error;
    if (!written_) {
        fs::remove(beside_, error);
        return written_;
    }
    fs::rename(beside_, path_, error);
    if (error) return tl::unexpected(capture::file_error(path_, "write", error.value()));
    return {};
}

}  // namespace layerlab::cli
