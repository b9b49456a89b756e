// Reads a capture in a thread of its own, which may wait for more (a live interface, a file that grows), and hands over
// what the index needs of each frame. Frames themselves stay in the file, or the spool.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "capture/placed_source.hpp"
#include "viewer/model/feed.hpp"

namespace layerlab::viewer {

class CaptureThread {
  public:
    struct Entry {
        CaptureRows::Row row;  // `time` since 1970; its way is not known yet
        bool has_time = true;
        FrameEnds ends;
    };
    struct Name {
        HostAddress address;
        std::string name;
    };
    struct Batch {
        std::vector<Entry> entries;
        std::vector<Name> names;  // that DNS answers told
        bool empty() const { return entries.empty() && names.empty(); }
    };

    CaptureThread(OpenPlaced open, std::shared_ptr<capture::Patience> patience);
    ~CaptureThread();

    // What has come since; waits for it for at most so long.
    Batch take(std::chrono::microseconds wait);
    // Once: where the frames can be read again. There before the first frame is.
    std::optional<capture::PlacedFrames> take_file();
    bool has_ended() const;  // and all has been taken
    bool is_waiting() const;
    std::string problem() const;

  private:
    static constexpr std::size_t batch_size = 1024, most_batches = 64;

    void run();
    proto::Result<void> read_all();
    void note(const capture::Frame& frame, std::uint64_t place);
    proto::Result<void> hand_over();

    OpenPlaced open_;
    std::shared_ptr<capture::Patience> patience_;
    std::unique_ptr<capture::PlacedSource> source_;
    Batch own_;  // of the thread
    std::string failure_;
    std::atomic<bool> leaves_{false};  // nobody wants to have the rest

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Batch> batches_;
    std::optional<capture::PlacedFrames> file_;
    std::string problem_;
    bool ended_ = false;
    std::thread thread_;
};

}  // namespace layerlab::viewer
