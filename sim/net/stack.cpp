#include "sim/net/stack.hpp"

#include <algorithm>

#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

Stack::Stack(Host& host) : host_(host) {}
Stack::~Stack() = default;

Stack::Rare& Stack::rare() {
    if (!rare_) rare_ = std::make_unique<Rare>(*this);
    return *rare_;
}

Stack::UdpTable& Stack::udp() {
    if (!udp_) udp_ = std::make_unique<UdpTable>();
    return *udp_;
}

Stack::TcpTable& Stack::tcp() {
    if (!tcp_) tcp_ = std::make_unique<TcpTable>();
    return *tcp_;
}

Filter& Stack::make_filter() {
    if (!filter_) filter_ = std::make_unique<Filter>(*this);
    return *filter_;
}

Ipv6Stack& Stack::make_ipv6() {
    if (!ipv6_) ipv6_ = std::make_unique<Ipv6Stack>(*this);
    return *ipv6_;
}

void Stack::come_up(Context& context) {
    if (ipv6_) ipv6_->come_up(context);
}

std::uint64_t Stack::socket_changes() const { return (udp_ ? udp_->changes : 0) + (tcp_ ? tcp_->changes : 0); }

const machine::FragmentTable* Stack::fragments() const { return rare_ ? &rare_->fragments : nullptr; }

std::size_t Stack::path_mtu_count() const { return rare_ ? rare_->path_mtus.size() : 0; }

void Stack::refresh_own_addresses() {
    own_.clear();
    own_bits_ = {};
    const auto mark = [&](Ipv4Address a) { own_bits_[own_bit(a) / 64] |= std::uint64_t{1} << (own_bit(a) % 64); };
    for (PortId port = 0; port < interfaces_.size(); ++port)
        for (const InterfaceAddress& a : interfaces_[port].addresses) {
            // RFC 3021: a /31 and a /32 have no broadcast address.
            const bool has_broadcast = a.prefix.length < 31;
            own_.push_back({a.prefix.address, has_broadcast ? a.prefix.broadcast() : Ipv4Address{}, port});
            mark(a.prefix.address);
            if (has_broadcast) mark(a.prefix.broadcast());
        }
}

namespace {
machine::Route connected_route(Ipv4Prefix prefix, PortId port) {
    machine::Route route;
    route.prefix = {prefix.network(), prefix.length};
    route.interface = port;
    route.kind = machine::RouteKind::connected;
    return route;
}
}  // namespace

void Stack::connect_networks(PortId port) {
    if (!host_.ports()[port].up) return;
    for (const InterfaceAddress& a : interfaces_[port].addresses)
        if (a.prefix.length < 32) routes_.add(connected_route(a.prefix, port));
}

void Stack::add_address(PortId port, Ipv4Prefix prefix, bool is_dynamic, Time valid_until) {
    std::vector<InterfaceAddress>& addresses = interfaces_[port].addresses;
    const auto before = std::find_if(addresses.begin(), addresses.end(),
                                     [&](const auto& a) { return a.prefix.address == prefix.address; });
    if (before != addresses.end()) take_out(port, before);
    addresses.push_back({prefix, is_dynamic, valid_until});
    if (is_dynamic) host_.shared_names().lease(host_.name(), prefix.address);
    refresh_own_addresses();
    connect_networks(port);
    if (host_.on_address_change) host_.on_address_change();
}

// With what this address alone connected.
void Stack::take_out(PortId port, std::vector<InterfaceAddress>::iterator address) {
    const Ipv4Prefix prefix = address->prefix;
    if (address->is_dynamic) host_.shared_names().end_lease(host_.name(), prefix.address);
    interfaces_[port].addresses.erase(address);
    if (prefix.length < 32) routes_.remove(connected_route(prefix, port).prefix, Ipv4Address{}, port);
    connect_networks(port);
}

void Stack::remove_address(PortId port, Ipv4Address address) {
    std::vector<InterfaceAddress>& addresses = interfaces_[port].addresses;
    const auto removed = std::find_if(addresses.begin(), addresses.end(),
                                      [&](const InterfaceAddress& a) { return a.prefix.address == address; });
    if (removed == addresses.end()) return;
    take_out(port, removed);
    refresh_own_addresses();
    // As Linux does: all routes of the interface go with its last address.
    if (addresses.empty()) routes_.remove_interface(port);
    if (host_.on_address_change) host_.on_address_change();
}

// As Linux does: all routes of an interface go with it; only the connected ones come back.
void Stack::set_interface_up(Context& context, PortId port, bool up) {
    Port& p = host_.ports()[port];
    if (p.up == up) return;
    p.up = up;
    if (up)
        connect_networks(port);
    else
        routes_.remove_interface(port);
    if (!up && ipv6_) ipv6_->routes().remove_interface(port);
    on_carrier(context, port, p.has_carrier());
}

