#include "proto/machine/dhcp_server.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

using wire::DhcpMessage;
using wire::DhcpType;
namespace option = wire::dhcp_option;

const char* to_text(DhcpLeaseState state) {
    switch (state) {
        case DhcpLeaseState::offered: return "offered";
        case DhcpLeaseState::bound: return "bound";
        case DhcpLeaseState::expired: return "expired";
        case DhcpLeaseState::released: return "released";
        case DhcpLeaseState::declined: return "declined";
    }
    return "";
}

const char* to_text(DhcpReason reason) {
    switch (reason) {
        case DhcpReason::lowest_free: return "it is the lowest free address";
        case DhcpReason::current_address: return "the client already has it";
        case DhcpReason::earlier_address: return "the client had it before";
        case DhcpReason::asked_for: return "the client asked for it and it is free";
        case DhcpReason::offer_accepted: return "the client accepted the offer";
        case DhcpReason::known_after_reboot: return "the client still has this lease";
        case DhcpReason::extended: return "the client asked for more time";
        case DhcpReason::wrong_network: return "the address is not of this subnet";
        case DhcpReason::taken: return "another client has the address";
        case DhcpReason::not_assigned: return "the address was not given to this client";
        case DhcpReason::in_use: return "the client found the address in use";
        case DhcpReason::given_back: return "the client gave the address back";
        case DhcpReason::has_address: return "the client has an address and asks for the rest";
        case DhcpReason::not_a_request: return "it is not a client's message";
        case DhcpReason::relayed: return "it came through a relay agent of another network";
        case DhcpReason::not_ethernet: return "its hardware address is not an Ethernet address";
        case DhcpReason::bad_message: return "it lacks what its type needs";
        case DhcpReason::other_server: return "it is for another server";
        case DhcpReason::scope_exhausted: return "no address of the range is free";
        case DhcpReason::unknown_client: return "the client has no lease here";
    }
    return "";
}

