// libFuzzer target: the reader of pcapng files over memory; what it reads is written again.
#include "capture/pcapng_file.hpp"
#include "capture/pcapng_writer.hpp"
#include "tests/fuzz/capture_check.hpp"

using namespace layerlab;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto reader = capture::PcapngReader::open(std::make_unique<capture::MemorySource>(proto::Bytes(data, size)));
    if (!reader) return 0;
    auto copy = capture::PcapngWriter::create(std::make_unique<capture::MemorySink>());
    (void)(*copy)->add_interface({.name = "a", .description = ""});
    fuzz::read_to_the_end(**reader, size, **copy);
    return 0;
}
