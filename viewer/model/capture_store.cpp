#include "viewer/model/capture_store.hpp"

namespace layerlab::viewer {

sim::Record CaptureStore::record(FrameNumber n) const {
    const CaptureRows::Row row = rows_[n];
    const Talkers::Way way = talkers_.way(row.way);
    sim::Record r;
    r.at = proto::time_at(row.time);
    r.packet = proto::make_packet_id(maker, n);
    r.kind = sim::RecordKind::frame_sent;
    r.node = way.from;
    r.port = way.port;
    r.size = 1;  // it has bytes; how many is read where it is asked for
    return r;
}

FrameNumber CaptureStore::frame_of(proto::PacketId packet) const {
    const auto n = static_cast<FrameNumber>(packet & 0xffff'ffffu);
    return n >= 1 && n <= size() && packet == proto::make_packet_id(maker, n) ? n : 0;
}

proto::Bytes CaptureStore::bytes(FrameNumber n, std::vector<std::uint8_t>& scratch) const {
    return file_.read(rows_[n].place, scratch).bytes;
}

}  // namespace layerlab::viewer
