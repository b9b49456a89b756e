// Between the daemon that is a host's DHCP or DHCPv6 client and the commands that look at it or want something from it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

template <class State>
struct ClientPortStatus {
    static constexpr std::size_t most_log_entries = 256;

    PortId port = 0;
    State state = State::stopped;
    std::uint64_t bound = 0;       // how often an address was bound or renewed
    std::vector<std::string> log;  // what happened, in dhclient's words, with the newlines; bounded
    std::uint64_t log_begin = 0;   // number of log[0]

    void note(std::string text) {
        if (log.size() >= most_log_entries) {
            log.erase(log.begin());
            ++log_begin;
        }
        log.push_back(std::move(text));
    }
};

template <class Status>
class ClientControl {
  public:
    std::vector<Status> ports;
    std::vector<PortId> to_start, to_release;  // wishes; notify `wanted`
    WaitPoint wanted;                          // the daemon waits here
    WaitPoint changed;                         // something of `ports` changed

    Status* find(PortId port) {
        const auto at = std::find_if(ports.begin(), ports.end(), [&](const Status& s) { return s.port == port; });
        return at == ports.end() ? nullptr : &*at;
    }
};

}  // namespace layerlab::sim::programs
