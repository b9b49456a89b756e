// layerlab dissect: reads a capture and shows its frames, one line each, as trees, or as JSON lines.
#include "proto/dissect/dissect.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <memory>

#include "capture/open.hpp"
#include "cli/complain.hpp"
#include "cli/read_frames.hpp"
#include "cli/subcommands.hpp"
#include "proto/dissect/field_columns.hpp"
#include "proto/dissect/filter.hpp"
#include "proto/dissect/json.hpp"
#include "proto/dissect/text.hpp"

namespace layerlab::cli {
namespace {

namespace dissect = proto::dissect;

struct Options {
    std::string file, filter;
    std::vector<std::string> fields;
    bool verbose = false, json = false;
    std::uint64_t count = 0;
};

// What the lines need to know of a frame.
dissect::Wanted wanted_by(const dissect::Filter& filter, const dissect::FieldColumns& columns, bool has_columns) {
    dissect::Wanted wanted = has_columns ? dissect::Wanted() : dissect::Wanted::for_columns();
    columns.add_to(wanted);
    for (const proto::FieldInfo* field : filter.fields()) wanted.add(*field);
    return wanted;
}

void show(const Options& o, const dissect::FieldColumns& columns, const dissect::FrameIn& in,
          const dissect::Dissection& d, std::string& out) {
    if (!o.fields.empty()) return columns.append_line(out, d);
    if (o.json) return dissect::append_json(out, in, d);
    dissect::append_line(out, in, d);
    if (!o.verbose) return;
    dissect::append_tree(out, in, d);
}

int run(const Options& o) {
    const auto filter = filter_or_complaint(o.filter);
    if (!filter) return wrong_input;
    const auto columns = dissect::FieldColumns::parse(o.fields);
    if (!columns) return complain(columns.error());
    auto source = capture::open_capture(o.file);
    if (!source) return complain(source.error());
    const dissect::Wanted wanted = wanted_by(*filter, *columns, !o.fields.empty());
    dissect::Options options;
    if (!o.json && !o.verbose) options.wanted = &wanted;
    dissect::Dissector dissector(options);
    std::string out;
    std::uint64_t shown = 0;
    int status = success;
    while (o.count == 0 || shown < o.count) {
        const auto frame = (*source)->next();
        if (!frame) {
            status = complain(frame.error());
            break;
        }
        if (!*frame) break;
        const dissect::FrameIn in = frame_in(**frame);
        const dissect::Dissection& d = dissector.dissect(in);
        if (!filter->matches(d, in.bytes)) continue;
        ++shown;
        show(o, *columns, in, d, out);
        if (out.size() < 1 << 16) continue;
        fmt::print("{}", out);
        out.clear();
    }
    fmt::print("{}", out);
    return status;
}

}  // namespace

void add_dissect(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("dissect", "Show the frames of a capture file (pcap, pcapng)");
    sub->add_option("CAPTURE", o->file, "Capture file")->required();
    sub->add_option("-Y,--filter", o->filter, "Only frames that match this display filter (`layerlab help filters`)");
    sub->add_flag("-V,--verbose", o->verbose, "Every field of every layer");
    sub->add_flag("--json", o->json, "One JSON object per line, with Wireshark's field names");
    sub->add_option("-e,--field", o->fields, "The values of this field, a column; may be given several times")
        ->excludes("--json")
        ->excludes("--verbose");
    sub->add_option("-c,--count", o->count, "Stop after this many frames shown");
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