namespace {

constexpr Duration infinite_lease = std::chrono::seconds(0xffff'ffff);  // RFC 2131 section 3.3
constexpr std::size_t longest_client_id = 255;

}  // namespace

// --- intervals of free addresses ---

void DhcpServer::Intervals::add(std::uint32_t first, std::uint32_t last) {
    auto next = intervals_.upper_bound(first);
    if (next != intervals_.begin()) {
        const auto before = std::prev(next);
        if (before->second >= first || before->second + 1 == first) {
            first = before->first;
            last = std::max(last, before->second);
            next = intervals_.erase(before);
        }
    }
    while (next != intervals_.end() && (next->first <= last || next->first == last + 1)) {
        last = std::max(last, next->second);
        next = intervals_.erase(next);
    }
    intervals_.emplace(first, last);
}

void DhcpServer::Intervals::remove(std::uint32_t address) {
    if (!contains(address)) return;
    const auto it = std::prev(intervals_.upper_bound(address));
    const auto [first, last] = *it;
    intervals_.erase(it);
    if (first < address) intervals_.emplace(first, address - 1);
    if (address < last) intervals_.emplace(address + 1, last);
}

bool DhcpServer::Intervals::contains(std::uint32_t address) const {
    const auto next = intervals_.upper_bound(address);
    return next != intervals_.begin() && std::prev(next)->second >= address;
}

std::uint64_t DhcpServer::Intervals::count() const {
    std::uint64_t n = 0;
    for (const auto& [first, last] : intervals_) n += std::uint64_t{last} - first + 1;
    return n;
}

// --- the table ---

DhcpServer::DhcpServer(DhcpServerConfig config) : config_(std::move(config)) {
    const auto whole_seconds = std::chrono::duration_cast<std::chrono::seconds>(config_.lease_time);
    config_.lease_time = std::clamp<Duration>(whole_seconds, 1s, infinite_lease);
    std::uint32_t lowest = config_.subnet.network().number, highest = config_.subnet.broadcast().number;
    if (config_.subnet.length < 31) {  // the first and last address of a subnet are not hosts
        ++lowest;
        --highest;
    }
    for (const DhcpRange& range : config_.ranges) {
        const std::uint32_t first = std::max(range.first.number, lowest), last = std::min(range.last.number, highest);
        if (first <= last) unused_.add(first, last);
    }
    unused_.remove(config_.address.number);
    for (const Ipv4Address router : config_.routers) unused_.remove(router.number);
}

std::uint64_t DhcpServer::free_addresses() const { return unused_.count() + again_.count(); }

bool DhcpServer::is_held(DhcpLeaseState state) {
    return state == DhcpLeaseState::offered || state == DhcpLeaseState::bound;
}

// Moves a lease between states and keeps the free addresses and the list of ends in step.
void DhcpServer::set(DhcpServerLease& lease, DhcpLeaseState state, Time until) {
    ends_.erase({lease.until, lease.address});
    lease.state = state;
    lease.until = until;
    const std::uint32_t address = lease.address.number;
    if (state == DhcpLeaseState::expired || state == DhcpLeaseState::released) {
        again_.add(address, address);
        return;
    }
    unused_.remove(address);
    again_.remove(address);
    if (until != never) ends_.insert({until, lease.address});
}

// The lease is removed; its address is as if never given out.
void DhcpServer::forget(Ipv4Address address) {
    const auto it = leases_.find(address);
    if (it == leases_.end()) return;
    ends_.erase({it->second.until, address});
    clients_.erase(it->second.client);
    leases_.erase(it);
    again_.remove(address.number);
    unused_.add(address.number, address.number);
}

void DhcpServer::on_deadline(Time now) {
    while (!ends_.empty() && ends_.begin()->first <= now) {
        const auto [until, address] = *ends_.begin();
        DhcpServerLease& lease = leases_.at(address);
        if (lease.was_bound)
            set(lease, DhcpLeaseState::expired, until);
        else
            forget(address);  // an offer that nobody took, or the end of a quarantine
    }
}

DhcpServerLease* DhcpServer::lease_of(const std::string& client) {
    const auto it = clients_.find(client);
    return it == clients_.end() ? nullptr : &leases_.at(it->second);
}

// Makes the address this client's; whoever had it before is forgotten, and so is what the client had before.
DhcpServerLease& DhcpServer::assign(Ipv4Address address, const DhcpMessage& m, const std::string& client) {
    if (const DhcpServerLease* before = lease_of(client)) forget(before->address);
    forget(address);
    clients_[client] = address;
    DhcpServerLease& lease = leases_[address];
    lease.address = address;
    lease.mac = m.mac();
    lease.client = client;
    return lease;
}

DhcpServer::Choice DhcpServer::choose(const DhcpMessage& m, const std::string& client) {
    if (DhcpServerLease* lease = lease_of(client))
        return {lease, is_held(lease->state) ? DhcpReason::current_address : DhcpReason::earlier_address};
    if (const auto wanted = m.address(option::requested_address))
        if (unused_.contains(wanted->number) || again_.contains(wanted->number))
            return {&assign(*wanted, m, client), DhcpReason::asked_for};
    if (!unused_.empty()) return {&assign({unused_.lowest()}, m, client), DhcpReason::lowest_free};
    if (!again_.empty()) return {&assign({again_.lowest()}, m, client), DhcpReason::lowest_free};
    return {};
}

// --- messages ---

namespace {

// RFC 2131 section 4.2: the client identifier if there is one, else the hardware address.
std::string client_key(const DhcpMessage& m) {
    if (const wire::DhcpOption* id = m.find(option::client_id)) return "i" + std::string(as_text(id->value));
    return "h" + std::string(as_text(m.hardware_address).substr(0, m.hardware_length));
}

DhcpServerResult ignored(DhcpReason reason) { return {DhcpVerdict::ignored, reason, {}, std::nullopt, {}}; }

}  // namespace

DhcpServerResult DhcpServer::on_message(const DhcpMessage& m, Time now) {
    on_deadline(now);
    if (m.op != wire::DhcpOp::request) return ignored(DhcpReason::not_a_request);
    const bool is_relayed = !m.relay_address.is_zero();
    if (is_relayed && !config_.subnet.contains(m.relay_address)) return ignored(DhcpReason::relayed);
    if (m.hardware_type != 1 || m.hardware_length != 6) return ignored(DhcpReason::not_ethernet);
    if (const auto* id = m.find(option::client_id); id && id->value.size() > longest_client_id)
        return ignored(DhcpReason::bad_message);
    DhcpServerResult result = answer_to(m, now);
    if (is_relayed && result.reply) by_relay(m, result);
    return result;
}

// RFC 2131 section 4.1 and 4.3.2, RFC 3046 section 2.2: to the agent, which gets its own option back.
void DhcpServer::by_relay(const DhcpMessage& m, DhcpServerResult& result) {
    result.reply->relay_address = m.relay_address;
    if (result.verdict == DhcpVerdict::refused) result.reply->broadcast = true;
    if (const wire::DhcpOption* own = m.find(option::relay_information)) result.reply->options.push_back(*own);
    result.destination = {DhcpDestination::Kind::relay, m.relay_address, {}};
}

DhcpServerResult DhcpServer::answer_to(const DhcpMessage& m, Time now) {
    const std::string client = client_key(m);
    switch (m.type()) {
        case DhcpType::discover: return on_discover(m, client, now);
        case DhcpType::request: return on_request(m, client, now);
        case DhcpType::decline: return on_decline(m, client, now);
        case DhcpType::release: return on_release(m, client, now);
        case DhcpType::inform: return on_inform(m);
        case DhcpType::offer:
        case DhcpType::ack:
        case DhcpType::nak: return ignored(DhcpReason::not_a_request);
        default: return ignored(DhcpReason::bad_message);
    }
}

DhcpServerResult DhcpServer::on_discover(const DhcpMessage& m, const std::string& client, Time now) {
    const auto [lease, reason] = choose(m, client);
    if (!lease) return ignored(reason);
    // A running lease is not shortened by a new offer of it.
    if (lease->state != DhcpLeaseState::bound) set(*lease, DhcpLeaseState::offered, now + config_.offer_time);
    lease->mac = m.mac();
    DhcpServerResult result{DhcpVerdict::offered, reason, lease->address, answer(m, DhcpType::offer), {}};
    result.reply->your_address = lease->address;
    add_times(*result.reply, granted(m));
    add_parameters(*result.reply, m);
    result.destination = destination_of(m, lease->address);
    return result;
}

// RFC 2131 section 4.3.2: which of SELECTING, INIT-REBOOT, RENEWING and REBINDING the client is in follows from what
// the message carries.
DhcpServerResult DhcpServer::on_request(const DhcpMessage& m, const std::string& client, Time now) {
    const auto server = m.address(option::server_id);
    if (server && *server != config_.address) {
        withdraw_offer(client, now);
        return ignored(DhcpReason::other_server);
    }
    const auto wanted = m.address(option::requested_address);
    const bool extending = !m.client_address.is_zero() && !server;
    if (!extending && !wanted) return ignored(DhcpReason::bad_message);
    const Ipv4Address address = extending ? m.client_address : *wanted;

    DhcpServerLease* lease = lease_of(client);
    if (lease && lease->address == address && lease->state != DhcpLeaseState::declined)
        return acknowledge(m, *lease,
                           server      ? DhcpReason::offer_accepted
                           : extending ? DhcpReason::extended
                                       : DhcpReason::known_after_reboot,
                           now);
    if (!server && !config_.authoritative && (!lease || !config_.subnet.contains(address)))
        return ignored(DhcpReason::unknown_client);
    if (!config_.subnet.contains(address)) return refuse(m, address, DhcpReason::wrong_network);
    const auto other = leases_.find(address);
    const bool taken = other != leases_.end() && is_held(other->second.state);
    return refuse(m, address, taken ? DhcpReason::taken : DhcpReason::not_assigned);
}

// The client took another server's offer: ours is free again at once.
void DhcpServer::withdraw_offer(const std::string& client, Time now) {
    DhcpServerLease* lease = lease_of(client);
    if (!lease || lease->state != DhcpLeaseState::offered) return;
    if (lease->was_bound)
        set(*lease, DhcpLeaseState::expired, now);
    else
        forget(lease->address);
}

DhcpServerResult DhcpServer::acknowledge(const DhcpMessage& m, DhcpServerLease& lease, DhcpReason reason, Time now) {
    const Duration length = granted(m);
    set(lease, DhcpLeaseState::bound, length == infinite_lease ? never : now + length);
    lease.was_bound = true;
    lease.mac = m.mac();
    if (const std::string_view name = m.text(option::host_name); !name.empty()) lease.hostname = name.substr(0, 255);
    DhcpServerResult result{DhcpVerdict::acknowledged, reason, lease.address, answer(m, DhcpType::ack), {}};
    result.reply->client_address = m.client_address;
    result.reply->your_address = lease.address;
    add_times(*result.reply, length);
    add_parameters(*result.reply, m);
    result.destination = destination_of(m, lease.address);
    return result;
}

DhcpServerResult DhcpServer::refuse(const DhcpMessage& m, Ipv4Address address, DhcpReason reason) const {
    DhcpServerResult result{DhcpVerdict::refused, reason, address, answer(m, DhcpType::nak), {}};
    result.reply->add_text(option::message, to_text(reason));
    return result;
}

DhcpServerResult DhcpServer::on_decline(const DhcpMessage& m, const std::string& client, Time now) {
    const auto address = m.address(option::requested_address);
    const auto server = m.address(option::server_id);
    if (!address || !server) return ignored(DhcpReason::bad_message);
    if (*server != config_.address) return ignored(DhcpReason::other_server);
    DhcpServerLease* lease = lease_of(client);
    if (!lease || lease->address != *address || !is_held(lease->state)) return ignored(DhcpReason::unknown_client);
    set(*lease, DhcpLeaseState::declined, now + config_.quarantine);
    lease->was_bound = false;
    clients_.erase(client);  // the client shall get another one
    lease->client.clear();
    return {DhcpVerdict::declined, DhcpReason::in_use, *address, std::nullopt, {}};
}

DhcpServerResult DhcpServer::on_release(const DhcpMessage& m, const std::string& client, Time now) {
    const auto server = m.address(option::server_id);
    if (server && *server != config_.address) return ignored(DhcpReason::other_server);
    DhcpServerLease* lease = lease_of(client);
    if (!lease || lease->address != m.client_address || lease->state != DhcpLeaseState::bound)
        return ignored(DhcpReason::unknown_client);
    set(*lease, DhcpLeaseState::released, now);
    return {DhcpVerdict::released, DhcpReason::given_back, lease->address, std::nullopt, {}};
}

// RFC 2131 section 4.3.5: parameters only, no lease time, no yiaddr, to the address the client says it has.
DhcpServerResult DhcpServer::on_inform(const DhcpMessage& m) const {
    if (m.client_address.is_zero()) return ignored(DhcpReason::bad_message);
    DhcpServerResult result{
        DhcpVerdict::informed, DhcpReason::has_address, m.client_address, answer(m, DhcpType::ack), {}};
    result.reply->client_address = m.client_address;
    add_parameters(*result.reply, m);
    result.destination = {DhcpDestination::Kind::client_address, m.client_address, m.mac()};
    return result;
}

// --- replies ---

DhcpMessage DhcpServer::answer(const DhcpMessage& m, DhcpType type) const {
    DhcpMessage reply;
    reply.op = wire::DhcpOp::reply;
    reply.id = m.id;
    reply.broadcast = m.broadcast;
    reply.hardware_address = m.hardware_address;
    reply.add_type(type);
    reply.add_address(option::server_id, config_.address);
    if (const wire::DhcpOption* id = m.find(option::client_id)) reply.options.push_back(*id);  // RFC 6842
    return reply;
}

Duration DhcpServer::granted(const DhcpMessage& m) const {
    const auto wanted = m.number(option::lease_time);
    if (!wanted || *wanted == 0) return config_.lease_time;
    return std::min<Duration>(config_.lease_time, std::chrono::seconds(*wanted));
}

void DhcpServer::add_times(DhcpMessage& reply, Duration lease) const {
    const auto seconds = static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(lease).count());
    reply.add_uint32(option::lease_time, seconds);
    if (lease == infinite_lease) return;
    reply.add_uint32(option::renewal_time, seconds / 2);
    reply.add_uint32(option::rebinding_time, seconds - seconds / 8);
}

