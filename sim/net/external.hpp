// A device whose inside is not simulated: a network namespace of a real kernel, a real interface. What arrives at its
// ports is handed out, what comes from there is sent as if the device had made it.
#pragma once

#include "sim/net/node.hpp"

namespace layerlab::sim {

class External;

// The other side of external devices.
class Outside {
  public:
    virtual ~Outside() = default;
    // A whole Ethernet frame has arrived at the device.
    virtual void take(const External& device, PortId port, Bytes frame) = 0;
    virtual void carrier(const External& device, PortId port, bool up) = 0;
};

class External final : public Node {
  public:
    using Node::Node;

    // Until then, and after nullptr, what arrives is dropped.
    void set_outside(Outside* outside) { outside_ = outside; }
    // What frames from outside follow from, as long as nobody says otherwise: a command.
    CauseId frame_cause = 0;
    std::uint32_t frame_line = 0;

    // A frame from outside, sent now. One that no Ethernet carries is dropped as malformed, a longer one than the port
    // carries as such.
    void inject(Simulator& simulator, PortId port, Bytes frame);

    void on_frame(Context& context, PortId port, PacketRef frame) override;
    void on_carrier(Context& context, PortId port, bool up) override;

  private:
    Outside* outside_ = nullptr;
};

}  // namespace layerlab::sim
