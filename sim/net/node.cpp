#include "sim/net/node.hpp"

#include <cstring>
#include <fmt/format.h>

namespace layerlab::sim {

PortId Node::add_port(MacAddress mac, std::string name) {
    const auto port = static_cast<PortId>(ports_.size());
    ports_.emplace_back().mac = mac;
    if (!name.empty()) {
        port_names_.resize(port + 1u);
        port_names_[port] = std::move(name);
    }
    return port;
}

std::string Node::port_name(PortId port) const {
    if (port < port_names_.size() && !port_names_[port].empty()) return port_names_[port];
    return fmt::format("eth{}", port);
}

PortId Node::find_port(std::string_view name) const {
    for (PortId port = 0; port < ports_.size(); ++port)
        if (port_name(port) == name) return port;
    return no_port;
}

void Node::send(Context& context, PortId port, PacketRef&& frame) {
    Port& p = ports_[port];
    if (frame.id() == proto::no_packet) frame.set_identity(next_packet_id(), context.cause);
    if (p.channel == nullptr || !p.up) [[unlikely]] {
        context.drop(port, frame, DropReason::link_down);
        return;
    }
    if (frame.size() < minimum_frame) {
        frame.make_unique();
        const std::uint32_t missing = minimum_frame - frame.size();
        std::memset(frame.append(missing), 0, missing);
    }
    p.channel->transmit(context, p.side, std::move(frame));
}

void Node::set_timer(Simulator& simulator, Timer& timer, Time at) {
    timers_.set(timer, at);
    const Time next = timers_.next();
    if (next < asked_) {
        asked_ = next;
        simulator.schedule(*this, next);
    }
}

void Node::on_event(Simulator& simulator, std::uint32_t) {
    if (simulator.now() >= asked_) asked_ = proto::never;
    Context context{simulator, id_};
    if (timers_.next() <= simulator.now()) on_wakeup(context);
    const Time next = timers_.next();
    if (next < asked_) {
        asked_ = next;
        simulator.schedule(*this, next);
    }
}

void Node::on_wakeup(Context& context) {
    while (Timer* timer = timers_.take_due(context.now())) {
        Context fresh{context.simulator, id_};
        timer->on_timer(fresh);
    }
}

void Node::set_up(Context&, bool up) { up_ = up; }

}  // namespace layerlab::sim
