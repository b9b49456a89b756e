#include "cli/load.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "cli/read_folder.hpp"
#include "sim/scenario/checker.hpp"
#include "sim/scenario/folders.hpp"
#include "sim/scenario/output_check.hpp"

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
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return proto::fail(fmt::format("{} is a directory", path));
    std::ifstream file(path, std::ios::binary);
    if (!file) return proto::fail(fmt::format("{}: {}", path, std::strerror(errno)));
    std::string text;
    char block[65536];
    while (file.read(block, sizeof block) || file.gcount() > 0) {
        text.append(block, static_cast<std::size_t>(file.gcount()));
        if (text.size() > sim::scenario::max_file_size)
            return proto::fail(fmt::format("{} is larger than 16 MiB", path));
    }
    return text;
}

proto::Result<void> write_text(const std::string& path, const std::string& text) {
    const std::string beside = path + ".new";
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) return proto::fail(fmt::format("{}: {}", path, std::strerror(errno)));
    std::error_code error;
    std::filesystem::rename(beside, path, error);
    if (error) return proto::fail(fmt::format("{}: {}", path, error.message()));
    return {};
}

std::unique_ptr<Loaded> load(const std::string& path, const Overrides& set, bool to_run, bool quiet) {
    using namespace sim::scenario;
    ParseOptions options;
    options.set = set;
    ParseResult parsed = parse(path, read_text, options);
    auto loaded = std::make_unique<Loaded>();
    loaded->scenario = std::move(parsed.scenario);
    Diagnostics& diagnostics = parsed.diagnostics;
    check_filters(loaded->scenario, diagnostics);
    if (!diagnostics.has_errors()) {
        loaded->plan = make_plan(loaded->scenario, diagnostics);
        if (to_run) check_runnable(loaded->scenario, diagnostics);
        if (to_run) read_folders(loaded->scenario, read_folder, diagnostics);
    }
    if (!diagnostics.has_errors() && !quiet) check_network(loaded->scenario, loaded->plan, diagnostics);
    diagnostics.sort();
    if (diagnostics.has_errors() || !quiet) fmt::print(stderr, "{}", diagnostics.render(loaded->scenario.sources));
    if (diagnostics.has_errors()) return nullptr;
    return loaded;
}

}  // namespace layerlab::cli
