// All devices and cables of a run, with the simulator that moves them. Built once; then only the script changes it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/net/capture_player.hpp"
#include "sim/net/external.hpp"
#include "sim/net/host.hpp"
#include "sim/net/link.hpp"
#include "sim/net/switch.hpp"

namespace layerlab::sim {

class World : public PlaceNames {
  public:
    explicit World(std::uint64_t seed) : simulator_(seed) {}

    Simulator& simulator() { return simulator_; }
    SharedNames& names() { return names_; }

    Host& add_host(std::string name);
    Switch& add_switch(std::string name);
    Hub& add_hub(std::string name);
    External& add_external(std::string name);
    CapturePlayer& add_capture_player(std::string name);
    // Joins two ports that are not joined yet.
    Link& connect(Node& a, PortId port_a, Node& b, PortId port_b, const LinkSettings& settings = {});
    // The same with a new port at each end. Empty MACs: made from the numbers of node and port.
    Link& connect(Node& a, Node& b, const LinkSettings& settings = {}, std::string name_a = {},
                  std::string name_b = {});
    // 02:00, the node in 24 bits, the port in 8: locally administered, the same in every run.
    static MacAddress automatic_mac(NodeId node, PortId port);

    std::size_t size() const { return nodes_.size(); }
    Node& node(NodeId id) { return *nodes_[id]; }
    const Node& node(NodeId id) const { return *nodes_[id]; }
    Host* host(NodeId id) { return dynamic_cast<Host*>(nodes_[id].get()); }
    External* external(NodeId id) { return dynamic_cast<External*>(nodes_[id].get()); }
    CapturePlayer* capture_player(NodeId id) { return dynamic_cast<CapturePlayer*>(nodes_[id].get()); }
    Node* find(std::string_view name);
    const std::vector<std::unique_ptr<Link>>& links() const { return links_; }

    std::string node_name(NodeId node) const override;
    std::string port_name(NodeId node, PortId port) const override;

  private:
    template <class N, class... Arguments>
    N& add(Arguments&&... arguments);

    Simulator simulator_;  // first: its packets outlive the nodes that hold them
    SharedNames names_;
    std::vector<std::unique_ptr<Link>> links_;
    std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace layerlab::sim
