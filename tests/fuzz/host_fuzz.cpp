// libFuzzer target: frames into a connected host; the input chooses them (see host_storm.hpp).
#include <cstdio>
#include <cstdlib>

#include "tests/sim/programs/host_storm.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    layerlab::sim::test::HostStorm storm{layerlab::proto::Bytes(data, size)};
    const std::string fault = storm.run();
    if (!fault.empty()) {
        std::fprintf(stderr, "%s grew too far\n", fault.c_str());
        std::abort();
    }
    return 0;
}
