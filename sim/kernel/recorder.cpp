#include "sim/kernel/recorder.hpp"

#include <cassert>

namespace layerlab::sim {

void RecordLog::on_record(const Record& record, Bytes bytes) {
    // A delivered frame is the one that was sent, and a dropped one too: its bytes are in the log already.
    const bool is_known =
        (record.kind == RecordKind::frame_delivered && record.code == 0) || record.kind == RecordKind::frame_dropped;
    if (is_known) bytes = {};
    if (chunks_.empty() || chunks_.back()->records.size() == records_per_chunk) {
        chunks_.push_back(std::make_unique<Chunk>());
        chunks_.back()->records.reserve(records_per_chunk);
        chunks_.back()->ends.reserve(records_per_chunk);
    }
    Chunk& chunk = *chunks_.back();
    chunk.records.push_back(record);
    chunk.arena.insert(chunk.arena.end(), bytes.begin(), bytes.end());
    chunk.ends.push_back(static_cast<std::uint32_t>(chunk.arena.size()));
    memory_ += sizeof(Record) + sizeof(std::uint32_t) + bytes.size();
    ++end_;
    while (bound_ != 0 && memory_ > bound_ && chunks_.size() > 2) {
        const Chunk& oldest = *chunks_.front();
        memory_ -= records_per_chunk * (sizeof(Record) + sizeof(std::uint32_t)) + oldest.arena.size();
        first_ += records_per_chunk;
        chunks_.pop_front();
    }
}

const Record& RecordLog::operator[](std::uint64_t n) const {
    assert(n >= first_ && n < end_);
    return chunk_of(n).records[(n - first_) % records_per_chunk];
}

Bytes RecordLog::bytes(std::uint64_t n) const {
    const Chunk& chunk = chunk_of(n);
    const std::size_t i = (n - first_) % records_per_chunk;
    const std::size_t begin = i == 0 ? 0 : chunk.ends[i - 1];
    return Bytes(chunk.arena).subspan(begin, chunk.ends[i] - begin);
}

}  // namespace layerlab::sim
