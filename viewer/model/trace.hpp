// What is looked at: the record log of a run or of a capture, with its frames numbered (the numbers of frame_list.hpp),
// each frame's partner at the other end of the cable, and each packet's frames. Grows while the run goes on.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <unordered_map>

#include "capture/frame.hpp"
#include "sim/kernel/decisions.hpp"
#include "sim/kernel/recorder.hpp"
#include "sim/scenario/frame_list.hpp"
#include "viewer/model/capture_store.hpp"

namespace layerlab::viewer {

using proto::Bytes;
using proto::Duration;
using proto::PacketId;
using proto::Time;
using sim::Record;
using sim::RecordKind;

using Buffer = std::vector<std::uint8_t>;

// The records of a trace, numbered from first() on: kept ones of a run, made up from the index of a capture.
class Records {
  public:
    Records(const sim::RecordLog& log, const CaptureStore* capture) : log_(&log), capture_(capture) {}
    std::uint64_t first() const { return capture_ ? 0 : log_->first(); }
    std::uint64_t end() const { return capture_ ? capture_->size() : log_->end(); }
    Record operator[](std::uint64_t n) const {
        return capture_ ? capture_->record(static_cast<FrameNumber>(n + 1)) : (*log_)[n];
    }
    Bytes bytes(std::uint64_t n, Buffer& scratch) const {
        return capture_ ? capture_->bytes(static_cast<FrameNumber>(n + 1), scratch) : log_->bytes(n, scratch);
    }

  private:
    const sim::RecordLog* log_;
    const CaptureStore* capture_;
};

class Trace {
  public:
    explicit Trace(Topology topology);
    // Of a capture: its frames are added to capture().
    struct OfCapture {};
    explicit Trace(OfCapture);
    ~Trace();
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;

    const Topology& topology() const { return topology_; }
    Topology& topology() { return topology_; }
    const sim::PlaceNames& names() const;
    std::string place(const Record& record) const;  // "gw.wan"

    // What a run's recorder is told to write to, or a capture's reader.
    sim::RecordReader& reader();
    // Gives numbers to the frames of the newest moment too; at the end of a run, or of a slice of it.
    void settle();

    Records log() const { return {log_, capture_.get()}; }
    Time end() const {
        if (is_capture) return proto::time_at(capture_->rows().end());
        return log_.end() == 0 ? Time{} : log_[log_.end() - 1].at;
    }
    CaptureStore& capture() { return *capture_; }
    const CaptureStore& capture() const { return *capture_; }
    std::uint64_t memory() const;  // bytes, of the log and of what is kept for each frame

    FrameNumber frame_count() const { return is_capture ? capture_->size() : static_cast<FrameNumber>(frames_.size()); }
    std::uint64_t position(FrameNumber n) const {  // of its record in the log
        return is_capture ? n - 1 : frames_[n - 1].position;
    }
    Record frame(FrameNumber n) const { return is_capture ? capture_->record(n) : log_[frames_[n - 1].position]; }
    // Where the frame was sent, or arrived: the same frame at the other end of its cable. 0: unknown, or it never did.
    FrameNumber partner(FrameNumber n) const { return is_capture ? 0 : frames_[n - 1].partner; }
    // What the device decided about it, as positions in the log.
    std::span<const std::uint32_t> remarks(FrameNumber n) const;
    // `scratch` is where bytes are put together; valid until its next use.
    Bytes bytes(FrameNumber n, Buffer& scratch) const;
    capture::LinkType link_type(FrameNumber n, Bytes bytes) const;
    // Bytes on the wire.
    std::uint32_t size(FrameNumber n) const { return is_capture ? capture_->size_of(n) : frame(n).size; }
    // A capture's frames may stand out of order; their records do not.
    Time time(FrameNumber n) const { return is_capture ? proto::time_at(capture_->rows().own_time(n)) : frame(n).at; }
    FrameKind kind(FrameNumber n, Buffer& scratch) const;
    // When it arrived; of one that was sent and never did, never.
    Time arrival(FrameNumber n) const;

    // How many frames, or records, happened up to and including that time.
    FrameNumber frames_until(Time t) const;
    std::uint64_t records_until(Time t) const;
    // The frame of this record, or the frame that this decision is a remark of; 0: none.
    FrameNumber frame_of_record(std::uint64_t position) const;

    // The frames of one packet, in order.
    std::vector<FrameNumber> frames_of(PacketId packet) const;
    FrameNumber first_frame_of(PacketId packet) const;
    sim::CauseId cause_of(PacketId packet) const;
    // The record of the command, the change or the check with this id; nothing where it was not recorded.
    std::optional<std::uint64_t> beginning_of(sim::CauseId id) const;
    // Whether `packet` is `root` or follows from it through any number of causes.
    bool follows_from(PacketId packet, sim::CauseId root) const;

    // Of a capture: the time of its first frame since 1970, to be added for wall-clock times. 0 for a run.
    std::int64_t epoch_ns = 0;
    const bool is_capture = false;

  private:
    class Index;
    struct FrameRow {
        std::uint64_t position : 40;
        std::uint64_t remark_count : 24;
        FrameNumber partner = 0;
        FrameNumber next_of_packet = 0;
        std::uint32_t first_remark = 0;
    };
    struct PacketEntry {
        FrameNumber first = 0, last = 0;
        sim::CauseId cause = 0;
    };

    Topology topology_;
    std::unique_ptr<CaptureStore> capture_;
    sim::RecordLog log_;
    std::vector<FrameRow> frames_;
    std::vector<std::uint32_t> remarks_;
    std::unordered_map<PacketId, PacketEntry> packets_;
    std::unordered_map<sim::CauseId, std::uint64_t> beginnings_;
    std::unique_ptr<Index> index_;
};

}  // namespace layerlab::viewer
