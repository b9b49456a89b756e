// Conversations that another one announces: FTP's data connections, the media of SDP, TFTP's transfers. Remembered as
// the end that was named; whatever goes there or comes from there belongs to the protocol. Who announces is known by
// the port, so that other frames can be dissected meanwhile by other threads (may_announce()).
#pragma once

#include "proto/dissect/state.hpp"

namespace layerlab::proto::dissect {

// Whether a conversation at these ports may announce another one: FTP, TFTP, SIP.
constexpr bool may_announce(std::uint16_t a, std::uint16_t b) {
    constexpr auto is_announcer = [](std::uint16_t port) { return port == 21 || port == 69 || port == 5060; };
    return is_announcer(a) || is_announcer(b);
}

inline void announce(Context& c, const NetworkAddress& address, std::uint16_t port, std::uint8_t ip_protocol,
                     const Protocol& protocol) {
    if (c.state() && may_announce(c.info.source_port, c.info.destination_port))
        c.state()->announced.put({address, {}, port, ip_protocol}, &protocol);
}

// nullptr when neither end was announced.
inline const Protocol* announced_protocol(Context& c, std::uint8_t ip_protocol) {
    if (!c.state() || c.state()->announced.empty()) return nullptr;
    const auto& announced = c.state()->announced;
    const Protocol* const* found = announced.peek({c.info.destination, {}, c.info.destination_port, ip_protocol});
    if (!found) found = announced.peek({c.info.source, {}, c.info.source_port, ip_protocol});
    return found ? *found : nullptr;
}

}  // namespace layerlab::proto::dissect
