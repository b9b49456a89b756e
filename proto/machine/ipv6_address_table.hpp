// The IPv6 addresses of one interface with their states and lifetimes: duplicate address detection (RFC 4862 section
// 5.4) and addresses made from advertised prefixes (section 5.5.3). Sends nothing: `out` is any object with
//     void probe(const Ipv6Address& address);    // send a neighbor solicitation for it from ::
//     void ready(const Ipv6Address& address);    // nobody else has it: usable from now on
//     void removed(const Ipv6Prefix& prefix);    // its valid lifetime is over
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/base/time.hpp"
#include "proto/wire/neighbor_discovery.hpp"

namespace layerlab::proto::machine {

enum class Ipv6AddressState : std::uint8_t { tentative, preferred, deprecated, duplicated };
enum class Ipv6AddressOrigin : std::uint8_t { stated, link_local, advertised, dhcp };

struct Ipv6InterfaceAddress {
    Ipv6Prefix prefix;
    Ipv6AddressOrigin origin = Ipv6AddressOrigin::stated;
    Ipv6AddressState state = Ipv6AddressState::preferred;
    Time preferred_until = never, valid_until = never;
    Time next_probe = never;  // while tentative: when to probe, or to be content
    std::uint8_t probes_left = 0;

    bool is_usable() const { return state == Ipv6AddressState::preferred || state == Ipv6AddressState::deprecated; }
};

class Ipv6AddressTable {
  public:
    static constexpr std::uint8_t probes = 1;  // DupAddrDetectTransmits, RFC 4862 section 5.1
    static constexpr Duration retransmit_time = 1s;
    static constexpr std::size_t limit = 16;  // max_addresses of Linux: of those made from advertisements
    static constexpr std::uint32_t forever = 0xffff'ffffu;

    const std::vector<Ipv6InterfaceAddress>& all() const { return addresses_; }
    const Ipv6InterfaceAddress* find(const Ipv6Address& address) const;

    // False if it is there already (its lifetimes are then renewed). With a probe it is tentative first, and the
    // probe is sent after `delay` (section 5.4.2: random, when many may start together).
    bool add(Time now, Ipv6InterfaceAddress address, bool with_probe, Duration delay = {});
    bool remove(const Ipv6Address& address);
    void clear() { addresses_.clear(); }
    // The interface came up again: all addresses are tentative anew.
    void probe_all(Time now, Duration delay);
    // Somebody else has, or wants to have, a tentative address. False if we do not try to get it.
    bool on_conflict(const Ipv6Address& address);

    // Section 5.5.3. `interface_id` is used for a new address.
    enum class PrefixEffect : std::uint8_t { ignored, created, renewed };
    PrefixEffect on_prefix(Time now, const wire::PrefixInformation& prefix, std::uint64_t interface_id);

    Time next_deadline() const;
    template <class Out>
    void on_deadline(Time now, Out& out) {
        for (std::size_t i = 0; i < addresses_.size();) {
            Ipv6InterfaceAddress& a = addresses_[i];
            if (a.valid_until <= now) {
                const Ipv6Prefix gone = a.prefix;
                addresses_.erase(addresses_.begin() + static_cast<std::ptrdiff_t>(i));
                out.removed(gone);
                continue;
            }
            ++i;
            if (a.state == Ipv6AddressState::preferred && a.preferred_until <= now)
                a.state = Ipv6AddressState::deprecated;
            if (a.state != Ipv6AddressState::tentative || a.next_probe > now) continue;
            const Ipv6Address address = a.prefix.address;
            if (a.probes_left > 0) {
                --a.probes_left;
                a.next_probe = now + retransmit_time;
                out.probe(address);
            } else {
                a.state = a.preferred_until <= now ? Ipv6AddressState::deprecated : Ipv6AddressState::preferred;
                a.next_probe = never;
                out.ready(address);
            }
        }
    }

  private:
    std::vector<Ipv6InterfaceAddress> addresses_;
};

// "tentative", "dadfailed" ... as `ip addr` shows it.
const char* to_string(Ipv6AddressState state);

}  // namespace layerlab::proto::machine
