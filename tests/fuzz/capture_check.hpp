// What must hold of any capture reader on any input: frames that lie within the file, numbered from 1, and an end.
#pragma once

#include <cstdlib>

#include "capture/frame.hpp"

namespace layerlab::fuzz {

inline void check(bool holds) {
    if (!holds) std::abort();
}

inline void read_to_the_end(capture::FrameSource& source, std::size_t file_size, capture::FrameSink& copy) {
    std::uint64_t frames = 0;
    std::size_t bytes = 0;
    for (;;) {
        const auto next = source.next();
        if (!next || !*next) break;
        const capture::Frame& frame = **next;
        check(frame.number == ++frames);
        check(frame.bytes.size() <= frame.original_length);
        bytes += frame.bytes.size();
        check(bytes <= file_size);
        check(epoch_seconds(frame).empty() == !frame.has_time);
        (void)copy.write(frame);
    }
    const auto after = source.next();
    check(after && !*after);
}

}  // namespace layerlab::fuzz