void Stack::set_default_gateway(Ipv4Address gateway, std::uint32_t line) {
    routes_.remove({Ipv4Address{}, 0});
    const machine::Route* on_link = routes_.find(gateway);
    machine::Route route;
    route.gateway = gateway;
    route.line = line;
    if (on_link) route.interface = on_link->interface;
    routes_.add(route);
}

bool Stack::set_permanent_neighbor(Context& context, Ipv4Address address, MacAddress mac) {
    const machine::Route* route = routes_.find(address);
    const PortId port = route ? route->interface : PortId { 0 };
    if (port >= interfaces_.size()) return false;
    NeighborOut out{*this, context, port};
    return interfaces_[port].neighbors.set_permanent(context.now(), address, mac, out);
}

void Stack::on_carrier(Context& context, PortId port, bool up) {
    if (ipv6_) ipv6_->on_carrier(context, port, up);
    if (up) return;
    NeighborOut out{*this, context, port};
    interfaces_[port].neighbors.flush(out);
    arm_neighbors(context, port);
}

void Stack::forget() {
    for (Interface& interface : interfaces_) {
        if (interface.neighbor_timer) host_.clear_timer(*interface.neighbor_timer);
        interface.neighbors = machine::NeighborCache<PacketRef>{};
    }
    if (loopback_) loopback_->forget(host_);
    if (udp_) udp_->forget();
    if (tcp_) tcp_->forget(host_);
    if (rare_) rare_->forget(host_);
    if (filter_) filter_->forget();
    if (ipv6_) ipv6_->forget();
    on_arp_heard = nullptr;
}

bool Stack::is_own(Ipv4Address a) const {
    if (a.is_loopback()) return true;
    if (!may_be_own(a)) return false;
    for (const OwnAddress& own : own_)
        if (own.address == a) return true;
    return false;
}

bool Stack::is_broadcast(PortId port, Ipv4Address a) const {
    if (a.is_broadcast()) return true;
    if (!may_be_own(a)) return false;
    for (const OwnAddress& own : own_)
        if (own.port == port && own.broadcast == a && !a.is_zero()) return true;
    return false;
}

Ipv4Address Stack::source_for(Ipv4Address destination) const {
    if (destination.is_loopback() || is_own(destination)) return destination;
    const machine::Route* route = routes_.find(destination);
    if (!route || route->interface >= interfaces_.size()) return {};
    const auto& addresses = interfaces_[route->interface].addresses;
    if (addresses.empty()) return {};
    const Ipv4Address next_hop = route->next_hop(destination);
    for (const InterfaceAddress& a : addresses)
        if (a.prefix.contains(next_hop)) return a.prefix.address;
    return addresses.front().prefix.address;
}

std::uint16_t Stack::mtu_to(Ipv4Address destination, Time now) const {
    if (is_own(destination)) return 65535;
    const machine::Route* route = routes_.find(destination);
    const std::uint16_t mtu = route ? host_.ports()[route->interface].mtu : std::uint16_t{1500};
    return rare_ ? rare_->path_mtu(destination, mtu, now) : mtu;
}

bool Stack::is_own(const IpAddress& a) const {
    if (!a.is_v6()) return is_own(a.v4());
    return proto::is_loopback(a.v6()) || (ipv6_ && ipv6_->is_own(a.v6()));
}

IpAddress Stack::source_for(const Endpoint& to) const {
    if (!to.address.is_v6()) return source_for(to.address.v4());
    if (ipv6_) return ipv6_->source_for(to.address.v6(), to.zone);
    return {};
}

std::uint16_t Stack::mtu_to(const IpAddress& destination, Time now) const {
    if (!destination.is_v6()) return mtu_to(destination.v4(), now);
    return ipv6_ ? ipv6_->mtu_to(destination.v6(), now) : std::uint16_t{1500};
}

SocketError Stack::send(Context& context, PacketRef packet, wire::IpProtocol protocol, const Endpoint& to,
                        const IpOptions& options) {
    if (!to.address.is_v6()) return send(context, std::move(packet), protocol, to.address.v4(), options);
    if (!ipv6_) return SocketError::network_unreachable;
    if (to.zone == no_port || options.out_port != no_port)
        return ipv6_->send(context, std::move(packet), protocol, to.address.v6(), options);
    IpOptions zoned = options;
    zoned.out_port = to.zone;
    return ipv6_->send(context, std::move(packet), protocol, to.address.v6(), zoned);
}

void Stack::tap(Context& context, PortId port, bool outgoing, Bytes frame) {
    if (!rare_) return;
    for (PortTap::State* t : rare_->taps) t->see(context, port, outgoing, frame);
}

std::vector<Stack::SocketRow> Stack::sockets() const {
    std::vector<SocketRow> rows;
    if (tcp_) tcp_->list(rows);
    if (udp_) udp_->list(rows);
    return rows;
}

}  // namespace layerlab::sim
