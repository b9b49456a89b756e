// The command line of iperf3 3.12.
#pragma once

#include <span>
#include <string>

#include "sim/programs/iperf3_protocol.hpp"
#include "sim/programs/iperf3_server.hpp"
#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {

struct Iperf3Options {
    bool is_server = false, json = false;
    std::string host;
    Family family = Family::any;
    std::uint16_t port = iperf3_port;
    Iperf3Parameters parameters;
    Iperf3ServerSettings server;
    Duration interval{std::chrono::seconds(1)};
    Duration connect_timeout{};  // 0: none
    char format = 'a';
    std::string message;  // an error, or the version
    int status = 1;
};

Iperf3Options parse_iperf3_options(std::span<const std::string> arguments);
// "10M": a decimal number with K, M, G or T of `step` (1000 or 1024).
std::optional<std::uint64_t> parse_amount(std::string_view text, std::uint64_t step);

}  // namespace layerlab::sim::programs
