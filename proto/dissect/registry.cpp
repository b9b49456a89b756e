#include "proto/dissect/registry.hpp"

#include <algorithm>
#include <array>

#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr auto all_protocols = std::to_array<const Protocol*>({
    &frame,
    &ethernet,
    &vlan,
    &arp,
    &ipv4,
    &udp,
    &tcp,
    &dns,
    &mdns,
    &llmnr,
    &data,
});

constexpr auto link_types = std::to_array<Dispatch>({
    {1, &ethernet},
});

constexpr auto ether_types = std::to_array<Dispatch>({
    {0x0800, &ipv4},
    {0x0806, &arp},
    {0x8100, &vlan},
});

constexpr auto ip_protocols = std::to_array<Dispatch>({
    {6, &tcp},
    {17, &udp},
});

constexpr auto tcp_ports = std::to_array<Dispatch>({
    {53, &dns},
    {5353, &mdns},
    {5355, &llmnr},
});

constexpr auto udp_ports = std::to_array<Dispatch>({
    {53, &dns},
    {5353, &mdns},
    {5355, &llmnr},
});

constexpr std::array<Heuristic, 0> tcp_looks{};

constexpr std::array<Heuristic, 0> udp_looks{};

constexpr FieldTable<2> without_protocol{&ws::malformed.info, &ws::truncated.info};

const Protocol* find(std::span<const Dispatch> rows, std::uint32_t number) {
    for (const Dispatch& row : rows)
        if (row.number == number) return row.protocol;
    return nullptr;
}

const Protocol* find_port(std::span<const Dispatch> rows, std::uint16_t a, std::uint16_t b) {
    const Protocol* low = find(rows, std::min(a, b));
    return low ? low : find(rows, std::max(a, b));
}

const Protocol* find_look(std::span<const Heuristic> rows, Bytes payload) {
    for (const Heuristic& row : rows)
        if (row.looks_like(payload)) return row.protocol;
    return nullptr;
}

}  // namespace

std::span<const Protocol* const> protocols() { return all_protocols; }

const Protocol* find_protocol(std::string_view name) {
    for (const Protocol* protocol : all_protocols)
        if (protocol->name() == name) return protocol;
    return nullptr;
}

std::span<const FieldInfo* const> common_fields() { return without_protocol; }

const Protocol* by_link_type(std::uint16_t link_type) { return find(link_types, link_type); }
const Protocol* by_ether_type(std::uint16_t type) { return find(ether_types, type); }
const Protocol* by_ip_protocol(std::uint8_t number) { return find(ip_protocols, number); }
const Protocol* by_tcp_port(std::uint16_t a, std::uint16_t b) { return find_port(tcp_ports, a, b); }
const Protocol* by_udp_port(std::uint16_t a, std::uint16_t b) { return find_port(udp_ports, a, b); }
const Protocol* by_tcp_look(Bytes payload) { return find_look(tcp_looks, payload); }
const Protocol* by_udp_look(Bytes payload) { return find_look(udp_looks, payload); }

}  // namespace layerlab::proto::dissect
