// The messages of neighbor discovery (RFC 4861 section 4) and listener discovery (MLDv2, RFC 3810 section 5) as values:
// parsed with every length checked, built without the checksum, which needs the addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/wire/icmpv6.hpp"

namespace layerlab::proto::wire {

// Section 4.6.2.
struct PrefixInformation {
    Ipv6Prefix prefix;
    bool on_link = true;     // L
    bool autonomous = true;  // A: for stateless address autoconfiguration
    std::uint32_t valid_lifetime = 2'592'000, preferred_lifetime = 604'800;  // seconds; all ones: for ever
    friend bool operator==(const PrefixInformation&, const PrefixInformation&) = default;
};

struct NeighborOptions {
    std::optional<MacAddress> source_mac, target_mac;
    std::optional<std::uint32_t> mtu;
    std::vector<PrefixInformation> prefixes;
    std::vector<Ipv6Address> dns_servers;  // RFC 8106 section 5.1
    std::uint32_t dns_lifetime = 0;
    static constexpr std::size_t most = 16;  // prefixes and DNS servers that are kept of one message
};
// The options behind a message's fixed part; nullopt if a length is 0 or beyond the end (section 6.1 and 7.1).
std::optional<NeighborOptions> parse_neighbor_options(Bytes options);

struct RouterAdvertisement {
    std::uint8_t hop_limit = 64;
    bool managed = false, other = false;                    // M: addresses by DHCPv6; O: other things by DHCPv6
    std::uint16_t router_lifetime = 1800;                   // seconds; 0: no default router
    std::uint32_t reachable_time = 0, retransmit_time = 0;  // ms; 0: unspecified
    NeighborOptions options;
};
std::optional<RouterAdvertisement> parse_router_advertisement(Bytes message);

using Message = std::vector<std::uint8_t>;
Message make_router_advertisement(const RouterAdvertisement& advertisement);
Message make_router_solicitation(const std::optional<MacAddress>& source);
Message make_neighbor_solicitation(const Ipv6Address& target, const std::optional<MacAddress>& source);
struct AdvertisementFlags {
    bool router = false, solicited = false, override_ = false;
};
Message make_neighbor_advertisement(const Ipv6Address& target, AdvertisementFlags flags, const MacAddress& mac);
// `about` is the packet that was forwarded; as much of it is quoted as 1280 bytes allow (section 4.6.3).
Message make_redirect(const Ipv6Address& target, const Ipv6Address& destination, const std::optional<MacAddress>& mac,
                      Bytes about);

// MLDv2 record types, RFC 3810 section 5.2.12.
enum class MldRecordType : std::uint8_t {
    is_include = 1,
    is_exclude = 2,
    to_include = 3,
    to_exclude = 4,
    allow_new = 5,
    block_old = 6
};
struct MldRecord {
    MldRecordType type = MldRecordType::is_exclude;
    Ipv6Address group;
};
Message make_mld_report(const std::vector<MldRecord>& records);
// What a router reads of a report, of version 1 too: the sources are counted only.
struct MldReported {
    MldRecordType type = MldRecordType::is_exclude;
    Ipv6Address group;
    std::uint16_t sources = 0;
};
// Version 2 (type 143), or version 1: report (131), done (132). nullopt: damaged.
std::optional<std::vector<MldReported>> parse_mld_report(Bytes message);

// A query without sources, section 5.1; the group :: asks for all.
struct MldQuery {
    Ipv6Address group;
    std::uint32_t most_delay_ms = 10'000;
    bool suppress = false;  // S: routers do not lower their timers
};
Message make_mld_query(const MldQuery& query);           // up to 32767 ms
std::optional<MldQuery> parse_mld_query(Bytes message);  // of version 1 too; nullopt: damaged

}  // namespace layerlab::proto::wire
