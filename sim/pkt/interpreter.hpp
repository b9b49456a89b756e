// Plays a conformance script against one simulated host, in virtual time: calls are made, packets sent at their times,
// and what the host sends is compared with what the script expects.
#pragma once

#include <string>
#include <vector>

#include "proto/machine/tcp_types.hpp"
#include "sim/pkt/script.hpp"

namespace layerlab::sim::pkt {

struct Failure {
    std::uint32_t line = 0;
    std::string expected, actual;
};

struct Verdict {
    std::vector<Failure> failures;   // the first one ends the script
    std::vector<std::string> notes;  // what was skipped, with its line
    Duration ended{};                // of the script's time
    bool passed() const { return failures.empty(); }
};

struct PlayOptions {
    std::uint64_t seed = 1;
    Duration tolerance{4'000'000};                // of packetdrill; --tolerance_usecs in a script overrides it
    proto::machine::TcpConfig tcp = usual_tcp();  // of the host

    // What scripts are written for: a receive buffer that may grow to 15 MiB, so that the window scale is 8, and of
    // which so much is there at once that the first window is as large as a SYN can say.
    static proto::machine::TcpConfig usual_tcp();
};

Verdict play(const Script& script, const PlayOptions& options);

}  // namespace layerlab::sim::pkt
