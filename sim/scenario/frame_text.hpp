// Frames of the record log in words: names of places, and one line for a frame as Wireshark's columns put it.
// A line follows from the frame's bytes alone: TCP numbers are absolute, and a stream's later parts are not put
// together.
#pragma once

#include <string>

#include "capture/frame.hpp"
#include "sim/kernel/decisions.hpp"
#include "sim/kernel/recorder.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

// The names of a scenario's devices and ports for the simulator's numbers. Both must outlive this.
class ScenarioNames final : public PlaceNames {
  public:
    ScenarioNames(const Scenario& scenario, const Plan& plan) : scenario_(scenario), plan_(plan) {}
    std::string node_name(NodeId node) const override;
    std::string port_name(NodeId node, sim::PortId port) const override;

  private:
    const Scenario& scenario_;
    const Plan& plan_;
};

// "gw.wan", "pc1.lo"; "gw" where there is no port.
std::string place_name(const PlaceNames& names, NodeId node, sim::PortId port);

// What the bytes begin with: a packet that ended before it got a link header begins with its IPv4 header.
capture::LinkType link_type_of(Bytes bytes);

// "10.0.0.1 → 10.0.0.2 ICMP 98 Echo (ping) request ..."
std::string frame_summary(Bytes bytes);

// "0.000022688 pc1.eth0 > 10.0.0.1 → ..."; < arrived; "x queue" instead of the sign: dropped there.
std::string frame_line(const PlaceNames& names, const Record& record, Bytes bytes);

}  // namespace layerlab::sim::scenario
