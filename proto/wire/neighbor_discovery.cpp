#include "proto/wire/neighbor_discovery.hpp"

#include <algorithm>

namespace layerlab::proto::wire {
namespace {

constexpr std::uint8_t redirected_header = 4, recursive_dns = 25;

Message begin(Icmpv6Type type, std::size_t size) {
    Message m(size);
    m[0] = static_cast<std::uint8_t>(type);
    return m;
}

void add_link_address(Message& m, std::uint8_t type, const MacAddress& mac) {
    const std::size_t at = m.size();
    m.resize(at + 8);
    m[at] = type;
    m[at + 1] = 1;
    mac.store(m.data() + at + 2);
}

void add_prefix(Message& m, const PrefixInformation& p) {
    const std::size_t at = m.size();
    m.resize(at + 32);
    std::uint8_t* o = m.data() + at;
    o[0] = Icmpv6Option::prefix_information;
    o[1] = 4;
    o[2] = p.prefix.length;
    o[3] = static_cast<std::uint8_t>((p.on_link ? 0x80 : 0) | (p.autonomous ? 0x40 : 0));
    store_be32(o + 4, p.valid_lifetime);
    store_be32(o + 8, p.preferred_lifetime);
    network_of(p.prefix).store(o + 16);
}

}  // namespace

std::optional<NeighborOptions> parse_neighbor_options(Bytes options) {
    NeighborOptions out;
    while (!options.empty()) {
        const std::size_t size = options.size() < 2 ? 0 : options[1] * std::size_t{8};
        if (size == 0 || size > options.size()) return std::nullopt;
        const std::uint8_t* o = options.data();
        switch (o[0]) {
            case Icmpv6Option::source_link_address: out.source_mac = MacAddress::load(o + 2); break;
            case Icmpv6Option::target_link_address: out.target_mac = MacAddress::load(o + 2); break;
            case Icmpv6Option::mtu_type: out.mtu = load_be32(o + 4); break;
            case Icmpv6Option::prefix_information:
                if (size == 32 && o[2] <= 128 && out.prefixes.size() < NeighborOptions::most)
                    out.prefixes.push_back({{Ipv6Address::load(o + 16), o[2]},
                                            (o[3] & 0x80) != 0,
                                            (o[3] & 0x40) != 0,
                                            load_be32(o + 4),
                                            load_be32(o + 8)});
                break;
            case recursive_dns:
                out.dns_lifetime = load_be32(o + 4);
                for (std::size_t at = 8; at + 16 <= size && out.dns_servers.size() < NeighborOptions::most; at += 16)
                    out.dns_servers.push_back(Ipv6Address::load(o + at));
                break;
            default: break;  // ignored, section 4.6
        }
        options = options.subspan(size);
    }
    return out;
}

std::optional<RouterAdvertisement> parse_router_advertisement(Bytes m) {
    if (m.size() < 16) return std::nullopt;
    auto options = parse_neighbor_options(m.subspan(16));
    if (!options) return std::nullopt;
    RouterAdvertisement ra;
    ra.hop_limit = m[4];
    ra.managed = (m[5] & 0x80) != 0;
    ra.other = (m[5] & 0x40) != 0;
    ra.router_lifetime = load_be16(m.data() + 6);
    ra.reachable_time = load_be32(m.data() + 8);
    ra.retransmit_time = load_be32(m.data() + 12);
    ra.options = std::move(*options);
    return ra;
}

Message make_router_advertisement(const RouterAdvertisement& ra) {
    Message m = begin(Icmpv6Type::router_advertisement, 16);
    m[4] = ra.hop_limit;
    m[5] = static_cast<std::uint8_t>((ra.managed ? 0x80 : 0) | (ra.other ? 0x40 : 0));
    store_be16(m.data() + 6, ra.router_lifetime);
    store_be32(m.data() + 8, ra.reachable_time);
    store_be32(m.data() + 12, ra.retransmit_time);
    if (ra.options.source_mac) add_link_address(m, Icmpv6Option::source_link_address, *ra.options.source_mac);
    if (ra.options.mtu) {
        const std::size_t at = m.size();
        m.resize(at + 8);
        m[at] = Icmpv6Option::mtu_type;
        m[at + 1] = 1;
        store_be32(m.data() + at + 4, *ra.options.mtu);
    }
    for (const PrefixInformation& p : ra.options.prefixes) add_prefix(m, p);
    if (!ra.options.dns_servers.empty()) {
        const std::size_t at = m.size(), count = ra.options.dns_servers.size();
        m.resize(at + 8 + 16 * count);
        m[at] = recursive_dns;
        m[at + 1] = static_cast<std::uint8_t>(1 + 2 * count);
        store_be32(m.data() + at + 4, ra.options.dns_lifetime);
        for (std::size_t i = 0; i < count; ++i) ra.options.dns_servers[i].store(m.data() + at + 8 + 16 * i);
    }
    return m;
}

Message make_router_solicitation(const std::optional<MacAddress>& source) {
    Message m = begin(Icmpv6Type::router_solicitation, 8);
    if (source) add_link_address(m, Icmpv6Option::source_link_address, *source);
    return m;
}

Message make_neighbor_solicitation(const Ipv6Address& target, const std::optional<MacAddress>& source) {
    Message m = begin(Icmpv6Type::neighbor_solicitation, 24);
    target.store(m.data() + 8);
    if (source) add_link_address(m, Icmpv6Option::source_link_address, *source);
    return m;
}

Message make_neighbor_advertisement(const Ipv6Address& target, AdvertisementFlags flags, const MacAddress& mac) {
    Message m = begin(Icmpv6Type::neighbor_advertisement, 24);
    m[4] = static_cast<std::uint8_t>((flags.router ? 0x80 : 0) | (flags.solicited ? 0x40 : 0) |
                                     (flags.override_ ? 0x20 : 0));
    target.store(m.data() + 8);
    add_link_address(m, Icmpv6Option::target_link_address, mac);
    return m;
}

Message make_redirect(const Ipv6Address& target, const Ipv6Address& destination, const std::optional<MacAddress>& mac,
                      Bytes about) {
    Message m = begin(Icmpv6Type::redirect, 40);
    target.store(m.data() + 8);
    destination.store(m.data() + 24);
    if (mac) add_link_address(m, Icmpv6Option::target_link_address, *mac);
    const std::size_t room = 1280 - 40 - m.size() - 8;
    const std::size_t quoted = std::min(about.size(), room) / 8 * 8, at = m.size();
    m.resize(at + 8 + quoted);
    m[at] = redirected_header;
    m[at + 1] = static_cast<std::uint8_t>(1 + quoted / 8);
    std::copy_n(about.begin(), quoted, m.begin() + static_cast<std::ptrdiff_t>(at) + 8);
    return m;
}

Message make_mld_report(const std::vector<MldRecord>& records) {
    Message m(8 + 20 * records.size());
    m[0] = 143;
    store_be16(m.data() + 6, static_cast<std::uint16_t>(records.size()));
    for (std::size_t i = 0; i < records.size(); ++i) {
        m[8 + 20 * i] = static_cast<std::uint8_t>(records[i].type);
        records[i].group.store(m.data() + 8 + 20 * i + 4);
    }
    return m;
}

std::optional<std::vector<MldReported>> parse_mld_report(Bytes message) {
    if (message.size() < 8) return std::nullopt;
    if (message[0] == 131 || message[0] == 132) {
        if (message.size() < 24) return std::nullopt;
        const auto type = message[0] == 131 ? MldRecordType::is_exclude : MldRecordType::to_include;
        return std::vector<MldReported>{{type, Ipv6Address::load(message.data() + 8), 0}};
    }
    std::vector<MldReported> records;
    std::size_t at = 8;
    for (std::size_t left = load_be16(message.data() + 6); left > 0; --left) {
        if (message.size() - at < 20) return std::nullopt;
        const std::uint8_t* p = message.data() + at;
        const std::uint16_t sources = load_be16(p + 2);
        const std::size_t size = 20 + std::size_t{16} * sources + std::size_t{4} * p[1];
        if (size > message.size() - at) return std::nullopt;
        records.push_back({static_cast<MldRecordType>(p[0]), Ipv6Address::load(p + 4), sources});
        at += size;
    }
    return records;
}

Message make_mld_query(const MldQuery& query) {
    constexpr std::uint8_t robustness = 2, query_interval = 125;
    Message m(28);
    m[0] = 130;
    store_be16(m.data() + 4, static_cast<std::uint16_t>(query.most_delay_ms));
    query.group.store(m.data() + 8);
    m[24] = static_cast<std::uint8_t>((query.suppress ? 8 : 0) | robustness);
    m[25] = query_interval;
    return m;
}

std::optional<MldQuery> parse_mld_query(Bytes message) {
    if (message.size() < 24) return std::nullopt;
    MldQuery query;
    // Section 5.1.3: from 32768 on the code is a floating-point number.
    const std::uint32_t code = load_be16(message.data() + 4);
    query.most_delay_ms = code < 32768 ? code : ((code & 0xfff) | 0x1000) << (((code >> 12) & 7) + 3);
    query.group = Ipv6Address::load(message.data() + 8);
    query.suppress = message.size() >= 28 && (message[24] & 8) != 0;
    return query;
}

}  // namespace layerlab::proto::wire
