// Connecting to a host with several addresses of both families: RFC 8305. Knows nothing of names.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/net/socket.hpp"

namespace layerlab::sim::programs {

// Section 4: the families in turn, beginning with that of the first address.
std::vector<Endpoint> in_turn(const std::vector<Endpoint>& addresses);

struct RaceOutcome {
    TcpSocket socket;                                      // open if one was connected
    SocketError error = SocketError::network_unreachable;  // of the last attempt that failed
    bool timed_out = false, interrupted = false;
};
// Section 5: an attempt more each 250 ms, or as soon as all before it have failed; the first that is connected wins.
// `info` hears of each attempt.
Task<RaceOutcome> race(Process& self, std::vector<Endpoint> addresses, Time give_up, TcpSocket::Options options,
                       std::function<void(const std::string&)> info);

}  // namespace layerlab::sim::programs
