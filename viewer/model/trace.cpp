#include "viewer/model/trace.hpp"

#include <algorithm>

#include "sim/net/interface.hpp"
#include "sim/scenario/frame_text.hpp"

namespace layerlab::viewer {
namespace {

class TopologyNames final : public sim::PlaceNames {
  public:
    explicit TopologyNames(const Topology& topology) : topology_(topology) {}
    std::string node_name(NodeId node) const override {
        return node < topology_.devices.size() ? topology_.devices[node].name : "?";
    }
    std::string port_name(NodeId node, PortId port) const override {
        if (port == sim::loopback_port) return "lo";
        if (node >= topology_.devices.size() || port >= topology_.devices[node].ports.size()) return "?";
        return topology_.devices[node].ports[port].name;
    }

  private:
    const Topology& topology_;
};

}  // namespace

// Every record goes to the log first, then to the numbering of frames.
class Trace::Index final : public sim::scenario::FrameList {
  public:
    explicit Index(Trace& trace) : names(trace.topology_), door(*this, trace), trace_(trace) {}

    TopologyNames names;

    class Door final : public sim::RecordReader {
      public:
        Door(Index& index, Trace& trace) : index_(index), trace_(trace) {}
        void on_record(const Record& record, Bytes bytes) override {
            trace_.log_.on_record(record, bytes);
            index_.on_record(record, bytes);
            const bool begins = record.kind == RecordKind::command_started || record.kind == RecordKind::change ||
                                record.kind == RecordKind::check;
            if (begins) trace_.beginnings_.try_emplace(record.packet, trace_.log_.end() - 1);
            // A packet may lead to others before it leaves (it waits for ARP), or never leave.
            const bool is_about_packet = record.packet != proto::no_packet && record.kind <= RecordKind::decision;
            if (!is_about_packet || record.cause == 0 || record.cause == record.packet) return;
            PacketEntry& packet = trace_.packets_[record.packet];
            const bool is_first_frame = record.kind != RecordKind::decision && packet.first == 0;
            if (packet.cause == 0 || is_first_frame) packet.cause = record.cause;
        }

      private:
        Index& index_;
        Trace& trace_;
    } door;

  protected:
    void on_frame(const sim::scenario::FrameEntry& entry) override {
        FrameRow row{};
        row.position = entry.position & 0xff'ffff'ffffu;
        row.first_remark = static_cast<std::uint32_t>(trace_.remarks_.size());
        row.remark_count = entry.remarks.size() & 0xff'ffffu;
        for (const auto& remark : entry.remarks) trace_.remarks_.push_back(static_cast<std::uint32_t>(remark.position));
        trace_.frames_.push_back(row);
        const auto number = static_cast<FrameNumber>(trace_.frames_.size());
        join(entry.record, number);
        if (entry.record.packet == proto::no_packet) return;
        PacketEntry& packet = trace_.packets_[entry.record.packet];
        if (packet.first == 0) {
            packet.first = packet.last = number;
        } else {
            trace_.frames_[packet.last - 1].next_of_packet = number;
            packet.last = number;
        }
    }

  private:
    static constexpr std::size_t most_under_way = 1u << 20;
    struct Key {
        PacketId packet;
        NodeId to;
        PortId port;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& k) const {
            return static_cast<std::size_t>(
                (k.packet ^ std::uint64_t{k.to} << 40 ^ std::uint64_t{k.port} << 24) * 0x9e37'79b9'7f4a'7c15u >> 7);
        }
    };

    // An arrival finds the sending: the same packet, on its way to this port.
    void join(const Record& r, FrameNumber number) {
        if (r.kind == RecordKind::frame_sent) {
            const TraceCable::End to = trace_.topology_.peer(r.node, r.port);
            if (to.node == sim::no_node) return;
            if (under_way_.size() > most_under_way) under_way_.clear();
            under_way_[{r.packet, to.node, to.port}] = number;
            return;
        }
        const auto sent = under_way_.find({r.packet, r.node, r.port});
        if (sent != under_way_.end()) {
            trace_.frames_[number - 1].partner = sent->second;
            trace_.frames_[sent->second - 1].partner = number;
            under_way_.erase(sent);
        }
    }

