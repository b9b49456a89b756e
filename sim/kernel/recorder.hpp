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
class RecordLog final : public RecordReader {
  public:
    // Keeps at least the newest `bound` bytes of records and frames; 0 keeps all.
    explicit RecordLog(std::uint64_t bound = 0) : bound_(bound) {}

    void on_record(const Record& record, Bytes bytes) override;

    std::uint64_t first() const { return first_; }  // number of the oldest record still kept
    std::uint64_t end() const { return end_; }      // one past the newest
    const Record& operator[](std::uint64_t n) const;
    Bytes bytes(std::uint64_t n) const;
    std::uint64_t memory() const { return memory_; }

  private:
    static constexpr std::size_t records_per_chunk = 1024;
    struct Chunk {
        std::vector<Record> records;
        std::vector<std::uint32_t> ends;  // where each record's bytes end
        std::vector<std::uint8_t> arena;
    };
    const Chunk& chunk_of(std::uint64_t n) const { return *chunks_[(n - first_) / records_per_chunk]; }

    std::deque<std::unique_ptr<Chunk>> chunks_;
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
