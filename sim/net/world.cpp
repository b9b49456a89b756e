#include "sim/net/world.hpp"

namespace layerlab::sim {

template <class N, class... Arguments>
N& World::add(Arguments&&... arguments) {
    const auto id = static_cast<NodeId>(nodes_.size());
    auto node = std::make_unique<N>(id, std::forward<Arguments>(arguments)...);
    N& added = *node;
    simulator_.add(added);
    nodes_.push_back(std::move(node));
    return added;
}

Host& World::add_host(std::string name) { return add<Host>(std::move(name), names_); }
Switch& World::add_switch(std::string name) { return add<Switch>(std::move(name)); }
Hub& World::add_hub(std::string name) { return add<Hub>(std::move(name)); }

External& World::add_external(std::string name) { return add<External>(std::move(name)); }
CapturePlayer& World::add_capture_player(std::string name) { return add<CapturePlayer>(std::move(name)); }

Link& World::connect(Node& a, PortId port_a, Node& b, PortId port_b, const LinkSettings& settings) {
    links_.push_back(std::make_unique<Link>(simulator_, a, port_a, b, port_b, settings));
    return *links_.back();
}

Link& World::connect(Node& a, Node& b, const LinkSettings& settings, std::string name_a, std::string name_b) {
    const auto add_port = [](Node& node, std::string name) {
        return node.add_port(automatic_mac(node.id(), static_cast<PortId>(node.ports().size())), std::move(name));
    };
    const PortId port_a = add_port(a, std::move(name_a));
    const PortId port_b = add_port(b, std::move(name_b));
    return connect(a, port_a, b, port_b, settings);
}

MacAddress World::automatic_mac(NodeId node, PortId port) {
    const std::uint64_t number = (std::uint64_t{node} + 1) << 8 | (port & 0xffu);
    return MacAddress::from_number(0x0200'0000'0000u | (std::uint64_t{port} >> 8) << 32 | number);
}

Node* World::find(std::string_view name) {
    for (const auto& node : nodes_)
        if (node->name() == name) return node.get();
    return nullptr;
}

std::string World::node_name(NodeId id) const { return id < nodes_.size() ? nodes_[id]->name() : "the script"; }

std::string World::port_name(NodeId id, PortId port) const {
    if (id >= nodes_.size() || port == no_port) return "any port";
    return nodes_[id]->port_name(port);
}

}  // namespace layerlab::sim
