#include "proto/machine/dhcp_client.hpp"

#include <algorithm>
#include <array>

namespace layerlab::proto::machine {

using wire::DhcpMessage;
using wire::DhcpType;
namespace option = wire::dhcp_option;

namespace {

constexpr Duration first_timeout = 4s, last_timeout = 64s;  // RFC 2131 section 4.1
constexpr unsigned request_tries = 4;                       // section 3.1 step 5
constexpr Duration decline_pause = 10s;                     // section 3.1 step 5
constexpr Duration shortest_renewal = 60s;                  // section 4.4.5
constexpr std::uint32_t infinite_lease = 0xffff'ffff;       // RFC 2131 section 3.3
constexpr std::array<std::uint8_t, 5> wanted = {option::subnet_mask, option::broadcast_address, option::router,
                                                option::domain_name, option::dns_server};

std::uint8_t prefix_length(std::optional<Ipv4Address> mask, Ipv4Address address) {
    if (mask) return static_cast<std::uint8_t>(__builtin_popcount(mask->number));
    if (address.number >> 31 == 0) return 8;
    return address.number >> 30 == 2 ? 16 : 24;
}

// A mask whose ones are not all in front is no mask.
bool is_mask(Ipv4Address mask) { return (~mask.number & (~mask.number + 1)) == 0; }

bool can_be_host(Ipv4Address a) { return !a.is_zero() && !a.is_multicast() && !a.is_broadcast() && !a.is_loopback(); }

// The times of a lease that counts from `from`; T1 and T2 as given if they are in order, else 1/2 and 7/8.
void set_times(DhcpLease& lease, const DhcpMessage& ack, std::uint32_t seconds, Time from) {
    lease.renew_at = lease.rebind_at = lease.expires_at = never;
    if (seconds == infinite_lease) return;
    const Duration whole = std::chrono::seconds(seconds);
    const auto t1 = ack.number(option::renewal_time), t2 = ack.number(option::rebinding_time);
    Duration renew = t1 ? Duration(std::chrono::seconds(*t1)) : whole / 2;
    Duration rebind = t2 ? Duration(std::chrono::seconds(*t2)) : whole / 8 * 7;
    if (renew <= Duration(0) || renew > rebind || rebind > whole) {
        renew = whole / 2;
        rebind = whole / 8 * 7;
    }
    lease.renew_at = from + renew;
    lease.rebind_at = from + rebind;
    lease.expires_at = from + whole;
}

}  // namespace

const char* to_text(DhcpClientState state) {
    switch (state) {
        case DhcpClientState::stopped: return "STOPPED";
        case DhcpClientState::waiting: return "INIT";
        case DhcpClientState::selecting: return "SELECTING";
        case DhcpClientState::requesting: return "REQUESTING";
        case DhcpClientState::probing: return "PROBING";
        case DhcpClientState::bound: return "BOUND";
        case DhcpClientState::renewing: return "RENEWING";
        case DhcpClientState::rebinding: return "REBINDING";
    }
    return "";
}

const char* to_text(DhcpUnbind reason) {
    switch (reason) {
        case DhcpUnbind::expired: return "the lease expired";
        case DhcpUnbind::nak: return "the server refused the address";
        case DhcpUnbind::address_in_use: return "another host uses the address";
        case DhcpUnbind::released: return "the lease was released";
        case DhcpUnbind::stopped: return "the client was stopped";
    }
    return "";
}

bool DhcpClient::holds_address() const {
    return state_ == DhcpClientState::bound || state_ == DhcpClientState::renewing ||
           state_ == DhcpClientState::rebinding;
}

void DhcpClient::start(Time now, Out& out) {
    if (state_ != DhcpClientState::stopped) return;
    naks_ = 0;
    discover(now, out);
}

void DhcpClient::stop(Out& out) {
    unbind(DhcpUnbind::stopped, out);
    state_ = DhcpClientState::stopped;
    deadline_ = never;
}

void DhcpClient::release(Time now, Out& out) {
    if (holds_address()) {
        id_ = out.random();
        began_ = now;
        DhcpMessage m = message(DhcpType::release, now);
        m.broadcast = false;
        m.client_address = lease_.address.address;
        m.add_address(option::server_id, lease_.server);
        out.send(m, DhcpSending::unicast, lease_.server, lease_.address.address);
        unbind(DhcpUnbind::released, out);
    }
    state_ = DhcpClientState::stopped;
    deadline_ = never;
}

// A message with what all of the client's messages share.
DhcpMessage DhcpClient::message(DhcpType type, Time now) const {
    DhcpMessage m;
    m.id = id_;
    m.set_mac(config_.mac);
    m.broadcast = config_.broadcast_replies;
    const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(now - began_).count();
    m.seconds = static_cast<std::uint16_t>(std::clamp<std::int64_t>(elapsed, 0, 0xffff));
    m.add_type(type);
    if (!config_.client_id.empty()) m.add_bytes(option::client_id, config_.client_id);
    return m;
}

// 4, 8, 16, 32, 64, 64 ... seconds, each randomised by up to a second either way (RFC 2131 section 4.1).
Duration DhcpClient::backoff(Out& out) const {
    const Duration base = tries_ > 5 ? last_timeout : first_timeout * (1 << (std::max(tries_, 1u) - 1));
    const Duration spread = std::chrono::milliseconds(out.random() % 2001);
    return base - 1s + spread;
}

void DhcpClient::discover(Time now, Out& out) {
    state_ = DhcpClientState::selecting;
    id_ = out.random();
    began_ = now;
    tries_ = 0;
    send_discover(now, out);
}

void DhcpClient::send_discover(Time now, Out& out) {
    DhcpMessage m = message(DhcpType::discover, now);
    if (!previous_.is_zero()) m.add_address(option::requested_address, previous_);
    if (!config_.hostname.empty()) m.add_text(option::host_name, config_.hostname);
    m.add_bytes(option::request_list, wanted);
    ++tries_;
    deadline_ = now + backoff(out);
    out.send(m, DhcpSending::broadcast, {}, {});
}

// The request that answers an offer, or asks for more time.
void DhcpClient::send_request(Time now, Out& out) {
    DhcpMessage m = message(DhcpType::request, now);
    const Ipv4Address address = lease_.address.address;
    const bool extending = state_ != DhcpClientState::requesting;
    if (extending) {
        m.client_address = address;
        m.broadcast = false;
    } else {
        m.add_address(option::server_id, lease_.server);
        m.add_address(option::requested_address, address);
    }
    if (!config_.hostname.empty()) m.add_text(option::host_name, config_.hostname);
    m.add_bytes(option::request_list, wanted);
    ++tries_;
    const bool unicast = state_ == DhcpClientState::renewing;
    out.send(m, unicast ? DhcpSending::unicast : DhcpSending::broadcast, unicast ? lease_.server : Ipv4Address{},
             extending ? address : Ipv4Address{});
}

void DhcpClient::pause(Duration length, Time now, Out& out) {
    state_ = DhcpClientState::waiting;
    if (length <= Duration(0)) return discover(now, out);
    deadline_ = now + length;
}

void DhcpClient::unbind(DhcpUnbind reason, Out& out) {
    if (!holds_address()) return;
    state_ = DhcpClientState::waiting;
    deadline_ = never;
    out.unbind(reason);
}

void DhcpClient::on_message(const DhcpMessage& m, Time now, Out& out) {
    if (m.op != wire::DhcpOp::reply || m.id != id_ || m.mac() != config_.mac) return;
    switch (m.type()) {
        case DhcpType::offer:
            if (state_ == DhcpClientState::selecting) on_offer(m, now, out);
            return;
        case DhcpType::ack:
        case DhcpType::nak: {
            if (state_ != DhcpClientState::requesting && state_ != DhcpClientState::renewing &&
                state_ != DhcpClientState::rebinding)
                return;
            const auto server = m.address(option::server_id);
            if (state_ != DhcpClientState::rebinding && server && *server != lease_.server) return;
            if (m.type() == DhcpType::ack)
                on_ack(m, now, out);
            else
                on_nak(now, out);
            return;
        }
        default: return;
    }
}

void DhcpClient::on_offer(const DhcpMessage& offer, Time now, Out& out) {
    const auto server = offer.address(option::server_id);
    if (!server || !can_be_host(offer.your_address)) return;
    lease_ = {};
    lease_.address.address = offer.your_address;
    lease_.server = *server;
    state_ = DhcpClientState::requesting;
    tries_ = 0;
    requested_ = now;
    send_request(now, out);
    deadline_ = now + backoff(out);
}

void DhcpClient::on_ack(const DhcpMessage& ack, Time now, Out& out) {
    const auto seconds = ack.number(option::lease_time);
    const auto mask = ack.address(option::subnet_mask);
    if (!seconds || *seconds == 0 || !can_be_host(ack.your_address) || (mask && !is_mask(*mask))) return;
    const bool extending = holds_address();
    if (extending && ack.your_address != lease_.address.address) return;  // an answer to something else
    const Ipv4Address server = ack.address(option::server_id).value_or(lease_.server);
    lease_.address = {ack.your_address, prefix_length(mask, ack.your_address)};
    lease_.routers = ack.addresses(option::router);
    lease_.dns_servers = ack.addresses(option::dns_server);
    lease_.domain = std::string(ack.text(option::domain_name));
    lease_.server = server;
    set_times(lease_, ack, *seconds, requested_);
    if (lease_.expires_at <= now) return;  // too late to be of use: the retransmission asks anew
    if (extending || !config_.probe) return take_bound(out);
    state_ = DhcpClientState::probing;
    deadline_ = lease_.expires_at;
    out.probe(lease_.address.address);
}

void DhcpClient::take_bound(Out& out) {
    state_ = DhcpClientState::bound;
    tries_ = naks_ = 0;
    previous_ = lease_.address.address;
    deadline_ = lease_.renew_at;
    out.bind(lease_);
}

// Back to the beginning: at once the first time, then ever more slowly.
void DhcpClient::on_nak(Time now, Out& out) {
    unbind(DhcpUnbind::nak, out);
    previous_ = {};
    const Duration wait = naks_ == 0 ? Duration(0) : Duration(1s) * (1 << std::min(naks_ - 1, 6u));
    ++naks_;
    pause(wait, now, out);
}

void DhcpClient::address_free(Time, Out& out) {
    if (state_ == DhcpClientState::probing) take_bound(out);
}

void DhcpClient::address_in_use(Time now, Out& out) {
    if (state_ != DhcpClientState::probing && !holds_address()) return;
    id_ = out.random();
    began_ = now;
    DhcpMessage m = message(DhcpType::decline, now);
    m.broadcast = false;
    m.add_address(option::requested_address, lease_.address.address);
    m.add_address(option::server_id, lease_.server);
    out.send(m, DhcpSending::broadcast, {}, {});
    unbind(DhcpUnbind::address_in_use, out);
    previous_ = {};
    pause(decline_pause, now, out);
}

// RENEWING or REBINDING: a request now, the next one after half of what is left until T2 or the end, but not within a
// minute (RFC 2131 section 4.4.5).
void DhcpClient::ask_for_extension(DhcpClientState state, Time now, Out& out) {
    if (state_ != state) {
        state_ = state;
        tries_ = 0;
        id_ = out.random();
        if (state == DhcpClientState::renewing) began_ = now;
    }
    const Time limit = state == DhcpClientState::renewing ? lease_.rebind_at : lease_.expires_at;
    deadline_ = std::min(limit, now + std::max<Duration>((limit - now) / 2, shortest_renewal));
    requested_ = now;
    send_request(now, out);
}

void DhcpClient::on_deadline(Time now, Out& out) {
    if (now < deadline_) return;
    switch (state_) {
        case DhcpClientState::stopped: return;
        case DhcpClientState::waiting: return discover(now, out);
        case DhcpClientState::selecting: return send_discover(now, out);
        case DhcpClientState::requesting:
            if (tries_ >= request_tries) return discover(now, out);
            send_request(now, out);
            deadline_ = now + backoff(out);
            return;
        case DhcpClientState::probing: return discover(now, out);  // no answer from the host all lease long
        case DhcpClientState::bound:
        case DhcpClientState::renewing:
        case DhcpClientState::rebinding:
            if (now >= lease_.expires_at) {
                unbind(DhcpUnbind::expired, out);
                return discover(now, out);
            }
            return ask_for_extension(now >= lease_.rebind_at ? DhcpClientState::rebinding : DhcpClientState::renewing,
                                     now, out);
    }
}

}  // namespace layerlab::proto::machine