    Trace& trace_;
    std::unordered_map<Key, FrameNumber, Hash> under_way_;
};

Trace::Trace(Topology topology) : topology_(std::move(topology)), index_(std::make_unique<Index>(*this)) {}
Trace::Trace(OfCapture)
    : is_capture(true), capture_(std::make_unique<CaptureStore>()), index_(std::make_unique<Index>(*this)) {}
Trace::~Trace() = default;

const sim::PlaceNames& Trace::names() const { return index_->names; }
std::string Trace::place(const Record& r) const { return sim::scenario::place_name(index_->names, r.node, r.port); }
sim::RecordReader& Trace::reader() { return index_->door; }
void Trace::settle() { index_->flush(); }

std::uint64_t Trace::memory() const {
    if (is_capture) return capture_->memory();
    constexpr std::uint64_t map_entry = sizeof(PacketId) + sizeof(PacketEntry) + 3 * sizeof(void*);
    return log_.memory() + frames_.capacity() * sizeof(FrameRow) + remarks_.capacity() * sizeof(std::uint32_t) +
           packets_.size() * map_entry;
}

std::span<const std::uint32_t> Trace::remarks(FrameNumber n) const {
    if (is_capture) return {};
    const FrameRow& row = frames_[n - 1];
    return std::span(remarks_).subspan(row.first_remark, static_cast<std::size_t>(row.remark_count));
}

Bytes Trace::bytes(FrameNumber n, Buffer& scratch) const {
    if (is_capture) return capture_->bytes(n, scratch);
    const Bytes own = log_.bytes(position(n), scratch);
    if (!own.empty() || partner(n) == 0) return own;
    return log_.bytes(position(partner(n)), scratch);
}

capture::LinkType Trace::link_type(FrameNumber n, Bytes bytes) const {
    return is_capture ? capture_->rows()[n].link_type : sim::scenario::link_type_of(bytes);
}

FrameKind Trace::kind(FrameNumber n, Buffer& scratch) const {
    if (is_capture) return capture_->rows().kind(n);
    const Bytes own = bytes(n, scratch);
    return kind_of(own, link_type(n, own));
}

Time Trace::arrival(FrameNumber n) const {
    if (frame(n).kind != RecordKind::frame_sent) return frame(n).at;
    return partner(n) == 0 ? proto::never : frame(partner(n)).at;
}

FrameNumber Trace::frames_until(Time t) const {
    if (is_capture) return capture_->rows().until(t.time_since_epoch().count());
    const auto it = std::partition_point(frames_.begin(), frames_.end(),
                                         [&](const FrameRow& row) { return log_[row.position].at <= t; });
    return static_cast<FrameNumber>(it - frames_.begin());
}

std::uint64_t Trace::records_until(Time t) const {
    if (is_capture) return frames_until(t);
    std::uint64_t low = log_.first(), high = log_.end();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (log_[middle].at <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

FrameNumber Trace::frame_of_record(std::uint64_t position) const {
    if (is_capture) return position < frame_count() ? static_cast<FrameNumber>(position + 1) : 0;
    if (position >= log_.end()) return 0;
    const Record& r = log_[position];
    if (r.kind > RecordKind::decision) return 0;
    for (FrameNumber n = first_frame_of(r.packet); n != 0; n = frames_[n - 1].next_of_packet) {
        if (frames_[n - 1].position == position) return n;
        for (const std::uint32_t remark : remarks(n))
            if (remark == position) return n;
    }
    return 0;
}

std::vector<FrameNumber> Trace::frames_of(PacketId packet) const {
    if (is_capture) return {first_frame_of(packet)};
    std::vector<FrameNumber> numbers;
    for (FrameNumber n = first_frame_of(packet); n != 0; n = frames_[n - 1].next_of_packet) numbers.push_back(n);
    return numbers;
}

FrameNumber Trace::first_frame_of(PacketId packet) const {
    if (is_capture) return capture_->frame_of(packet);
    const auto it = packets_.find(packet);
    return it == packets_.end() ? 0 : it->second.first;
}

sim::CauseId Trace::cause_of(PacketId packet) const {
    const auto it = packets_.find(packet);
    return it == packets_.end() ? 0 : it->second.cause;
}

std::optional<std::uint64_t> Trace::beginning_of(sim::CauseId id) const {
    const auto it = beginnings_.find(id);
    return it == beginnings_.end() ? std::nullopt : std::optional(it->second);
}

bool Trace::follows_from(PacketId packet, sim::CauseId root) const {
    constexpr int deepest = 100'000;
    for (int i = 0; i < deepest && packet != 0; ++i) {
        if (packet == root) return true;
        const sim::CauseId cause = cause_of(packet);
        if (cause == packet) return false;
        packet = cause;
    }
    return false;
}

}  // namespace layerlab::viewer
