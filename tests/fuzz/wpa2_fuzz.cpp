// libFuzzer target: what reads WPA2's handshakes and opens frames. Frames, each behind its length in two bytes, that
// one reader sees in a row, behind a handshake that it can prove if the first byte is odd.
#include "proto/machine/wpa2_reader.hpp"
#include "tests/proto/machine/wpa2_frames.hpp"

using namespace layerlab::proto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const machine::Wpa2Reader ready = [] {
        machine::Wpa2Reader reader;
        reader.add_network("layer lab", "correct horse");
        return reader;
    }();
    if (size == 0) return 0;
    machine::Wpa2Reader reader = ready;
    if (data[0] & 1)
        for (std::size_t i = 0; i < 5; ++i) reader.see(test::wpa2_frames[i]);
    Bytes rest(data + 1, size - 1);
    while (rest.size() >= 2) {
        const std::size_t length = std::min<std::size_t>(load_be16(rest.data()), rest.size() - 2);
        reader.see(rest.subspan(2, length));
        rest = rest.subspan(2 + length);
    }
    return 0;
}
