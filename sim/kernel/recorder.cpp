#include "sim/kernel/recorder.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace layerlab::sim {
namespace {

// A difference: the record that it is against in 8 bytes, then runs: offset in 2 bytes, length in 1, the bytes.
constexpr std::size_t base_size = 8, run_head = 3, longest_run = 255;
// Two runs closer than their head would cost are one.
constexpr std::size_t bridged = 4;

std::size_t first_difference(Bytes a, Bytes b, std::size_t from) {
    std::size_t i = from;
    while (i + 8 <= a.size()) {
        std::uint64_t x, y;
        std::memcpy(&x, a.data() + i, 8);
        std::memcpy(&y, b.data() + i, 8);
        if (x != y) break;
        i += 8;
    }
    while (i < a.size() && a[i] == b[i]) ++i;
    return i;
}

// Where the run of differences that begins at `from` ends.
std::size_t end_of_run(Bytes a, Bytes b, std::size_t from) {
    std::size_t last = from;
    for (std::size_t i = from; i < a.size() && i - last <= bridged && i - from < longest_run; ++i)
        if (a[i] != b[i]) last = i;
    return last + 1;
}

}  // namespace

void RecordLog::on_record(const Record& record, Bytes bytes) {
    const bool is_known = record.kind == RecordKind::frame_delivered && record.code == 0;
    if (is_known) bytes = {};
    if (chunks_.empty() || chunks_.back()->records.size() == records_per_chunk) {
        if (!chunks_.empty() && bound_ == 0) chunks_.back()->arena.shrink_to_fit();
        chunks_.push_back(std::make_unique<Chunk>());
        chunks_.back()->records.reserve(records_per_chunk);
        chunks_.back()->ends.reserve(records_per_chunk);
    }
    Chunk& chunk = *chunks_.back();
    const std::size_t before = chunk.arena.size();
    const bool is_frame = record.kind <= RecordKind::frame_dropped;
    const bool differs = is_frame && bound_ == 0 && append_difference(chunk, record, bytes);
    if (!differs) chunk.arena.insert(chunk.arena.end(), bytes.begin(), bytes.end());
    chunk.records.push_back(record);
    chunk.ends.push_back(static_cast<std::uint32_t>(chunk.arena.size()) | (differs ? difference_bit : 0));
    memory_ += sizeof(Record) + sizeof(std::uint32_t) + (chunk.arena.size() - before);
    ++end_;
    while (bound_ != 0 && memory_ > bound_ && chunks_.size() > 2) {
        const Chunk& oldest = *chunks_.front();
        memory_ -= records_per_chunk * (sizeof(Record) + sizeof(std::uint32_t)) + oldest.arena.size();
        first_ += records_per_chunk;
        chunks_.pop_front();
    }
}

// False, with nothing appended, where the packet has to be kept whole (and is what later ones differ from).
bool RecordLog::append_difference(Chunk& chunk, const Record& record, Bytes bytes) {
    if (bytes.size() < 2 * base_size || bytes.size() > 0xffff || record.packet == proto::no_packet) return false;
    if (wholes_.empty()) wholes_.resize(wholes_kept);
    Whole& whole = wholes_[(record.packet * 0x9e37'79b9'7f4a'7c15u) >> 49];
    // Room first: what is there is compared with while more is appended, and must stay where it is.
    const std::size_t room = base_size + bytes.size() / 2 + run_head + longest_run;
    if (chunk.arena.capacity() - chunk.arena.size() < room)
        chunk.arena.reserve(std::max(2 * chunk.arena.capacity(), chunk.arena.size() + room));
    const bool has_base = whole.packet == record.packet;
    const Bytes base = has_base ? stored(whole.record) : Bytes{};
    if (base.size() != bytes.size()) {
        whole = {record.packet, end_};
        return false;
    }
    const std::size_t begin = chunk.arena.size();
    const std::size_t most = bytes.size() / 2;
    chunk.arena.resize(begin + base_size);
    std::memcpy(chunk.arena.data() + begin, &whole.record, base_size);
    for (std::size_t i = first_difference(base, bytes, 0); i < bytes.size(); i = first_difference(base, bytes, i)) {
        const std::size_t end = end_of_run(base, bytes, i);
        chunk.arena.push_back(static_cast<std::uint8_t>(i >> 8));
        chunk.arena.push_back(static_cast<std::uint8_t>(i));
        chunk.arena.push_back(static_cast<std::uint8_t>(end - i));
        const auto run = bytes.subspan(i, end - i);
        chunk.arena.insert(chunk.arena.end(), run.begin(), run.end());
        i = end;
        if (chunk.arena.size() - begin <= most) continue;
        chunk.arena.resize(begin);
        whole = {record.packet, end_};
        return false;
    }
    return true;
}

const Record& RecordLog::operator[](std::uint64_t n) const {
    assert(n >= first_ && n < end_);
    return chunk_of(n).records[(n - first_) % records_per_chunk];
}

Bytes RecordLog::stored(std::uint64_t n) const {
    const Chunk& chunk = chunk_of(n);
    const std::size_t i = (n - first_) % records_per_chunk;
    const std::size_t begin = i == 0 ? 0 : chunk.ends[i - 1] & ~difference_bit;
    return Bytes(chunk.arena).subspan(begin, (chunk.ends[i] & ~difference_bit) - begin);
}

Bytes RecordLog::bytes(std::uint64_t n, std::vector<std::uint8_t>& scratch) const {
    const Bytes kept = stored(n);
    if ((chunk_of(n).ends[(n - first_) % records_per_chunk] & difference_bit) == 0) return kept;
    std::uint64_t base_record;
    std::memcpy(&base_record, kept.data(), base_size);
    const Bytes base = stored(base_record);
    scratch.assign(base.begin(), base.end());
    for (std::size_t i = base_size; i + run_head <= kept.size();) {
        const std::size_t offset = static_cast<std::size_t>(kept[i]) << 8 | kept[i + 1], length = kept[i + 2];
        std::memcpy(scratch.data() + offset, kept.data() + i + run_head, length);
        i += run_head + length;
    }
    return scratch;
}

}  // namespace layerlab::sim
