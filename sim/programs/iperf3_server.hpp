// The iperf3 server: one test at a time, TCP and UDP, either direction; others are told that it is busy.
#pragma once

#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct Iperf3ServerSettings {
    std::uint16_t port = 5201;
    bool prints = false;      // reports as `iperf3 -s` does
    bool is_one_off = false;  // ends after one test
    proto::Duration interval{std::chrono::seconds(1)};
    char format = 'a';
};

Process::Main iperf3_server(Iperf3ServerSettings settings);

}  // namespace layerlab::sim::programs
