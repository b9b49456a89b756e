// A golden trace: one readable line for each frame of a run, the same in every run of the same file and seed.
//
//     12 0.000022688 pc1.eth0 > 10.0.0.1 → 10.0.0.2 ICMP 98 Echo (ping) request  id=0x0001, seq=1/256, ttl=64
//     13 0.000028472 sw.eth0 < ...                  arrived; "x loss" instead of the sign: dropped there
//     14 0.000034000 pc3.eth0 < ... [x not-for-me]  dropped in the moment in which it arrived
//
// The numbers are those of frame_list.hpp.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sim/scenario/frame_list.hpp"
#include "sim/scenario/frame_text.hpp"

namespace layerlab::sim::scenario {

class GoldenTrace final : public FrameList {
  public:
    using Sink = std::function<void(std::string_view line)>;  // each with its line end
    // The names must outlive the trace.
    GoldenTrace(const PlaceNames& names, Sink sink) : names_(names), sink_(std::move(sink)) {}

  protected:
    void on_frame(const FrameEntry& entry) override;

  private:
    const PlaceNames& names_;
    Sink sink_;
};

}  // namespace layerlab::sim::scenario
