// A live capture as a source of frames, for a reading thread of its own: next() waits for frames until it is told to
// stop, then hands out those that have come. Writes them to a file on their way, where one is wanted.
#pragma once

#include <memory>

#include "capture/capture_files.hpp"
#include "capture/live_mover.hpp"
#include "capture/placed_source.hpp"

namespace layerlab::capture {

class LiveSource final : public FrameSource {
  public:
    // With all rights; afterwards there are none (privileges.hpp). `file` may be empty. `until`: 0 for ever.
    static proto::Result<std::unique_ptr<LiveSource>> open(const LiveSettings& settings, const std::string& file,
                                                           proto::Duration until, std::shared_ptr<Patience> patience);
    ~LiveSource() override;

    proto::Result<std::optional<Frame>> next() override;
    std::string_view interface_name(std::uint32_t) const override { return name_; }

    // Counts; for any thread, also when the source has gone.
    std::shared_ptr<const LiveMover> mover() const { return mover_; }

  private:
    LiveSource(std::string name, LinkType link_type, std::shared_ptr<Patience> patience)
        : name_(std::move(name)), link_type_(link_type), patience_(std::move(patience)) {}
    proto::Result<std::optional<Frame>> end();
    PcapngWriter::Statistics statistics() const;

    std::string name_;
    LinkType link_type_;
    std::shared_ptr<Patience> patience_;
    std::shared_ptr<LiveMover> mover_;
    std::unique_ptr<CaptureFiles> files_;
    proto::Time began_{}, flushed_{};
    std::int64_t stops_at_ = 0;  // of the steady clock; 0: never
    std::uint64_t handed_out_ = 0;
    bool has_front_ = false, stopped_ = false;
};

}  // namespace layerlab::capture
