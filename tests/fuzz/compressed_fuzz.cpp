// libFuzzer target: captures within gzip or zstd over memory, and what is damaged in them.
#include "capture/open.hpp"
#include "tests/fuzz/capture_check.hpp"

using namespace layerlab;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto source = capture::open_capture(std::make_unique<capture::MemorySource>(proto::Bytes(data, size)));
    if (!source) {
        fuzz::check(!source.error().message.empty());
        return 0;
    }
    std::uint64_t frames = 0;
    for (;; ++frames) {
        const auto next = (*source)->next();
        if (!next || !*next) break;
        fuzz::check((**next).number == frames + 1);
    }
    const auto after = (*source)->next();
    fuzz::check(after && !*after);
    return 0;
}
