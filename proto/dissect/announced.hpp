// Conversations that another one announces: FTP's data connections, the media of SDP, TFTP's transfers. Remembered as
// the end that was named; whatever goes there or comes from there belongs to the protocol.
#pragma once

#include "proto/dissect/state.hpp"

namespace layerlab::proto::dissect {

inline void announce(Context& c, const NetworkAddress& address, std::uint16_t port, std::uint8_t ip_protocol,
                     const Protocol& protocol) {
    if (c.state()) c.state()->announced.put({address, {}, port, ip_protocol}, &protocol);
}

// nullptr when neither end was announced.
inline const Protocol* announced_protocol(Context& c, std::uint8_t ip_protocol) {
    if (!c.state() || c.state()->announced.empty()) return nullptr;
    auto& announced = c.state()->announced;
    const Protocol** found = announced.find({c.info.destination, {}, c.info.destination_port, ip_protocol});
    if (!found) found = announced.find({c.info.source, {}, c.info.source_port, ip_protocol});
    return found ? *found : nullptr;
}

}  // namespace layerlab::proto::dissect
