// libFuzzer target: the dissector. The first two bytes are the link type; then come frames, each behind its length in
// two bytes, that one Dissector sees in a row, so that reassembly is reached.
#include <cstdlib>

#include "proto/base/bytes.hpp"
#include "proto/dissect/dissect.hpp"
#include "proto/dissect/value.hpp"

using namespace layerlab::proto;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

// Every item lies within its source, and every layer within the items.
void check_places(const dissect::Dissection& d, Bytes frame) {
    for (const dissect::Item& item : d.items) {
        check(item.field != nullptr);
        check(std::size_t{item.offset} + item.size <= d.source(item.source, frame).size());
        check(dissect::value_text(item).size() < 10'000'000);
    }
    std::uint32_t last = 0;
    for (const dissect::Layer& layer : d.layers) {
        check(layer.first_item >= last && layer.first_item <= d.items.size());
        last = layer.first_item;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteReader in(Bytes(data, size));
    dissect::FrameIn frame;
    frame.link_type = in.be16();
    dissect::Dissector dissector;
    for (frame.number = 1; in.ok() && in.left() > 0 && frame.number < 1000; ++frame.number) {
        const std::size_t length = in.be16();
        frame.bytes = in.take(std::min(length, in.left()));
        frame.original_length = std::max(length, frame.bytes.size());
        frame.time += std::chrono::milliseconds(1);
        check_places(dissector.dissect(frame), frame.bytes);
        dissect::Dissection alone;
        dissect::dissect_alone(frame, alone);
        check_places(alone, frame.bytes);
    }
    return 0;
}
