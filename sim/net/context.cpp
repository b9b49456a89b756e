#include "sim/net/context.hpp"

namespace layerlab::sim {

void Context::drop(PortId port, PacketId packet, DropReason reason, CauseId why, Bytes bytes) const {
    ++simulator.stats().drops[static_cast<std::size_t>(reason)];
    if (!recording()) return;
    Record r;
    r.at = now();
    r.packet = packet;
    r.cause = why;
    r.node = node;
    r.port = port;
    r.line = line;
    r.kind = RecordKind::frame_dropped;
    r.code = static_cast<std::uint8_t>(reason);
    simulator.recorder().record(r, bytes);
}

void Context::record_decision(Decision decision, PortId port, PacketId packet, std::uint64_t a, std::uint64_t b,
                              std::uint32_t rule_line) const {
    Record r;
    r.at = now();
    r.packet = packet;
    r.cause = cause;
    r.a = a;
    r.b = b;
    r.node = node;
    r.port = port;
    r.line = rule_line != 0 ? rule_line : line;
    r.kind = RecordKind::decision;
    r.code = static_cast<std::uint8_t>(decision);
    simulator.recorder().record(r);
}

}  // namespace layerlab::sim
