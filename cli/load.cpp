#include "cli/load.hpp"

#include <array>
#include <cstdio>
#include <fmt/format.h>

#include "capture/file_bytes.hpp"
#include "cli/complain.hpp"
#include "cli/open_recording.hpp"
#include "cli/output_file.hpp"
#include "cli/read_folder.hpp"

namespace layerlab::cli {

bool parse_overrides(const std::vector<std::string>& texts, Overrides& out) {
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == 0 || equals == text.npos) {
            fmt::print(stderr, "layerlab: --set {}: a name, \"=\" and a number are expected, as in --set n=100\n",
                       text);
            return false;
        }
        out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    return true;
}

proto::Result<std::string> read_text(const std::string& path) {
    auto file = capture::FileSource::open(path == "-" ? "./-" : path);
    if (!file) return tl::unexpected(std::move(file.error()));
    std::string text;
    std::array<std::uint8_t, 65536> block;
    while (true) {
        const auto size = (*file)->read(block);
        if (!size) return tl::unexpected(size.error());
        if (*size == 0) return text;
        text += proto::as_text(proto::Bytes(block).first(*size));
        if (text.size() > sim::scenario::max_file_size)
            return proto::fail(fmt::format("{}: larger than 16 MiB", path), "is this a .lab file?");
    }
}

proto::Result<void> write_text(const std::string& path, const std::string& text) {
    auto file = OutputFile::create(path);
    if (!file) return tl::unexpected(std::move(file.error()));
    file->append(text);
    return file->finish();
}

std::unique_ptr<Loaded> load(const std::string& path, const Overrides& set, bool quiet, bool real) {
    auto loaded = sim::scenario::load(path, read_text, {set, read_folder, open_recording, real, !quiet});
    const auto& diagnostics = loaded->diagnostics;
    if (loaded->scenario.sources.size() == 0 && !loaded->ok()) {  // no text that could be pointed into
        complain({diagnostics.all().front().message, diagnostics.all().front().hint});
        return nullptr;
    }
    if (!loaded->ok() || !quiet) fmt::print(stderr, "{}", diagnostics.render(loaded->scenario.sources));
    return loaded->ok() ? std::move(loaded) : nullptr;
}

}  // namespace layerlab::cli
