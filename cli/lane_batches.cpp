#include "cli/lane_batches.hpp"

#include "cli/read_frames.hpp"

namespace layerlab::cli {

namespace dissect = proto::dissect;

void LaneBatch::clear() {
    for (Part& part : parts) {
        part.frames.clear();
        part.out.clear();
        part.ends.clear();
        part.is_begun = false;
    }
    frames_.clear();
    octets_ = 0;
    memories_.clear();
    copies_.clear();
    lane_of_.clear();
    parts_left = 0;
    stands_alone = false;
}

proto::Bytes LaneBatch::copy(proto::Bytes bytes) {
    if (bytes.empty()) return {};
    return copies_.emplace_back(bytes.begin(), bytes.end());
}

dissect::FrameIn& LaneBatch::add(const capture::Frame& frame, const std::shared_ptr<const void>& memory,
                                 std::size_t lane) {
    if (parts[lane].frames.empty()) ++parts_left;
    parts[lane].frames.push_back(static_cast<std::uint32_t>(frames_.size()));
    lane_of_.push_back(static_cast<std::uint8_t>(lane));
    octets_ += frame.bytes.size();
    dissect::FrameIn& in = frames_.emplace_back(frame_in(frame));
    if (!memory)
        in.bytes = copy(in.bytes);
    else if (memories_.empty() || memories_.back() != memory)
        memories_.push_back(memory);
    in.opened = copy(in.opened);
    in.comment = proto::as_text(copy(proto::as_bytes(in.comment)));
    return in;
}

void LaneBatch::append_to(std::string& out) const {
    struct Cursor {
        std::size_t next = 0, written = 0;
    };
    std::array<Cursor, dissect::lanes> cursors{};
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
