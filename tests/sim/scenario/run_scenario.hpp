// Reads a .lab file from the disk and plays it, for tests; a hash of everything that the run recorded.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "capture/open.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {

struct ScenarioFile {
    std::unique_ptr<Loaded> loaded;
    Plan& plan;
    std::string problems;  // the diagnostics, warnings included, as the program prints them

    const Scenario& scenario() const { return loaded->scenario; }
    bool ok() const { return loaded->ok(); }
};

// As the program reads it.
inline std::unique_ptr<ScenarioFile> load_scenario(const std::filesystem::path& path) {
    LoadOptions options;
    options.open_recording = [](const std::string& lab, const std::string& capture) {
        return capture::open_capture((std::filesystem::path(lab).parent_path() / capture).string());
    };
    auto loaded = load(
        path.string(),
        [](const std::string& name) -> proto::Result<std::string> {
            std::ifstream in(name, std::ios::binary);
            if (!in) return proto::fail("cannot read " + name);
            return std::string(std::istreambuf_iterator<char>(in), {});
        },
        options);
    Plan& plan = loaded->plan;
    std::string problems = loaded->diagnostics.render(loaded->scenario.sources);
    return std::unique_ptr<ScenarioFile>(new ScenarioFile{std::move(loaded), plan, std::move(problems)});
}

// FNV-1a over every record and its bytes, in their order.
class RecordHash final : public RecordReader {
  public:
    void on_record(const Record& r, Bytes bytes) override {
        ++count_;
        add(static_cast<std::uint64_t>(r.at.time_since_epoch().count()));
        for (const std::uint64_t n :
             {std::uint64_t{r.packet}, std::uint64_t{r.cause}, r.a, r.b, std::uint64_t{r.node}, std::uint64_t{r.line},
              std::uint64_t{r.port}, static_cast<std::uint64_t>(r.kind), std::uint64_t{r.code}})
            add(n);
        add(bytes.size());
        for (const std::uint8_t b : bytes) hash_ = (hash_ ^ b) * prime;
    }
    std::uint64_t value() const { return hash_; }
    std::uint64_t count() const { return count_; }

  private:
    static constexpr std::uint64_t prime = 0x100'0000'01b3;
    void add(std::uint64_t n) {
        for (int i = 0; i < 8; ++i, n >>= 8) hash_ = (hash_ ^ (n & 0xff)) * prime;
    }

    std::uint64_t hash_ = 0xcbf2'9ce4'8422'2325;
    std::uint64_t count_ = 0;
};

struct Played {
    RunResult result;
    std::uint64_t hash = 0;  // of the records; 0 if no reader was asked for
    std::uint64_t records = 0;
    std::string transcript;  // every command with its output, status and end
};

enum class Readers { none, hash, hash_and_log };

inline Played play(const ScenarioFile& file, Readers readers) {
    Played played;
    RecordHash hash;
    RecordLog log(16u << 20);
    RunListener silent;
    Runner runner(file.scenario(), file.plan);
    if (readers == Readers::hash_and_log) runner.subscribe(log);
    if (readers != Readers::none) runner.subscribe(hash);
    played.result = runner.run(silent);
    if (readers != Readers::none) played.hash = hash.value();
    played.records = hash.count();
    for (const CommandResult& c : played.result.commands)
        played.transcript += c.line + "\n" + c.output + std::to_string(c.status) + " " +
                             std::to_string(c.ended.time_since_epoch().count()) + "\n";
    return played;
}

}  // namespace layerlab::sim::scenario
