#include "sim/net/host.hpp"

#include <algorithm>
namespace layerlab::sim {

std::optional<Ipv4Address> SharedNames::find(std::string_view name) const {
    const auto at = std::lower_bound(entries.begin(), entries.end(), name,
                                     [](const HostsEntry& e, std::string_view n) { return e.name < n; });
    if (at != entries.end() && at->name == name) return at->address;
    const auto now = leased.lower_bound(name);
    if (now != leased.end() && now->first == name) return now->second;
    return std::nullopt;
}

std::optional<std::string> SharedNames::find(Ipv4Address address) const {
    const auto at = std::lower_bound(by_address.begin(), by_address.end(), address,
                                     [&](std::uint32_t index, Ipv4Address a) { return entries[index].address < a; });
    if (at != by_address.end() && entries[*at].address == address) return entries[*at].name;
    const auto now = leased_by_address.lower_bound(address);
    if (now != leased_by_address.end() && now->first == address) return now->second;
    return std::nullopt;
}

std::vector<proto::Ipv6Address> SharedNames::find6(std::string_view name) const {
    std::vector<proto::Ipv6Address> found;
    const auto less = [](const auto& e, std::string_view n) { return e.first < n; };
    for (auto at = std::lower_bound(entries6.begin(), entries6.end(), name, less);
         at != entries6.end() && at->first == name; ++at)
        found.push_back(at->second);
    return found;
}

std::optional<std::string> SharedNames::find6(const proto::Ipv6Address& address) const {
    for (const auto& [name, known] : entries6)
        if (known == address) return name;
    return std::nullopt;
}

void SharedNames::lease(const std::string& name, Ipv4Address address) {
    if (!has_leased) return;
    leased.emplace(name, address);
    leased_by_address.emplace(address, name);
}

void SharedNames::end_lease(const std::string& name, Ipv4Address address) {
    const auto erase = [](auto& table, const auto& key, const auto& value) {
        const auto [first, last] = table.equal_range(key);
        const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second == value; });
        if (found != last) table.erase(found);
    };
    erase(leased, name, address);
    erase(leased_by_address, address, name);
}

void SharedNames::index() {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const HostsEntry& a, const HostsEntry& b) { return a.name < b.name; });
    by_address.resize(entries.size());
    for (std::uint32_t i = 0; i < by_address.size(); ++i) by_address[i] = i;
    std::stable_sort(by_address.begin(), by_address.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return entries[a].address < entries[b].address; });
}

Host::Host(NodeId id, std::string name, SharedNames& names) : Node(id, std::move(name)), names_(names), stack_(*this) {}

Host::~Host() {
    stack_.forget();
    processes_.clear();
}

HostSettings& Host::settings() {
    if (!settings_) settings_ = std::make_unique<HostSettings>();
    return *settings_;
}

const HostSettings& Host::settings() const {
    static const HostSettings defaults;
    return settings_ ? *settings_ : defaults;
}

PortId Host::add_port(MacAddress mac, std::string name) {
    stack_.add_interface();
    return Node::add_port(mac, std::move(name));
}

std::string Host::port_name(PortId port) const { return port == loopback_port ? "lo" : Node::port_name(port); }

Rng& Host::rng(const Simulator& simulator) {
    if (!rng_) rng_ = std::make_unique<Rng>(simulator.rng("host " + name()));
    return *rng_;
}

Process& Host::spawn(Simulator& simulator, std::string name, std::vector<std::string> arguments, Process::Main main,
                     CauseId cause, std::uint32_t line, bool is_daemon) {
    simulator_ = &simulator;
    processes_.push_back(std::make_unique<Process>(*this, std::move(name), std::move(arguments)));
    Process& process = *processes_.back();
    process.is_daemon = is_daemon;
    process.start(std::move(main), cause, line);
    return process;
}

void Host::start(Simulator& simulator, const Service& service, CauseId cause) {
    spawn(simulator, service.name, {service.name}, service.main, cause, service.line, true);
}

void Host::end_process(Process& process) {
    std::erase(ready_, &process);
    std::erase_if(processes_, [&](const auto& p) { return p.get() == &process; });
}

void Host::make_ready(Process& process) { ready_.push_back(&process); }

void Host::run_pending(Simulator& simulator) {
    if (running_ || ready_.empty()) return;
    running_ = true;
    simulator_ = &simulator;
    bool any_ended = false;
    while (!ready_.empty()) {
        Process* process = ready_.front();
        ready_.erase(ready_.begin());
        process->resume();
        any_ended |= process->ended();
    }
    if (any_ended) std::erase_if(processes_, [](const auto& p) { return p->ended(); });
    running_ = false;
}

void Host::on_frame(Context& context, PortId port, PacketRef frame) {
    simulator_ = &context.simulator;
    stack_.on_frame(context, port, std::move(frame));
    run_pending(context.simulator);
}

void Host::on_wakeup(Context& context) {
    simulator_ = &context.simulator;
    Node::on_wakeup(context);
    run_pending(context.simulator);
}

void Host::on_carrier(Context& context, PortId port, bool up) {
    simulator_ = &context.simulator;
    stack_.on_carrier(context, port, up);
    run_pending(context.simulator);
}

void Host::set_up(Context& context, bool up) {
    if (up == is_up()) return;
    simulator_ = &context.simulator;
    Node::set_up(context, up);
    if (!up) {
        stack_.forget();
        ready_.clear();
        processes_.clear();
    } else {
        Context fresh{context.simulator, id(), context.cause, context.line};
        stack_.come_up(fresh);
        for (const Service& service : start_up) start(context.simulator, service);
        run_pending(context.simulator);
    }
}

}  // namespace layerlab::sim
