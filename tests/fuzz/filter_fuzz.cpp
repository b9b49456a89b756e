// libFuzzer target: display filters. The input is a filter; it is compiled, run over a frame, underlined where it is
// wrong, and completed at every few bytes.
#include <cstdlib>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/filter.hpp"
#include "proto/dissect/filter_complete.hpp"

using namespace layerlab::proto;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

// Ethernet, IPv4, UDP 1024 -> 53, a DNS query for "www.a" (written by hand).
constexpr std::uint8_t frame[] = {
    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x00, 0x11, 0x22, 0x33, 0x44, 0x66, 0x08, 0x00,                     // Ethernet
    0x45, 0x00, 0x00, 0x33, 0x00, 0x01, 0x40, 0x00, 0x40, 0x11, 0x00, 0x00, 10,   0,    0, 1, 10, 0, 0, 2,  // IPv4
    0x04, 0x00, 0x00, 0x35, 0x00, 0x1f, 0x00, 0x00,                                                         // UDP
    0x12, 0x34, 0x01, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,                                 // DNS
    3,    'w',  'w',  'w',  1,    'a',  0,    0x00, 0x01, 0x00, 0x01};

const dissect::Dissection& dissected() {
    static const dissect::Dissection made = [] {
        dissect::Dissection d;
        dissect::FrameIn in;
        in.bytes = frame;
        in.original_length = sizeof frame;
        dissect::dissect_alone(in, d);
        return d;
    }();
    return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text(Bytes(data, size));
    const auto filter = dissect::compile_filter(text);
    if (filter) {
        const bool matched = filter->matches(dissected(), frame);
        check(matched == filter->matches(dissected(), frame));
        check(!(matched && filter->matches({}, {})) || filter->needs_one_of().empty());
    } else {
        check(!filter.error().message.empty());
        check(filter.error().offset <= size && filter.error().offset + filter.error().length <= size + 1);
        check(!dissect::underline(text, filter.error()).empty());
    }
    for (std::size_t at = 0; at <= size && size < 4096; at += 1 + size / 4)
        check(dissect::complete_filter(text, at).candidates.size() <= 100);
    return 0;
}
