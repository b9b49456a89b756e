// libFuzzer target: the rewriter of addresses over any frame. The first octet chooses link type and what becomes of the
// rest; what comes out is no longer than what went in, and zero payload is zero whatever it was.
#include <vector>

#include "proto/rewrite/address_cipher.hpp"
#include "proto/rewrite/frame_rewriter.hpp"
#include "tests/fuzz/capture_check.hpp"

using namespace layerlab;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    constexpr std::uint16_t link_types[] = {1, 1, 1, 0, 9, 101, 113, 276};
    static proto::rewrite::AddressCipher cipher(proto::rewrite::Key{1, 2, 3});
    const std::uint16_t link_type = link_types[data[0] & 7];
    const auto rest = static_cast<proto::rewrite::Rest>(data[0] >> 3 & 3);
    std::vector<std::uint8_t> frame(data + 1, data + size);
    const auto done = proto::rewrite::rewrite_frame(frame, link_type, cipher, rest);
    fuzz::check(done.length <= frame.size());
    fuzz::check(rest == proto::rewrite::Rest::strip || done.length == frame.size());
    // The same again: nothing is remembered from frame to frame but addresses.
    std::vector<std::uint8_t> again(data + 1, data + size);
    proto::rewrite::rewrite_frame(again, link_type, cipher, rest);
    fuzz::check(again == frame);
    return 0;
}
