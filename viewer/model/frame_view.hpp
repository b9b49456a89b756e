// The rows of the packet list: which frames are shown. Works in slices; only a display filter dissects.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/filter.hpp"
#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

class Flows;

struct FrameViewSettings {
    std::string filter;
    sim::CauseId caused_by = 0;                    // 0: any
    NodeId at = sim::no_node;                      // no_node: anywhere
    bool arrivals = false;                         // also arrivals, where their sending is there
    sim::DropReason drop = sim::DropReason::none;  // only frames that ended for this reason; none: any frame
    friend bool operator==(const FrameViewSettings&, const FrameViewSettings&) = default;
};

// Numbers in ascending order; as long as they are all from 1 on, none is kept.
class FrameRows {
  public:
    std::size_t size() const { return is_all_ ? count_ : some_.size(); }
    bool empty() const { return size() == 0; }
    FrameNumber operator[](std::size_t i) const { return is_all_ ? static_cast<FrameNumber>(i + 1) : some_[i]; }
    FrameNumber front() const { return (*this)[0]; }
    FrameNumber back() const { return (*this)[size() - 1]; }
    // Index of the first that is not below.
    std::size_t at(FrameNumber number) const;
    operator std::vector<FrameNumber>() const;

    void add(FrameNumber number);
    void clear() { *this = {}; }

  private:
    bool is_all_ = true;
    FrameNumber count_ = 0;
    std::vector<FrameNumber> some_;
};

class FrameView {
  public:
    // With `flows`, a filter knows of TCP streams what they know, and does not look at frames before they have.
    explicit FrameView(const Trace& trace, const Flows* flows = nullptr) : trace_(&trace), flows_(flows) {}

    // A wrong filter is kept as text with its error; the rows stay those of the last right one.
    void set(const FrameViewSettings& settings);
    const FrameViewSettings& settings() const { return settings_; }
    const std::optional<proto::dissect::FilterError>& error() const { return error_; }

    // Looks at frames that have not been looked at, for about so long; true when it is up to date.
    bool advance(std::chrono::microseconds budget);
    // Up to the last frame that there is (and that the flows know), however long it takes.
    void finish();
    FrameNumber looked_at() const { return looked_at_; }

    const FrameRows& rows() const { return rows_; }
    // Index of the first row whose number is not below.
    std::size_t row_at(FrameNumber number) const { return rows_.at(number); }

  private:
    bool takes(FrameNumber number);
    bool ends_as(FrameNumber number, sim::DropReason reason) const;
    FrameNumber known() const;  // how many frames can be looked at now

    const Trace* trace_;
    const Flows* flows_;
    FrameViewSettings settings_;
    std::optional<proto::dissect::Filter> filter_;
    std::optional<proto::dissect::FilterError> error_;
    proto::dissect::Dissection dissection_;
    Buffer scratch_;
    FrameRows rows_;
    FrameNumber looked_at_ = 0;
};

// A frame as the dissector wants it; with `flows`, with what they know of its TCP stream.
proto::dissect::FrameIn frame_in(const Trace& trace, FrameNumber number, Bytes bytes, const Flows* flows = nullptr);

}  // namespace layerlab::viewer
