#include "proto/machine/neighbor_cache.hpp"

namespace layerlab::proto::machine {

const char* to_string(NeighborState state) {
    switch (state) {
        case NeighborState::incomplete: return "INCOMPLETE";
        case NeighborState::reachable: return "REACHABLE";
        case NeighborState::stale: return "STALE";
        case NeighborState::delay: return "DELAY";
        case NeighborState::probe: return "PROBE";
        case NeighborState::failed: return "FAILED";
        case NeighborState::permanent: return "PERMANENT";
    }
    return "";
}

}  // namespace layerlab::proto::machine
