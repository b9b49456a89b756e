// The frames of a run as a numbered list: THE frame numbers of golden traces, pcapng files and `why`.
//
// Numbered from 1, in the order of the record log: each frame sent and each frame that arrived. A frame that is dropped
// at a device in the moment in which it arrived there has no second entry; the drop is a remark on its arrival. Any
// other dropped frame whose bytes were recorded (lost, damaged, no room in a queue, given up) is an entry of its own.
// Decisions about a packet are remarks on its arrival at that device in the same moment, else on its next sending
// there.
//
// Numbers follow from the records alone, so that they are the same for a log that keeps a frame's bytes only once.
#pragma once

#include <deque>
#include <unordered_map>
#include <vector>

#include "sim/kernel/recorder.hpp"

namespace layerlab::sim::scenario {

// A decision about a frame, or its drop.
struct Remark : Record {
    std::uint64_t position = 0;  // in the log, counted from 0
};

struct FrameEntry {
    std::uint64_t number = 0;
    std::uint64_t position = 0;  // of its record in the log, counted from 0
    Record record;               // frame_sent, frame_delivered or frame_dropped
    std::vector<Remark> remarks;
    Bytes bytes;  // as recorded: Ethernet, or an IPv4 packet that was given up before it had a link header
};

class FrameList : public RecordReader {
  public:
    void on_record(const Record& record, Bytes bytes) final;
    // Hands out what is still pending; at the end of the run.
    void flush();
    // How many have a number by now.
    std::uint64_t numbered() const { return numbered_; }

  protected:
    // Called in the order of the numbers, as soon as virtual time has moved on.
    virtual void on_frame(const FrameEntry& entry) = 0;

  private:
    static constexpr std::size_t most_waiting = 4096, most_remarks = 256;
    struct Key {
        PacketId packet;
        NodeId node;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& k) const {
            return static_cast<std::size_t>((k.packet ^ std::uint64_t{k.node} << 20) * 0x9e37'79b9'7f4a'7c15u >> 7);
        }
    };
    struct Pending {
        FrameEntry entry;
        std::size_t begin = 0, size = 0;  // of its bytes in arena_
    };

    void add_entry(const Record& record, Bytes bytes);
    void remark(const Record& record);  // the one heard last
    FrameEntry* pending_at(const Key& key);

    Time now_{};
    std::uint64_t numbered_ = 0, heard_ = 0;
    std::vector<Pending> pending_;  // the first `in_use_` of them
    std::size_t in_use_ = 0;
    std::vector<std::uint8_t> arena_;
    std::unordered_map<Key, std::size_t, Hash> arrived_;  // in this moment: index into pending_
    std::unordered_map<Key, std::vector<Remark>, Hash> waiting_;
    std::deque<Key> order_;  // of waiting_, oldest first
};

}  // namespace layerlab::sim::scenario
