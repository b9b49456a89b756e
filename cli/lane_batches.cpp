#include "cli/lane_batches.hpp"

namespace layerlab::cli {

void LaneBatch::clear() {
    for (Part& part : parts) {
        part.frames.clear();
        part.out.clear();
        part.ends.clear();
        part.is_begun = false;
    }
    frames_.clear();
    bytes_.clear();
    lane_of_.clear();
    parts_left = 0;
    stands_alone = false;
}

void LaneBatch::add(const proto::dissect::FrameIn& in, std::size_t lane) {
    if (parts[lane].frames.empty()) ++parts_left;
    parts[lane].frames.push_back(static_cast<std::uint32_t>(frames_.size()));
    frames_.push_back(in);
    lane_of_.push_back(static_cast<std::uint8_t>(lane));
    bytes_.insert(bytes_.end(), in.bytes.begin(), in.bytes.end());
    bytes_.insert(bytes_.end(), in.opened.begin(), in.opened.end());
    bytes_.insert(bytes_.end(), in.comment.begin(), in.comment.end());
}

void LaneBatch::close() {
    const std::uint8_t* at = bytes_.data();
    for (proto::dissect::FrameIn& frame : frames_) {
        frame.bytes = {at, frame.bytes.size()};
        at += frame.bytes.size();
        frame.opened = {at, frame.opened.size()};
        at += frame.opened.size();
        frame.comment = {reinterpret_cast<const char*>(at), frame.comment.size()};
        at += frame.comment.size();
    }
}

void LaneBatch::append_to(std::string& out) const {
    struct Cursor {
        std::size_t next = 0, written = 0;
    };
    std::array<Cursor, proto::dissect::lanes> cursors{};
    for (std::uint32_t index = 0; index < frames_.size(); ++index) {
        const Part& part = parts[lane_of_[index]];
        Cursor& cursor = cursors[lane_of_[index]];
        if (cursor.next == part.ends.size() || part.ends[cursor.next].first != index) continue;
        const std::size_t end = part.ends[cursor.next++].second;
        out.append(part.out, cursor.written, end - cursor.written);
        cursor.written = end;
    }
}

}  // namespace layerlab::cli
