// A file that the program writes whole: beside the old one, moved into its place at the end, so that a kill leaves one
// of the two. What is no regular file (a device, a pipe) is written directly.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "capture/file_bytes.hpp"

namespace layerlab::cli {

class OutputFile {
  public:
    static proto::Result<OutputFile> create(const std::string& path);

    // An error shows at the end.
    void append(std::string_view text);
    // The first error of writing, if there was one; then the old file is left as it was.
    proto::Result<void> finish();

  private:
    OutputFile(std::string path, std::string beside) : path_(std::move(path)), beside_(std::move(beside)) {}

    std::string path_, beside_;  // beside_: empty when written directly
    std::unique_ptr<capture::FileSink> file_;
    proto::Result<void> written_{};
};

}  // namespace layerlab::cli
