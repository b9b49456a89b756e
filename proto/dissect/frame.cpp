#include "proto/dissect/frame.hpp"

#include "proto/dissect/expert.hpp"
#include "proto/dissect/plain_headers.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/dissect/state.hpp"

namespace layerlab::proto::dissect {

namespace {

void add_times(Context& c, const FrameIn& in, State* state) {
    using F = FrameFields;
    if (!in.has_time) return;
    c.generate(F::time_epoch, static_cast<std::uint64_t>(nanoseconds(in.time)));
    if (!state && !in.times) return;
    const FrameTimes times = in.times ? *in.times : state->times.step(in.time);
    const auto since = [&](Time then) { return static_cast<std::uint64_t>(nanoseconds(in.time) - nanoseconds(then)); };
    c.generate(F::time_delta, since(*times.previous));
    c.generate(F::time_relative, since(*times.first));
}

// "eth:ip:tcp"
std::string protocol_path(const Dissection& d) {
    std::string path;
    for (std::size_t i = 1; i < d.layers.size(); ++i) {
        if (i > 1) path += ':';
        path += d.layers[i].protocol->name();
    }
    return path;
}

void dissect_nothing(Context& c, Bytes bytes) { c.begin(frame_protocol, bytes); }

void dissect_data(Context& c, Bytes bytes) {
    c.begin(data_protocol, bytes);
    c.add(DataFields::bytes, bytes);
    c.generate(DataFields::length, bytes.size());
}

}  // namespace

constinit const Protocol frame_protocol{
    .heading = {"frame", "Frame"}, .column = nullptr, .fields = FrameFields::table, .dissect = dissect_nothing};

constinit const Protocol data_protocol{
    .heading = {"data", "Data"}, .column = nullptr, .fields = DataFields::table, .dissect = dissect_data};

void dissect_frame(const FrameIn& in, Dissection& out, const Options& options, State* state) {
    using F = FrameFields;
    const std::size_t length = std::max(in.original_length, in.bytes.size());
    Context c(out, in.bytes, length - in.bytes.size(), options, state);
    c.info.frame = in.number;
    c.info.time = in.time;
    c.opened = in.opened;
    if (!state && in.tcp) c.tcp_known = &*in.tcp;
    c.begin(frame_protocol, in.bytes);
    const bool is_whole_ethernet = in.link_type == 1 && length == in.bytes.size();
    if (is_whole_ethernet && state && !c.wants_headers() && dissect_plain_headers(c, in.bytes)) return;
    if (in.interface) c.generate(F::interface, *in.interface);
    if (in.flags) {
        c.generate(F::flags, *in.flags);
        c.generate(F::direction, *in.flags & 3u);
    }
    add_times(c, in, state);
    c.generate(F::number, in.number);
    c.generate(F::length, length);
    c.generate(F::captured, in.bytes.size());
    const std::string_view comment = in.comment.substr(0, in.comment.find('\0'));  // some writers put a C string there
    if (!comment.empty()) {
        const std::string_view kept = c.keep(std::string(comment));
        c.generate(F::comment, kept);
        add_remark(c, {F::comment_remark.info, Severity::comment, RemarkGroup::comment}, kept);
    }
    const std::size_t protocols_item = out.items.size();
    if (c.wants(F::protocols.info)) c.generate(F::protocols, std::string_view{});
    c.next(by_link_type(in.link_type), in.bytes, length - in.bytes.size());
    if (protocols_item < out.items.size() && out.items[protocols_item].field == &F::protocols.info)
        out.items[protocols_item].bytes = as_bytes(c.keep(protocol_path(out)));
}

}  // namespace layerlab::proto::dissect
