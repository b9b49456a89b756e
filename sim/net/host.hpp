// A device with an IP stack and programs: host, server, router and firewall are the same with other settings.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/net/stack.hpp"

namespace layerlab::proto::machine {
class DhcpServer;
class DnsResolver;
class DnsServer;
}  // namespace layerlab::proto::machine

namespace layerlab::sim {

namespace programs {
class DhcpClientControl;
class Dhcpv6ClientControl;
}  // namespace programs

// A name with an address, as in /etc/hosts. The first match counts.
struct HostsEntry {
    std::string name;
    Ipv4Address address;
};

// What is the same on every host of a world: one table for all. The names of the file, sorted by name, and those of
// hosts that have leased an address, as it is now.
struct SharedNames {
    std::vector<HostsEntry> entries;
    std::int64_t wall_epoch_ns = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z: the date at virtual time 0
    std::vector<std::uint32_t> by_address;                   // indices of entries, sorted by their addresses
    bool has_leased = true;                                  // false: `names off`
    std::multimap<std::string, Ipv4Address, std::less<>> leased;
    std::multimap<Ipv4Address, std::string> leased_by_address;
    std::vector<std::pair<std::string, proto::Ipv6Address>> entries6;  // sorted by name
    std::vector<proto::Ipv6Address> find6(std::string_view name) const;
    std::optional<std::string> find6(const proto::Ipv6Address& address) const;

    void index();  // after the last change of entries: sorts
    void lease(const std::string& name, Ipv4Address address);
    void end_lease(const std::string& name, Ipv4Address address);
    // The entries of the file come first.
    std::optional<Ipv4Address> find(std::string_view name) const;
    std::optional<std::string> find(Ipv4Address address) const;
};

// As Linux: the receive buffer grows up to 4 MiB unless its size is stated.
inline proto::machine::TcpConfig default_tcp() {
    proto::machine::TcpConfig config;
    config.receive_tuning = true;
    return config;
}

// Settings that programs read; kept apart so that an idle host stays small.
struct HostSettings {
    std::vector<HostsEntry> hosts;  // own additions; before the shared names
    std::vector<std::pair<std::string, proto::Ipv6Address>> hosts6;
    std::vector<IpAddress> dns_servers;  // /etc/resolv.conf
    std::string search_domain;
    std::map<std::string, std::string> files;                  // the file system in memory: "/etc/motd" -> contents
    proto::machine::TcpConfig tcp = default_tcp();             // what new connections begin with
    std::shared_ptr<programs::DhcpClientControl> dhcp_client;  // while a DHCP client runs: for dhclient and ipconfig
    std::shared_ptr<programs::Dhcpv6ClientControl> dhcpv6_client;
    // The machines of services that run, for who shows their tables.
    std::vector<std::weak_ptr<const proto::machine::DhcpServer>> dhcp_servers;
    std::weak_ptr<const proto::machine::DnsServer> dns_server;
    std::weak_ptr<const proto::machine::DnsResolver> dns_resolver;
};

// A program that runs as long as its host, with the name by which it is stopped: "http 80", "dns", "tcp 22".
struct Service {
    std::string name;
    Process::Main main;
    std::uint32_t line = 0;
};

class Host final : public Node {
  public:
    Host(NodeId id, std::string name, SharedNames& names);
    ~Host() override;

    Stack& stack() { return stack_; }
    const Stack& stack() const { return stack_; }
    HostSettings& settings();
    const HostSettings& settings() const;
    const SharedNames& shared_names() const { return names_; }
    SharedNames& shared_names() { return names_; }
    PortId add_port(MacAddress mac, std::string name = {}) override;
    std::string port_name(PortId port) const override;  // "lo" as well

    // Makes a program ready to run at this time; from outside of the host's own events call run_pending() after it.
    // A process that has ended is gone when the host's work of that moment is done: read its output in on_end.
    Process& spawn(Simulator& simulator, std::string name, std::vector<std::string> arguments, Process::Main main,
                   CauseId cause, std::uint32_t line, bool is_daemon);
    const std::vector<std::unique_ptr<Process>>& processes() const { return processes_; }
    void end_process(Process& process);  // kills it without ceremony

    Simulator& simulator() { return *simulator_; }
    // Random numbers of this host alone: ISNs, DNS ids, ephemeral ports.
    Rng& rng(const Simulator& simulator);

    void on_frame(Context& context, PortId port, PacketRef frame) override;
    void on_wakeup(Context& context) override;
    void on_carrier(Context& context, PortId port, bool up) override;
    void set_up(Context& context, bool up) override;

    // Called by Process: it has something to do as soon as the current work is done.
    void make_ready(Process& process);
    // Runs ready processes until there is nothing left to do at this time.
    void run_pending(Simulator& simulator);

    std::function<void()> on_address_change;  // an address was added or removed

    // What the device runs when it is switched on (again): its services and its DHCP client.
    std::vector<Service> start_up;
    void start(Simulator& simulator, const Service& service, CauseId cause = 0);

  private:
    SharedNames& names_;
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
