// A device: it has ports, receives frames and wake-ups, and touches nothing but itself. Everything else goes through
// the channel that a port is plugged into.
#pragma once

#include <string>
#include <vector>

#include "sim/net/context.hpp"
#include "sim/net/timers.hpp"

namespace layerlab::sim {

class Node;

// What ports are plugged into. `side` tells the channel which of its ports sends.
class Channel {
  public:
    virtual ~Channel() = default;
    virtual void transmit(Context& context, std::uint8_t side, PacketRef&& frame) = 0;
    virtual bool is_up() const = 0;
};

struct Port {
    Channel* channel = nullptr;
    MacAddress mac{};
    std::uint8_t side = 0;
    bool up = true;            // administratively; a port whose link is down is up but has no carrier
    std::uint16_t mtu = 1500;  // bytes of IP packet
    bool has_carrier() const { return up && channel != nullptr && channel->is_up(); }
};

inline constexpr std::uint32_t minimum_frame = 60;  // without the frame check sequence

class Node : public Actor {
  public:
    Node(NodeId id, std::string name) : id_(id), name_(std::move(name)) {}

    NodeId id() const { return id_; }
    const std::string& name() const { return name_; }
    bool is_up() const { return up_; }
    std::vector<Port>& ports() { return ports_; }
    const std::vector<Port>& ports() const { return ports_; }

    // Adds a port; an empty name stands for "eth" and its number.
    virtual PortId add_port(MacAddress mac, std::string name = {});
    virtual std::string port_name(PortId port) const;
    // no_port if there is none of this name.
    PortId find_port(std::string_view name) const;

    // A whole frame has arrived. The node is up.
    virtual void on_frame(Context& context, PortId port, PacketRef frame) = 0;
    // One of the node's timers is due: see TimerHeap.
    virtual void on_wakeup(Context& context);
    // The device is switched off or on; off forgets what a device without power forgets.
    virtual void set_up(Context& context, bool up);
    // The carrier of a port came or went.
    virtual void on_carrier(Context&, PortId, bool /*up*/) {}

    // Pads to the minimum and hands the frame to the channel; a frame without an identity gets one here.
    void send(Context& context, PortId port, PacketRef&& frame);
    PacketId next_packet_id() { return proto::make_packet_id(id_ + 1, ++packets_made_); }

    // Timers of this node's machines. Only through these, so that the wake-up is asked for.
    void set_timer(Simulator& simulator, Timer& timer, Time at);
    void clear_timer(Timer& timer) { timers_.clear(timer); }

    void on_event(Simulator& simulator, std::uint32_t kind) final;

  protected:
    TimerHeap timers_;

  private:
    NodeId id_;
    bool up_ = true;
    Time asked_ = proto::never;  // the earliest wake-up asked of the simulator
    std::uint64_t packets_made_ = 0;
    std::vector<Port> ports_;
    std::vector<std::string> port_names_;  // as far as they are not "eth" and the number
    std::string name_;
};

}  // namespace layerlab::sim
