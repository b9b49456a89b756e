// Reassembly of IPv4 and IPv6 fragments for display, RFC 791 section 3.2 and RFC 8200 section 4.5: the fragment that
// completes a datagram returns it. No timeout (captures are looked at afterwards), but a bounded number of datagrams.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "proto/base/bytes.hpp"
#include "proto/dissect/context.hpp"
#include "proto/dissect/recent_map.hpp"

namespace layerlab::proto::dissect {

struct FragmentKey {
    NetworkAddress source, destination;
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;

    friend bool operator==(const FragmentKey&, const FragmentKey&) = default;
};

struct FragmentKeyHash {
    std::size_t operator()(const FragmentKey& key) const;
};

class FragmentTable {
  public:
    static constexpr std::size_t most_datagrams = 1024;
    static constexpr std::size_t most_octets = 65535;  // of a datagram; what reaches beyond is not put together

    struct Datagram {
        std::vector<std::uint8_t> octets;
        std::map<std::uint32_t, std::uint32_t> covered;  // first octet -> octet after the last, none touch
        std::optional<std::uint32_t> size;
        std::uint32_t fragments = 0;
    };

    // `offset` in octets. The whole payload when this fragment completes it; octets that came first stay.
    std::optional<Datagram> add(const FragmentKey& key, std::uint32_t offset, bool more_follow, Bytes bytes);

  private:
    RecentMap<FragmentKey, Datagram, FragmentKeyHash> datagrams_{most_datagrams};
};

}  // namespace layerlab::proto::dissect
