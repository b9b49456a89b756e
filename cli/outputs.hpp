// The files that a run writes beside its transcript, as readers of the record log: pcapng and the golden trace.
#pragma once

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/output_file.hpp"
#include "sim/scenario/golden.hpp"
#include "sim/scenario/pcapng_recorder.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::cli {

// Opens the file and subscribes the recorder.
proto::Result<std::unique_ptr<sim::scenario::PcapngRecorder>> record_pcapng(const std::string& path,
                                                                            const std::vector<std::string>& at,
                                                                            const sim::scenario::Scenario& scenario,
                                                                            const sim::scenario::Plan& plan,
                                                                            sim::scenario::Runner& runner);

// A run's golden trace against the one in a file, line by line as it comes, or written to that file.
class GoldenFile {
  public:
    // update: write the file instead of comparing.
    static proto::Result<std::unique_ptr<GoldenFile>> open(const std::string& path, bool update,
                                                           sim::scenario::Runner& runner);
    // After the run: whether the traces are the same; prints the first difference.
    proto::Result<bool> finish();

  private:
    GoldenFile(std::string path, const sim::PlaceNames& names);
    void take(std::string_view line);

    std::string path_;
    std::ifstream expected_;
    std::optional<OutputFile> written_;
    std::string difference_;  // empty: none so far
    std::uint64_t lines_ = 0;
    sim::scenario::GoldenTrace trace_;
};

}  // namespace layerlab::cli
