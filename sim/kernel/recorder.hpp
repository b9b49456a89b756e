// The record log: every reader sees every record once, as it happens, and a policy says how much is kept.
// Nobody else watches the simulator. Off costs one predicted branch at each place that could record.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "proto/base/bytes.hpp"
#include "sim/kernel/record.hpp"

namespace layerlab::sim {

using proto::Bytes;

class RecordReader {
  public:
    virtual ~RecordReader() = default;
    // `bytes`: the frame of frame_sent, the text of the others; valid during the call only.
    virtual void on_record(const Record& record, Bytes bytes) = 0;
};

// Records with their bytes in append-only chunks; with a bound, the oldest chunks are given up first (a ring).
//
// A packet's bytes are kept once, where it was first sent: of a later sending only what differs (addresses, TTL,
// checksum), of an undamaged arrival nothing, since it is what the other end of the link has sent. A ring keeps every
// sending whole, because the first may be gone.
class RecordLog final : public RecordReader {
  public:
    // Keeps at least the newest `bound` bytes of records and frames; 0 keeps all.
    explicit RecordLog(std::uint64_t bound = 0) : bound_(bound) {}

    void on_record(const Record& record, Bytes bytes) override;

    std::uint64_t first() const { return first_; }  // number of the oldest record still kept
    std::uint64_t end() const { return end_; }      // one past the newest
    const Record& operator[](std::uint64_t n) const;
    // What was recorded with record n; `scratch` is where bytes are put together that are kept as a difference.
    Bytes bytes(std::uint64_t n, std::vector<std::uint8_t>& scratch) const;
    std::uint64_t memory() const { return memory_; }

  private:
    static constexpr std::size_t records_per_chunk = 1024;
    struct Chunk {
        std::vector<Record> records;
        std::vector<std::uint32_t> ends;  // where each record's bytes end; the top bit: a difference
        std::vector<std::uint8_t> arena;
    };
    static constexpr std::uint32_t difference_bit = 0x8000'0000u;
    // Where a packet was kept whole. A table of fixed size: who loses a place is kept whole again.
    struct Whole {
        PacketId packet = proto::no_packet;
        std::uint64_t record = 0;
    };
    static constexpr std::size_t wholes_kept = 1u << 15;

    bool append_difference(Chunk& chunk, const Record& record, Bytes bytes);
    Bytes stored(std::uint64_t n) const;
    const Chunk& chunk_of(std::uint64_t n) const { return *chunks_[(n - first_) / records_per_chunk]; }

    std::deque<std::unique_ptr<Chunk>> chunks_;
    std::vector<Whole> wholes_;
    std::uint64_t bound_;
    std::uint64_t first_ = 0, end_ = 0, memory_ = 0;
};

class Recorder {
  public:
    // Readers subscribe before the run. The caller keeps them alive.
    void subscribe(RecordReader& reader) { readers_.push_back(&reader); }
    bool on() const { return !readers_.empty(); }

    void record(const Record& record, Bytes bytes = {}) {
        Record whole = record;
        whole.size = static_cast<std::uint32_t>(bytes.size());
        for (RecordReader* reader : readers_) reader->on_record(whole, bytes);
    }

  private:
    std::vector<RecordReader*> readers_;
};

}  // namespace layerlab::sim
