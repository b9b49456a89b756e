// What a piece of code needs to know while it handles one event: the simulator, what led here, and how to record.
#pragma once

#include "proto/base/address.hpp"
#include "sim/kernel/decisions.hpp"
#include "sim/kernel/simulator.hpp"

namespace layerlab::sim {

using proto::Bytes;
using proto::Ipv4Address;
using proto::Ipv4Prefix;
using proto::MacAddress;
using proto::MutableBytes;
using proto::PacketRef;
using proto::Rate;

struct Context {
    Simulator& simulator;
    NodeId node = no_node;
    CauseId cause = 0;
    std::uint32_t line = 0;  // of the scenario: the one that what happens now follows from

    Time now() const { return simulator.now(); }
    bool recording() const { return simulator.recording(); }

    // Counts the end of a frame and records it.
    void drop(PortId port, const PacketRef& packet, DropReason reason) const {
        drop(port, packet.id(), reason, packet.cause(), packet.bytes());
    }
    void drop(PortId port, PacketId packet, DropReason reason) const { drop(port, packet, reason, cause, {}); }
    void drop(PortId port, PacketId packet, DropReason reason, CauseId why, Bytes bytes) const;
    // Records a decision about `packet`; a and b as the decision's sentence says.
    void decide(Decision decision, PortId port, PacketId packet, std::uint64_t a = 0, std::uint64_t b = 0,
                std::uint32_t rule_line = 0) const {
        if (recording()) [[unlikely]]
            record_decision(decision, port, packet, a, b, rule_line);
    }

  private:
    void record_decision(Decision decision, PortId port, PacketId packet, std::uint64_t a, std::uint64_t b,
                         std::uint32_t rule_line) const;
};

}  // namespace layerlab::sim
