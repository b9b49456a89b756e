#include "sim/scenario/recordings.hpp"

#include <fmt/format.h>

#include "proto/wire/ethernet.hpp"

namespace layerlab::sim::scenario {
namespace {

void read(CaptureSetting& setting, const std::string& lab, const OpenRecording& open, Diagnostics& diagnostics) {
    const Place& place = setting.path.place;
    auto source = open(lab, setting.path.text);
    if (!source) return diagnostics.error(place, source.error().message, source.error().hint);
    auto recording = std::make_shared<Recording>();
    std::optional<proto::Time> first;
    proto::Time last{};
    for (;;) {
        const auto frame = (*source)->next();
        if (!frame) {
            diagnostics.warning(place, frame.error().message, frame.error().hint);
            break;
        }
        if (!*frame) break;
        const capture::Frame& f = **frame;
        if (f.has_time && f.far_seconds == 0) {
            if (!first) first = last = f.time;
            last = std::max(last, f.time);  // a frame is never before the one above it
        }
        if (f.link_type != capture::LinkType::ethernet || f.bytes.size() < proto::wire::Ethernet::min_size) {
            ++recording->other_link_type;
            continue;
        }
        if (f.bytes.size() < f.original_length) {
            ++recording->cut_off;
            continue;
        }
        if (recording->bytes.size() + f.bytes.size() > max_recording_bytes ||
            recording->frames.size() == max_recording_frames)
            return diagnostics.error(
                place, fmt::format("{} is too large to be played", setting.path.text),
                fmt::format("at most {} frames and {} MiB", max_recording_frames, max_recording_bytes >> 20));
        recording->frames.push_back(
            {f.number, first ? last - *first : Duration{}, recording->bytes.size(), f.bytes.size()});
        recording->bytes.insert(recording->bytes.end(), f.bytes.begin(), f.bytes.end());
    }
    if (recording->other_link_type + recording->cut_off > 0)
        diagnostics.warning(place,
                            fmt::format("frames of {} that are not played: {} are no Ethernet frames, {} were cut off",
                                        setting.path.text, recording->other_link_type, recording->cut_off),
                            recording->cut_off > 0 ? "capture whole frames: tcpdump -s 0" : "");
    setting.recording = std::move(recording);
}

}  // namespace

void read_recordings(Scenario& scenario, const OpenRecording& open, Diagnostics& diagnostics) {
    for (Setting& setting : scenario.settings)
        if (auto* capture = std::get_if<CaptureSetting>(&setting.value))
            read(*capture, scenario.sources.file(capture->path.place.file).path, open, diagnostics);
}

}  // namespace layerlab::sim::scenario
