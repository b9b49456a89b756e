// A capture as a trace has it: the index of its frames, who talks, and the file in which their bytes are.
#pragma once

#include "capture/placed_frames.hpp"
#include "sim/kernel/record.hpp"
#include "viewer/model/capture_rows.hpp"

namespace layerlab::viewer {

class CaptureStore {
  public:
    FrameNumber size() const { return rows_.size(); }
    // As if the capture were a log: frame n has record n - 1, a sending of a packet of its own.
    sim::Record record(FrameNumber n) const;
    // 0 for what is no packet of ours.
    FrameNumber frame_of(proto::PacketId packet) const;
    proto::Bytes bytes(FrameNumber n, std::vector<std::uint8_t>& scratch) const;
    std::uint32_t size_of(FrameNumber n) const { return file_.original_length(rows_[n].place); }  // on the wire
    std::uint64_t memory() const { return rows_.memory() + talkers_.memory() + file_.memory(); }

    const CaptureRows& rows() const { return rows_; }
    const Talkers& talkers() const { return talkers_; }
    CaptureRows& rows() { return rows_; }
    Talkers& talkers() { return talkers_; }
    void set_file(capture::PlacedFrames file) { file_ = std::move(file); }

  private:
    static constexpr std::uint32_t maker = 1;

    CaptureRows rows_;
    Talkers talkers_;
    capture::PlacedFrames file_;
};

}  // namespace layerlab::viewer
