// libFuzzer target: the reader of pcap files over memory; what it reads is written again.
#include "capture/open.hpp"
#include "capture/pcap_file.hpp"
#include "tests/fuzz/capture_check.hpp"

using namespace layerlab;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const proto::Bytes bytes(data, size);
    fuzz::check(!capture::looks_like(bytes.first(std::min<std::size_t>(size, 64))).empty());
    auto reader = capture::PcapReader::open(std::make_unique<capture::MemorySource>(bytes));
    if (!reader) return 0;
    auto copy = capture::PcapWriter::create(std::make_unique<capture::MemorySink>(), (*reader)->link_type());
    fuzz::read_to_the_end(**reader, size, **copy);
    return 0;
}
