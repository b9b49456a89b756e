// A learning switch (IEEE 802.1Q-2018 section 8.6 without VLANs): learns where addresses are, forwards where it knows,
// floods where it does not. A bridge is the same with fewer ports. No spanning tree.
#pragma once

#include "proto/machine/mac_table.hpp"
#include "sim/net/node.hpp"

namespace layerlab::sim {

class Switch final : public Node {
  public:
    using Node::Node;

    const proto::machine::MacTable& mac_table() const { return table_; }

    void on_frame(Context& context, PortId port, PacketRef frame) override;
    void on_carrier(Context& context, PortId port, bool up) override;
    void set_up(Context& context, bool up) override;

  private:
    void flood(Context& context, PortId in, const PacketRef& frame);

    proto::machine::MacTable table_;
};

// A repeater: what arrives at one port leaves by every other port, unread.
class Hub final : public Node {
  public:
    using Node::Node;
    void on_frame(Context& context, PortId port, PacketRef frame) override;
};

}  // namespace layerlab::sim
