// A device with an IP stack and programs: host, server, router and firewall are the same with other settings.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/net/stack.hpp"

namespace layerlab::sim {

// A name with an address, as in /etc/hosts. The first match counts.
struct HostsEntry {
    std::string name;
    Ipv4Address address;
};

// What is the same on every host of a world: one table for all. Sorted by name.
struct SharedNames {
    std::vector<HostsEntry> entries;
    const HostsEntry* find(std::string_view name) const;
    const HostsEntry* find(Ipv4Address address) const;
};

// Settings that programs read; kept apart so that an idle host stays small.
struct HostSettings {
    std::vector<HostsEntry> hosts;         // own additions; before the shared names
    std::vector<Ipv4Address> dns_servers;  // /etc/resolv.conf
    std::string search_domain;
    std::map<std::string, std::string> files;  // the file system in memory: "/etc/motd" -> contents
    proto::machine::CongestionAlgorithm tcp_congestion = proto::machine::CongestionAlgorithm::cubic;
    std::uint32_t tcp_buffer = 4u << 20;
};

class Host final : public Node {
  public:
    Host(NodeId id, const std::string& name, const SharedNames& names);
    ~Host() override;

    const std::string& name() const { return name_; }
    Stack& stack() { return stack_; }
    const Stack& stack() const { return stack_; }
    HostSettings& settings();
    const HostSettings& settings() const;
    const SharedNames& shared_names() const { return names_; }
    // "eth0", "lan", "lo"
    std::string port_name(PortId port) const;
    void set_port_name(PortId port, std::string name);
    PortId find_port(std::string_view name) const;  // no_port if there is none
    PortId add_port(MacAddress mac, std::string name);

    // Starts a program now (its first part runs before spawn returns to the event loop). Servers are daemons.
    Process& spawn(Simulator& simulator, std::string name, std::vector<std::string> arguments, Process::Main main,
                   CauseId cause, std::uint32_t line, bool is_daemon);
    const std::vector<std::unique_ptr<Process>>& processes() const { return processes_; }
    void end_process(Process& process);  // kills it without ceremony

    // Random numbers of this host alone: ISNs, DNS ids, ephemeral ports.
    Rng& rng(const Simulator& simulator);

    void on_frame(Context& context, PortId port, PacketRef frame) override;
    void on_wakeup(Context& context) override;
    void on_carrier(Context& context, PortId port, bool up) override;
    void set_up(Context& context, bool up) override;

    // Called by Process: it has something to do as soon as the current work is done.
    void make_ready(Process& process);
    // Runs loopback and ready processes until there is nothing left to do at this time.
    void run_pending(Simulator& simulator);
    std::vector<std::string> port_names_;

    // What the device runs when it is switched on (again): its services and its DHCP client.
    std::vector<std::function<void(Simulator&, Host&)>> start_up;

  private:
    std::string name_;
    const SharedNames& names_;
    Stack stack_;
    std::unique_ptr<HostSettings> settings_;
    std::unique_ptr<Rng> rng_;
    std::vector<std::unique_ptr<Process>> processes_;
    std::vector<Process*> ready_;
    Simulator* simulator_ = nullptr;  // known once something runs
    bool running_ = false;
    friend class Process;
};

}  // namespace layerlab::sim
