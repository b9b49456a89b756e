#include "proto/machine/dhcpv6_server.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

using wire::Dhcpv6Message;
using wire::Dhcpv6Status;
using wire::Dhcpv6Type;

namespace {
constexpr Duration offer_time = 60s;  // how long an offered address waits for its request
}

Dhcpv6Binding* Dhcpv6Server::find(const Dhcpv6Message& m) {
    for (Dhcpv6Binding& b : bindings_)
        if (!b.is_declined && b.iaid == *m.iaid && b.duid == m.client_duid) return &b;
    return nullptr;
}

bool Dhcpv6Server::is_in_range(const Ipv6Address& a) const {
    return config_.first && config_.last && !(a < *config_.first) && !(*config_.last < a);
}

bool Dhcpv6Server::is_free(Time now, const Ipv6Address& a) const {
    return std::none_of(bindings_.begin(), bindings_.end(),
                        [&](const Dhcpv6Binding& b) { return b.address == a && now < b.until; });
}

// What it had, what it wishes for, else the lowest free address.
Dhcpv6Binding* Dhcpv6Server::assign(Time now, const Dhcpv6Message& m) {
    if (!config_.first) return nullptr;
    if (Dhcpv6Binding* known = find(m)) return known;
    std::erase_if(bindings_, [&](const Dhcpv6Binding& b) { return b.until <= now; });
    if (bindings_.size() >= most_bindings) return nullptr;
    std::optional<Ipv6Address> chosen;
    for (const wire::Dhcpv6Address& wish : m.addresses)
        if (!chosen && is_in_range(wish.address) && is_free(now, wish.address)) chosen = wish.address;
    const std::uint64_t high = high_half(*config_.first), end = low_half(*config_.last);
    for (std::uint64_t low = low_half(*config_.first); !chosen && low <= end; ++low) {
        const Ipv6Address candidate = ipv6_from(high, low);
        if (is_free(now, candidate)) chosen = candidate;
        if (low == end) break;
    }
    if (!chosen) return nullptr;
    bindings_.push_back({m.client_duid, *m.iaid, *chosen, now + offer_time, false});
    return &bindings_.back();
}

void Dhcpv6Server::grant(Time now, Dhcpv6Binding& binding, Dhcpv6Message& answer, bool is_final) const {
    const auto valid = static_cast<std::uint32_t>(config_.lease / 1s);
    const std::uint32_t preferred = valid / 8 * 5;
    if (is_final) binding.until = now + config_.lease;
    answer.addresses.push_back({binding.address, preferred, valid});
    answer.t1 = preferred / 2;
    answer.t2 = preferred / 5 * 4;
}

std::optional<Dhcpv6Message> Dhcpv6Server::on_message(Time now, const Dhcpv6Message& m) {
    const bool names_us = m.server_duid == config_.duid;
    // Section 16: what must be there, and what must not.
    const bool is_for_us = m.type == Dhcpv6Type::request || m.type == Dhcpv6Type::renew ||
                           m.type == Dhcpv6Type::release || m.type == Dhcpv6Type::decline;
    if (is_for_us ? !names_us : !m.server_duid.empty() && !(names_us && m.type == Dhcpv6Type::information_request))
        return std::nullopt;
    if (m.client_duid.empty() && m.type != Dhcpv6Type::information_request) return std::nullopt;
    Dhcpv6Message answer;
    answer.type = m.type == Dhcpv6Type::solicit ? Dhcpv6Type::advertise : Dhcpv6Type::reply;
    answer.id = m.id;
    answer.client_duid = m.client_duid;
    answer.server_duid = config_.duid;
    const auto wants = [&](std::uint16_t code) {
        return std::find(m.requested.begin(), m.requested.end(), code) != m.requested.end();
    };
    if (wants(wire::dhcpv6_option::dns_servers)) answer.dns_servers = config_.dns_servers;
    if (wants(wire::dhcpv6_option::domain_list)) answer.domain = config_.domain;
    if (m.type == Dhcpv6Type::information_request) return answer;
    if (!m.iaid) return std::nullopt;
    answer.iaid = m.iaid;
    switch (m.type) {
        case Dhcpv6Type::solicit:
        case Dhcpv6Type::request:
            if (Dhcpv6Binding* b = assign(now, m))
                grant(now, *b, answer, m.type == Dhcpv6Type::request);
            else
                answer.ia_status = Dhcpv6Status::no_addresses;
            return answer;
        case Dhcpv6Type::renew:
        case Dhcpv6Type::rebind:
            if (Dhcpv6Binding* b = find(m))
                grant(now, *b, answer, true);
            else if (m.type == Dhcpv6Type::rebind)
                return std::nullopt;  // perhaps another server knows it (section 18.3.5)
            else
                answer.ia_status = Dhcpv6Status::no_binding;
            return answer;
        case Dhcpv6Type::confirm: {
            const bool fits = !m.addresses.empty() && config_.first &&
                              std::all_of(m.addresses.begin(), m.addresses.end(), [&](const auto& a) {
                                  return high_half(a.address) == high_half(*config_.first);
                              });
            answer.iaid.reset();
            answer.status = fits ? Dhcpv6Status::success : Dhcpv6Status::not_on_link;
            return answer;
        }
        case Dhcpv6Type::release:
        case Dhcpv6Type::decline:
            if (Dhcpv6Binding* b = find(m)) {
                if (m.type == Dhcpv6Type::decline) {
                    b->is_declined = true;
                    b->until = now + config_.lease;
                } else {
                    b->until = now;
                }
            } else {
                answer.ia_status = Dhcpv6Status::no_binding;
            }
            if (!answer.ia_status) answer.iaid.reset();
            answer.status = Dhcpv6Status::success;
            return answer;
        default: return std::nullopt;
    }
}

}  // namespace layerlab::proto::machine
