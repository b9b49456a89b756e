#include "cli/outputs.hpp"

#include <cstdio>
#include <fmt/format.h>

#include "capture/file_bytes.hpp"
#include "cli/load.hpp"

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
    if (!update) {
        auto text = read_text(path);
        if (!text) return proto::fail(text.error().message, "--update-golden writes the trace of this run");
        golden->expected_ = std::move(*text);
    }
    runner.subscribe(golden->trace_);
    return golden;
}

void GoldenFile::take(std::string_view line) {
    ++lines_;
    if (update_) {
        written_ += line;
        return;
    }
    if (!difference_.empty()) return;
    const std::size_t end = expected_.find('\n', compared_);
    const std::string_view wanted = std::string_view(expected_).substr(
        compared_, end == std::string::npos ? std::string::npos : end + 1 - compared_);
    if (wanted == line)
        compared_ += wanted.size();
    else
        difference_ = fmt::format("{}:{}: the traces differ\n  golden: {}  now:    {}", path_, lines_,
                                  wanted.empty() ? "(its end)\n" : wanted, line);
}

proto::Result<bool> GoldenFile::finish() {
    trace_.flush();
    if (update_) {
        const auto written = write_text(path_, written_);
        if (!written) return tl::unexpected(written.error());
        return true;
    }
    if (difference_.empty() && compared_ < expected_.size())
        difference_ = fmt::format("{}:{}: the golden trace goes on, this run does not\n", path_, lines_ + 1);
    if (difference_.empty()) return true;
    fmt::print("  FAILED  {}", difference_);
    return false;
}

}  // namespace layerlab::cli
