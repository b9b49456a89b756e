#include "cli/outputs.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>

#include "capture/open.hpp"

namespace layerlab::cli {

using namespace sim::scenario;

proto::Result<std::unique_ptr<PcapngRecorder>> record_pcapng(const std::string& path,
                                                             const std::vector<std::string>& at,
                                                             const Scenario& scenario, const Plan& plan,
                                                             Runner& runner) {
    auto file = capture::create_capture_bytes(path);
    if (!file) return tl::unexpected(file.error());
    auto recorder = PcapngRecorder::create(std::move(*file), scenario, plan, at);
    if (recorder) runner.subscribe(**recorder);
    return recorder;
}

GoldenFile::GoldenFile(std::string path, const sim::PlaceNames& names)
    : path_(std::move(path)), trace_(names, [this](std::string_view line) { take(line); }) {}

proto::Result<std::unique_ptr<GoldenFile>> GoldenFile::open(const std::string& path, bool update, Runner& runner) {
    std::unique_ptr<GoldenFile> golden(new GoldenFile(path, runner.world()));
    std::error_code ignored;
    if (update) {
        auto file = OutputFile::create(path);
        if (!file) return tl::unexpected(std::move(file.error()));
        golden->written_ = std::move(*file);
    } else {
        if (std::filesystem::is_directory(path, ignored))
            return tl::unexpected(capture::file_error(path, "read", EISDIR));
        golden->expected_.open(path, std::ios::binary);
        if (!golden->expected_) {
            const int reason = errno;
            proto::Error error = capture::file_error(path, "open", reason);
            if (reason == ENOENT) error.hint = "--update-golden writes the trace of this run";
            return tl::unexpected(std::move(error));
        }
    }
    runner.subscribe(golden->trace_);
    return golden;
}

void GoldenFile::take(std::string_view line) {
    ++lines_;
    if (written_) return written_->append(line);
    if (!difference_.empty()) return;
    std::string wanted;
    if (std::getline(expected_, wanted)) wanted += '\n';
    if (wanted != line)
        difference_ = fmt::format("{}:{}: the traces differ\n  golden: {}  now:    {}", path_, lines_,
                                  wanted.empty() ? "(its end)\n" : wanted, line);
}

proto::Result<bool> GoldenFile::finish() {
    trace_.flush();
    if (written_) return written_->finish().map([] { return true; });
    std::string rest;
    if (difference_.empty() && std::getline(expected_, rest))
        difference_ = fmt::format("{}:{}: the golden trace goes on, this run does not\n", path_, lines_ + 1);
    if (expected_.bad()) return tl::unexpected(capture::file_error(path_, "read", EIO));
    if (difference_.empty()) return true;
    fmt::print("  FAILED  {}", difference_);
    return false;
}

}  // namespace layerlab::cli
