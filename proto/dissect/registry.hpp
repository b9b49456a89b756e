// THE lists: every protocol, and by what number or look it is found. Nothing registers itself.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect {

// A row of a dispatch list.
struct Dispatch {
    std::uint32_t number;
    const Protocol* protocol;
};

// A protocol that is recognised by its first bytes, on any port.
struct Heuristic {
    bool (*looks_like)(Bytes payload);
    const Protocol* protocol;
};

// All protocols, in the order of the lists for users.
std::span<const Protocol* const> protocols();
// nullptr when there is none.
const Protocol* find_protocol(std::string_view name);
// Fields that belong to no protocol: "_ws.malformed".
std::span<const FieldInfo* const> common_fields();

const Protocol* by_link_type(std::uint16_t link_type);  // LINKTYPE_ numbers
const Protocol* by_ether_type(std::uint16_t type);
const Protocol* by_llc_sap(std::uint8_t sap);
const Protocol* by_cisco_pid(std::uint16_t pid);  // behind a SNAP header of Cisco's
const Protocol* by_ip_protocol(std::uint8_t number);
// By either port, the lower one first.
const Protocol* by_tcp_port(std::uint16_t a, std::uint16_t b);
const Protocol* by_udp_port(std::uint16_t a, std::uint16_t b);
// By the look of the payload.
const Protocol* by_tcp_look(Bytes payload);
const Protocol* by_udp_look(Bytes payload);

}  // namespace layerlab::proto::dissect
