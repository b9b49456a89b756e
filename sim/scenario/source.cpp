#include "sim/scenario/source.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace layerlab::sim::scenario {

Place span(const Place& first, const Place& last) {
    if (first.line != last.line || first.file != last.file || last.column < first.column) return first;
    Place whole = first;
    whole.length = static_cast<std::uint16_t>(last.column + last.length - first.column);
    return whole;
}

namespace {

proto::Result<std::vector<std::uint32_t>> lines_of(const std::string& path, const std::string& text) {
    std::vector<std::uint32_t> starts;
    std::size_t at = 0;
    while (true) {
        starts.push_back(static_cast<std::uint32_t>(at));
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (end - at > max_line_length)
            return proto::fail(
                fmt::format("line {} of {} is longer than {} bytes", starts.size(), path, max_line_length),
                "is this a .lab file?");
        if (end == text.size()) return starts;
        at = end + 1;
    }
}

}  // namespace

proto::Result<std::uint16_t> Sources::open(const std::string& path, const ReadFile& read) {
    for (std::size_t i = 0; i < files_.size(); ++i)
        if (files_[i].path == path) return static_cast<std::uint16_t>(i);
    if (files_.size() == max_files) return proto::fail(fmt::format("more than {} files in one scenario", max_files));
    auto text = read(path);
    if (!text) return tl::unexpected(text.error());
    if (text->size() > max_file_size)
        return proto::fail(fmt::format("{} is bigger than {} MiB", path, max_file_size >> 20), "is this a .lab file?");
    auto starts = lines_of(path, *text);
    if (!starts) return tl::unexpected(starts.error());
    files_.push_back({path, std::move(*text), std::move(*starts)});
    return static_cast<std::uint16_t>(files_.size() - 1);
}

std::string_view Sources::line(const Place& place) const {
    if (!place.known() || place.file >= files_.size()) return {};
    const SourceFile& f = files_[place.file];
    if (place.line > f.line_starts.size()) return {};
    std::string_view text = f.text;
    text.remove_prefix(f.line_starts[place.line - 1]);
    text = text.substr(0, text.find('\n'));
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    return text;
}

std::string Sources::position(const Place& place) const {
    if (place.file >= files_.size()) return {};
    const std::string& path = files_[place.file].path;
    if (!place.known()) return path;
    std::size_t column = 1;
    for (const char c : line(place).substr(0, place.column - 1u))
        if ((static_cast<unsigned char>(c) & 0xc0u) != 0x80u) ++column;
    return fmt::format("{}:{}:{}", path, place.line, column);
}

std::string resolve_path(std::string_view importer, std::string_view path) {
    std::string joined;
    const std::size_t slash = importer.rfind('/');
    if (!path.starts_with('/') && slash != std::string_view::npos) joined = importer.substr(0, slash + 1);
    joined += path;
    std::vector<std::string_view> parts;
    std::string_view rest = joined;
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        if (part.empty() || part == ".") continue;
        if (part == ".." && !parts.empty() && parts.back() != "..")
            parts.pop_back();
        else
            parts.push_back(part);
    }
    return fmt::format("{}{}", joined.starts_with('/') ? "/" : "", fmt::join(parts, "/"));
}

}  // namespace layerlab::sim::scenario