// Mask, broadcast address, routers, DNS servers and domain: what the client asked for, or all when it sent no list.
void DhcpServer::add_parameters(DhcpMessage& reply, const DhcpMessage& m) const {
    const wire::DhcpOption* list = m.find(option::request_list);
    const auto wants = [&](std::uint8_t code) {
        return !list || std::find(list->value.begin(), list->value.end(), code) != list->value.end();
    };
    if (wants(option::subnet_mask)) reply.add_address(option::subnet_mask, {config_.subnet.mask()});
    if (wants(option::broadcast_address)) reply.add_address(option::broadcast_address, config_.subnet.broadcast());
    if (wants(option::router) && !config_.routers.empty()) reply.add_addresses(option::router, config_.routers);
    if (wants(option::dns_server) && !config_.dns_servers.empty())
        reply.add_addresses(option::dns_server, config_.dns_servers);
    if (wants(option::domain_name) && !config_.domain.empty()) reply.add_text(option::domain_name, config_.domain);
}

// RFC 2131 section 4.1, for giaddr being zero.
DhcpDestination DhcpServer::destination_of(const DhcpMessage& m, Ipv4Address your_address) {
    if (!m.client_address.is_zero()) return {DhcpDestination::Kind::client_address, m.client_address, m.mac()};
    if (m.broadcast) return {};
    return {DhcpDestination::Kind::unconfigured, your_address, m.mac()};
}

}  // namespace layerlab::proto::machine
