#include "cli/outputs.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#include "capture/file_bytes.hpp"

namespace layerlab::cli {

using namespace sim::scenario;

proto::Result<std::unique_ptr<PcapngRecorder>> record_pcapng(const std::string& path,
                                                             const std::vector<std::string>& at,
                                                             const Scenario& scenario, const Plan& plan,
                                                             Runner& runner) {
    auto file = capture::FileSink::create(path);
    if (!file) return tl::unexpected(file.error());
    auto recorder = PcapngRecorder::create(std::move(*file), scenario, plan, at);
    if (recorder) runner.subscribe(**recorder);
    return recorder;
}

GoldenFile::GoldenFile(std::string path, bool update, const sim::PlaceNames& names)
    : path_(std::move(path)), update_(update), trace_(names, [this](std::string_view line) { take(line); }) {}

proto::Result<std::unique_ptr<GoldenFile>> GoldenFile::open(const std::string& path, bool update, Runner& runner) {
    std::unique_ptr<GoldenFile> golden(new GoldenFile(path, update, runner.world()));
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) return proto::fail(fmt::format("{} is a directory", path));
    if (update)
        golden->written_.open(path + ".new", std::ios::binary | std::ios::trunc);
    else
        golden->expected_.open(path, std::ios::binary);
    if (update ? !golden->written_ : !golden->expected_)
        return proto::fail(fmt::format("{}: {}", path, std::strerror(errno)),
                           update ? "" : "--update-golden writes the trace of this run");
    runner.subscribe(golden->trace_);
    return golden;
}

void GoldenFile::take(std::string_view line) {
    ++lines_;
    if (update_) {
        written_ << line;
        return;
    }
    if (!difference_.empty()) return;
    std::string wanted;
    if (std::getline(expected_, wanted)) wanted += '\n';
    if (wanted != line)
        difference_ = fmt::format("{}:{}: the traces differ\n  golden: {}  now:    {}", path_, lines_,
                                  wanted.empty() ? "(its end)\n" : wanted, line);
}

proto::Result<bool> GoldenFile::finish() {
    trace_.flush();
    if (update_) {
        written_.close();
        std::error_code error;
        if (written_) std::filesystem::rename(path_ + ".new", path_, error);
        if (!written_ || error) return proto::fail(fmt::format("{}: the trace could not be written", path_));
        return true;
    }
    std::string rest;
    if (difference_.empty() && std::getline(expected_, rest))
        difference_ = fmt::format("{}:{}: the golden trace goes on, this run does not\n", path_, lines_ + 1);
    if (difference_.empty()) return true;
    fmt::print("  FAILED  {}", difference_);
    return false;
}

}  // namespace layerlab::cli
