#include "sim/scenario/frame_list.hpp"

#include "sim/net/interface.hpp"

namespace layerlab::sim::scenario {

void FrameList::on_record(const Record& record, Bytes bytes) {
    if (record.at > now_) {
        flush();
        now_ = record.at;
    }
    ++heard_;
    const Key key{record.packet, record.node};
    switch (record.kind) {
        case RecordKind::frame_sent: {
            add_entry(record, bytes);
            if (record.port == loopback_port) arrived_[key] = in_use_ - 1;
            return;
        }
        case RecordKind::frame_delivered:
            add_entry(record, bytes);
            arrived_[key] = in_use_ - 1;
            return;
        case RecordKind::frame_dropped:
            if (pending_at(key) != nullptr) return remark(record);
            if (record.size > 0) add_entry(record, bytes);
            return;
        case RecordKind::decision:
            if (record.packet != proto::no_packet) remark(record);
            return;
        default: return;
    }
}

FrameEntry* FrameList::pending_at(const Key& key) {
    const auto it = key.packet == proto::no_packet ? arrived_.end() : arrived_.find(key);
    return it == arrived_.end() ? nullptr : &pending_[it->second].entry;
}

void FrameList::add_entry(const Record& record, Bytes bytes) {
    if (in_use_ == pending_.size()) pending_.emplace_back();
    Pending& p = pending_[in_use_++];
    p.entry.number = ++numbered_;
    p.entry.position = heard_ - 1;
    p.entry.record = record;
    p.entry.remarks.clear();
    p.begin = arena_.size();
    p.size = bytes.size();
    arena_.insert(arena_.end(), bytes.begin(), bytes.end());
    const Key key{record.packet, record.node};
    const auto it = record.kind == RecordKind::frame_delivered ? waiting_.end() : waiting_.find(key);
    if (it == waiting_.end()) return;
    p.entry.remarks = std::move(it->second);
    waiting_.erase(it);
}

void FrameList::remark(const Record& record) {
    const Key key{record.packet, record.node};
    std::vector<Remark>* remarks = nullptr;
    if (FrameEntry* entry = pending_at(key)) {
        remarks = &entry->remarks;
    } else {
        const auto [it, is_new] = waiting_.try_emplace(key);
        if (is_new) order_.push_back(key);
        remarks = &it->second;
        if (order_.size() > most_waiting) {
            if (!(order_.front() == key)) waiting_.erase(order_.front());
            order_.pop_front();
        }
    }
    if (remarks->size() < most_remarks) remarks->push_back({record, heard_ - 1});
}

void FrameList::flush() {
    for (std::size_t i = 0; i < in_use_; ++i) {
        Pending& p = pending_[i];
        p.entry.bytes = Bytes(arena_).subspan(p.begin, p.size);
        on_frame(p.entry);
    }
    in_use_ = 0;
    arena_.clear();
    arrived_.clear();
    constexpr std::size_t few = 1024;  // one crowded moment shall not cost memory for ever
    if (pending_.size() > few) pending_.resize(few);
}

}  // namespace layerlab::sim::scenario
