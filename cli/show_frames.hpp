// Frames on the standard output: one line each, as trees, or as JSON lines; those that a display filter lets through.
// `dissect` shows files with it, `capture` what comes in.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "capture/frame.hpp"
#include "proto/dissect/dissect.hpp"
#include "proto/dissect/field_columns.hpp"
#include "proto/dissect/filter.hpp"

namespace layerlab::cli {

struct ShowOptions {
    std::string filter;
    std::vector<std::string> fields;  // columns instead of a summary
    bool verbose = false, json = false;
};
// -Y, -V, --json and -e.
void add_show_options(CLI::App& sub, ShowOptions& options);

// Turns frames into text. Several threads may use it at once.
class FrameText {
  public:
    // Nothing, after saying what is wrong, when the filter or a field is.
    static std::optional<FrameText> open(const ShowOptions& options);

    const proto::dissect::Filter& filter() const { return filter_; }
    // What append() reads; nullptr: everything.
    const proto::dissect::Wanted* wanted() const { return has_all_ ? nullptr : &wanted_; }
    void append(std::string& out, const proto::dissect::FrameIn& in,
                const proto::dissect::Dissection& dissection) const;

  private:
    FrameText(const ShowOptions& options, proto::dissect::Filter filter, proto::dissect::FieldColumns columns);

    ShowOptions options_;
    proto::dissect::Filter filter_;
    proto::dissect::FieldColumns columns_;
    proto::dissect::Wanted wanted_;
    bool has_all_;
};

// Frames one after the other, as they come.
class FrameShow {
  public:
    explicit FrameShow(FrameText text);
    FrameShow(const FrameShow&) = delete;
    FrameShow& operator=(const FrameShow&) = delete;

    // Frames must come in their order: streams are followed. False: the filter left it out.
    bool matches(const capture::Frame& frame);
    // Shows the frame that matched last.
    void show();
    // What has been shown goes out; otherwise it does in large blocks.
    void flush();

  private:
    FrameText text_;
    proto::dissect::Dissector dissector_;
    proto::dissect::FrameIn in_{};
    const proto::dissect::Dissection* dissection_ = nullptr;
    std::string out_;
};

}  // namespace layerlab::cli
