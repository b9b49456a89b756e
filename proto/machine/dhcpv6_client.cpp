#include "proto/machine/dhcpv6_client.hpp"

#include <algorithm>

namespace layerlab::proto::machine {
namespace {

using wire::Dhcpv6Message;
using wire::Dhcpv6Status;
using wire::Dhcpv6Type;
using State = Dhcpv6State;

constexpr Dhcpv6Timing solicit_timing{1s, 3600s}, request_timing{1s, 30s, 10}, renew_timing{10s, 600s},
    rebind_timing{10s, 600s}, information_timing{1s, 3600s}, release_timing{1s, 600s, 4}, decline_timing{1s, 600s, 4};
constexpr std::uint32_t forever = 0xffff'ffffu;

Time end_of(Time now, std::uint32_t seconds) {
    return seconds == forever ? never : now + std::chrono::seconds(seconds);
}

}  // namespace

const char* to_string(State state) {
    switch (state) {
        case State::stopped: return "STOPPED";
        case State::soliciting: return "SOLICITING";
        case State::requesting: return "REQUESTING";
        case State::bound: return "BOUND";
        case State::renewing: return "RENEWING";
        case State::rebinding: return "REBINDING";
        case State::releasing: return "RELEASING";
        case State::informing: return "INFORMING";
    }
    return "?";
}

// Section 15: between 0.9 and 1.1 of it.
Duration Dhcpv6Client::spread(Duration d, Dhcpv6Out& out) {
    const auto part = static_cast<std::int64_t>(out.random() % 2001);  // of ten thousand: -1000 to 1000
    return d + d / 10'000 * (part - 1000);
}

void Dhcpv6Client::begin(Time now, State state, Dhcpv6Type type, Dhcpv6Timing timing, Dhcpv6Out& out) {
    state_ = state;
    type_ = type;
    timing_ = timing;
    id_ = out.random() & 0xff'ffffu;
    sent_ = 0;
    began_ = now;
    // A solicit is never spread below its first timeout (section 18.2.1).
    timeout_ = spread(timing.initial, out);
    if (type == Dhcpv6Type::solicit) timeout_ = std::max(timeout_, timing.initial);
    transmit(now, out);
}

void Dhcpv6Client::transmit(Time now, Dhcpv6Out& out) {
    Dhcpv6Message m;
    m.type = type_;
    m.id = id_;
    m.client_duid = duid_;
    m.has_elapsed = true;
    m.elapsed = static_cast<std::uint16_t>(std::min<std::int64_t>((now - began_) / 10ms, 0xffff));
    m.requested = {wire::dhcpv6_option::dns_servers, wire::dhcpv6_option::domain_list};
    if (type_ != Dhcpv6Type::information_request) {
        m.iaid = iaid_;
        if (address_)
            m.addresses.push_back({address_->address, 0, 0});
        else if (best_)
            m.addresses = best_->addresses;
    }
    if (type_ == Dhcpv6Type::request && best_) m.server_duid = best_->server_duid;
    if (type_ == Dhcpv6Type::renew || type_ == Dhcpv6Type::release || type_ == Dhcpv6Type::decline)
        m.server_duid = server_;
    if (type_ == Dhcpv6Type::release || type_ == Dhcpv6Type::decline) m.requested.clear();
    ++sent_;
    next_ = now + timeout_;
    out.send(m);
}

void Dhcpv6Client::start(Time now, Dhcpv6Out& out) {
    best_.reset();
    begin(now, State::soliciting, Dhcpv6Type::solicit, solicit_timing, out);
}

void Dhcpv6Client::ask_information(Time now, Dhcpv6Out& out) {
    begin(now, State::informing, Dhcpv6Type::information_request, information_timing, out);
}

void Dhcpv6Client::release(Time now, Dhcpv6Out& out) {
    if (!address_) {
        state_ = State::stopped;
        next_ = renew_at_ = rebind_at_ = valid_until_ = never;
        return;
    }
    begin(now, State::releasing, Dhcpv6Type::release, release_timing, out);
    lose(out);  // section 18.2.7: not used from the first release on
}

void Dhcpv6Client::decline(Time now, Dhcpv6Out& out) {
    if (!address_) return;
    begin(now, State::releasing, Dhcpv6Type::decline, decline_timing, out);
    lose(out);
}

void Dhcpv6Client::lose(Dhcpv6Out& out) {
    renew_at_ = rebind_at_ = valid_until_ = never;
    if (!address_) return;
    const Ipv6Address gone = address_->address;
    address_.reset();
    out.unbound(gone);
}

void Dhcpv6Client::on_message(Time now, const Dhcpv6Message& m, Dhcpv6Out& out) {
    if (m.id != id_ || m.client_duid != duid_ || m.server_duid.empty() || next_ == never) return;
    if (m.type == Dhcpv6Type::advertise && state_ == State::soliciting) {
        const bool has_address = m.iaid == iaid_ && !m.addresses.empty() && !m.ia_status;
        if (!has_address) return;
        if (!best_ || m.preference > best_->preference) best_ = m;
        // Section 18.2.1: the first timeout is for collecting, unless somebody insists or we have waited already.
        if (m.preference == 255 || sent_ > 1) begin(now, State::requesting, Dhcpv6Type::request, request_timing, out);
        return;
    }
    if (m.type == Dhcpv6Type::reply) take_reply(now, m, out);
}

void Dhcpv6Client::take_reply(Time now, const Dhcpv6Message& m, Dhcpv6Out& out) {
    if (state_ == State::informing) {
        next_ = never;
        state_ = State::stopped;
        return out.configured(m);
    }
    if (state_ == State::releasing) {
        next_ = never;
        const bool was_declined = type_ == Dhcpv6Type::decline;
        state_ = State::stopped;
        if (was_declined) start(now, out);
        return;
    }
    if (state_ != State::requesting && state_ != State::renewing && state_ != State::rebinding) return;
    const bool is_good = m.iaid == iaid_ && !m.addresses.empty() && m.addresses[0].valid > 0 &&
                         m.ia_status.value_or(Dhcpv6Status::success) == Dhcpv6Status::success &&
                         m.status.value_or(Dhcpv6Status::success) == Dhcpv6Status::success;
    if (!is_good) {  // NoBinding, NoAddrAvail, NotOnLink: from the beginning
        lose(out);
        return start(now, out);
    }
    const wire::Dhcpv6Address& a = m.addresses[0];
    const bool is_new = !address_ || address_->address != a.address;
    if (address_ && is_new) lose(out);
    address_ = a;
    server_ = m.server_duid;
    state_ = State::bound;
    next_ = never;
    // Section 21.4: 0 leaves the times to the client; usual are a half and four fifths of the preferred lifetime.
    const std::uint32_t t1 = m.t1 != 0 ? m.t1 : a.preferred == forever ? forever : a.preferred / 2;
    const std::uint32_t t2 = m.t2 != 0 ? m.t2 : a.preferred == forever ? forever : a.preferred / 5 * 4;
    renew_at_ = end_of(now, t1);
    rebind_at_ = std::max(end_of(now, t2), renew_at_);
    valid_until_ = end_of(now, a.valid);
    out.bound(a, is_new);
    out.configured(m);
}

Time Dhcpv6Client::next_deadline() const {
    Time next = std::min(next_, valid_until_);
    if (state_ == State::bound) next = std::min(next, renew_at_);
    if (state_ == State::renewing) next = std::min(next, rebind_at_);
    return next;
}

void Dhcpv6Client::on_deadline(Time now, Dhcpv6Out& out) {
    if (address_ && now >= valid_until_) {
        lose(out);
        return start(now, out);
    }
    if (state_ == State::bound && now >= renew_at_)
        return begin(now, State::renewing, Dhcpv6Type::renew, renew_timing, out);
    if (state_ == State::renewing && now >= rebind_at_)
        return begin(now, State::rebinding, Dhcpv6Type::rebind, rebind_timing, out);
    if (now < next_) return;
    if (state_ == State::soliciting && best_)
        return begin(now, State::requesting, Dhcpv6Type::request, request_timing, out);
    if (timing_.count != 0 && sent_ >= timing_.count) {
        next_ = never;
        if (state_ == State::requesting) return start(now, out);
        state_ = State::stopped;
        return;
    }
    // Section 15: twice as long each time, up to the longest.
    timeout_ = timeout_ * 2;
    if (timeout_ > timing_.most) timeout_ = timing_.most;
    timeout_ = spread(timeout_, out);
    transmit(now, out);
}

}  // namespace layerlab::proto::machine
