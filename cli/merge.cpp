// layerlab merge: the frames of several captures in one, in the order of their times.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <memory>

#include "capture/open.hpp"
#include "cli/complain.hpp"
#include "cli/copy_frames.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::vector<std::string> files;
    OutputOptions output;
};

struct Input {
    std::string name;  // what its nameless interfaces are called
    std::unique_ptr<capture::FrameSource> source;
    capture::Frame frame{};
    std::pair<std::int64_t, std::int64_t> time{INT64_MIN, 0};
    std::uint64_t out_of_order = 0;
    int status = success;

    // False at the end.
    bool next() {
        auto read = source->next();
        if (!read) status = complain(read.error());
        if (!read || !*read) return false;
        frame = **read;
        if (!frame.has_time) return true;  // with the one before it
        const std::int64_t ns = proto::nanoseconds(frame.time), second = 1'000'000'000;
        const std::int64_t seconds =
            frame.far_seconds != 0 ? frame.far_seconds : ns / second - (ns % second < 0 ? 1 : 0);
        const std::pair now{seconds, frame.far_seconds != 0 ? ns : ns - seconds * second};
        if (now < time) ++out_of_order;
        time = now;
        return true;
    }
};

// A heap of those that still have a frame: the earliest first, of equal ones the one that was named first.
class Race {
  public:
    void add(std::size_t which, const std::vector<Input>& inputs) {
        waiting_.push_back(which);
        std::push_heap(waiting_.begin(), waiting_.end(), After{inputs});
    }
    std::size_t take(const std::vector<Input>& inputs) {
        std::pop_heap(waiting_.begin(), waiting_.end(), After{inputs});
        const std::size_t which = waiting_.back();
        waiting_.pop_back();
        return which;
    }
    bool is_over() const { return waiting_.empty(); }

  private:
    struct After {
        const std::vector<Input>& inputs;
        bool operator()(std::size_t a, std::size_t b) const {
            return std::tie(inputs[a].time, a) > std::tie(inputs[b].time, b);
        }
    };
    std::vector<std::size_t> waiting_;
};

int run(const Options& o) {
    std::vector<Input> inputs;
    for (const std::string& path : o.files) {
        auto source = capture::open_capture(path);
        if (!source) return complain(source.error());
        inputs.push_back({path == "-" ? "-" : std::filesystem::path(path).filename().string(), std::move(*source)});
    }
    auto made = create_frame_file(o.output, o.files, capture::FileFormat::pcapng, {});
    if (!made) return complain(made.error());
    capture::FrameFile& file = **made;
    Race race;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i].next()) race.add(i, inputs);
    std::uint64_t kept = 0;
    while (!race.is_over()) {
        const std::size_t which = race.take(inputs);
        Input& input = inputs[which];
        if (const auto written = file.write(input.frame, *input.source, which, input.name); !written) {
            (void)file.flush();  // the frames before are whole
            return complain(written.error());
        }
        ++kept;
        if (input.next()) race.add(which, inputs);
    }
    int status = success;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Input& input = inputs[i];
        if (const auto done = file.finish(*input.source, i, input.name); !done) return complain(done.error());
        status = std::max(status, input.status);
        if (input.out_of_order > 0)
            fmt::print(
                stderr,
                "layerlab: {}: {} frames are earlier than the one before them; they stay behind it, so the merged "
                "file is not in order there\n",
                o.files[i], input.out_of_order);
    }
    const auto done = file.flush();
    if (!done) return complain(done.error());
    if (status != success) say_what_was_kept(o.output, kept);
    return status;
}

}  // namespace

void add_merge(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub =
        app.add_subcommand("merge", "Put the frames of several captures into one file, in the order of their times");
    sub->add_option("CAPTURE", o->files,
                    "Capture files; frames of equal times come in the order of the files. Interfaces are kept apart "
                    "(pcapng); those without a name are called as their file")
        ->required()
        ->expected(1, 1000);
    add_output_options(*sub, o->output);
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
