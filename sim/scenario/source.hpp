// The files of a scenario and places in them. Text comes in from outside through a function: no file is opened here.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace layerlab::sim::scenario {

// A word or a stretch of one line. Lines and columns count from 1, columns and lengths in bytes. Line 0: nowhere.
struct Place {
    std::uint32_t line = 0;
    std::uint16_t file = 0;
    std::uint16_t column = 0;
    std::uint16_t length = 0;

    bool known() const { return line != 0; }
    friend bool operator==(const Place&, const Place&) = default;
    friend bool operator<(const Place& a, const Place& b) {
        if (a.file != b.file) return a.file < b.file;
        if (a.line != b.line) return a.line < b.line;
        return a.column < b.column;
    }
};

// From the first word to the end of the last one, or of the first one where they stand on different lines.
Place span(const Place& first, const Place& last);

inline constexpr std::size_t max_line_length = 60'000;
inline constexpr std::size_t max_file_size = 16u << 20;
inline constexpr std::size_t max_files = 1000;

struct SourceFile {
    std::string path;
    std::string text;
    std::vector<std::uint32_t> line_starts;  // offset of each line's first byte
};

// Gives the text of a file, or says why not.
using ReadFile = std::function<proto::Result<std::string>(const std::string& path)>;

class Sources {
  public:
    // The file's number. Files that are there are not read again. Fails when the file cannot be read, is too big, has
    // a line that is too long, or is one too many.
    proto::Result<std::uint16_t> open(const std::string& path, const ReadFile& read);
    const SourceFile& file(std::uint16_t number) const { return files_[number]; }
    std::size_t size() const { return files_.size(); }
    // Without its line end.
    std::string_view line(const Place& place) const;
    // "file:line:column", the column counted in characters (UTF-8), as editors do.
    std::string position(const Place& place) const;

  private:
    std::deque<SourceFile> files_;  // stays where it is while more are opened
};

// `path` as the file `importer` means it: relative to the importer's folder, with "." and ".." worked out.
std::string resolve_path(std::string_view importer, std::string_view path);

}  // namespace layerlab::sim::scenario
