#include "proto/machine/ipv6_address_table.hpp"

#include <algorithm>

namespace layerlab::proto::machine {
namespace {

Time end_of(Time now, std::uint32_t seconds) {
    return seconds == Ipv6AddressTable::forever ? never : now + std::chrono::seconds(seconds);
}

}  // namespace

const Ipv6InterfaceAddress* Ipv6AddressTable::find(const Ipv6Address& address) const {
    for (const Ipv6InterfaceAddress& a : addresses_)
        if (a.prefix.address == address) return &a;
    return nullptr;
}

bool Ipv6AddressTable::add(Time now, Ipv6InterfaceAddress address, bool with_probe, Duration delay) {
    for (Ipv6InterfaceAddress& a : addresses_) {
        if (a.prefix.address != address.prefix.address) continue;
        a.preferred_until = address.preferred_until;
        a.valid_until = address.valid_until;
        if (a.state == Ipv6AddressState::deprecated && now < a.preferred_until) a.state = Ipv6AddressState::preferred;
        return false;
    }
    address.state = with_probe ? Ipv6AddressState::tentative : Ipv6AddressState::preferred;
    if (with_probe) {
        address.probes_left = probes;
        address.next_probe = now + delay;
    }
    addresses_.push_back(address);
    return true;
}

bool Ipv6AddressTable::remove(const Ipv6Address& address) {
    return std::erase_if(addresses_, [&](const Ipv6InterfaceAddress& a) { return a.prefix.address == address; }) > 0;
}

void Ipv6AddressTable::probe_all(Time now, Duration delay) {
    for (Ipv6InterfaceAddress& a : addresses_) {
        a.state = Ipv6AddressState::tentative;
        a.probes_left = probes;
        a.next_probe = now + delay;
    }
}

bool Ipv6AddressTable::on_conflict(const Ipv6Address& address) {
    for (Ipv6InterfaceAddress& a : addresses_) {
        if (a.prefix.address != address || a.state != Ipv6AddressState::tentative) continue;
        a.state = Ipv6AddressState::duplicated;
        a.next_probe = never;
        return true;
    }
    return false;
}

Ipv6AddressTable::PrefixEffect Ipv6AddressTable::on_prefix(Time now, const wire::PrefixInformation& p,
                                                           std::uint64_t interface_id) {
    if (!p.autonomous || is_link_local(p.prefix.address) || is_multicast(p.prefix.address) ||
        p.preferred_lifetime > p.valid_lifetime || p.prefix.length != 64)
        return PrefixEffect::ignored;
    std::size_t made = 0;
    for (Ipv6InterfaceAddress& a : addresses_) {
        if (a.origin != Ipv6AddressOrigin::advertised) continue;
        ++made;
        if (a.prefix.length != 64 || !p.prefix.contains(a.prefix.address)) continue;
        a.preferred_until = end_of(now, p.preferred_lifetime);
        // Section 5.5.3 e: nobody ends an address by an advertisement of a short lifetime, two hours are left.
        constexpr Duration two_hours = std::chrono::hours(2);
        const Time until = end_of(now, p.valid_lifetime);
        const bool is_long = a.valid_until == never || a.valid_until - now > two_hours;
        if (until == never || until - now > two_hours || until > a.valid_until)
            a.valid_until = until;
        else if (is_long)
            a.valid_until = now + two_hours;
        if (a.state == Ipv6AddressState::deprecated && now < a.preferred_until) a.state = Ipv6AddressState::preferred;
        return PrefixEffect::renewed;
    }
    if (p.valid_lifetime == 0 || made >= limit) return PrefixEffect::ignored;
    Ipv6InterfaceAddress address;
    address.prefix = {with_interface_id(p.prefix, interface_id), 64};
    address.origin = Ipv6AddressOrigin::advertised;
    address.preferred_until = end_of(now, p.preferred_lifetime);
    address.valid_until = end_of(now, p.valid_lifetime);
    return add(now, address, true) ? PrefixEffect::created : PrefixEffect::renewed;
}

Time Ipv6AddressTable::next_deadline() const {
    Time next = never;
    for (const Ipv6InterfaceAddress& a : addresses_) {
        next = std::min(next, a.valid_until);
        if (a.state == Ipv6AddressState::preferred) next = std::min(next, a.preferred_until);
        if (a.state == Ipv6AddressState::tentative) next = std::min(next, a.next_probe);
    }
    return next;
}

const char* to_string(Ipv6AddressState state) {
    switch (state) {
        case Ipv6AddressState::tentative: return "tentative";
        case Ipv6AddressState::preferred: return "";
        case Ipv6AddressState::deprecated: return "deprecated";
        case Ipv6AddressState::duplicated: return "dadfailed tentative";
    }
    return "";
}

}  // namespace layerlab::proto::machine
